# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154,SC2317 # read and called by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Jobs of OpenSC's programs, the same for its built-in driver and for ours, that
# osc_budget.sh and "make bench" count.  After lib.sh:
#
#   osc_side SIDE    whose driver the next job takes:
#      builtin       OpenSC's own
#      cold          ours, no process before knew this card
#      warm          ours, with what osc_know left in the cache
#      noca          as cold, with "ca_certificates = no"
#      off           as cold, with "cache = off" in jumin.conf
#      hold          as warm, with "login = hold" there
#   osc_know         fill the cache for "warm" and "hold" from the card that is
#                    in the reader
#   JOB, JOB_check   a function for each name in $osc_jobs
#   osc_forget       no PIN is verified on the card any more
#   osc_walk PAIR FUNCTION
#                    one process goes through the steps of $osc_steps; after
#                    each: FUNCTION STEP MICROSECONDS, the mark before it
#   small_certificates IMAGE
#                    certificates of a card become shorter, about 0.9 kB
#
# Jobs leave "got" and "sig"; auth.pub and sign.pub are the keys of the card.

opensc=
for opensc in /usr/lib/*/opensc-pkcs11.so /usr/lib64/opensc-pkcs11.so; do
	[ ! -e "$opensc" ] || break
done
driver=$build/.libs/card-jumin.so
osc_jobs='name atr dump list_pins read_certificate ssh_key crypt_auth crypt_sign
	objects sign_auth sign_sign'
# of one process that goes on, see opensc_steps.c
osc_steps='start login find sign next info logout'

# The file that is installed, but for where the driver is.
osc_conf() {
	sed "s|\"/.*/card-jumin\.so\"|\"$driver\"|" \
		"$build/drivers/opensc/opensc.conf" >osc.conf
	sed 's/# \(ca_certificates = no;\)/\1/' osc.conf >noca.conf
	mkdir -p config.off/jumin config.hold/jumin
	echo 'cache = off' >config.off/jumin/jumin.conf
	echo 'login = hold' >config.hold/jumin/jumin.conf
}

osc_side() {
	side=$1
	XDG_CACHE_HOME=$work/cache.osc
	case $side in
	cold | noca | off) XDG_CACHE_HOME=$work/cache.none ;;
	esac
	rm -rf "$work/cache.none"
	mkdir -p "$XDG_CACHE_HOME"
	chmod 700 "$XDG_CACHE_HOME"
	XDG_CONFIG_HOME=$work/config.$side
	[ -e osc.conf ] || osc_conf
	case $side in
	builtin) OPENSC_CONF=/dev/null ;;
	noca) OPENSC_CONF=$work/noca.conf ;;
	*) OPENSC_CONF=$work/osc.conf ;;
	esac
	export OPENSC_CONF
}

osc_know() {
	rm -rf "$work/cache.osc"
	osc_side warm
	objects && objects_check && read_certificate && read_certificate_check
}

# OpenSC leaves a PIN verified, another application selected ends that.
osc_forget() {
	raw 00A4040C0AD3921000310001010408 >/dev/null
}

osc_walk() {
	local line in out pid step status=0 n=1 pin=$auth_pin
	[ "$1" = auth ] || n=2 pin=$sign_pin
	coproc STEPS {
		exec timeout 120 "$build/tests/bench/opensc_steps" "$opensc" \
			$n "$pin" 2>steps.log
	}
	pid=$STEPS_PID
	exec {in}<&"${STEPS[0]}" {out}>&"${STEPS[1]}"
	for step in $osc_steps end; do
		mark
		echo go >&"$out"
		read -r -t 60 line <&"$in" || line=
		[ "${line%% *}" = "$step" ] || {
			cat steps.log
			echo "step $step: ${line:-no answer}"
			status=1
			break
		}
		[ "$step" = end ] || "$2" "$step" "${line#* }"
	done
	exec {in}<&- {out}>&-
	wait "$pid" || status=1
	return $status
}

# --- jobs --------------------------------------------------------------------

p15() {
	local program=$1
	shift
	timeout 120 "$program" "$@" </dev/null
}

name() {
	p15 opensc-tool -n >got
}
name_check() {
	grep -qi jpki got
}

atr() {
	p15 opensc-tool -a >got
}
atr_check() {
	grep -qi '^3b:' got
}

dump() {
	p15 pkcs15-tool --dump >got
}
dump_check() {
	is "$(grep -c '^X.509 Certificate' got)" 4 certificates
	is "$(grep -c '^Private RSA Key' got)" 2 keys
}

