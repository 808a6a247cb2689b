#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run.sh [-k] [WORDS]: puts each fault of faults.txt into a copy of the tree,
# one at a time, builds the tests that are to catch it, and runs them until one
# fails.  A fault that every test lets pass is a gap in the tests.
#
#   WORDS  only the faults whose name contains them
#   -k     keep the copy and say where it is
#
# A stanza of faults.txt (lines of a word and its value; a blank line ends it):
#
#   fault  what goes wrong, in words
#   in     file
#   from   a piece of one line of that file, which occurs there exactly once
#   to     what stands there instead (may be empty)
#   by     tests, of which one at least has to fail
#
# The faults are compiled without warnings as errors; one that does not compile
# proves nothing and counts as stale, as does one whose "from" is gone.
set -euo pipefail
cd "$(dirname "$0")/../.."
keep=0
[ "${1:-}" != -k ] || {
	keep=1
	shift
}
only=${1:-}
copy=$(mktemp -d)
ended() {
	if [ $keep = 1 ]; then
		echo "the copy: $copy"
	else
		rm -rf "$copy"
	fi
}
trap ended EXIT
trap 'exit 130' INT TERM HUP
# no configuration or cache of the person who runs this
export XDG_CONFIG_HOME=/dev/null/none XDG_CACHE_HOME=/dev/null/none
caught=0 missed=0 stale=0
jobs=$(nproc 2>/dev/null || echo 2)

# replace FILE FROM TO: fails unless FROM is in FILE exactly once
replace() {
	FROM=$2 TO=$3 awk '
		BEGIN { from = ENVIRON["FROM"]; to = ENVIRON["TO"] }
		{
			at = index($0, from)
			if (at > 0) {
				rest = substr($0, at + length(from))
				n += 1 + (index(rest, from) > 0)
				$0 = substr($0, 1, at - 1) to rest
			}
			print
		}
		END { exit n != 1 }
	' "$1" >"$1.new" || {
		rm -f "$1.new"
		return 1
	}
	# not mv: the build looks at the time, the copy keeps its mode
	cat "$1.new" >"$1"
	rm -f "$1.new"
}

# try NAME FILE FROM TO TEST...: says in $status what came of it
try() {
	local in=$copy/$2 from=$3 to=$4 test
	shift 4
	status='stale: "from" is not there exactly once'
	replace "$in" "$from" "$to" || return 0
	status='stale: it does not compile'
	make -C "$copy/b" -j "$jobs" "$@" >"$copy/log" 2>&1 || return 0
	status=missed
	for test in "$@"; do
		(cd "$copy/b" && timeout 300 "./$test") \
			>"$copy/log" 2>&1 </dev/null || {
			status="caught by $test"
			return 0
		}
	done
}

# one NAME FILE FROM TO TEST...
one() {
	local status
	cp -p "$copy/$2" "$copy/whole"
	try "$@"
	cat "$copy/whole" >"$copy/$2"
	printf '%-60s %s\n' "$1" "$status"
	case $status in
	caught*) caught=$((caught + 1)) ;;
	stale*)
		stale=$((stale + 1))
		tail -n 5 "$copy/log"
		;;
	*) missed=$((missed + 1)) ;;
	esac
}

# each: calls one for every stanza
each() {
	local word value name='' file='' from='' to='' by=''
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		'#'*) continue ;;
		esac
		word=${line%% *}
		value=
		[ "$word" = "$line" ] || value=${line#"$word"}
		value=${value#"${value%%[! ]*}"}
		case $word in
		fault) name=$value ;;
		in) file=$value ;;
		from) from=$value ;;
		to) to=$value ;;
		by) by=$value ;;
		'')
			if [ -n "$name" ] && [ -z "${name##*"$only"*}" ]; then
				# shellcheck disable=SC2086 # a list
				one "$name" "$file" "$from" "$to" $by
			fi
			name='' file='' from='' to='' by=''
			;;
		*)
			echo "faults.txt: what is \"$word\"?" >&2
			exit 2
			;;
		esac
	done < <(cat tests/seeded/faults.txt && echo)
}

echo "copying and building the tree without a fault"
(git ls-files -z 2>/dev/null || find . -type f -print0) |
	tar -c --null -T - | tar -x -C "$copy"
[ -f "$copy/configure" ] || (cd "$copy" && autoreconf -i >"$copy/log" 2>&1)
mkdir "$copy/b"
(cd "$copy/b" && ../configure "CC=${CC:-gcc}" CFLAGS=-O1 >"$copy/log" 2>&1)
tests=$(sed -n 's/^by  *//p' tests/seeded/faults.txt | tr ' ' '\n' | sort -u)
# not "all $tests": all is a make of its own, and both would build the libraries
# shellcheck disable=SC2086 # a list
if ! { make -C "$copy/b" -j "$jobs" && make -C "$copy/b" -j "$jobs" $tests; } \
	>"$copy/log" 2>&1; then
	grep -m 5 -iE 'error|[*][*][*]' "$copy/log" || tail -n 20 "$copy/log"
	exit 1
fi
for test in $tests; do
	(cd "$copy/b" && timeout 300 "./$test") >"$copy/log" 2>&1 </dev/null || {
		echo "$test fails without any fault:"
		tail -n 20 "$copy/log"
		exit 1
	}
done
each
echo "$caught caught, $missed missed, $stale stale"
[ $missed = 0 ] && [ $stale = 0 ] && [ $caught -gt 0 ]
