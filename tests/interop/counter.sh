#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# The municipal counter over PC/SC: the resident's, the successor's and the
# operator's card each in a reader, and a card that is pulled out.
set -u
JM_INTEROP_DRIVERS=3
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"

resident='Virtual PCD 00 00'
operator='Virtual PCD 2 00 00'
successor='Virtual PCD 3 00 00'

trap out EXIT
: >cards # their processes; cases are subshells

# into PORT NAME [OPTION ...]: put this image into the reader there
into() {
	local port=$1 name=$2
	shift 2
	: >"$name.trace"
	jumin-vcard run "$name.img" --port "$port" --trace "$name.trace" "$@" \
		>"$name.log" 2>&1 &
	echo $! >>cards
	disown
	by grep -q '# power on' "$name.trace"
}

out() {
	local c
	while read -r c; do
		kill "$c" 2>/dev/null || :
		by not running "$c"
	done <cards
	: >cards
	sleep 0.7 # pcscd looks every 400 ms
}

# counter PINS OPERATION ...
counter() {
	local pins=$1
	shift
	printf %b "$pins" >pins
	jumin-vcard counter "$@" --authority city \
		--operator-reader "$operator" --reader "$resident" \
		--reason 'a test' --new-pin-fd 3 --holder-pin-fd 3 \
		--operator-pin-fd 3 3<pins
}

# fails COMMAND ...: what it says of it is in err
fails() {
	if "$@" 2>err; then
		return 1
	fi
	cat err
}

# tries NAME ID: left of this PIN
tries() {
	jumin-vcard info "$1.img" --json | tr -d '\n' |
		sed -n "s/.*\"ref\": \"$2\", \"tries_left\": \([0-9]*\).*/\1/p"
}

entries() {
	jumin-vcard log "$1.img" --json | grep -c '"sequence"' || :
}

blocked_and_repaired() {
	for _ in 1 2 3; do
		echo 9999 | jumin pin check auth --reader "$resident" \
			--last-try --pin-fd 0 2>&1 || :
	done
	is "$(tries card 0018)" 0 'tries of a blocked PIN'
	counter '5678\n4321\n' reset-pin auth
	is "$(tries card 0018)" 3 'tries'
	echo 5678 | jumin pin check auth --reader "$resident" --pin-fd 0
	is "$(entries card)" 1 'entries in the log'
}

# The terminal leaves no PIN verified and no channel open: nothing is signed.
nothing_stays() {
	opensc-tool -r "$operator" -s 00:A4:04:0C:06:F0:4A:4D:4F:50:01 \
		-s 80:94:00:00:01:00:40 >apdus 2>&1
	is "$(grep -c 'SW1=0x90, SW2=0x00' apdus)" 1 'commands that worked'
}

wrong_operator() {
	local before
	before=$(entries card)
	fails counter '5678\n0000\n' reset-pin auth
	grep "the operator's card: wrong PIN, 2 attempts left" err
	is "$(entries card)" "$before" 'entries in the log'
	counter '5678\n4321\n' reset-pin auth
}

no_card() {
	fails jumin-vcard counter issue --authority city --reason x \
		--operator-reader 'No Such Reader' --reader "$resident"
	grep 'No Such Reader' err
}

moved() {
	counter '1234\n4321\n' load --library
	counter '1234\n4321\n' succeed --new-reader "$successor"
	grep -qx 'life returned' card.img
	jumin-vcard counter list --authority city --reason x \
		--reader "$successor" >listed
	grep F04A4D4C494201 listed
}

# pulled AT PIN-TRIES ENTRIES: out of the reader before command AT
pulled() {
	local before after
	out
	before=$(entries second)
	into 35963 second --quirk "remove-at=$1"
	into 35965 op
	fails counter '5678\n4321\n' reset-pin auth
	grep "the resident's card: .*: the card was removed" err
	out
	after=$(entries second)
	is "$after" "$before" 'entries in the log'
	is "$(tries second 0018)" 3 'tries'
	is "$(sed -n 's/^pin 0011 tries \([0-9]\).*/\1/p' op.img)" 3 \
		"the operator's tries"
}

done_again() {
	out
	into 35963 second
	into 35965 op
	counter '5678\n4321\n' reset-pin auth
	out
	grep -q '^pin 0018 tries 3 value 35363738' second.img
}

jumin-vcard authority city || exit 1
card_new card --authority city
card_new next --authority city
cp card.img second.img
card_new op --profile operator --authority city --operator-type supervisor \
	--operator-pin 4321
into 35963 card
into 35965 op
into 35967 next
it 'a blocked PIN is set anew with both cards in readers' blocked_and_repaired
it 'nothing stays open on a card' nothing_stays
it 'a wrong operator PIN costs one try and nothing else' wrong_operator
it 'a reader that is not there is named' no_card
it 'a successor card in a third reader' moved
# SELECT, five commands of the channel, three of the authorisation, two of the
# reset; the first two are of pcscd's own.
for at in 1 2 4 6 7 8 9 10; do
	it "a card that leaves at command $at is as it was" pulled "$at"
done
it 'and the same is done again' done_again
finish
