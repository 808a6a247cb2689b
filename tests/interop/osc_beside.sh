#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2119,SC2317 # the cases are called by "it"
# One card, and at the same time programs that use it through OpenSC's module
# with our card driver, and others that use it through Jumin's own module.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/osc.sh
. "$src/tests/interop/osc.sh"
need "$module"
turns=200

# through NAME MODULE STEP ...: a process that goes on beside the script;
# "theirs" is OpenSC's module
through() {
	local name=$1 module=$module first=()
	[ "$2" = ours ] || {
		module=$opensc
		first=("label:auth:$auth_token" "label:sign:$sign_token")
	}
	shift 2
	p11_start "$name" "${first[@]}" "$@"
}

all_ok() {
	cat "$1.out"
	is "$(grep -cv CKR_OK "$1.out")" 0 "failures of $1"
}

ends_well() {
	p11_said "$1" "say:done CKR_OK done"
	all_ok "$1"
}

# in_turns NAME...: each begins when the one before it has signed
in_turns() {
	local name
	rm -f way.*
	for name in "$@"; do
		mkfifo "way.$name"
	done
	set -- "$@" "$1"
	while [ $# -gt 1 ]; do
		through "$1" "${1%%-*}" open:auth "login:auth:$auth_pin" \
			say:in "turns:$turns:auth" say:done wait logout:auth \
			final 3<>"way.$1" 4<>"way.$2"
		shift
	done
}

two_take_turns() {
	in_turns ours-a theirs-a
	p11_said ours-a 'say:in CKR_OK in'
	p11_said theirs-a 'say:in CKR_OK in'
	mark
	printf x >way.ours-a
	wait_long ours-a theirs-a
	is "$(verifies)" $((2 * turns)) 'VERIFYs, one a signature'
	is "$(wrong_verifies)" 0 'wrong PINs'
	is "$(signatures)" $((2 * turns)) signatures
	is_clean
	for name in ours-a theirs-a; do
		p11_tell "$name"
		p11_end "$name"
		all_ok "$name"
		grep -qx "turns:$turns CKR_OK $turns" "$name.out"
	done
	is_clean
}

# wait_long NAME...: until they are done; a minute at most
wait_long() {
	local name end=$((SECONDS + 90))
	for name in "$@"; do
		until grep -q '^say:done' "$name.out"; do
			running "$(cat "$name.pid")"
			[ "$SECONDS" -lt "$end" ]
			sleep 0.05
		done
		all_ok "$name"
	done
}

# without turns, as they come
side_by_side() {
	local name
	for name in ours-a theirs-a ours-b theirs-b; do
		through "$name" "${name%%-*}" open:auth \
			"login:auth:$auth_pin" again:25:sign:auth say:done wait
	done
	wait_long ours-a theirs-a ours-b theirs-b
	is "$(signatures)" 100 signatures
	is "$(wrong_verifies)" 0 'wrong PINs'
	for name in ours-a theirs-a ours-b theirs-b; do
		p11_tell "$name"
		p11_end "$name" >ended
	done
	is_clean
}

# the other key of the same card, each pair by another module
other_key() {
	through ours-a ours open:sign "login:sign:$sign_pin" sign:sign say:in \
		wait "login:sign:$sign_pin" sign:sign say:done wait
	p11_said ours-a 'say:in CKR_OK in'
	through theirs-a theirs open:auth "login:auth:$auth_pin" sign:auth \
		say:in wait sign:auth say:done wait
	p11_said theirs-a 'say:in CKR_OK in'
	p11_tell ours-a
	ends_well ours-a
	p11_tell theirs-a
	ends_well theirs-a
	is "$(wrong_verifies)" 0 'wrong PINs'
	is_clean
	p11_tell ours-a
	p11_tell theirs-a
}

# changed_by WHOM WHO OLD NEW: WHO holds OLD when it is changed with WHOM's
# module; it is told so, and the try that this costs is one
changed_by() {
	local whom=$1 who=$2 old=$3 new=$4
	through holder "$who" open:auth "login:auth:$old" sign:auth say:in \
		wait sign:auth sign:auth sign:auth say:done wait
	p11_said holder 'say:in CKR_OK in'
	through changer "$whom" open:auth:rw "login:auth:$old" \
		"setpin:auth:$old:$new" say:done wait
	ends_well changer
	mark
	p11_tell holder
	p11_said holder 'say:done CKR_OK done'
	cat holder.out
	sed '1,/^say:in/d' holder.out | grep '^sign' >signs
	is "$(wc -l <signs)" 3 'signatures asked for'
	is "$(grep -c CKR_OK signs)" 0 'of them made'
	is "$(verifies)" 1 VERIFYs
	is "$(wrong_verifies)" 1 'wrong ones'
	p11_tell holder
	p11_tell changer
	# the new one gives the try back
	through new ours open:auth "login:auth:$new" sign:auth say:done wait
	ends_well new
	p11_tell new
	is_clean
}

# The first of them loses the try; the others see that one is missing.
together() {
	local h old=$1 new=$2
	for h in theirs-a theirs-b ours-a theirs-c; do
		through "$h" "${h%%-*}" open:auth "login:auth:$old" sign:auth \
			say:in wait sign:auth sign:auth say:done wait
		p11_said "$h" 'say:in CKR_OK in'
	done
	printf '%s\n' "$old" "$new" | jumin pin change auth --pin-fd 0
	mark
	for h in theirs-a theirs-b ours-a theirs-c; do
		p11_tell "$h"
	done
	for h in theirs-a theirs-b ours-a theirs-c; do
		p11_said "$h" 'say:done CKR_OK done'
		p11_tell "$h"
	done
	is "$(verifies)" 1 'VERIFYs of all of them'
	jumin pin check auth --pin-fd 0 <<<"$new"
	is_clean
}

killed() {
	local who=$1
	through holder "$who" open:auth "login:auth:$auth_pin" sign:auth say:in \
		wait
	p11_said holder 'say:in CKR_OK in'
	through other ours open:auth "login:auth:$auth_pin" say:in wait \
		again:5:sign:auth say:done wait
	p11_said other 'say:in CKR_OK in'
	kill -KILL "$(cat holder.pid)"
	by not running "$(cat holder.pid)"
	is_clean
	p11_tell other
	ends_well other
	is_clean
	p11_tell other
}

# In the middle of its signatures.  pcscd resets the card of a process that ends
# inside a transaction; a card that keeps its status over that keeps it until
# the next log-out.
killed_while_signing() {
	local i
	for i in 1 2 3 4 5 6; do
		through holder theirs open:auth "login:auth:$auth_pin" say:in \
			again:400:sign:auth
		p11_said holder 'say:in CKR_OK in'
		sleep "0.0$i"
		kill -KILL "$(cat holder.pid)"
		by not running "$(cat holder.pid)"
		is_clean
	done
	is "$(wrong_verifies)" 0 'wrong PINs'
}

put_back() {
	through job theirs open:auth "login:auth:$auth_pin" sign:auth say:in \
		wait gone:auth say:out wait until:auth open:auth \
		"login:auth:$auth_pin" sign:auth say:done wait
	through ours-a ours open:auth "login:auth:$auth_pin" sign:auth say:in \
		wait gone:auth say:out wait until:auth open:auth \
		"login:auth:$auth_pin" sign:auth say:done wait
	p11_said job 'say:in CKR_OK in'
	p11_said ours-a 'say:in CKR_OK in'
	card_out
	p11_tell job
	p11_tell ours-a
	p11_said job 'say:out CKR_OK out'
	p11_said ours-a 'say:out CKR_OK out'
	card_in "$card"
	p11_tell job
	p11_tell ours-a
	p11_said job 'say:done CKR_OK done'
	p11_said ours-a 'say:done CKR_OK done'
	for name in job ours-a; do
		sed -n '/say:out/,$p' "$name.out" >back
		cat back
		is "$(grep -cv CKR_OK back)" 0 'failures after it was put back'
		p11_tell "$name"
	done
	is "$(wrong_verifies)" 0 'wrong PINs'
	is_clean
}

# While it is out a signature fails, and the PIN given before is not sent to
# what comes next.
another_card() {
	through job theirs open:auth "login:auth:$auth_pin" sign:auth say:in \
		wait sign:auth say:done wait
	p11_said job 'say:in CKR_OK in'
	card_out
	card_in other
	p11_tell job
	p11_said job 'say:done CKR_OK done'
	cat job.out
	is "$(grep -c '^sign:auth CKR_OK' job.out)" 1 'signatures'
	is "$(verifies)" 0 'VERIFYs to the other card'
	p11_tell job
}

osc_conf
card_new other
issue plain ok ok JPKIAPICCTOKEN2
insert plain
auth_token=$(token_of auth)
sign_token=$(token_of sign)
it "a process with either module, $turns signatures each in turns" \
	two_take_turns
it 'two processes with each module sign as they come' side_by_side
it "one with each key" other_key
it "Jumin's module changes the PIN that OpenSC's holds" \
	changed_by ours theirs "$auth_pin" 5678
it "OpenSC's module changes the PIN that Jumin's holds" \
	changed_by theirs ours 5678 "$auth_pin"
it "OpenSC's module changes the PIN that another one's holds" \
	changed_by theirs theirs "$auth_pin" 6789
it 'and back' changed_by theirs theirs 6789 "$auth_pin"
it 'several hold a PIN that is changed: they lose one try together' \
	together "$auth_pin" 7890
it 'and back' together 7890 "$auth_pin"
it "a process of OpenSC's module is killed while it is logged in" killed theirs
it "one of Jumin's module is killed" killed ours
insert plain --param reset-keeps-status=off
it 'one is killed while it signs' killed_while_signing
insert plain
it 'the card is taken out and put back' put_back
it 'another card is put in' another_card
finish
