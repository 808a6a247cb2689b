#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# The draft of the next card: ECDSA with P-384 in the programs people have, on
# cards of both forms of signature.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client 'next card'
need "$module" pkcs11-tool p11tool gnutls-cli nginx ssh ssh-keygen ssh-add \
	ssh-agent jumin certutil modutil cmsutil tstclnt keytool jarsigner \
	java javac jar
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')/pkcs11.so
need "$engine"

# as PAIR ARGUMENT ...: pkcs11-tool with that token, logged in
as() {
	local pair=$1
	shift
	timeout 60 pkcs11-tool --module "$module" \
		--token-label "$(token "$pair")" --login --pin "$(pin "$pair")" \
		"$@"
}

# good PAIR SIGNATURE HASH: openssl says it is one over "letter"
good() {
	openssl dgst "-$3" -verify "$1.pub" -signature "$2" letter
	echo other >other
	refuses openssl dgst "-$3" -verify "$1.pub" -signature "$2" other
}

# --- pkcs11-tool -----------------------------------------------------------

lists_mechanisms() {
	timeout 60 pkcs11-tool --module "$module" -M >got
	cat got
	local m
	for m in ECDSA ECDSA-SHA1 ECDSA-SHA256 ECDSA-SHA384 ECDSA-SHA512; do
		grep -q "^  $m, .*sign" got || {
			echo "no $m"
			return 1
		}
	done
	not grep -qi 'RSA-PKCS\|decrypt\|generate_key\|derive' got
}

lists_objects() {
	as auth -O >got
	cat got
	grep -A 3 '^Private Key Object; EC' got | grep -q 'ID: *01'
	grep -q '^Public Key Object; EC  EC_POINT 384 bits' got
	paid 1/0 0/0
}

# tool_signs PAIR HASH
tool_signs() {
	rm -f sig
	as "$1" --sign --id "$(key_id "$1")" -m "ECDSA-${2^^}" \
		--signature-format openssl -i letter -o sig
	good "$1" sig "$2"
	paid_one "$1"
}

tool_signs_digest() {
	rm -f sig
	openssl dgst -sha384 -binary letter >digest
	as "$1" --sign --id "$(key_id "$1")" -m ECDSA \
		--signature-format openssl -i digest -o sig
	good "$1" sig sha384
	paid_one "$1"
}

tool_verifies() {
	as auth --sign --id 01 -m ECDSA-SHA384 -i letter -o sig
	is "$(wc -c <sig)" 96 'bytes of the signature'
	timeout 60 pkcs11-tool --module "$module" --token-label \
		"$(token auth)" --verify --id 01 -m ECDSA-SHA384 -i letter \
		--signature-file sig >got 2>&1
	cat got
	grep -q 'Signature is valid' got
}

# --- jumin -----------------------------------------------------------------

jumin_shows() {
	says 'elliptic curve, P-384' jumin cert show auth
	jumin cert show auth --json >got
	cat got
	grep -q '"key_type": *"EC"' got
	grep -q '"key_curve": *"P-384"' got
	grep -q '"key_bits": *384' got
	nothing_paid
}

jumin_knows_the_card() {
	says 'resident card (mynumber-next)' jumin status
	jumin status --json >got
	cat got
	grep -q '"text"' got
	nothing_paid
}

# its second application
jumin_attr() {
	says '1982-09-14' jumin attr --json --pin-fd 3 3<<<"$auth_pin"
	is "$(verifies)" 1 VERIFY
}

# jumin_raw PAIR HASH [OPTION ...]
jumin_raw() {
	local pair=$1 hash=$2
	shift 2
	jumin sign --key "$pair" --raw "$@" letter -o sig --force \
		--pin-fd 3 3<<<"$(pin "$pair")"
	good "$pair" sig "$hash"
	is "$(verifies) $(signatures)" '1 1' 'PINs and signatures'
}

jumin_cms() {
	jumin sign --key "$1" --cms letter -o letter.p7 --force --pin-fd 3 \
		3<<<"$(pin "$1")"
	openssl cms -verify -inform DER -in letter.p7 -binary \
		-content letter -CAfile ca.pem -purpose any -out out
	cmp out letter
	openssl cms -cmsout -print -inform DER -in letter.p7 >got
	grep -q 'algorithm: sha384 ' got
	grep -q 'algorithm: ecdsa-with-SHA384 ' got
	echo other >other
	refuses openssl cms -verify -inform DER -in letter.p7 -binary \
		-content other -CAfile ca.pem -purpose any -out out
}

