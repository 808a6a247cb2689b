#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2119,SC2317 # the cases are called by "it"
# The files of the card's other applications as OpenSC's data objects: each
# behind what opens it, the individual number nowhere.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/osc.sh
. "$src/tests/interop/osc.sh"
# shellcheck source=tests/interop/osc_cases.sh
. "$src/tests/interop/osc_cases.sh"

individual=123456789018
holder='SATO Hanako'
select_text=00A4040C0AD3921000310001010408
select_face=00A4040C0AD3921000310001010402

# number_of_face REFERENCE: what the card was issued with
number_of_face() {
	sed -n '/^app face/,/^app juki/s/^pin '"$1"' .* value //p' \
		"$card.img" | sed 's/3\(.\)/\1/g'
}

# others_are TEXT NUMBER BIRTH: what another program is told of their counters,
# 9000 where something is open still.  Each is looked at as it was left.
others_are() {
	is "$(raw "$select_text" 00200091)" "9000 $1" 'text PIN'
	is "$(raw "$select_face" 00200092 00200091)" "9000 $2 $3" \
		'numbers of the face'
}

# reads PIN NAME LABEL: with what opens it
reads() {
	rm -f data
	runs 1 pkcs15-tool --read-data-object "$2" --pin "$1" --raw -o data
	[ -s data ]
	others_are 63C3 63CA 63CA
	# the same file by its other name
	runs 1 pkcs15-tool --read-data-object "$3" --pin "$1" --raw -o data.2
	cmp data data.2
}

text_is_read() {
	reads 1234 text-attributes 'Text: name, address, birth, sex'
	grep -qaF "$holder" data
	grep -qaF 19740512 data
	is "$(od -An -v -tx1 -N2 data | tr -d ' ')" ff20 'its tag'
}

text_signature_is_read() {
	reads 1234 text-signature 'Text: signature'
	is "$(od -An -v -tx1 -N2 data | tr -d ' ')" ff30 'its tag'
	is "$(wc -c <data)" 336 bytes
}

face_is_read() {
	reads "$number_b" face-front 'Face: what is printed'
	is "$(od -An -v -tx1 -N2 data | tr -d ' ')" ff20 'its tag'
	# the photo
	[ "$(wc -c <data)" -gt 2000 ]
}

face_birth_is_read() {
	reads "$birth" face-birth 'Face: birth date'
}

# what opens one does not open another
other_pin_does_not_do() {
	rm -f data
	fails 0 pkcs15-tool --read-data-object face-front --pin 1234 -o data
	fails 0 pkcs15-tool --read-data-object face-birth --pin "$number_b" \
		-o data
	fails 0 pkcs15-tool --read-data-object text-attributes \
		--pin "$number_b" -o data
	[ ! -s data ]
	others_are 63C3 63CA 63CA
}

closed() {
	local name
	for name in text-attributes text-signature face-front face-birth; do
		rm -f data
		alone pkcs15-tool --read-data-object "$name" -o data || :
		is "$(verifies)" 0 VERIFYs
		[ ! -s data ]
	done
}

wrong_costs_one() {
	fails 1 pkcs15-tool --verify-pin --auth-id 03 --pin 9876
	others_are 63C2 63CA 63CA
	runs 1 pkcs15-tool --verify-pin --auth-id 03 --pin 1234
	fails 1 pkcs15-tool --verify-pin --auth-id 04 --pin 12345678901234
	others_are 63C3 63C9 63CA
	runs 1 pkcs15-tool --verify-pin --auth-id 04 --pin "$number_b"
	fails 1 pkcs15-tool --verify-pin --auth-id 05 --pin 010203
	others_are 63C3 63CA 63C9
	runs 1 pkcs15-tool --verify-pin --auth-id 05 --pin "$birth"
	others_are 63C3 63CA 63CA
}

impossible_is_not_sent() {
	fails 0 pkcs15-tool --verify-pin --auth-id 03 --pin 12345
	fails 0 pkcs15-tool --verify-pin --auth-id 04 --pin 123456
	fails 0 pkcs15-tool --verify-pin --auth-id 05 --pin 0102
	# number A is no PIN here
	fails 0 pkcs15-tool --verify-pin --auth-id 04 --pin "$individual"
}

