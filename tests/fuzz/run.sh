#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make fuzz [FUZZ_SECONDS=60] [FUZZ_TARGETS="card x509"] [FUZZ_KEEP=1]
#
# Builds the targets with clang's libFuzzer, ASan and UBSan in fuzz/build and
# runs each for so many seconds from its corpus in the tree.  What it finds new
# is in fuzz/TARGET/found, and goes on from there the next time; an input that
# stops it in fuzz/TARGET/crash-*, leak-*, timeout-*.  With FUZZ_KEEP the
# corpora of the source tree are written anew, minimised.
set -eu

src=$(cd "${srcdir:?}" && pwd)
here=$src/tests/fuzz
mkdir -p fuzz/build
top=$(pwd)/fuzz
bin=$top/build/tests/fuzz
(
	cd fuzz/build
	[ -f Makefile ] || "$src/configure" CC="${FUZZ_CC:-clang}" \
		CFLAGS='-O1 -g' --enable-werror --enable-sanitize \
		--enable-fuzzing --disable-nls
	make -j "${FUZZ_JOBS:-2}" fuzz-programs
) >fuzz/build.log 2>&1 || {
	tail -n 20 fuzz/build.log >&2
	echo "fuzz: cannot build, see fuzz/build.log" >&2
	exit 1
}

# figure NAME LOG: the last value of a figure that libFuzzer prints
figure() {
	sed -n "s/.*[[:space:]]$1: \([0-9]*\).*/\1/p" "$2" | tail -n 1
}

bad=0
printf '%-10s %10s %8s %7s %7s %7s  %s\n' target executions per-second \
	edges features inputs result
for t in $FUZZ_TARGETS; do
	dir=$top/$t
	rm -rf "$dir/seeds"
	mkdir -p "$dir/seeds" "$dir/found"
	"$bin/corpus_tool" unpack "$here/corpus/$t.txt" "$dir/seeds"
	dict=
	[ ! -f "$here/$t.dict" ] || dict="-dict=$here/$t.dict"
	result=clean
	# shellcheck disable=SC2086 # one word or none
	(cd "$dir" && "$bin/fuzz_$t" -max_total_time="$FUZZ_SECONDS" \
		-max_len=8192 -timeout=20 -rss_limit_mb=2048 \
		-print_final_stats=1 $dict found seeds) >"$dir/log" 2>&1 || {
		result="FOUND, see $dir/log"
		bad=1
	}
	printf '%-10s %10s %8s %7s %7s %7s  %s\n' "$t" \
		"$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/log")" \
		"$(sed -n 's/^stat::average_exec_per_sec: *//p' "$dir/log")" \
		"$(figure cov "$dir/log")" "$(figure ft "$dir/log")" \
		"$(find "$dir/found" -type f | wc -l)" "$result"
	[ -n "${FUZZ_KEEP:-}" ] || continue
	rm -rf "$dir/small"
	cp -R "$dir/seeds" "$dir/small"
	(cd "$dir" && "$bin/fuzz_$t" -merge=1 -use_counters=0 \
		-max_len=4096 small found) \
		>"$dir/merge.log" 2>&1
	{
		sed -n '/^input /q;p' "$here/corpus/$t.txt"
		"$bin/corpus_tool" pack "$dir/small"
	} >"$dir/new"
	mv "$dir/new" "$here/corpus/$t.txt"
done
exit $bad
