#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What tells Windows which cards are ours has each ATR of the profiles once for
# each width, and none that is not a profile's; templates have none themselves.
set -eu
cd "${top_srcdir:-.}"
awk=${AWK:-awk}
md=drivers/minidriver
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

made() {
	kind=$1
	shift
	LC_ALL=C "$awk" -v VERSION=1.2.3 -v DATE=2026-01-31 -v KIND="$kind" \
		-f tools/build/calais.awk "$@"
}

fail() {
	echo "check-calais: $*" >&2
	exit 1
}

# ATR and mask, as the profiles have them: bytes in lower case, commas
sed -n 's/^atr  *\([0-9A-F. ]*[0-9A-F.]\).*/\1/p' profiles/*.profile |
	sort -u | while read -r line; do
	# shellcheck disable=SC2086 # bytes
	printf '%s ' $line | awk '{
		for (i = 1; i <= NF; i++) {
			a = a (i > 1 ? "," : "") ($i == ".." ? "00" : tolower($i))
			m = m (i > 1 ? "," : "") ($i == ".." ? "00" : "ff")
		}
		print a, m
	}'
done | sort >"$tmp/want"
[ -s "$tmp/want" ] || fail "the profiles have no ATR"
wanted=$(wc -l <"$tmp/want")

if grep -qi '3b[, ]*[0-9a-f][0-9a-f]' "$md"/juminmd*.in; then
	fail "a template has an ATR of its own"
fi

# inf FILE: "VIEW CARD ATR|ATRMask BYTES", or reg FILE
inf() {
	sed -n 's/^HKLM,"SOFTWARE\\\(Wow6432Node\\\)\{0,1\}Microsoft\\Cryptography\\Calais\\SmartCards\\\([^"]*\)","\(ATR\|ATRMask\)",0x00000001,\(.*\)/\1|\2|\3|\4/p' "$1"
}

reg() {
	awk '/^\[HKEY_LOCAL_MACHINE\\SOFTWARE\\/ {
			view = /Wow6432Node/ ? "Wow6432Node\\" : ""
			sub(/.*SmartCards\\/, ""); sub(/\]$/, ""); card = $0
		}
		/^"ATR(Mask)?"=hex:/ {
			split($0, at, "\""); sub(/.*hex:/, "")
			print view "|" card "|" at[2] "|" $0
		}' "$1"
}

# compare NAME: what stands in $tmp/got, for each width, is what is wanted
compare() {
	for view in '' Wow6432Node; do
		awk -F'|' -v view="$view" '{ v = $1; sub(/\\$/, "", v) }
			v == view && $3 == "ATR" { atr[$2] = $4; n[$2]++ }
			v == view && $3 == "ATRMask" { mask[$2] = $4 }
			END { for (c in atr) for (i = 0; i < n[c]; i++)
				print atr[c], mask[c] }' "$tmp/got" |
			sort >"$tmp/is"
		cmp -s "$tmp/want" "$tmp/is" || {
			diff "$tmp/want" "$tmp/is" >&2 || :
			fail "$1: these are not the ATRs of the profiles"
		}
	done
}

for kind in store system; do
	made $kind profiles/*.profile $md/juminmd.inf.in >"$tmp/inf"
	inf "$tmp/inf" >"$tmp/got"
	compare "juminmd.inf ($kind)"
	[ "$(grep -c '"80000001",' "$tmp/inf")" = $((2 * wanted)) ] ||
		fail "juminmd.inf ($kind): a card without its driver"
	# what is added is deleted
	awk -F'"' '/^\[/ { s = $0 } /^HKLM/ { print (s ~ /No/ ? 1 : 0), $2 }' \
		"$tmp/inf" | sort -u | awk '{ k = $0; sub(/^. /, "", k); n[k]++ }
		END { for (k in n) if (n[k] != 2) { print k; bad = 1 }
			exit bad }' >&2 ||
		fail "juminmd.inf ($kind): uninstalling leaves these"
done

made store profiles/*.profile $md/juminmd.inf.in $md/juminmd.reg.in >"$tmp/reg"
reg "$tmp/reg" >"$tmp/got"
compare juminmd.reg
made store profiles/*.profile $md/juminmd-remove.reg.in >"$tmp/remove"
sed -n 's/^\[-/[/p' "$tmp/remove" | sort >"$tmp/is"
grep '^\[' "$tmp/reg" | sort | cmp -s - "$tmp/is" ||
	fail "juminmd-remove.reg takes away something else than was added"

# any byte, and nonsense
printf 'atr 3B .. 80 # a comment\n' >"$tmp/any"
made store "$tmp/any" $md/juminmd.inf.in >"$tmp/inf"
for line in '3Bxx80","ATR",0x00000001,3b,00,80' \
	'3Bxx80","ATRMask",0x00000001,ff,00,ff'; do
	grep -q "$line\$" "$tmp/inf" ||
		fail "a byte that may be any is not masked"
done
printf 'atr 3B GG\n' >"$tmp/bad"
if made store "$tmp/bad" $md/juminmd.inf.in >"$tmp/inf" 2>&1; then
	fail "an ATR that is none was taken"
fi
if made store /dev/null $md/juminmd.inf.in >"$tmp/inf" 2>&1; then
	fail "no ATR at all was taken"
fi
