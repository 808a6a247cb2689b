#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# A service that ends and comes back, and a program that keeps the card for
# itself: the module waits for neither longer than it says.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" jumin opensc-explorer

# pcscd of this namespace: the one that writes its number where we see it
service_pid() {
	cat /run/pcscd/pcscd.pid
}

service_stops() {
	local pid
	pid=$(service_pid)
	kill "$pid"
	by not running "$pid"
}

service_is_up() {
	opensc-tool -l 2>/dev/null | grep -q Virtual
}

service_starts() {
	pcscd --foreground --config /run/pcscd/readers.d >pcscd.log 2>&1 &
	disown
	by service_is_up
}

# seconds LIMIT COMMAND ...: it ends within so many
seconds() {
	local limit=$1 start=$SECONDS
	shift
	"$@"
	[ $((SECONDS - start)) -le "$limit" ]
}

# A program that logged in before the service ended, and goes on afterwards.
service_comes_back() {
	p11_start job open:auth "login:auth:$auth_pin" sign:auth say:in wait \
		slots sign:auth "login:auth:$auth_pin" say:without wait \
		until:auth open:auth "login:auth:$auth_pin" sign:auth say:back
	p11_said job 'say:in CKR_OK in'
	not grep -v CKR_OK job.out
	service_stops
	p11_tell job
	seconds 5 p11_said job 'say:without CKR_OK without'
	sed -n '/^wait/,/without/p' job.out >meanwhile
	cat meanwhile
	grep -qx 'slots CKR_OK 0' meanwhile
	is "$(grep -c '^sign:auth CKR_\(DEVICE_REMOVED\|SESSION_HANDLE_INVALID\)$' \
		meanwhile)" 1 'defined answers'
	is "$(grep -c '^login:auth: CKR_OK' meanwhile)" 0 logins
	service_starts
	by reader_full
	mark
	p11_tell job
	p11_said job 'say:back CKR_OK back'
	sed -n '/without/,$p' job.out >back
	is "$(grep -cv CKR_OK back)" 0 failures
	is "$(verifies)" 2 VERIFYs
	is "$(wrong_verifies)" 0 'wrong PINs'
}

nothing_without_service() {
	service_stops
	seconds 3 p11_is slots -- 'slots CKR_OK 0'
	seconds 3 ends 3 jumin status
	service_starts
	by reader_full
	p11_is slots -- 'slots CKR_OK 2'
}

# OpenSC can keep a card for itself; its shell does so as long as it runs.
kept_by_another() {
	cat >opensc.conf <<END
app default {
	card_drivers = default;
	reader_driver pcsc { connect_exclusive = true; }
}
END
	rm -f shell.in
	mkfifo shell.in
	OPENSC_CONF=$work/opensc.conf opensc-explorer -c default -m '' \
		<>shell.in >shell.out 2>&1 &
	local shell=$!
	by grep -qF 'OpenSC [' shell.out # its prompt: it has the card
	seconds 8 p11 slots open:auth >got
	cat got
	not grep -q 'open:auth CKR_OK' got
	echo quit >shell.in
	by not running "$shell"
	p11_is open:auth "login:auth:$auth_pin" -- 'open:auth CKR_OK' \
		'login:auth CKR_OK'
}

card_new plain
card_in plain
it 'a card kept exclusively is a bounded wait, and then works' kept_by_another
it 'pcscd restarts under a program that is logged in' service_comes_back
it 'without pcscd there are no readers, and no waiting' nothing_without_service
finish
