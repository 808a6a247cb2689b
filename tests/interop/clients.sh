#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Programs that people have use the module: OpenSC's and GnuTLS's tools,
# OpenSSL's engine, p11-kit.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" pkcs11-tool pkcs15-tool p11tool p11-kit jumin
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')/pkcs11.so
need "$engine"

tool() {
	timeout 60 pkcs11-tool --module "$module" "$@"
}

token() {
	case $1 in
	auth) echo 'JPKI Authentication' ;;
	sign) echo 'JPKI Signature' ;;
	esac
}

pin() {
	case $1 in
	auth) echo "$auth_pin" ;;
	sign) echo "$sign_pin" ;;
	esac
}

id() {
	case $1 in
	auth) echo 01 ;;
	sign) echo 02 ;;
	esac
}

# as PAIR ARGUMENT ...: pkcs11-tool with that token, logged in
as() {
	local pair=$1
	shift
	tool --token-label "$(token "$pair")" --login --pin "$(pin "$pair")" \
		"$@"
}

# --- pkcs11-tool -----------------------------------------------------------

lists_slots() {
	tool -L >got
	cat got
	grep -q 'token label *: JPKI Authentication' got
	grep -q 'token label *: JPKI Signature' got
	is "$(grep -c 'token label' got)" 2 tokens
	grep -q 'serial num *: [0-9]\{16\}$' got
	not grep -q 'user PIN' got
}

lists_mechanisms() {
	tool -M >got
	cat got
	local m
	for m in RSA-PKCS SHA1-RSA-PKCS SHA256-RSA-PKCS SHA384-RSA-PKCS \
		SHA512-RSA-PKCS RSA-PKCS-PSS SHA256-RSA-PKCS-PSS; do
		grep -q "^  $m, .*sign" got || {
			echo "no $m"
			return 1
		}
	done
	# nothing that no resident card can do
	not grep -qi 'decrypt\|unwrap\|generate_key\|RSA-X-509' got
}

lists_objects() {
	tool --token-label "$(token auth)" -O >got
	cat got
	is "$(grep -c '^Certificate Object' got)" 2 certificates
	is "$(grep -c '^Public Key Object' got)" 1 'public keys'
	is "$(grep -c '^Private Key Object' got)" 0 'private keys'
	is "$(verifies)" 0 VERIFYs
}

shows_keys_after_login() {
	as auth -O >got
	cat got
	grep -A 4 '^Private Key Object; RSA' got | grep -q 'ID: *01'
}

hides_signature_certificate() {
	tool --token-label "$(token sign)" -O >got
	cat got
	# its CA is no secret
	is "$(grep -c '^Certificate Object' got)" 1 'before login'
	as sign -O >got
	cat got
	is "$(grep -c '^Certificate Object' got)" 2 'after login'
	grep -q 'ID: *02' got
}

# signs PAIR MECHANISM [OPTION ...] [-- OPTION-OF-OPENSSL ...]
signs() {
	local pair=$1 mech=$2 opt=()
	shift 2
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		opt+=("$1")
		shift
	done
	[ $# = 0 ] || shift
	rm -f sig
	as "$pair" --sign --id "$(id "$pair")" -m "$mech" -i letter -o sig \
		"${opt[@]}"
	verified "$pair" sig "$@"
	is "$(signatures)" 1 'signatures made'
}

pss_openssl=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32)

signs_digest_info() {
	rm -f sig
	{
		printf '\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04'
		printf '\x02\x01\x05\x00\x04\x20'
		openssl dgst -sha256 -binary letter
	} >info
	as "$1" --sign --id "$(id "$1")" -m RSA-PKCS -i info -o sig
	verified "$1" sig
}

signs_ready_digest_by_pss() {
	rm -f sig
	openssl dgst -sha256 -binary letter >digest
	as "$1" --sign --id "$(id "$1")" -m RSA-PKCS-PSS \
		--hash-algorithm SHA256 --mgf MGF1-SHA256 --salt-len 32 \
		-i digest -o sig
	verified "$1" sig "${pss_openssl[@]}"
}

