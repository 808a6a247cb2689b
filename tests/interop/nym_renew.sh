#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2086,SC2317 # scopes are words; "it" calls the cases
# New key pairs at the counter, with the cards in readers: the vault goes along,
# an identifier of an assertion is handed over, that of a raw key stays.
set -u
JM_INTEROP_DRIVERS=2
# shellcheck source=tests/interop/nym/lib.sh
. "${0%/*}/nym/lib.sh"
into_reader "$@"
need "$module" "$python" jumin pkcs11-tool

resident='Virtual PCD 00 00'
operator='Virtual PCD 2 00 00'
challenge=000102030405060708090a0b0c0d0e0f
web=web:one.test
raw=ssh:one.test

operator_in() {
	jumin-vcard run op.img --port 35965 >op.log 2>&1 &
	echo $! >op.pid
	disown
	by has_operator
}

has_operator() {
	opensc-tool -l 2>/dev/null | grep -q 'Yes.*Virtual PCD 2'
}

operator_out() {
	kill "$(cat op.pid)"
	by not has_operator
}

before() {
	nym register --yes --json $web >register.json
	field recovery_code >code
	nym id --json $web >old.json
	nym register --yes --json $raw >raw.json
	jumin ssh --scope $raw >ssh.old
	nym vault renew prepare
}

# The card is still the old one: nothing is handed over, all is kept.
goes_on() {
	nym assert --yes --json --challenge $challenge $web >same.json
	is "$(field nid same.json)" "$(field nid old.json)" nid
	by_service same.json
	not field rollover_from verdict.json 2>/dev/null
	nym list >list.out
	is "$(grep -c 'renewal:' list.out)" 2 'keys that are kept'
}

counter_renews() {
	operator_in
	jumin cert export auth -o old.crt
	echo 4321 >pins
	jumin-vcard counter renew --ca plain.ca --authority city \
		--operator-reader "$operator" --reader "$resident" \
		--reason 'five years are over' --new-pin-fd 3 \
		--holder-pin-fd 3 --operator-pin-fd 3 3<pins
	operator_out
	jumin cert export auth -o new.crt
	not cmp -s old.crt new.crt
}

# The file is there and is another card's: no identifier is made anew.
says_so() {
	ends 1 jumin nym id --pin-fd 3 $web 3<<<"$auth_pin"
	ends 1 jumin nym assert --yes --challenge $challenge --pin-fd 3 $web \
		3<<<"$auth_pin"
}

finishes() {
	jumin nym vault renew finish --json --pin-fd 3 --code-fd 4 \
		3<<<"$auth_pin" 4<code >finish.json
	cat finish.json
	is "$(verifies) $(signatures)" '1 1' 'VERIFYs and signatures'
	[ "$(field recovery_code finish.json)" != "$(cat code)" ]
}

# verified FILE: by the service, as JSON
by_service() {
	field assertion "$1" |
		jumin nym verify --json --scope $web --challenge $challenge - \
			>verdict.json
	cat verdict.json
	is "$(field valid verdict.json)" True valid
	is "$(field nid verdict.json)" "$(field nid "$1")" nid
}

hands_over() {
	nym assert --yes --json --challenge $challenge $web >new.json
	[ "$(field nid new.json)" != "$(field nid old.json)" ]
	by_service new.json
	is "$(field rollover_from verdict.json)" "$(field sub old.json)" \
		'handed over from'
}

# once is enough; the carried key is gone
stays() {
	nym assert --yes --json --challenge $challenge $web >again.json
	is "$(field nid again.json)" "$(field nid new.json)" nid
	by_service again.json
	not field rollover_from verdict.json 2>/dev/null
}

# an ssh server cannot be told: the key is the old one until it is made anew
raw_key_stays() {
	jumin ssh --scope $raw >ssh.new
	cmp ssh.old ssh.new
	nym id --json $raw >raw.new
	is "$(field nid raw.new)" "$(field nid raw.json)" nid
	service_cert $raw
	mark
	timeout 60 pkcs11-tool --module "$module" --token-label \
		"$service_token" --login --pin "$auth_pin" --sign \
		--label $raw -m ECDSA-SHA256 --signature-format openssl \
		-i letter -o sig
	openssl dgst -sha256 -verify ssh-one.test.pub -signature sig letter
}

jumin-vcard authority city || exit 1
known key2 text.pem
jumin-vcard create op.img --profile operator --authority city \
	--operator-type supervisor --operator-pin 4321 || exit 1
nym_card plain --authority city
it 'before: two scopes, and what is needed later' before
it 'until then nothing changes' goes_on
it 'the counter makes new keys, in a reader' counter_renews
it 'in between nothing is made anew' says_so
it 'renew finish: one PIN, the code, one signature, a new code' finishes
it 'the next assertion hands the identifier over' hands_over
it 'after that it is the new one' stays
it "a raw key is the old card's" raw_key_stays
finish
