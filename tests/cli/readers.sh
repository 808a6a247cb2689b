#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Several readers: which card is meant is never guessed.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 2
issue one --serial 0000000000000001
issue two --serial 0000000000000002
issue other

in_reader 35963 one
run 0 jumin status
run 0 jumin ssh
cp "$out" first

# A card of another kind in the second reader changes nothing.
in_reader 35965 other --quirk sw-at=1:6A82
run 0 jumin ssh
cmp "$out" first || fault "another key"
card_out

in_reader 35963 one
in_reader 35965 two
run 2 jumin ssh
[ ! -s "$out" ] || fault "wrote to standard output"
tells 'there are several resident cards: '
tells '(Virtual PCD 00 00)'
tells '(Virtual PCD 2 00 00)'
tells 'choose one of these readers with --reader N'
run 2 jumin pin check auth
run 0 jumin status
says 'Serial number: 0000000000000001'
says 'Serial number: 0000000000000002'
# reader_of SERIAL: the line "Reader N: NAME" before it, as N:NAME
reader_of() {
	awk -v serial="$1" '
		/^Reader / { reader = substr($0, 8) }
		/Serial number/ && $NF == serial { print reader }' "$out"
}
one=$(reader_of 0000000000000001)
two=$(reader_of 0000000000000002)
run 0 jumin ssh --reader "${one%%:*}"
cmp "$out" first || fault "not the card of reader $one"
run 0 jumin ssh --reader "${two%%:*}"
if cmp -s "$out" first; then fault "not the card of reader $two"; fi
cp "$out" second
run 0 jumin ssh --reader "${two#*: }"
cmp "$out" second || fault "not the card of reader $two"
second=${two%%:*}
run 0 jumin status --reader "$second"
says 'Serial number: 0000000000000002'
! grep -q 0000000000000001 "$out" || fault "shows another reader"

# A wrong PIN goes to the card that was named, and to no other.
from=$(grep -c . one.trace)
run_pin 4 '0000\n' jumin pin check auth --reader "$second"
[ "$(grep -c . one.trace)" = "$from" ] || fault "the other card was asked too"
