#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Programs that use the same cards at the same time, readers and cards that come
# and go under them, children, and what the module is not to do to its host.
# A virtual reader cannot be unplugged while pcscd runs: that is in
# tests/pkcs11/test_removal.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module"

# a second card, in the second reader
other_in() {
	jumin-vcard run other.img --port "$1" --trace "$work/other.trace" \
		>other.log 2>&1 &
	echo $! >other.pid
	disown
	by reader_has "$2"
}

other_out() {
	kill "$(cat other.pid)"
	by not running "$(cat other.pid)"
	rm -f other.pid
}

reader_has() {
	opensc-tool -l 2>/dev/null | grep -q "^$1  *Yes"
}

# conf TEXT: what programs started from now on find
conf() {
	mkdir -p "$HOME/jumin"
	chmod 700 "$HOME/jumin"
	printf '%s\n' "$1" >"$HOME/jumin/jumin.conf"
	chmod 600 "$HOME/jumin/jumin.conf"
}

all_ok() {
	cat "$1.out"
	is "$(grep -cv CKR_OK "$1.out")" 0 "failures of $1"
}

one_by_one() {
	local name
	for name in a b; do
		p11_start "$name" open:auth "login:auth:$auth_pin" \
			again:4:sign:auth say:done
	done
	for name in a b; do
		p11_said "$name" 'say:done CKR_OK done'
		all_ok "$name"
	done
	is "$(signatures)" 8 signatures
	is "$(verifies)" 10 'VERIFYs: two logins and eight signatures'
	is "$(wrong_verifies)" 0 'wrong PINs'
}

# Each of two processes uses both readers.
crosswise() {
	local name first second
	for name in a b; do
		first=0 second=1
		[ "$name" = a ] || first=1 second=0
		p11_start "$name" "card:$first" open:auth "login:auth:$auth_pin" \
			again:2:sign:auth close:auth "card:$second" open:auth \
			"login:auth:$auth_pin" again:2:sign:auth final say:done
	done
	for name in a b; do
		p11_said "$name" 'say:done CKR_OK done'
		all_ok "$name"
	done
	is "$(signatures)" 4 'signatures of the first card'
	is "$(grep -c '^802A.*9000$' other.trace)" 4 'those of the second'
}

# A program that holds the first card's transaction, and one that wants it.
held() {
	conf 'login = hold'
	p11_start holder open:auth "login:auth:$auth_pin" sign:auth say:held \
		wait "$@" say:gone wait
	p11_said holder 'say:held CKR_OK held'
	conf ''
}

# It waits, while the second reader and everything from memory goes on.
a_holder_is_waited_for() {
	p11_start waiter open:auth "login:auth:$auth_pin" find:auth:cert \
		say:in wait sign:auth say:signed
	p11_said waiter 'say:in CKR_OK in'
	held logout:auth
	p11_tell waiter
	p11 card:1 open:auth "login:auth:$auth_pin" sign:auth >beside || :
	cat beside
	sleep 0.5
	is "$(grep -c say:signed waiter.out)" 0 'signatures while it is held'
	p11_tell holder
	p11_said holder 'say:gone CKR_OK gone'
	p11_said waiter 'say:signed CKR_OK signed'
	all_ok waiter
	p11_tell holder
}

# It knows both cards; while the first is held, only what needs it waits.
memory_does_not_wait() {
	p11_start knows slots open:auth find:auth:any card:1 open:sign \
		card:0 say:in wait slots state:auth find:auth:any \
		close:sign card:1 open:auth "login:auth:$auth_pin" \
		sign:auth final say:through
	p11_said knows 'say:in CKR_OK in'
	held logout:auth
	p11_tell knows
	p11_said knows 'say:through CKR_OK through'
	grep -c say:gone holder.out && return 1
	all_ok knows
	p11_tell holder
	p11_said holder 'say:gone CKR_OK gone'
	p11_tell holder
}

# pcscd resets the card of a process that ends inside a transaction.
a_holder_that_dies_frees_the_card() {
	p11_start waiter open:auth say:in wait "login:auth:$auth_pin" \
		sign:auth say:signed
	p11_said waiter 'say:in CKR_OK in'
	held
	p11_tell waiter
	sleep 0.3
	is "$(grep -c say:signed waiter.out)" 0 'signatures while it is held'
	kill -KILL "$(cat holder.pid)"
	p11_said waiter 'say:signed CKR_OK signed'
	all_ok waiter
	is "$(wrong_verifies)" 0 'wrong PINs'
}