# --- OpenSSH ---------------------------------------------------------------

ssh_key() {
	jumin ssh >line
	cat line
	is "$(cut -d' ' -f1 line)" ecdsa-sha2-nistp384 type
	ssh-keygen -i -m PKCS8 -f auth.pub >same
	is "$(cut -d' ' -f2 line)" "$(cut -d' ' -f2 same)" key
	timeout 60 ssh-keygen -D "$module" >keys
	cat keys
	is "$(grep -cF "$(cut -d' ' -f1,2 line)" keys)" 1 'lines of the key'
	nothing_paid
}

logs_in() {
	askpass
	DISPLAY=:9 SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force \
		says 'logged in' timeout 60 ssh -F none \
		-o UserKnownHostsFile="$work/known_hosts" \
		-o PreferredAuthentications=publickey -o BatchMode=no \
		-p "$ssh_port" -o IdentityAgent=none -I "$module" \
		"$(id -un)@127.0.0.1" 'echo logged in' || {
		cat sshd.log
		return 1
	}
	paid 1/1 0/0
}

agent_signs() {
	eval "$(ssh-agent -s -a "$work/agent.$BASHPID" \
		-P "$(readlink -f "$module")")"
	# shellcheck disable=SC2064 # this agent
	trap "kill $SSH_AGENT_PID" EXIT
	askpass
	DISPLAY=:9 SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force \
		timeout 60 ssh-add -s "$module"
	ssh-keygen -Y sign -f line -n file letter
	echo "holder $(cut -d' ' -f1,2 line)" >signers
	ssh-keygen -Y verify -f signers -I holder -n file -s letter.sig <letter
	echo other >other
	not ssh-keygen -Y verify -f signers -I holder -n file \
		-s letter.sig <other
	rm letter.sig
	paid 1/1 0/0
}

# --- GnuTLS, OpenSSL -------------------------------------------------------

p11tool_signs() {
	GNUTLS_PIN="$auth_pin" timeout 60 p11tool --provider "$module" --batch \
		--login --list-all "$(url auth)" >got
	cat got
	grep -q 'type=private' got
	GNUTLS_PIN="$auth_pin" timeout 60 p11tool --provider "$module" --batch \
		--login --test-sign "$(url auth);id=%01;type=private" >got 2>&1
	cat got
	grep -q 'ok' got
}

# meets PORT VERSION
meets() {
	printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' |
		timeout 20 gnutls-cli --provider "$module" \
			--x509cafile web.pem \
			--x509certfile "$(url auth);id=%01;type=cert" \
			--x509keyfile "$(url auth);id=%01;type=private;pin-value=$auth_pin" \
			-p "$1" localhost >page 2>&1 || :
	cat page
	met "$2" page || return 1
	paid 1/1 0/0
}

engine_signs() {
	cat >engine.cnf <<END
openssl_conf = init
[init]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
MODULE_PATH = $module
init = 0
END
	rm -f sig
	OPENSSL_CONF=$work/engine.cnf timeout 60 openssl dgst -engine pkcs11 \
		-keyform engine -sign "$(url "$1");id=%$(
			key_id "$1"
		);type=private;pin-value=$(pin "$1")" -sha384 -out sig letter
	good "$1" sig sha384
	paid_one "$1"
}

# --- NSS --------------------------------------------------------------------

db=sql:$work/db
nick='JPKI Authentication:JPKI Authentication'

nss_lists() {
	mkdir db
	certutil -N -d "$db" --empty-password
	modutil -dbdir "$db" -add Jumin -libfile "$module" -force
	certutil -A -d "$db" -n 'Test web CA' -t C,, -i web.pem
	certutil -A -d "$db" -n 'JPKI test CA' -t CT,C,C -i auth-ca.pem
	timeout 60 certutil -L -d "$db" -h all </dev/null >got
	cat got
	grep -q "^$nick  *u,u,u" got
	nothing_paid
	echo "JPKI Authentication:$auth_pin" >pin.auth
	timeout 60 certutil -K -d "$db" -h "$auth_token" -f pin.auth >got
	cat got
	grep -q '^< 0> ec ' got
	paid 1/0 0/0
}