# what is no DigestInfo might be anything, a log-in somewhere else included
refuses_raw() {
	refuses timeout 60 pkcs11-tool --module "$module" --token-label \
		"$(token auth)" --login --pin "$auth_pin" --sign --id 01 \
		-m RSA-PKCS -i letter -o sig
	is "$(signatures)" 0 'signatures made'
}

verifies_by_module() {
	as auth --sign --id 01 -m SHA256-RSA-PKCS -i letter -o sig
	tool --token-label "$(token auth)" --verify --id 01 \
		-m SHA256-RSA-PKCS -i letter --signature-file sig >got 2>&1
	cat got
	grep -q 'Signature is valid' got
	echo other >other
	tool --token-label "$(token auth)" --verify --id 01 \
		-m SHA256-RSA-PKCS -i other --signature-file sig >got 2>&1 || :
	cat got
	not grep -q 'Signature is valid' got
}

passes_test() {
	as auth --test >got 2>&1
	cat got
	grep -q 'No errors' got
}

# --- GnuTLS ----------------------------------------------------------------

p11tool_lists() {
	timeout 60 p11tool --provider "$module" --batch --list-all \
		'pkcs11:token=JPKI%20Authentication' >got
	cat got
	# profile, certificate, public key, CA; GnuTLS reads what is in them
	is "$(grep -c 'URL: ' got)" 4 objects
	is "$(grep -c 'Expires: ' got)" 2 'certificates'
	is "$(verifies)" 0 VERIFYs
}

# p11tool_logs_in PAIR
p11tool_logs_in() {
	local url
	url=pkcs11:token=$(token "$1" | sed 's/ /%20/')
	GNUTLS_PIN=$(pin "$1") timeout 60 p11tool --provider "$module" \
		--batch --login --list-all "$url" >got
	cat got
	grep -q 'URL: .*type=private' got
	is "$(wrong_verifies)" 0 'wrong PINs'
}

p11tool_signs() {
	GNUTLS_PIN="$auth_pin" timeout 60 p11tool --provider "$module" --batch \
		--login --test-sign \
		'pkcs11:token=JPKI%20Authentication;id=%01;type=private' \
		>got 2>&1
	cat got
	grep -q 'ok' got
}

# --- OpenSSL ---------------------------------------------------------------

engine_conf() {
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
}

# engine_signs PAIR [OPTION ...]
engine_signs() {
	local pair=$1 url
	shift
	url="pkcs11:token=$(token "$pair" | sed 's/ /%20/')"
	url="$url;id=%$(id "$pair");type=private;pin-value=$(pin "$pair")"
	engine_conf
	rm -f sig
	OPENSSL_CONF=$work/engine.cnf timeout 60 openssl dgst -engine pkcs11 \
		-keyform engine -sign "$url" -sha256 "$@" -out sig letter
	verified "$pair" sig "$@"
	is "$(wrong_verifies)" 0 'wrong PINs'
}

# --- jumin's CMS -----------------------------------------------------------