# The same without a signal: it returns from main and never says C_Finalize.
a_holder_that_just_ends_frees_the_card() {
	conf 'login = hold'
	p11 open:auth "login:auth:$auth_pin" sign:auth >got
	conf ''
	is "$(grep -c CKR_OK got)" 4 'steps of the holder'
	p11_is open:auth "login:auth:$auth_pin" sign:auth -- \
		'open:auth CKR_OK' 'login:auth CKR_OK' 'sign:auth CKR_OK'
}

cards_come_and_go() {
	p11_start job card:1 open:auth "login:auth:$auth_pin" say:in wait \
		gone:auth sign:auth say:out wait until:auth open:auth \
		"login:auth:$auth_pin" sign:auth say:back
	p11_said job 'say:in CKR_OK in'
	other_out
	by not reader_has 1
	p11_tell job
	p11_said job 'say:out CKR_OK out'
	grep -q '^sign:auth CKR_\(DEVICE_REMOVED\|SESSION_HANDLE_INVALID\)$' \
		job.out
	sleep 0.7
	other_in 35964 1
	p11_tell job
	p11_said job 'say:back CKR_OK back'
	sed -n '/say:out/,$p' job.out >back
	is "$(grep -cv CKR_OK back)" 0 'failures with the next insertion'
}

# pcscd comes back with a reader more.
a_reader_is_added() {
	local pid
	p11_start job slots say:in wait until:auth slots open:auth \
		"login:auth:$auth_pin" sign:auth say:there
	p11_said job 'say:in CKR_OK in'
	cp -L "$(sed -n 's/^LIBPATH *//p' /run/pcscd/readers.d/vpcd0)" \
		/run/pcscd/drivers/libifdvpcd9.so
	sed -e 's/Virtual PCD/Virtual Nine/' -e 's/0x8C7B/0x8D00/' \
		-e 's,^LIBPATH.*,LIBPATH /run/pcscd/drivers/libifdvpcd9.so,' \
		/run/pcscd/readers.d/vpcd0 >nine
	cp nine /run/pcscd/readers.d/vpcd9
	pid=$(tr -d '\0' </run/pcscd/pcscd.pid)
	kill "$pid"
	by not running "$pid"
	pcscd --foreground --config /run/pcscd/readers.d >pcscd.log 2>&1 &
	disown
	by nine_is_there
	other_in 36096 "$(nine_is_there)"
	p11_tell job
	p11_said job 'say:there CKR_OK there'
	all_ok job
	is "$(grep '^slots' job.out | tr '\n' ' ')" \
		'slots CKR_OK 0 slots CKR_OK 2 ' 'slots before and after'
}

nine_is_there() {
	opensc-tool -l 2>/dev/null | sed -n "s,^\([0-9]*\) .*Nine 00 00$,\1,p" |
		grep .
}

children() {
	p11_start job open:auth "login:auth:$auth_pin" sign:auth \
		fork:nothing fork:exec fork:work state:auth sign:auth \
		fork:work final fork:work say:done
	p11_said job 'say:done CKR_OK done'
	all_ok job
	is "$(wrong_verifies)" 0 'wrong PINs'
}

# Also with every diagnostic that there is.
no_trace_in_the_host() {
	conf "log = debug
log-file = $work/log"
	p11 guest open:auth "login:auth:$auth_pin" sign:auth open:sign \
		"login:sign:$sign_pin" sign:sign login:auth:12 guest \
		final guest >got 2>err
	conf ''
	cat err
	[ ! -s err ]
	[ -s log ]
	is "$(sed -n 's/^guest //p' got | sort -u)" \
		'CKR_OK 0 0000000000000000' 'threads and handlers'
	is "$(grep -cv '^[a-z:]* CKR_[A-Z_]*\( 0 0*\)*$' got)" 0 \
		'lines that are not the program'"'"'s own'
}

card_new plain
card_new other
card_in plain
it 'two processes sign with one card, in turns' one_by_one
it 'children: another program, one that looks, one that works' children
it 'nothing is printed, no thread, no handler, at log = debug' \
	no_trace_in_the_host
it 'a process that holds the card ends without C_Finalize' \
	a_holder_that_just_ends_frees_the_card
it 'a process that holds the card is killed' a_holder_that_dies_frees_the_card
other_in 35964 1
it 'two processes use two readers, crosswise' crosswise
it 'a call that needs a held card waits and succeeds' a_holder_is_waited_for
it 'what is known goes on while a card is held, also C_Finalize' \
	memory_does_not_wait
it 'a card comes and goes in the second reader' cards_come_and_go
other_out
card_out
it 'pcscd comes back with a new reader under a program' a_reader_is_added
finish
