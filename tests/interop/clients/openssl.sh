#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# OpenSSL with the card's keys through its engine, and what jumin signs checked
# by OpenSSL.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client OpenSSL
need "$module" jumin
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')/pkcs11.so
need "$engine"

pss_openssl=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32)

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
	url="$(url "$pair");id=%$(key_id "$pair");type=private"
	url="$url;pin-value=$(pin "$pair")"
	engine_conf
	rm -f sig
	OPENSSL_CONF=$work/engine.cnf timeout 60 openssl dgst -engine pkcs11 \
		-keyform engine -sign "$url" -sha256 "$@" -out sig letter
	verified "$pair" sig "$@"
	paid_one "$pair"
}

# engine_cms PAIR: openssl's own CMS, with the key in the card
engine_cms() {
	engine_conf
	OPENSSL_CONF=$work/engine.cnf timeout 60 openssl cms -sign \
		-engine pkcs11 -keyform engine -inkey "$(url "$1");id=%$(
			key_id "$1"
		);type=private;pin-value=$(pin "$1")" -signer "$1.crt" \
		-in letter -binary -outform DER -out letter.p7
	openssl cms -verify -inform DER -in letter.p7 -content letter \
		-binary -CAfile ca.pem -purpose any -out out
	cmp out letter
	paid_one "$1"
}

engine_request() {
	engine_conf
	printf '[req]\ndistinguished_name = dn\n[dn]\n' >>engine.cnf
	OPENSSL_CONF=$work/engine.cnf timeout 60 openssl req -new \
		-engine pkcs11 -keyform engine -key "$(
			url auth
		);id=%01;type=private;pin-value=$auth_pin" -subj /CN=x \
		-out request
	openssl req -in request -noout -verify
	paid 1/1 0/0
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
	openssl cms -verify -inform "$form" -in letter.p7 -binary \
		"${content[@]}" -CAfile ca.pem -purpose any -out out
	cmp out letter
	echo other >letter.other
	[ ${#content[@]} = 0 ] || refuses openssl cms -verify -inform "$form" \
		-in letter.p7 -binary -content letter.other -CAfile ca.pem \
		-purpose any -out out
}

card_new plain
card_in plain
certificates plain
for pair in auth sign; do
	it "$pair: openssl dgst signs" engine_signs $pair
	it "$pair: openssl dgst signs by PSS" \
		engine_signs $pair "${pss_openssl[@]}"
	it "$pair: openssl cms signs" engine_cms $pair
	it "$pair: openssl verifies a detached CMS of jumin" cms $pair
	it "$pair: openssl verifies an attached CMS of jumin" \
		cms $pair --attached
done
it 'openssl req' engine_request
client_done
