#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What was verified for one program is of no use to another: the status is gone
# from the card after every operation, however the program ended.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" jumin

select_jpki=00A4040C0AD392F000260100000001
digest_info=3031300D060960864801650304020105000420$(printf '%064d' 0)

# Another program that was given no PIN.
locked() {
	is "$(raw "$select_jpki" 00B0810010)" '9000 6982' 'EF 0001'
	is "$(raw "$select_jpki" "802A009733${digest_info}00")" '9000 6982' \
		'signature by the authentication key'
	is "$(raw "$select_jpki" "802A009A33${digest_info}00")" '9000 6982' \
		'signature by the signature key'
}

# The card as such does keep it, or nothing below would be worth saying.
card_keeps_status() {
	is "$(raw "$select_jpki" 0020009B06414243313233)" '9000 9000' VERIFY
	is "$(raw "$select_jpki" 00B0810010)" '9000 9000' \
		'EF 0001, next program'
	is "$(raw "$select_jpki" "802A009A33${digest_info}00")" '9000 9000' \
		'signature by the next program'
}

# steps PAIR PIN STEP ...: and while the program still runs, and after its end
nothing_left() {
	local pair=$1 pin=$2
	shift 2
	p11_start job "open:$pair" "login:$pair:$pin" "$@" say:done wait
	p11_said job 'say:done CKR_OK done'
	not grep -v CKR_OK job.out
	locked
	p11_tell job
	p11_end job
	locked
}

# killed PAIR PIN: with SIGKILL, when the card has its PIN and the transaction
# is not over
killed() {
	local pair=$1 pin=$2
	p11_start job "open:$pair" "login:$pair:$pin" say:in wait \
		"sign:$pair" say:never wait
	p11_said job 'say:in CKR_OK in'
	mark
	p11_tell job
	by has_verified
	kill -KILL "$(cat job.pid)"
	by not running "$(cat job.pid)"
	not grep -q never job.out
	# held by nobody: this one gets the card, in time
	locked
	p11_is "open:$pair" "login:$pair:$pin" "sign:$pair" -- \
		"open:$pair CKR_OK" "login:$pair CKR_OK" "sign:$pair CKR_OK"
	locked
}

has_verified() {
	[ "$(verifies)" = 1 ]
}

tool_leaves_nothing() {
	jumin sign --key sign --raw letter -o sig --pin-fd 3 3<<<"$sign_pin"
	locked
	jumin pin check auth --pin-fd 3 3<<<"$auth_pin"
	locked
	jumin cert export sign -o sign.pem --pin-fd 3 3<<<"$sign_pin"
	locked
}

card_new plain
card_in plain
it 'the card keeps its status between programs' card_keeps_status
card_in plain
it 'nothing is open at first' locked
it 'authentication: nothing is left by a login' nothing_left auth "$auth_pin"
it 'authentication: nor by a signature' nothing_left auth "$auth_pin" sign:auth
it 'authentication: nor by a log-out' \
	nothing_left auth "$auth_pin" sign:auth logout:auth
it 'signature: nothing is left by a login' nothing_left sign "$sign_pin"
it 'signature: nor by a signature' nothing_left sign "$sign_pin" sign:sign
it 'signature: nor by a log-out' \
	nothing_left sign "$sign_pin" sign:sign logout:sign
it 'jumin leaves nothing either' tool_leaves_nothing
# A card that keeps its status over a reset is a known gap (doc/threats.md).
card_in plain --latency contact --param reset-keeps-status=off
it 'authentication: nor by a program killed while it signs' \
	killed auth "$auth_pin"
it 'signature: nor by a program killed while it signs' killed sign "$sign_pin"
finish
