#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# jumin pin: what each answer costs, and what is said about it.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
card_in

left() {
	run 0 jumin status --json
	tr -d '\n' <"$out" | grep -q "\"$1\"[^}]*\"tries_left\": $2," ||
		fault "not $2 tries left of $1"
}

run_pin 0 '1234\n' jumin pin check auth
says 'the PIN of JPKI Authentication is right'
silent
run_pin 0 '1234\n' jumin pin check auth --json
[ "$(value right) $(value tries_left)" = 'true 3' ] || fault "JSON"
run_pin 0 'ABC123\n' jumin pin check sign
says 'the PIN of JPKI Signature is right'
run_pin 0 'abc123\n' jumin pin check sign --json
[ "$(value pin) $(value tries_left)" = 'sign 5' ] || fault "JSON"

# A PIN that cannot be right is refused with the reason; nothing is sent.
from_here
for bad in '123\n' '12345\n' '' '\n' '12 4\n' '12a4\n' '１２３４\n' \
	"$(printf '%080d' 0)\\n"; do
	run_pin 4 "$bad" jumin pin check auth
	[ ! -s "$out" ] || fault "wrote to standard output"
done
run_pin 4 '12345\n' jumin pin check auth
tells 'the PIN has a length this PIN cannot have'
tells 'hint: it is 4 digits; nothing was sent to the card'
run_pin 4 '12a4\n' jumin pin check auth
tells 'the PIN has characters this PIN cannot have'
for bad in 'ABC12\n' 'ABCDEFGH123456789\n' 'ABC-123\n' 'ABC 123\n'; do
	run_pin 4 "$bad" jumin pin check sign
	tells 'hint: it is 6 to 16 letters A-Z and digits'
done
verifies 0
left auth 3
left sign 5

# A wrong one costs one try, and is sent once.
from_here
run_pin 4 '0000\n' jumin pin check auth
verifies 1
tells 'jumin: error: wrong PIN, 2 attempts left'
tells 'jumin: hint: at 0 it is blocked; only the municipal counter can set a new one'
left auth 2
run_pin 0 '1234\n' jumin pin check auth
left auth 3
run_pin 4 'WRONG1\n' jumin pin check sign
tells 'wrong PIN, 4 attempts left'
tells 'the municipal counter sets a new one'
tells 'kiosk'
run_pin 0 'ABC123\n' jumin pin check sign
left sign 5

# The last try is spent only for somebody who says so.
run_pin 4 '0000\n' jumin pin check auth
run_pin 4 '0000\n' jumin pin check auth
tells 'wrong PIN, 1 attempt left'
from_here
run_pin 4 '1234\n' jumin pin check auth
tells 'only one attempt is left; it was not used'
tells '--last-try'
run_pin 4 '1234\n' jumin sign --key auth "$0" -o sig
tells 'only one attempt is left; it was not used'
run_pin 4 '1234\n5678\n' jumin pin change auth
verifies 0
left auth 1
run_pin 0 '1234\n' jumin pin check auth --last-try
left auth 3

# Blocked: said before a PIN is asked for, naming who can help.
for n in 1 2 3; do
	run_pin 4 '0000\n' jumin pin check auth --last-try
done
tells 'jumin: error: the PIN of JPKI Authentication is blocked'
tells 'only the municipal counter can set a new one'
from_here
run_pin 4 '1234\n' jumin pin check auth --last-try
tells 'jumin: error: the PIN of JPKI Authentication is blocked'
run 4 jumin pin change auth
tells 'is blocked'
run 4 jumin sign --key auth "$0" -o sig
tells 'is blocked'
verifies 0
for n in 1 2 3 4 5; do
	run_pin 4 'WRONG1\n' jumin pin check sign --last-try
done
tells 'jumin: error: the PIN of JPKI Signature is blocked'
tells 'the municipal counter sets a new one'
tells 'kiosk'
left sign 0
card_out

# Changing.
rm card
issue card
card_in
from_here
run_pin 0 '1234\n5678\n' jumin pin change auth
says 'the PIN of JPKI Authentication is changed'
silent
verifies 1
run_pin 4 '1234\n' jumin pin check auth
run_pin 0 '5678\n' jumin pin check auth
run_pin 0 'ABC123\nnew456\n' jumin pin change sign
run_pin 0 'NEW456\n' jumin pin check sign

# A new PIN of a wrong form, or none: nothing is sent, the old one stays.
from_here
run_pin 4 '5678\n123\n' jumin pin change auth
tells 'hint: it is 4 digits; nothing was sent to the card'
run_pin 4 '5678\n' jumin pin change auth
tells 'no PIN was given'
for bad in ONLYLETTERS 12345678 SHORT A1; do
	run_pin 4 "NEW456\n$bad\n" jumin pin change sign
	tells 'hint: it is 6 to 16 letters A-Z and digits, at least one of each'
done
verifies 0
from_here
run_pin 4 '0000\n1111\n' jumin pin change auth
tells 'wrong PIN, 2 attempts left'
verifies 1
run_pin 0 '5678\n' jumin pin check auth
run_pin 0 'NEW456\n' jumin pin check sign

# A PIN comes by no other way.
run 4 env PIN=5678 JUMIN_PIN=5678 jumin pin check auth
run 2 jumin pin check auth 5678
run 4 sh -c 'echo 5678 | jumin pin check auth'
tells 'there is no terminal to ask for the PIN'
run 0 sh -c 'echo 5678 | jumin pin check auth --pin-fd 0'
run 4 jumin pin check auth --pin-fd 9
tells 'the PIN cannot be read from descriptor 9'
# And where it is, it cannot be looked at.
run_pin 0 '5678\n' jumin pin check auth --trace said
! grep -q '5678\|35363738' said || fault "the trace has a PIN"

# A card that leaves as it is told the new PIN: what is known is said, and no
# file is left.
from_here
run_pin 0 '5678\n1234\n' jumin pin change auth
change=$(grep -v '^#' card.trace | grep -n '^00240180' | cut -d: -f1)
from_here
run_pin 0 '1234\n' jumin sign --key auth --raw "$0" -o sig
sign=$(grep -v '^#' card.trace | grep -n '^802A' | cut -d: -f1)
card_out
in_reader 35963 card --quirk "remove-at=$change"
run_pin 3 '1234\n5678\n' jumin pin change auth
tells 'whether the PIN was changed is not known'
card_out
in_reader 35963 card --quirk "remove-at=$sign"
run_pin 3 '1234\n' jumin sign --key auth --raw "$0" -o lost
[ ! -e lost ] || fault "left a file"
no_temporary_file
verifies 1
card_out
card_in
run_pin 0 '1234\n' jumin pin check auth
