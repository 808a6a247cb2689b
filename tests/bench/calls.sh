#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What calls cost without a latency model, and with many threads.  Lines:
#
#   call NAME SIDE REPETITION COUNT WALL CPU       microseconds of one call
#   threads|signs SIDE REPETITION THREADS PER-SECOND P50 P99 MAX
set -u
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
begin calls
need "$module" "$opensc"

# bench MODE [N]: lines of p11bench
bench() {
	timeout 120 "$p11bench" "$so" "$auth_token" "$auth_pin" "$@" \
		2>job.log || broken "$*, $side"
}

card_new plain
card_in plain
for rep in $(seq "$reps"); do
	for s in jumin opensc; do
		side $s
		bench calls | while read -r name values; do
			# shellcheck disable=SC2086 # three words
			row call "$name" "$side" "$rep" $values
		done
	done
	for n in 1 2 4 8 16 32 64; do
		for s in jumin opensc; do
			side $s
			for mode in threads signs; do
				# shellcheck disable=SC2046 # words
				set -- $(bench $mode $n)
				[ $# = 6 ] || broken "$mode $n, $side"
				row "$1" "$side" "$rep" "$2" "$3" "$4" "$5" "$6"
			done
		done
	done
done