text_pin_is_changed() {
	runs 1 pkcs15-tool --change-pin --auth-id 03 --pin 1234 --new-pin 5678
	runs 1 pkcs15-tool --verify-pin --auth-id 03 --pin 5678
	runs 1 pkcs15-tool --change-pin --auth-id 03 --pin 5678 --new-pin 1234
	# what is printed cannot be changed
	fails 0 pkcs15-tool --change-pin --auth-id 04 --pin "$number_b" \
		--new-pin 12345678901234
	fails 0 pkcs15-tool --change-pin --auth-id 05 --pin "$birth" \
		--new-pin 010203
	others_are 63C3 63CA 63CA
}

lists() {
	local name
	runs 0 pkcs15-tool --list-data-objects
	for name in text-attributes text-signature face-front face-birth; do
		has "applicationName: $name"
	done
	lines 'applicationName: ' 4
	runs 0 pkcs15-tool --list-pins
	lines '^PIN \[' 5
	# nothing is asked of the other applications for that
	is "$(since | sed '/^00A4040C.*0001 ->/d' | grep -c \
		'^00A4040C0AD39210003100' || :)" 0 SELECTs
}

# Everything that can be read, with each PIN there is, and the log of it.
number_is_nowhere() {
	local pin name
	while read -r pin name; do
		OPENSC_DEBUG=9 alone pkcs15-tool --dump --read-data-object \
			"$name" --pin "$pin" --raw
		cat got err
	done >every.log <<END
1234 text-attributes
1234 text-signature
$number_b face-front
$birth face-birth
END
	grep -qaF "$holder" every.log
	for name in "$individual" "$(hex "$individual")" \
		"$(hex "$individual" | sed 's/../& /g;s/ $//')" \
		"$(hex "$individual" | sed 's/../&:/g;s/:$//')"; do
		not grep -qaiF "$name" every.log
	done
	# nor is its file selected
	not grep -E '^00B081' "$trace"
}

two_slots() {
	runs 0 "${module_tool[@]}" -L
	lines '^ *token label' 2
	lacks Text
	lacks Face
	runs 0 "${module_tool[@]}" -O
	lines '^Data object' 0
}

absent() {
	runs 0 pkcs15-tool --list-data-objects
	lines 'Data object' 0
	runs 0 pkcs15-tool --list-pins
	lines '^PIN \[' 2
	runs 0 pkcs15-tool --dump
	lacks text-
	lacks face-
	fails 0 pkcs15-tool --verify-pin --auth-id 03 --pin 1234
	two_slots
}

# A child's has the applications too; a phone and the Juki card have not.
has_none() {
	runs 0 pkcs15-tool --list-data-objects
	lines 'Data object' 0
	runs 0 pkcs15-tool --list-pins
	lacks Text
	lacks Face
}

free_ones() {
	runs 0 pkcs15-tool --list-data-objects
	has 'applicationName: common-card'
	rm -f data
	runs 0 pkcs15-tool --read-data-object common-card --raw -o data
	[ -s data ]
}

osc_conf
issue plain ok ok JPKIAPICCTOKEN2 --individual-number $individual \
	--security-code 4711 --birth 19740512 --holder-name "$holder"
insert plain
number_b=$(number_of_face 0012)
birth=$(number_of_face 0011)
it 'they are listed from memory' lists
it 'the text needs its PIN' text_is_read
it 'so does its signature' text_signature_is_read
it 'the face needs number B' face_is_read
it 'the birth date of the face needs itself' face_birth_is_read
it 'without it nothing is read, nothing sent' closed
it 'a PIN of another application does not do' other_pin_does_not_do
it 'a wrong one costs one try' wrong_costs_one
it 'one that cannot be right is not sent' impossible_is_not_sent
it 'the text PIN can be changed, the numbers cannot' text_pin_is_changed
it 'the individual number is nowhere' number_is_nowhere
it 'the module shows two tokens, without them' two_slots
osc_conf 'data_objects = no;'
it 'with data_objects = no there are none' absent
osc_conf 'free_data_objects = yes;'
it 'with free_data_objects those without a PIN, too' free_ones
osc_conf
issue phone hidden ok JPKIAPGPSETOKEN --profile android
insert phone
it 'a phone has none' has_none
issue juki none ok JPKIAPICCTOKEN --profile juki
insert juki
it 'the Juki card has none' has_none
finish