list_pins() {
	p15 pkcs15-tool --list-pins >got
}
list_pins_check() {
	grep -q 'User Authentication PIN' got
	grep -q 'Digital Signature PIN' got
}

read_certificate() {
	rm -f got.pem
	p15 pkcs15-tool --read-certificate 01 -o got.pem
}
read_certificate_check() {
	is "$(openssl x509 -in got.pem -noout -pubkey)" "$(cat auth.pub)" key
}

ssh_key() {
	p15 pkcs15-tool --read-ssh-key 01 >got
}
ssh_key_check() {
	grep -qF "$(ssh-keygen -i -m PKCS8 -f auth.pub | cut -d' ' -f2)" got
}

crypt_with() {
	rm -f sig
	openssl dgst -sha256 -binary -out letter.hash letter
	p15 pkcs15-crypt --sign --key "$1" --pin "$2" --sha-256 --pkcs1 \
		-i letter.hash -o sig
}
crypt_auth() {
	crypt_with 01 "$auth_pin"
}
crypt_auth_check() {
	verified auth sig
}
crypt_sign() {
	crypt_with 02 "$sign_pin"
}
crypt_sign_check() {
	verified sign sig
}

objects() {
	p15 pkcs11-tool --module "$opensc" -O >got
}
objects_check() {
	grep -q '^Certificate Object' got
}

# the token of each pair is that of its PIN, the first and the second
sign_with() {
	rm -f sig
	p15 pkcs11-tool --module "$opensc" --slot-index $(($1 - 1)) --login \
		--pin "$2" --sign --id "0$1" -m SHA256-RSA-PKCS -i letter -o sig
}
sign_auth() {
	sign_with 1 "$auth_pin"
}
sign_auth_check() {
	verified auth sig
}
sign_sign() {
	sign_with 2 "$sign_pin"
}
sign_sign_check() {
	verified sign sig
}

# --- shorter certificates ----------------------------------------------------

# pem_of IMAGE FILE KIND BLOCK: FILE is what is below the line BLOCK of the JPKI
# application
pem_of() {
	{
		printf -- '-----BEGIN %s-----\n' "$3"
		printf %b "$(awk -v block="$4" '
			/^app / { in_app = $2 == "jpki" }
			!/^\t/ { on = in_app && $1 " " $2 == block }
			/^\t/ && on { printf "%s", $1 }' "$1" |
			sed 's/../\\x&/g')" | base64
		printf -- '-----END %s-----\n' "$3"
	} >"$2"
}

# in_image IMAGE EF FILE: the DER certificate is the file's content
in_image() {
	awk -v ef="$2" -v hex="$(od -An -v -tx1 "$3" | tr -d ' \n' |
		tr a-f A-F)" '/^app / { in_app = $2 == "jpki" }
		!/^\t/ { on = in_app && $1 == "file" && $2 == ef }
		/^\t/ && on { next }
		{ print }
		!/^\t/ && on {
			for (i = 1; i < length(hex); i += 64)
				print "\t" substr(hex, i, 64)
		}' "$1" >"$1.new"
	chmod 600 "$1.new"
	mv "$1.new" "$1"
}

# small PAIR KEY-EF LEAF-EF CA-EF IMAGE
small() {
	local bytes='01234567890123456789'
	cat >small.cnf <<END
[req]
distinguished_name = none
[none]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
nsComment = "$bytes$bytes$bytes"
[leaf]
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
subjectKeyIdentifier = hash
nsComment = "$bytes$bytes$bytes"
END
	openssl req -new -x509 -config small.cnf -extensions ca -days 3650 \
		-newkey rsa:2048 -nodes -keyout small.ca.key -outform DER \
		-subj "/C=JP/O=JPKI-TEST/OU=JPKI for short $1" -out "$1.ca.der"
	pem_of "$5" small.key 'PRIVATE KEY' "key $2"
	openssl req -new -config small.cnf -key small.key \
		-subj "/C=JP/CN=V9BPKMLSP5C3SJ13999057A" -out small.req
	openssl x509 -req -in small.req -days 1000 -CA "$1.ca.der" \
		-CAform DER -CAkey small.ca.key -extfile small.cnf \
		-extensions leaf -outform DER -out "$1.der"
	in_image "$5" "$3" "$1.der"
	in_image "$5" "$4" "$1.ca.der"
}

small_certificates() {
	small auth 0017 000A 000B "$1"
	small sign 001A 0001 0002 "$1"
}
