#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Why the guard matters, and why it is not enough: modules that other people
# made sign T_X for any program, and that signature is the identifier where L is
# zero.  Our front ends refuse it.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/../interop/lib.sh"
into_reader "$@"
need pkcs11-tool pkcs15-crypt softhsm2-util
for opensc in /usr/lib/*/opensc-pkcs11.so /usr/lib64/opensc-pkcs11.so; do
	[ ! -e "$opensc" ] || break
done
for softhsm in /usr/lib/*/softhsm/libsofthsm2.so \
	/usr/lib/softhsm/libsofthsm2.so; do
	[ ! -e "$softhsm" ] || break
done
need "$opensc" "$softhsm"
foe=$build/tests/nym/foe_tool

scope=web:example.jp
key=$src/tests/vectors/nym1-card1.pem
# nym1.md section 13, A1: L is zero
unbound=22eceb5d2c5446a8015c5a435d30ae65aa02832a93a5c2517a334eb9cf6570c1
# A3: the same in the fallback profile
fallback=149096fcef35fedaefaa87ea00d4763fdd344ecbf92a2f2481d3de5f93cc796e
# A2: L is 32 times A5
l=$(printf 'a5%.0s' $(seq 32))
bound=d93503819ab9366deb62e388c39c9c03d5174fd710a7f7a7ad2955b0834f358d

# --- the front ends ----------------------------------------------------------
# Each has IN signed, as it is or hashed, into "sig".  A further front end is a
# line of the table and a function.

# name, what it is given: T itself (a ready DigestInfo), or the message M;
# how it says no
ours='module_ready t_x CKR_DATA_INVALID
module_hashing m CKR_DATA_INVALID
command_raw m must.not.sign'

# OpenSC's programs with our driver, where it was built.  They hash by themselves,
# and what a hash value is of cannot be seen of it: they have no line for M.
driver=$build/.libs/card-jumin.so
[ ! -e "$driver" ] || ours="$ours
driver_module_ready t_x CKR_DATA_INVALID
driver_tool_ready t_x Invalid.data"

with_driver() {
	OPENSC_CONF=$work/driver.conf "$@"
}

driver_module_ready() {
	with_driver opensc_ready "$1"
}

driver_module_hashing() {
	with_driver opensc_hashing "$1"
}

driver_tool_ready() {
	with_driver pkcs15-crypt --sign --key 01 --pkcs1 -R -p "$auth_pin" \
		-i "$1" -o sig
}

module_ready() {
	pkcs11-tool --module "$module" --token-label "$own_token" --login \
		--pin "$auth_pin" --sign -m RSA-PKCS --id 01 -i "$1" -o sig
}

module_hashing() {
	pkcs11-tool --module "$module" --token-label "$own_token" --login \
		--pin "$auth_pin" --sign -m SHA512-RSA-PKCS --id 01 -i "$1" \
		-o sig
}

command_raw() {
	jumin sign --key auth --raw --hash sha512 "$1" -o sig --force \
		--pin-fd 3 3<<<"$auth_pin"
}

command_cms() {
	jumin sign --key auth --cms "$1" -o sig --force --pin-fd 3 \
		3<<<"$auth_pin"
}

softhsm_ready() {
	SOFTHSM2_CONF=$work/softhsm.conf pkcs11-tool --module "$softhsm" \
		--token-label foe --login --pin 4321 --sign -m RSA-PKCS \
		--id 01 -i "$1" -o sig
}

softhsm_hashing() {
	SOFTHSM2_CONF=$work/softhsm.conf pkcs11-tool --module "$softhsm" \
		--token-label foe --login --pin 4321 --sign \
		-m SHA512-RSA-PKCS --id 01 -i "$1" -o sig
}

opensc_ready() {
	pkcs11-tool --module "$opensc" --login --pin "$auth_pin" \
		--token-label 'JPKI (User Authentication PIN)' \
		--sign -m RSA-PKCS --id 01 -i "$1" -o sig
}

opensc_hashing() {
	pkcs11-tool --module "$opensc" --login --pin "$auth_pin" \
		--token-label 'JPKI (User Authentication PIN)' \
		--sign -m SHA512-RSA-PKCS --id 01 -i "$1" -o sig
}

