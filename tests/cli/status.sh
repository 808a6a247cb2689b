#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# jumin status: what there is, without a PIN and without a try.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1

run 3 jumin status
says 'Reader 0: Virtual PCD'
says '  no card'
tells 'jumin: error: no resident card in the reader'
tells 'jumin: hint: put the card into the reader'
run 3 jumin ssh
tells 'no resident card in the reader'

issue card --serial 0000000020500003 --issued "$(date +%Y)0102"
card_in
run 0 jumin status
silent
says '  Card:          resident card (mynumber-2016)'
says '  Serial number: 0000000020500003'
says '  JPKI Authentication (auth)'
says '    PIN:         3 of 3 attempts left'
says '    PIN:         5 of 5 attempts left'
says '    Certificate: hidden until its PIN is given'
says '23:59:59 JST'
verifies 0

run 0 jumin status --json
silent
for key_value in service=true number=0 state=hidden \
	serial=0000000020500003 profile=mynumber-2016 \
	label='JPKI Signature' expired=false; do
	grep -q "\"${key_value%=*}\": \"\{0,1\}${key_value#*=}" "$out" ||
		fault "not in the JSON: $key_value"
done
run 0 jumin --reader 0 status
run 0 jumin --reader 'virtual pcd 00 00' status
says '  Card: '
run 3 jumin status --reader 1
run 2 jumin status --reader 'Virtual PCD'
tells "fits several readers"
run 2 jumin status --reader 7
tells "there is no reader '7'"

# The trace tells what was said, and nothing of what is read or typed.
run 0 jumin status --trace "$work/said"
grep -q '^# Virtual PCD' said || fault "the trace does not name the reader"
grep -q '^00A4040C0AD392F000260100000001 ' said || fault "not the SELECT"
! grep -q '30820' said || fault "the trace holds a certificate"
[ "$(stat -c %a said)" = 600 ] || fault "others can read the trace"
lines=$(wc -l <said)
run 0 jumin status --trace "$work/said"
[ "$(wc -l <said)" = $((2 * lines)) ] || fault "the trace is not appended to"

# A wrong PIN shows; a blocked one names who can help.
run_pin 4 '0000\n' jumin pin check auth
run 0 jumin status
says '2 of 3 attempts left'
run_pin 4 '0000\n' jumin pin check auth
run_pin 4 '0000\n' jumin pin check auth --last-try
run 0 jumin status
says 'blocked; the municipal counter sets a new one'
run 0 jumin status --json
[ "$(value tries_left)" = 5 ] || fault "the last pair is the signature pair"
grep -q '"blocked": true' "$out" || fault "JSON does not say blocked"
grep -q '"tries_left": 0' "$out" || fault "JSON does not say 0"
card_out

# A child's card has no signature pair.
issue child --param sign-pair=absent
in_reader 35963 child
run 0 jumin status
grep -A1 '^  JPKI Signature (sign)$' "$out" | grep -q '^    not on this card$' ||
	fault "does not say that it is absent"
run 0 jumin status --json
grep -q '"present": false' "$out" || fault "JSON does not say absent"
run 1 jumin cert show sign
tells 'this card has no JPKI Signature'
run_pin 1 'ABC123\n' jumin pin check sign
tells 'cards of children under 15 have none'
card_out

# Certificates that end soon, and that ended.
issue old --issued 20150301
in_reader 35963 old
run 0 jumin status
says 'expired on '
says 'the municipal counter issues a new one'
card_out

# Another kind of card.
issue other
in_reader 35963 other --quirk sw-at=1:6A82 # no such application
run 3 jumin status
says 'a card, but not a resident card'
