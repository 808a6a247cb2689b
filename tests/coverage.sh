#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make coverage, after the tests of a build with --enable-coverage: which lines
# and branches ran, for each folder.  Fails where less than 90 of 100 lines of
# pkcs11/ or of src/ did.
set -eu

floor=90
src=$(cd "${top_srcdir:?}" && pwd)
command -v gcovr >/dev/null || {
	echo "coverage: gcovr is missing (Debian: apt-get install gcovr)" >&2
	exit 1
}
# A source that is compiled into several programs counts once.
gcovr --root "$src" --object-directory . --filter "$src/src/" \
	--filter "$src/pkcs11/" --filter "$src/tools/" \
	--gcov-executable "${GCOV:-gcov}" --csv --output coverage.csv \
	--html-details coverage.html .
awk -F, -v floor="$floor" '
function add(name) {
	lines[name] += $2; run[name] += $3
	branches[name] += $5; taken[name] += $6
}
function row(name) {
	printf "%-16s %6d %6.1f %% %8d %6.1f %%\n", name, lines[name],
	    lines[name] ? 100 * run[name] / lines[name] : 100, branches[name],
	    branches[name] ? 100 * taken[name] / branches[name] : 100
}
NR == 1 {
	if ($2 != "line_total" || $6 != "branch_covered") {
		print "coverage: unknown form of gcovr" > "/dev/stderr"
		exit 2
	}
	next
}
{
	folder = $1
	sub(/\/[^\/]*$/, "", folder)
	if (!(folder in lines)) order[++n] = folder
	add(folder)
	top = $1
	sub(/\/.*/, "", top)
	if (folder != top) add(top)
	else tops[top] = 1
	if ($2 > 0 && 100 * $3 < floor * $2) low[++k] = sprintf( \
	    "%-40s %5d lines %6.1f %%", $1, $2, 100 * $3 / $2)
}
END {
	printf "%-16s %6s %8s %8s %8s\n", "folder", "lines", "run",
	    "branches", "taken"
	for (i = 1; i <= n; i++) row(order[i])
	if (!("src" in tops)) row("src")
	if (k) print "\nfiles below " floor " %:"
	for (i = 1; i <= k; i++) print low[i]
	bad = 0
	split("pkcs11 src", must, " ")
	for (i = 1; i <= 2; i++)
		if (100 * run[must[i]] < floor * lines[must[i]]) {
			print must[i] ": less than " floor " % of its lines ran"
			bad = 1
		}
	exit bad
}' coverage.csv
