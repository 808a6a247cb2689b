#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every quoted include is written from the top and follows an edge of
# layers.txt.  Silence means no fault.
set -eu
cd "${top_srcdir:-.}"

bad=$(find src pkcs11 drivers tools -name '*.[ch]' \
	-exec grep -n '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' \
	/dev/null {} + 2>/dev/null | LC_ALL=C sort | awk '
	NR == FNR {
		if ($1 ~ /^#/ || NF == 0) next
		known[$1] = ok[$1, $1] = 1
		for (i = 2; i <= NF; i++) ok[$1, $i] = 1
		next
	}
	{
		split($0, at, ":"); split($0, q, "\"")
		if (q[2] == "config.h") next
		from = at[1]; sub(/\/[^\/]*$/, "", from)
		to = q[2]; sub(/\/[^\/]*$/, "", to)
		if (!(to in known)) to = "src/" to
		if (!((from, to) in ok))
			print at[1] ":" at[2] ": " from " must not include " q[2]
	}
' tests/layers.txt -)
[ -z "$bad" ] || { echo "$bad" >&2; exit 1; }
