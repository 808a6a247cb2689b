#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # called by osc_walk
#
# opensc.sh [CARD MODEL]: jobs of OpenSC's programs by its built-in driver and by
# ours in turn, on one card with that latency model, and what one process that
# goes on asks of OpenSC's PKCS#11 module.  CARD is plain or short, or with
# certificates of 0.9 kB plain-small or short-small.  Lines:
#
#   osc CARD MODEL JOB SIDE REPETITION WALL USER+SYS APDUS BYTES CARD
#
# in microseconds; CARD is the share of card and link.  JOB is one of osc_jobs.sh
# or PAIR.STEP; "fails" in place of the figures: this side cannot do it.
#
# Without CARD it is the whole part of "make bench", and prints its table; with
# --doc as doc/bench.md has it.  From a build folder: tests/bench/opensc.sh of the
# sources.
set -u
: "${top_srcdir:=${0%/*}/../..}" "${top_builddir:=.}"
export top_srcdir top_builddir

all() {
	local status=0 mode=osc c m pid pids=()
	[ "${1:-}" != --doc ] || mode=doc-osc
	[ -n "${BENCH_OUT:-}" ] || {
		BENCH_OUT=$(cd "$top_builddir" && pwd)/bench
		mkdir -p "$BENCH_OUT"
		rm -f "$BENCH_OUT"/osc-*
		printf 'meta\tdate\t%s\n' "$(date -u +%Y-%m-%d)" \
			>"$BENCH_OUT/osc-meta.tsv"
	}
	[ -e "$top_builddir/.libs/card-jumin.so" ] || {
		echo 'no driver was built: configure --with-opensc-source'
		exit 0
	}
	JM_INTEROP_TIMEOUT=${JM_INTEROP_TIMEOUT:-900}
	export BENCH_OUT JM_INTEROP_TIMEOUT
	for c in plain short plain-small short-small; do
		for m in contact contactless; do
			case $c-$m in *-small-contact) continue ;; esac
			"$0" $c $m >"$BENCH_OUT/osc-$c-$m.log" 2>&1 &
			pids+=($!)
		done
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	[ $status = 0 ] || grep -h FAIL "$BENCH_OUT"/osc-*.log
	"${AWK:-awk}" -v mode="$mode" -f "$top_srcdir/tests/bench/report.awk" \
		-f "$top_srcdir/tests/bench/report_nym.awk" \
		-f "$top_srcdir/tests/bench/report_osc.awk" \
		"$BENCH_OUT"/osc-*.tsv || status=1
	exit $status
}
[ $# = 2 ] || all "$@"

# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/interop/osc_jobs.sh
. "$top_srcdir/tests/interop/osc_jobs.sh"
into_reader "$@"
card=$1
model=$2
begin "osc-$card-$model"
need "$opensc" "$driver" "$build/tests/bench/opensc_steps" pkcs11-tool \
	pkcs15-tool pkcs15-crypt ssh-keygen

case $card in
plain*) param=(--param atr=3BE000FF8131FE4514) ;;
short*) param=(--param atr=3BC5FF8131FB458073C6010000) ;;
*) broken "no card $card" ;;
esac

# tell JOB WALL CPU
tell() {
	row osc "$card" "$model" "$1" "$side" "$rep" "$2" "$3" "$(apdus)" \
		"$(bytes)" "$(card_us)"
}

# measure JOB SIDE
measure() {
	local TIMEFORMAT='%R %U %S' status=0
	osc_side "$2"
	mark
	{ time timed "$1"; } 2>job.time </dev/null || status=$?
	[ $status != 0 ] || "$1_check" >>job.log 2>&1 || status=check
	if [ $status = 0 ]; then
		tell "$1" "$(awk '{ print int($1 * 1e6 + 0.5) }' job.time)" \
			"$(awk '{ print int(($2 + $3) * 1e6 + 0.5) }' job.time)"
	elif [ "$2" = builtin ]; then
		tell "$1" fails fails
	else
		broken "$model, $1, $side: status $status"
	fi
	[ "$2" != builtin ] || osc_forget
}

timed() {
	"$1" 2>job.log
}

note_step() {
	tell "$pair.$1" "$2" 0
}

card_new card
case $card in
*-small) small_certificates card.img >small.log 2>&1 ;;
esac
card_in card "${param[@]}"
osc_side builtin
public_keys
card_in card "${param[@]}" --latency "$model"
osc_know >job.log 2>&1 || broken 'filling the cache'

for rep in $(seq "$reps"); do
	for job in $osc_jobs; do
		for s in builtin cold warm noca; do
			measure "$job" $s
		done
	done
	for pair in auth sign; do
		for s in builtin warm hold; do
			osc_side $s
			osc_walk $pair note_step >job.log 2>&1 ||
				broken "$model, steps, $pair, $side"
			osc_forget
		done
	done
done
