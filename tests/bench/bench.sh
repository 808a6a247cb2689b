#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# bench.sh [--doc]: what jobs, calls, threads and readers cost, by our module
# and by OpenSC's in turn, on the same virtual card.  Started by "make bench";
# needs opensc, openssh, NSS's tools, sshd and firefox-esr where they are to be
# measured, and gnuplot for the picture.
#
# Leaves bench/{bench.txt,bench.json,bench.svg} in the build folder; --doc puts
# the table and the picture into doc/ as well.  Exit status 1 when a claim that
# we make does not hold, or a job failed.
#
#   BENCH_REPS   repetitions of each job (3)
#   BENCH_PARTS  some of: jobs opensc firefox calls readers identities services
#                (all)
set -u
: "${top_srcdir:=${0%/*}/../..}" "${top_builddir:=.}"
export top_srcdir top_builddir
here=$top_srcdir/tests/bench
BENCH_OUT=$(cd "$top_builddir" && pwd)/bench
JM_INTEROP_TIMEOUT=900
export BENCH_OUT JM_INTEROP_TIMEOUT
parts=${BENCH_PARTS:-jobs opensc readers firefox calls identities services}
doc=no
[ "${1:-}" != --doc ] || doc=yes
failed=0

version() {
	"$@" 2>&1 | head -n 1 | grep -o '[0-9][0-9]*\.[0-9][0-9a-z.]*[0-9a-z]' | head -n 1
}

package() {
	dpkg-query -W -f '${Version}' "$1" 2>/dev/null
}

# tell KEY VALUE
tell() {
	[ -z "$2" ] || printf 'meta\t%s\t%s\n' "$1" "$2"
}

meta() {
	tell date "$(date -u +%Y-%m-%d)"
	tell processors "$(nproc)"
	tell Jumin "$(version "$top_builddir/jumin" --version)"
	tell OpenSC "$(package opensc-pkcs11)"
	tell 'PC/SC lite' "$(version pcscd --version || package pcscd)"
	tell vpcd "$(package vsmartcard-vpcd)"
	tell OpenSSL "$(version openssl version)"
	tell OpenSSH "$(version ssh -V)"
	tell NSS "$(package libnss3)"
	tell Firefox "$(version firefox-esr --version)"
	tell gcc "$(version gcc --version)"
}

# part LOG SCRIPT [ARGUMENT ...]
part() {
	local log=$BENCH_OUT/$1.log
	shift
	"$@" >"$log" 2>&1 || {
		echo "FAIL ${*##*/}" >&2
		sed 's/^/    | /' "$log" >&2
		return 1
	}
}

finished() {
	local pid
	for pid in "$@"; do
		wait "$pid" || failed=1
	done
}

report() {
	${AWK:-awk} -v mode="$1" -v out="$BENCH_OUT" -f "$here/report.awk" \
		-f "$here/report_nym.awk" -f "$here/report_osc.awk" \
		"$BENCH_OUT"/*.tsv
}

mkdir -p "$BENCH_OUT"
rm -f "$BENCH_OUT"/*
meta >"$BENCH_OUT/meta.tsv"
began=$SECONDS

# Nearly all their time is waiting for the card, so these go beside each other,
# each with a pcscd of its own.
pids=()
case $parts in
*jobs*)
	for card in plain short; do
		for model in contact contactless; do
			part "jobs-$card-$model" "$here/jobs.sh" $card $model &
			pids+=($!)
		done
	done
	;;
esac
case $parts in
*readers*)
	part readers "$here/readers.sh" &
	pids+=($!)
	;;
esac
finished "${pids[@]}"
case $parts in
*opensc*) part opensc "$here/opensc.sh" || failed=1 ;;
esac
# these are about the processor
for p in firefox calls; do
	case $parts in
	*$p*) part $p "$here/$p.sh" || failed=1 ;;
	esac
done
case $parts in
*identities*)
	"$top_builddir/tests/bench/nymlist" >"$BENCH_OUT/identities.tsv" || failed=1
	;;
esac
case $parts in
*services*)
	"$top_builddir/tests/bench/nymbench" 10 >"$BENCH_OUT/nym.log" &&
		sed 's/^/nym\t/; s/ /\t/' "$BENCH_OUT/nym.log" \
			>"$BENCH_OUT/nym.tsv" || failed=1
	;;
esac
printf 'meta\tseconds\t%s\n' $((SECONDS - began)) >>"$BENCH_OUT/meta.tsv"

report text >"$BENCH_OUT/bench.txt" || failed=1
report json >"$BENCH_OUT/bench.json"
report plot
cat "$BENCH_OUT/bench.txt"
if command -v gnuplot >/dev/null; then
	(cd "$BENCH_OUT" && gnuplot "$(cd "$OLDPWD" && cd "$here" && pwd)/plot.gp") ||
		failed=1
else
	echo 'no gnuplot: no picture' >&2
fi
if [ $doc = yes ] && [ $failed = 0 ]; then
	report doc >"$top_srcdir/doc/bench.md"
	cp "$BENCH_OUT/bench.svg" "$top_srcdir/doc/"
fi
exit $failed
