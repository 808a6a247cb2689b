#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Cards that are not the plain My Number card, and other people's programs: what
# each shows before and after its PIN, what it signs, what it says instead.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" pkcs11-tool pkcs15-tool p11tool ssh-keygen jumin

tool() {
	timeout 60 pkcs11-tool --module "$module" "$@"
}

refused() {
	refuses pkcs11-tool --module "$module" "$@"
}

tokens() {
	tool -L >got
	is "$(sed -n 's/^ *token label *: //p' got | tr '\n' ,)" "$1" tokens
}

# certificates LABEL COUNT [OPTION ...]: what a token shows
certificates() {
	local label=$1 count=$2
	shift 2
	tool --token-label "$label" "$@" -O >got
	cat got
	is "$(grep -c '^Certificate Object' got)" "$count" certificates
}

# hides LABEL PIN: the pair's certificate is seen after its PIN alone
hides() {
	certificates "$1" 1
	is "$(verifies)" 0 VERIFY
	certificates "$1" 2 --login --pin "$2"
	is "$(grep -c '^Private Key Object' got)" 1 'private keys'
	is "$(verifies)" 1 VERIFY
}

# gnutls_sees URL COUNT [PIN]
gnutls_sees() {
	if [ $# -gt 2 ]; then
		GNUTLS_PIN=$3 p11tool --provider "$module" --batch --login \
			--list-all-certs "$1" >got
	else
		p11tool --provider "$module" --batch --list-all-certs \
			"$1" >got
	fi
	cat got
	is "$(grep -c '^Object' got)" "$2" certificates
}

# signs PAIR LABEL PIN CA: and openssl agrees, with the certificate of the card
signs() {
	local pair=$1
	rm -f sig "$pair.der" "$pair.pem"
	tool --token-label "$2" --login --pin "$3" --sign -m SHA256-RSA-PKCS \
		-i letter -o sig
	jumin cert export "$pair" -o "$pair.pem" --force --pin-fd 3 3<<<"$3"
	jumin cert export "$pair-ca" -o ca.pem --force
	openssl verify -CAfile ca.pem -partial_chain "$pair.pem"
	openssl x509 -in "$pair.pem" -noout -pubkey -out "$pair.pub"
	verified "$pair" sig
	# nothing is open for the next program
	is "$(raw 00A4040C0AD392F000260100000001 00B0810010)" '9000 6982' \
		'EF 0001'
}

# tells STATUS TEXT COMMAND ...: it ends so, and says this
tells() {
	local want=$1 text=$2 got=0
	shift 2
	"$@" >said 2>&1 || got=$?
	cat said
	is "$got" "$want" "status of $1"
	grep -qF -- "$text" said
}

# --- the Juki card ----------------------------------------------------------

older_status() {
	says 'resident card (juki)' jumin status
	grep -q 'not on this card' said
	grep -q '5 of 5 attempts left' said
	is "$(verifies)" 0 VERIFY
}

older_pin() {
	tells 4 'it is 4 to 16 letters A-Z and digits' \
		jumin pin check sign --pin-fd 3 3<<<'AB1'
	tells 4 'it is 4 to 16 letters A-Z and digits' \
		jumin pin check sign --pin-fd 3 3<<<'ABCDEFGH123456789'
	is "$(verifies)" 0 VERIFY
	tells 4 'wrong PIN, 4 attempts left' \
		jumin pin check sign --pin-fd 3 3<<<'AB12'
	is "$(verifies)" 1 VERIFY
	refused --token-label 'JPKI Signature' --login --pin AB1 -O
	is "$(verifies)" 1 VERIFY
	says 'is right' jumin pin check sign --pin-fd 3 3<<<"$sign_pin"
	# the shortest that it may have
	says 'is changed' jumin pin change sign --pin-fd 3 \
		3<<<"$sign_pin"$'\nAB12'
	says 'is changed' jumin pin change sign --pin-fd 3 \
		3<<<$'ab12\n'"$sign_pin"
}

older_has_no_authentication() {
	tells 1 'cards of its kind have none' jumin ssh
	tells 1 'this card has no JPKI Authentication' \
		jumin pin check auth --pin-fd 3 3<<<1234
	tells 1 'this card has no JPKI Authentication' \
		jumin sign --key auth --raw letter -o - --pin-fd 3 3<<<1234
	refused --token-label 'JPKI Authentication' -O
	is "$(verifies)" 0 VERIFY
}

# --- the token in a phone ---------------------------------------------------

phone_says_what_ssh_needs() {
	tells 4 'only after its PIN' jumin ssh
	grep -q 'pin-fd' said
	is "$(verifies)" 0 VERIFY
	jumin ssh --pin-fd 3 3<<<"$auth_pin" >line
	is "$(verifies)" 1 VERIFY
	jumin cert export auth -o key.pem --force --pin-fd 3 3<<<"$auth_pin"
	openssl x509 -in key.pem -noout -pubkey >key.pub
	is "$(cut -d' ' -f1,2 line)" "$(ssh-keygen -i -m PKCS8 -f key.pub)" key
}

phone_status() {
	says 'resident card (android)' jumin status
	is "$(grep -c 'hidden until its PIN is given' said)" 2 'hidden ones'
	is "$(verifies)" 0 VERIFY
}

# ssh-keygen asks for no PIN: no key but the CAs'
phone_keys() {
	ssh-keygen -D "$module" >got 2>/dev/null || :
	not grep -F "$(cut -d' ' -f2 line)" got
	is "$(verifies)" 0 VERIFY
}

# --- children ---------------------------------------------------------------

child_has_no_signature() {
	tells 1 'children under 15' \
		jumin sign --key sign --raw letter -o - --pin-fd 3 3<<<ABC123
	refused --token-label 'JPKI Signature' -O
	is "$(verifies)" 0 VERIFY
}

# --- no PINs ----------------------------------------------------------------

blocked_status() {
	jumin status >got
	cat got
	is "$(grep -c 'blocked; the municipal counter' got)" 3 'blocked PINs'
	tool -L >got
	cat got
	is "$(grep -c 'PIN locked' got)" 2 'locked tokens'
	is "$(verifies)" 0 VERIFY
}

# blocked PAIR TITLE PIN
blocked() {
	tells 4 "the PIN of $2 is blocked" \
		jumin pin check "$1" --pin-fd 3 3<<<"$3"
	grep -q 'municipal counter' said
	tells 4 "the PIN of $2 is blocked" jumin sign --key "$1" \
		--raw letter -o - --pin-fd 3 3<<<"$3"
	tells 4 "the PIN of $2 is blocked" jumin pin change "$1" --pin-fd 3 \
		3<<<"$3"$'\nXYZ789'
	refused --token-label "$2" --login --pin "$3" -O
	refused --token-label "$2" --login --pin "$3" --sign \
		-m SHA256-RSA-PKCS -i letter -o sig
	is "$(verifies)" 0 VERIFY
	[ "$(apdus)" -lt 120 ]
}

# --- OpenSC's own driver ----------------------------------------------------

# It wants both PINs' counters, so it takes a card whose two references answer a
# query with 63Cx.
opensc_reads() {
	pkcs15-tool --read-certificate 01 -o opensc.crt
	jumin cert export auth -o auth.pem --force
	is "$(openssl x509 -in opensc.crt -noout -fingerprint)" \
		"$(openssl x509 -in auth.pem -noout -fingerprint)" certificate
}

auth='JPKI Authentication'
sign='JPKI Signature'

card_new juki --profile juki
card_in juki
it 'Juki card: one token, of signatures' tokens "$sign,"
it 'Juki card: jumin names it' older_status
it 'Juki card: its certificate is behind the PIN' hides "$sign" "$sign_pin"
it 'Juki card: p11tool sees it after its PIN' \
	gnutls_sees 'pkcs11:token=JPKI%20Signature' 2 "$sign_pin"
it 'Juki card: signs' signs sign "$sign" "$sign_pin"
it 'Juki card: a PIN of 4 to 16 characters' older_pin
it 'Juki card: no authentication' older_has_no_authentication

card_new phone --profile android
card_in phone
it 'phone: two tokens' tokens "$auth,$sign,"
it 'phone: jumin names it' phone_status
it 'phone: the authentication certificate is behind its PIN' \
	hides "$auth" "$auth_pin"
it 'phone: so is that of signatures' hides "$sign" "$sign_pin"
it 'phone: p11tool sees the CA alone' \
	gnutls_sees 'pkcs11:token=JPKI%20Authentication' 1
it 'phone: and the certificate after its PIN' \
	gnutls_sees 'pkcs11:token=JPKI%20Authentication' 2 "$auth_pin"
it 'phone: signs with the authentication key' signs auth "$auth" "$auth_pin"
it 'phone: signs with the signature key' signs sign "$sign" "$sign_pin"
it 'phone: jumin ssh says what it needs' phone_says_what_ssh_needs
it 'phone: ssh-keygen asks for no PIN' phone_keys

card_new iphone --param label=JPKIAPIOSTOKEN
card_in iphone
it 'iPhone: two tokens' tokens "$auth,$sign,"
it 'iPhone: signs with the authentication key' signs auth "$auth" "$auth_pin"

card_new child --profile mynumber-child
card_in child
it 'child: one token, of authentication' tokens "$auth,"
it 'child: its certificate is free' certificates "$auth" 2
it 'child: no signature' child_has_no_signature
card_in child --param absent-pin=blocked --param absent-ef=6982 \
	--param retry-blocked=63C0
it 'child, its reference blocked: one token' tokens "$auth,"
it 'child, its reference blocked: OpenSC reads it' opensc_reads

card_new none --profile mynumber-nopin
card_in none
it 'no PINs: each program says so' blocked_status
it 'no PINs: its certificate is free' certificates "$auth" 2
it 'no PINs: authentication is refused, and none is sent' \
	blocked auth "$auth" "$auth_pin"
it 'no PINs: so are signatures' blocked sign "$sign" "$sign_pin"
finish
