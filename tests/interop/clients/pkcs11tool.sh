#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# OpenSC's pkcs11-tool: slots, mechanisms, objects, signatures, its self-test.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client pkcs11-tool
need "$module" pkcs11-tool jumin

tool() {
	timeout 60 pkcs11-tool --module "$module" "$@"
}

# as PAIR ARGUMENT ...: pkcs11-tool with that token, logged in
as() {
	local pair=$1
	shift
	tool --token-label "$(token "$pair")" --login --pin "$(pin "$pair")" \
		"$@"
}

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
	nothing_paid
}

shows_keys_after_login() {
	as auth -O >got
	cat got
	grep -A 4 '^Private Key Object; RSA' got | grep -q 'ID: *01'
	paid 1/0 0/0
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
	paid 0/0 1/0
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
	as "$pair" --sign --id "$(key_id "$pair")" -m "$mech" -i letter -o sig \
		"${opt[@]}"
	verified "$pair" sig "$@"
	paid_one "$pair"
}

pss_openssl=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32)

signs_digest_info() {
	rm -f sig
	{
		printf '\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04'
		printf '\x02\x01\x05\x00\x04\x20'
		openssl dgst -sha256 -binary letter
	} >info
	as "$1" --sign --id "$(key_id "$1")" -m RSA-PKCS -i info -o sig
	verified "$1" sig
	paid_one "$1"
}

signs_ready_digest_by_pss() {
	rm -f sig
	openssl dgst -sha256 -binary letter >digest
	as "$1" --sign --id "$(key_id "$1")" -m RSA-PKCS-PSS \
		--hash-algorithm SHA256 --mgf MGF1-SHA256 --salt-len 32 \
		-i digest -o sig
	verified "$1" sig "${pss_openssl[@]}"
	paid_one "$1"
}

# what is no DigestInfo might be anything, a log-in somewhere else included
refuses_raw() {
	refuses timeout 60 pkcs11-tool --module "$module" --token-label \
		"$(token auth)" --login --pin "$auth_pin" --sign --id 01 \
		-m RSA-PKCS -i letter -o sig
	paid 1/0 0/0
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

# Its signatures are made twice: by the card, and by another session after it
# was asked for the length.
passes_test() {
	as auth --test >got 2>&1
	cat got
	grep -q 'No errors' got
	paid "1/$(signatures)" 0/0
}

# One PIN is one signature: what comes after the first is refused, and costs
# nothing.
fails_test_for_want_of_consent() {
	refuses pkcs11-tool --module "$module" --token-label "$sign_token" \
		--login --pin "$sign_pin" --test >got 2>&1
	cat got
	paid 0/0 "1/$(signatures)"
	is "$(signatures)" 1 'signatures made'
}


passes_test_by_session() {
	as sign --test >got 2>&1
	cat got
	grep -q 'No errors' got
	paid 0/0 "1/$(signatures)"
}

card_new plain
card_in plain
certificates plain
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
it 'pkcs11-tool --test on the signature token: one PIN, one signature' \
	fails_test_for_want_of_consent
with_conf 'consent = session'
it 'pkcs11-tool --test on the signature token, consent = session' \
	passes_test_by_session
client_done