# --- cases -------------------------------------------------------------------

softhsm_with_the_key() {
	printf 'directories.tokendir = %s\nlog.level = ERROR\n' \
		"$work/tokens" >softhsm.conf
	mkdir tokens
	SOFTHSM2_CONF=$work/softhsm.conf
	export SOFTHSM2_CONF
	softhsm2-util --init-token --free --label foe --so-pin 87654321 \
		--pin 4321
	openssl pkcs8 -topk8 -nocrypt -in "$key" -out pkcs8.pem
	softhsm2-util --import pkcs8.pem --token foe --label auth --id 01 \
		--pin 4321
}

# falls FRONT-END: it signs T, and s is the identifier where L is zero
falls() {
	rm -f sig
	"$1" t_x
	is "$("$foe" nid 1 "$scope" sig)" "$unbound" 'the identifier without L'
	[ "$unbound" != "$bound" ]
	# L alone stands between
	is "$("$foe" nid 1 "$scope" sig "$l")" "$bound" 'the identifier with L'
}

# falls_back FRONT-END: it hashes what the server sends, which is M
falls_back() {
	rm -f sig
	"$1" m
	is "$("$foe" nid 2 "$scope" sig)" "$fallback" 'the fallback without L'
	[ "$("$foe" nid 1 "$scope" sig)" != "$unbound" ]
}

# CMS signs its attributes: M as content is no T
cms_is_another() {
	command_cms m
	tail -c 256 sig >s
	openssl pkeyutl -verifyrecover -pubin -inkey auth.pub -in s -out block
	is "$(head -c 4 block | od -An -tx1 | tr -d ' ')" 3031300d DigestInfo
	[ "$("$foe" nid 1 "$scope" s)" != "$unbound" ]
	[ "$("$foe" nid 2 "$scope" s)" != "$fallback" ]
}

# holds FRONT-END WHAT WORDS: refused so, and the card signs nothing
holds() {
	local got=0
	rm -f sig
	"$1" "$2" >said 2>&1 || got=$?
	cat said
	[ "$got" -gt 0 ] && [ "$got" -lt 124 ]
	grep -q "$3" said
	[ ! -s sig ]
	is "$(signatures)" 0 'signatures of the card'
}

# signs FRONT-END WHAT: what is no T passes
signs() {
	rm -f sig
	"$1" "$2"
	[ -s sig ]
}

sed "s|@DRIVER[@]|$driver|" "$src/drivers/opensc/opensc.conf.in" >driver.conf
"$foe" t 1 "$scope" >t_x
openssl rsa -in "$key" -pubout -out auth.pub 2>/dev/null
"$foe" message "$scope" >m
card_new plain --auth-key "$key"
card_in plain
own_token=$(pkcs11-tool --module "$module" -L 2>/dev/null |
	sed -n 's/^ *token label *: //p' | head -n 1)
# 19 bytes that say SHA-256, and a value
printf '%b' '\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01' \
	'\x05\x00\x04\x20' >info
openssl dgst -sha256 -binary letter >>info

it 'a token in software has the key of the card' softhsm_with_the_key
it 'SoftHSM signs T: the identifier without L falls' falls softhsm_ready
it 'OpenSC signs T on the card: the identifier without L falls' \
	falls opensc_ready
it 'SoftHSM hashes M: the fallback without L falls' falls_back softhsm_hashing
it 'OpenSC hashes M on the card: the fallback without L falls' \
	falls_back opensc_hashing
while read -r front takes words; do
	it "$front refuses what T is of" holds "$front" "$takes" \
		"$words"
	if [ "$takes" = t_x ]; then
		it "$front signs a DigestInfo" signs "$front" info
	else
		it "$front signs a letter" signs "$front" letter
	fi
done <<<"$ours"
[ ! -e "$driver" ] || it 'OpenSC hashes M for our driver: only L stands between' \
	falls_back driver_module_hashing
it 'a CMS signature with M as its content is none over T' cms_is_another
finish
