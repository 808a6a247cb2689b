#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# At a terminal: what is asked when, and what is shown.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
card_in

run 0 on_terminal 'PIN of JPKI Authentication (3 attempts left): ' 1234 -- \
	jumin pin check auth
says 'the PIN of JPKI Authentication is right'
! grep -q 1234 "$out" || fault "the PIN is shown"
run 4 on_terminal 'JPKI Signature (5 attempts left): ' WRONG1 -- \
	jumin pin check sign
says 'wrong PIN, 4 attempts left'
run 0 on_terminal 'JPKI Signature (4 attempts left): ' abc123 -- \
	jumin pin check sign

# Signing asks once, also where the card is given the PIN twice.
echo text >file
run 0 on_terminal 'JPKI Signature (5 attempts left): ' ABC123 -- \
	jumin sign --key sign file -o sig
[ "$(grep -c 'PIN of' "$out")" = 1 ] || fault "asked more than once"
[ -s sig ] || fault "no signature"
# A file that cannot be read, or is there already, asks for nothing.
run 1 on_terminal -- jumin sign --key sign file -o sig
! grep -q 'PIN of' "$out" || fault "asked for a PIN in vain"
run 2 on_terminal -- jumin sign --key sign file
says 'binary data is not written to a terminal'
! grep -q 'PIN of' "$out" || fault "asked for a PIN in vain"

# A new PIN is asked for twice.
from_here
run 4 on_terminal '(3 attempts left): ' 1234 'New PIN of JPKI Auth' 5678 \
	'once more: ' 5679 -- jumin pin change auth
says 'the two new PINs differ'
verifies 0
run 4 on_terminal '(3 attempts left): ' 1234 'New PIN of JPKI Auth' 567 -- \
	jumin pin change auth
says 'it is 4 digits'
verifies 0
run 0 on_terminal '(3 attempts left): ' 1234 'New PIN of JPKI Auth' 5678 \
	'once more: ' 5678 -- jumin pin change auth
says 'the PIN of JPKI Authentication is changed'
! grep -q '1234\|5678' "$out" || fault "a PIN is shown"
run 0 on_terminal '(3 attempts left): ' 5678 -- jumin pin check auth

# The last try is asked about.
run_pin 4 '0000\n' jumin pin check auth
run_pin 4 '0000\n' jumin pin check auth
from_here
run 4 on_terminal 'Type yes to use it: ' y -- jumin pin check auth
says 'Only one attempt is left for JPKI Authentication.'
says 'only the municipal counter can set a new one'
says 'the attempt was not used'
run 4 on_terminal 'Type yes to use it: ' '' -- jumin pin check auth
verifies 0
run 0 on_terminal 'Type yes to use it: ' yes '(1 attempt left): ' 5678 -- \
	jumin pin check auth
verifies 1

# Ctrl-C at the question: nothing is sent.
from_here
run 130 on_terminal '(3 attempts left): ' "$(printf '\003')" -- \
	jumin pin check auth
verifies 0