nss_signs() {
	timeout 60 cmsutil -S -T -d "$db" -N "$nick" -f pin.auth -Y NONE \
		-G -H SHA384 -i letter -o letter.p7
	paid 1/1 0/0
	openssl cms -verify -inform DER -in letter.p7 -content letter \
		-CAfile auth-ca.pem -purpose any -binary -out out
	cmp out letter
}

# nss_meets PORT VERSION
nss_meets() {
	printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' >request
	timeout 30 tstclnt -A request -4 -h localhost -p "$1" -d "$db" \
		-V tls1.2:tls1.3 -n "$nick" -W pin.auth >page 2>err || :
	cat err page
	met "$2" page || return 1
	paid 1/1 0/0
}

# --- Java -------------------------------------------------------------------

# The virtual machine is for minutes, not for seconds.
export JAVA_TOOL_OPTIONS='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto'

java_signs() {
	printf 'name = Jumin\nlibrary = %s\nslotListIndex = 0\n' "$module" \
		>auth.cfg
	keytool -importcert -noprompt -alias web -file web.pem \
		-keystore trust.p12 -storetype PKCS12 -storepass changeit
	javac -Xlint:all -Werror -d . "$src/tests/interop/clients/SignTest.java"
	timeout 100 java -cp . SignTest auth.cfg "$auth_pin" trust.p12 \
		SHA256withECDSA SHA384withECDSA threads "$tls12" "$tls13" \
		>got 2>got.err
	cat got got.err
	grep -qx 'SHA256withECDSA good' got
	grep -qx 'SHA384withECDSA good' got
	grep -qx 'threads 16/16' got
	grep -q '^44312 .*CN=.*TLSv1.2' got
	grep -q '^44313 .*CN=.*TLSv1.3' got
	paid 1/20 0/0
}

jarsigner_signs() {
	printf 'name = Jumin\nlibrary = %s\nslotListIndex = 1\n' "$module" \
		>sign.cfg
	echo data >file
	jar cf file.jar file
	timeout 60 jarsigner -keystore NONE -storetype PKCS11 \
		-providerClass sun.security.pkcs11.SunPKCS11 \
		-providerArg "$work/sign.cfg" -storepass "$sign_pin" \
		-sigalg SHA384withECDSA file.jar "$sign_token"
	paid_one sign
	says 'jar verified' jarsigner -verify file.jar
}

# everything FORM: on a card of this form
everything() {
	local pair
	for pair in auth sign; do
		it "$1, $pair: pkcs11-tool, ECDSA-SHA384" \
			tool_signs $pair sha384
		it "$1, $pair: pkcs11-tool, ECDSA-SHA256" \
			tool_signs $pair sha256
		it "$1, $pair: pkcs11-tool, a digest by ECDSA" \
			tool_signs_digest $pair
		it "$1, $pair: jumin sign --raw" jumin_raw $pair sha384
		it "$1, $pair: jumin sign --raw --hash sha256" \
			jumin_raw $pair sha256 --hash sha256
		it "$1, $pair: jumin sign --cms" jumin_cms $pair
		it "$1, $pair: openssl dgst by the engine" engine_signs $pair
	done
	it "$1: pkcs11-tool --verify by the module" tool_verifies
	it "$1: ssh-keygen signs with the agent" agent_signs
	it "$1: p11tool" p11tool_signs
	it "$1: gnutls-cli, TLS 1.2 only" meets $tls12 TLSv1.2
	it "$1: gnutls-cli, TLS 1.3 only" meets $tls13 TLSv1.3
}

card_new next --profile mynumber-next
card_in next
certificates next
serve_web
it 'pkcs11-tool -M: what the keys can do and no more' lists_mechanisms
it 'pkcs11-tool -O: keys on the curve' lists_objects
it 'jumin status' jumin_knows_the_card
it 'jumin attr' jumin_attr
it 'jumin cert show' jumin_shows
it 'the ssh key' ssh_key
if can_serve_ssh; then
	ssh_server line
	it 'ssh -I' logs_in
fi
everything raw
it "certutil: the user's certificate, the key" nss_lists
it 'cmsutil signs' nss_signs
it 'tstclnt, TLS 1.2 only' nss_meets $tls12 TLSv1.2
it 'tstclnt, TLS 1.3 only' nss_meets $tls13 TLSv1.3
it 'Java signs in four threads and meets web servers, for one PIN' java_signs
it 'the signature key: jarsigner signs' jarsigner_signs
card_in next --param ec-sig-form=der --param ec-hash=field
everything DER
client_done
