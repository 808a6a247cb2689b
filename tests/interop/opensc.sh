#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# OpenSC, as Debian packages it, takes the virtual card for a resident card.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need pkcs11-tool pkcs15-tool
opensc=
for opensc in /usr/lib/*/opensc-pkcs11.so /usr/lib64/opensc-pkcs11.so; do
	[ ! -e "$opensc" ] || break
done
need "$opensc"

auth_token='JPKI (User Authentication PIN)'
sign_token='JPKI (Digital Signature PIN)'

# Answers to reset of card-facts: contact, contactless.
atrs='3BE000FF8131FE4514
3BDA13FF8131FB468012392F31C173C601C03B
3BC5FF8131FB458073C6010000
3B888001000005E0B381A1007F
3B888001000041E0B381A1003B
3B888001004B51FF0081D100BC
3B888001004B51FFB381D1000F'

atr_is() {
	opensc-tool -a >got
	is "$(tr -d ': \n' <got | tr a-f A-F)" "$1" "answer to reset"
}

named() {
	says jpki opensc-tool -n
}

dumps() {
	pkcs15-tool --dump >got
	cat got
	local want
	for want in 'User Authentication PIN' 'Digital Signature PIN' \
		'User Authentication Key' 'Digital Signature Key' \
		'User Authentication Certificate' \
		'Digital Signature Certificate'; do
		grep -q "$want" got
	done
	is "$(grep -c '^X.509 Certificate' got)" 4 certificates
}

reads_certificates() {
	local id
	for id in 01 03 04; do
		pkcs15-tool --read-certificate "$id" -o "$id.crt"
		openssl x509 -in "$id.crt" -noout
	done
	openssl x509 -in 01.crt -noout -subject -issuer
	openssl verify -CAfile 03.crt -partial_chain 01.crt
	openssl verify -CAfile 04.crt -partial_chain sign.crt
}

lists() {
	pkcs11-tool --module "$opensc" -L >got
	cat got
	grep -qF "$auth_token" got
	grep -qF "$sign_token" got
}

shows_objects() {
	pkcs11-tool --module "$opensc" --token-label "$auth_token" -O >got
	cat got
	# the token's own certificate and both CAs
	is "$(grep -c '^Certificate Object' got)" 3 certificates
	is "$(sed -n 's/^ *ID: *//p' got | sort -u | tr '\n' ' ')" \
		'01 03 04 ' ids
}

# signs PAIR TOKEN PIN
signs() {
	rm -f sig
	pkcs11-tool --module "$opensc" --token-label "$2" --login --pin "$3" \
		--sign -m SHA256-RSA-PKCS -i letter -o sig
	verified "$1" sig
}

card_new plain
card_in plain
public_keys
card_in plain
it 'opensc-tool names the card' named
it 'opensc-tool reads its answer to reset' atr_is "${atrs%%$'\n'*}"
it 'pkcs15-tool dumps it' dumps
it 'pkcs15-tool reads its certificates, and the CAs issued them' \
	reads_certificates
it 'opensc-pkcs11 lists both tokens' lists
it 'opensc-pkcs11 shows the objects of the first' shows_objects
it 'opensc-pkcs11 signs with the authentication key' \
	signs auth "$auth_token" "$auth_pin"
it 'opensc-pkcs11 signs with the signature key' \
	signs sign "$sign_token" "$sign_pin"
for atr in $atrs; do
	card_in plain --param "atr=$atr"
	it "ATR $atr: read" atr_is "$atr"
	it "ATR $atr: signs" signs auth "$auth_token" "$auth_pin"
done
finish
