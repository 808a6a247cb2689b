#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# jumin attr and the text PIN: what is shown, what is proved, what it costs.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
issue card --ca-out ca --holder-name '山田　花子' \
	--holder-address '東京都千代田区霞が関２丁目１番２号' \
	--birth 19900102 --sex 2
issue other --ca-out other-ca
card_in

apdus() {
	grep -c -- '->' card.trace || :
}

run 0 jumin status
silent
says '  Applications:  JPKI, Text Entry, Card Face, Resident Register, Common Card'
says '  Text Entry (text)'
verifies 0
run 0 jumin status --json
tr -d ' \n' <"$out" | grep -q \
	'"applications":\["jpki","text","face","juki","common"\],"text_pin":{"tries_left":3,"tries_limit":3,"blocked":false}' ||
	fault "JSON"
verifies 0
# No application is asked for more than once, and none by anything else.
from_here
run 0 jumin status
for aid in 0AD39210003100010104 10A000000231; do
	[ "$(grep -o "^00A4040C${aid}[0-9A-F]*" card.trace | sort | uniq -d)" = '' ] ||
		fault "asked twice"
done
sent 3 00A4040C0AD39210003100010104
sent 1 00A4040C0AD39210003100010101
sent 1 00A4040C10A000000231
from_here
run 0 jumin ssh
run 0 jumin cert show auth
sent 0 00A4040C0AD39210
sent 0 00A4040C10A0

# The holder.
from_here
run_pin 0 '1234\n' jumin attr
says 'Name:          山田　花子'
says 'Address:       東京都千代田区霞が関２丁目１番２号'
says 'Date of birth: 1990-01-02'
says 'Sex:           female'
says 'fits the certificate on the card; whose that is was not checked (--ca)'
says "CA's key id:   36303030303333" # 6000033
silent
verifies 1
# identification, counter, data: 9, 3 and 13; 5, 2 and 9 with short file ids
[ "$(apdus)" -le 25 ] || fault "$(apdus) commands"
# EF 0001 is the individual number's
sent 0 00A4020C020001
! grep -A99 '^00A4040C0AD3921000310001010408' card.trace | grep -q '^00B081' ||
	fault "read the individual number"

run_pin 0 '1234\n' jumin attr --json --ca ca/upper-ca.pem
[ "$(value name)/$(value birth_date)/$(value sex)/$(value sex_code)" = \
	'山田　花子/1990-01-02/female/2' ] || fault "JSON"
[ "$(value proof) $(value certified) $(value offsets_fit)" = \
	'certified true true' ] || fault "JSON"
run_pin 0 '1234\n' jumin attr --ca ca/upper-ca.pem
says 'Signature:     right, by a key that the CA given certified'
openssl pkey -pubin -in ca/upper-ca.pem -outform DER -out ca.der
run_pin 0 '1234\n' jumin attr --ca ca.der
says 'Signature:     right'
run_pin 5 '1234\n' jumin attr --ca other-ca/upper-ca.pem
says '山田　花子'
says 'made with a key that the CA given did not certify'
tells 'jumin: error: the signature proves nothing'
tells 'jumin: hint: do not rely on'

# A trace has neither the PIN nor anything of the holder.
run_pin 0 '1234\n' jumin attr --trace said
for hidden in 31323334 E5B1B1 3139393030313032; do
	! grep -q "$hidden" said || fault "the trace has $hidden"
done
grep -q '^0020....04\[4 bytes redacted\] -> \[0 bytes\] 9000' said ||
	fault "the trace has no VERIFY"

# PINs: the same rules as for the others.
from_here
for bad in '123\n' '12345\n' '12a4\n' '１２３４\n' ''; do
	run_pin 4 "$bad" jumin attr
	[ ! -s "$out" ] || fault "wrote to standard output"
	run_pin 4 "$bad" jumin pin check text
done
tells 'no PIN was given'
verifies 0
run_pin 4 '0000\n' jumin attr
tells 'wrong PIN, 2 attempts left'
tells 'only the municipal counter can set a new one'
run_pin 0 '1234\n' jumin pin check text --json
[ "$(value pin) $(value tries_left)" = 'text 3' ] || fault "JSON"
run_pin 0 '1234\n' jumin pin check auth
run_pin 0 '1234\n5678\n' jumin pin change text
says 'the PIN of Text Entry is changed'
run_pin 4 '1234\n' jumin attr
run_pin 0 '5678\n' jumin pin check text
run_pin 0 '1234\n' jumin pin check auth # another PIN, whatever its digits
for n in 1 2; do
	run_pin 4 '0000\n' jumin pin check text
done
from_here
run_pin 4 '5678\n' jumin attr
tells 'only one attempt is left; it was not used'
verifies 0
run_pin 4 '0000\n' jumin attr --last-try
tells 'the PIN of Text Entry is blocked'
run 4 jumin attr
tells 'the PIN of Text Entry is blocked'
run 0 jumin status
says 'blocked; the municipal counter sets a new one'
verifies 1
run_pin 0 '1234\n' jumin pin check auth
card_out

# Cards that cannot say it, and why.
issue plain --param apps=jpki
in_reader 35963 plain
for c in attr 'pin check text' 'pin change text'; do
	# shellcheck disable=SC2086 # words
	run_pin 1 '1234\n5678\n' jumin $c
	tells 'this card has no text-entry application'
	tells 'hint: a token in a phone has the key pairs alone'
done
run 0 jumin status
says '  Applications:  JPKI'
! grep -q Text "$out" || fault "shows what is not there"
run 0 jumin status --json
! grep -q text_pin "$out" || fault "shows what is not there"