# cms PAIR [--attached]
cms() {
	local pair=$1 form=${2:-} content=(-content letter)
	rm -f letter.p7
	jumin sign --key "$pair" --cms ${form:+"$form"} letter -o letter.p7 \
		--pin-fd 3 3<<<"$(pin "$pair")"
	[ -z "$form" ] || content=()
	form=DER
	not grep -q BEGIN letter.p7 || form=PEM
	cat "$work"/plain.ca/*.pem >ca.pem
	openssl cms -verify -inform "$form" -in letter.p7 -binary \
		"${content[@]}" -CAfile ca.pem -purpose any -out out
	cmp out letter
	echo other >letter.other
	[ ${#content[@]} = 0 ] || refuses openssl cms -verify -inform "$form" \
		-in letter.p7 -binary -content letter.other -CAfile ca.pem \
		-purpose any -out out
}

# --- p11-kit ---------------------------------------------------------------

value() {
	(cd "$build" && echo "@$1@" | ./config.status --silent --file=-)
}

# What "make install" puts into place, seen in a namespace where p11-kit reads
# nothing else.
registered() {
	local kits prefix
	kits=$(pkg-config --variable=p11_module_configs p11-kit-1)
	prefix=$(value prefix)
	[ "$prefix" != NONE ] || prefix=/usr/local
	if [ "$(value p11kitconfigdir)" != "$kits" ] || [ ! -d "$prefix" ]; then
		echo "not installed where p11-kit looks: prefix $prefix"
		return 0
	fi
	mkdir root
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES \
		"${MAKE:-make}" -C "$build" install DESTDIR="$work/root" \
		>install.log 2>&1 || {
		cat install.log
		return 1
	}
	# shellcheck disable=SC2016 # it is for the shell inside
	unshare -m "$BASH" -eu -c '
		root=$1 kits=$2 prefix=$3
		mount -t tmpfs none "$kits"
		[ ! -d /etc/pkcs11 ] || mount -t tmpfs none /etc/pkcs11
		cp "$root$kits"/*.module "$kits"/
		mount --bind "$root$prefix/lib/pkcs11" "$prefix/lib/pkcs11" \
			2>/dev/null || {
			[ "$prefix" = /usr/local ]
			mount -t tmpfs none /usr/local
			cp -R "$root/usr/local/." /usr/local/
		}
		cat "$kits"/*.module
		p11-kit list-modules
		p11tool --batch --list-token-urls
	' sh "$work/root" "$kits" "$prefix" >got
	cat got
	grep -q 'token: JPKI Authentication' got
	grep -q 'token: JPKI Signature' got
	grep -q '^pkcs11:.*token=JPKI%20Authentication' got
}

card_new plain
card_in plain
public_keys
card_in plain
it 'pkcs11-tool -L: two tokens with the serial number of the card' lists_slots
it 'pkcs11-tool -M: what the card can do and no more' lists_mechanisms
it 'pkcs11-tool -O: certificates and public key without a PIN' lists_objects
it 'pkcs11-tool -O: the private key after login' shows_keys_after_login
it 'pkcs11-tool -O: the signature certificate only after login' \
	hides_signature_certificate
for pair in auth sign; do
	it "$pair: pkcs11-tool signs by SHA256-RSA-PKCS" \
		signs $pair SHA256-RSA-PKCS
	it "$pair: pkcs11-tool signs a DigestInfo by RSA-PKCS" \
		signs_digest_info $pair
	it "$pair: pkcs11-tool signs by SHA256-RSA-PKCS-PSS" \
		signs $pair SHA256-RSA-PKCS-PSS --mgf MGF1-SHA256 \
		--salt-len 32 -- "${pss_openssl[@]}"
	it "$pair: pkcs11-tool signs a digest by RSA-PKCS-PSS" \
		signs_ready_digest_by_pss $pair
done
it 'pkcs11-tool: what is no DigestInfo is not signed' refuses_raw
it 'pkcs11-tool --verify by the module' verifies_by_module
it 'pkcs11-tool --test on the authentication token' passes_test
it 'p11tool --list-all' p11tool_lists
for pair in auth sign; do
	it "$pair: p11tool --login --list-all" p11tool_logs_in $pair
done
it 'p11tool --test-sign' p11tool_signs
for pair in auth sign; do
	it "$pair: openssl signs through its engine" engine_signs $pair
	it "$pair: openssl signs through its engine by PSS" \
		engine_signs $pair "${pss_openssl[@]}"
	it "$pair: openssl verifies a detached CMS of jumin" cms $pair
	it "$pair: openssl verifies an attached CMS of jumin" \
		cms $pair --attached
done
it 'p11-kit lists the tokens after make install' registered
finish
