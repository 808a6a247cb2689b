#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Programs that end in their own ways: without C_Finalize, with threads still
# inside, and with C_Finalize after all destructors of the module have run.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" "$build/tests/interop/exit_host"

# ends_well HOW: 0 and no signal, in time
ends_well() {
	timeout 20 "$build/tests/interop/exit_host" "$1" "$module" "$auth_pin" \
		"$work/late.so" >got 2>&1 || {
		echo "status $?"
		cat got
		return 1
	}
	cat got
	grep -qx 'done' got
	is "$(wrong_verifies)" 0 'wrong PINs'
	nobody_is_logged_in
}

finalizes() {
	ends_well "$1"
	is "$(tail -n 1 got)" 'finalized 0' 'last line'
}

# what the card says to somebody who comes after
nobody_is_logged_in() {
	is "$(raw 00A4040C0AD392F000260100000001 00A4020C020017 \
		802A008004DEADBEEF00)" '9000 9000 6982' \
		'a signature of another program'
}

# several times: threads meet the end at another moment each time
while_threads_sign() {
	local left=8
	while [ "$left" -gt 0 ]; do
		ends_well signing
		left=$((left - 1))
	done
}

card_new plain
card_in plain
${CC:-cc} -shared -fPIC -DLATE -o late.so "$src/tests/interop/exit_host.c"
it 'without C_Finalize, logged in, a thread waiting for events' ends_well none
it 'C_Finalize by atexit' finalizes atexit
it 'C_Finalize by a destructor of the program' finalizes destructor
it "C_Finalize by a destructor that runs after the module's" finalizes library

# pcscd resets the card of a process that ends inside a transaction; a card that
# keeps its status over that is a known gap
card_in plain --param reset-keeps-status=off
it 'without C_Finalize, while four threads sign' while_threads_sign
finish
