# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For the tests of whole programs: command, expected output, expected status.
#
#   begin                          in a folder of its own, no reader needed
#   with_reader DRIVERS            the same where a pcscd of its own is
#   card_in                        a fresh card in reader 0
#   run STATUS COMMAND ...         its output is in $out, its errors in $err
#   says TEXT, tells TEXT          $out or $err has this text
#   sent N COMMAND-PREFIX          the card was sent N commands that begin so

set -eu
build=$(cd "${top_builddir:-.}" && pwd)
source=$(cd "${top_srcdir:-.}" && pwd)
PATH=$build:$build/tests/cli:$PATH
LC_ALL=C
TZ=JST-9
export PATH LC_ALL TZ
unset LANGUAGE

# begin: in a folder of its own
begin() {
	work=$(mktemp -d)
	out=$work/out
	err=$work/err
	cards=
	# shellcheck disable=SC2086 # a list
	trap '[ -z "$cards" ] || kill $cards 2>/dev/null || :
		cd /; rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM HUP
	cd "$work"
}

# with_reader DRIVERS: again from the start, where a pcscd is; then begin
with_reader() {
	if [ -z "${JM_CLI_INSIDE:-}" ]; then
		JM_CLI_INSIDE=1
		export JM_CLI_INSIDE
		exec "$source/tests/support/pcsc-ns.sh" -n "$1" \
			"$source/tests/cli/${0##*/}"
	fi
	begin
}

fault() {
	{
		echo "FAULT: $*"
		echo "--- last command: ${last:-none}"
		[ ! -s "$out" ] || { echo "--- its output"; cat "$out"; }
		[ ! -s "$err" ] || { echo "--- its errors"; cat "$err"; }
		for t in "$work"/*.trace; do
			[ ! -s "$t" ] || { echo "--- $t"; cat "$t"; }
		done
	} >&2
	exit 1
}

run() {
	want=$1
	shift
	last="$*"
	got=0
	"$@" >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" = "$want" ] || fault "exit status $got, not $want"
}

# The same with a PIN on descriptor 3, a line for each.
run_pin() {
	want=$1
	pins=$2
	shift 2
	last="$*"
	got=0
	printf %b "$pins" >"$work/pins"
	"$@" --pin-fd 3 3<"$work/pins" >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" = "$want" ] || fault "exit status $got, not $want"
}

says() {
	grep -qF -- "$1" "$out" || fault "does not say: $1"
}

tells() {
	grep -qF -- "$1" "$err" || fault "does not tell: $1"
}

silent() {
	[ ! -s "$err" ] || fault "is not silent"
}

# value KEY: of the first such key in JSON output
value() {
	tr -d '\n' <"$out" |
		sed -n "s/.*\"$1\": *\"\{0,1\}\([^,\"}]*\).*/\1/p"
}

# in_reader PORT IMAGE [OPTION ...]: put an issued card into a reader
in_reader() {
	port=$1
	image=$2
	shift 2
	: >"$image.trace"
	jumin-vcard run "$image" --port "$port" --trace "$image.trace" "$@" \
		>"$image.log" 2>&1 &
	cards="$cards $!"
	n=0
	until grep -q '# power on' "$image.trace"; do
		n=$((n + 1))
		[ $n -lt 100 ] || { cat "$image.log" >&2; fault "no card in the reader"; }
		sleep 0.1
	done
}

issue() {
	jumin-vcard create "$@" >"$work/create.log" 2>&1 || {
		cat "$work/create.log" >&2
		fault "no card was issued"
	}
}

card_in() {
	[ -f card ] || issue card
	in_reader 35963 card
}

card_out() {
	for c in $cards; do
		kill "$c" 2>/dev/null || :
		wait "$c" 2>/dev/null || :
	done
	cards=
	n=0
	# a reader that has not noticed yet would take the next card for this one;
	# it looks every 400 ms
	sleep 1
	while jumin status --json 2>/dev/null | grep '"state"' |
		grep -qv '"empty"\|"hidden"\|"readable"'; do
		n=$((n + 1))
		[ $n -lt 100 ] || fault "the card is still in the reader"
		sleep 0.1
	done
}

no_temporary_file() {
	for t in .jumin*; do
		[ ! -e "$t" ] || fault "$t stayed"
	done
}

# Forget what the card was sent so far.
from_here() {
	: >card.trace
}

sent() {
	n=$(grep -c "^$2" card.trace) || :
	[ "$n" = "$1" ] || fault "the card was sent $n of $2, not $1"
}

# A VERIFY has data; a retry query has none.
verifies() {
	n=$(grep -c '^0020[0-9A-F]\{4\}[0-9A-F\[]' card.trace) || :
	[ "$n" = "$1" ] || fault "the card was sent $n VERIFY, not $1"
}
