#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every profile makes sense by itself, beside the others and to the code, and
# is built in.  The rules are in the script that makes the table.
set -eu
cd "${top_srcdir:-.}"

# shellcheck disable=SC2046 # no blanks in these names
LC_ALL=C ${AWK:-awk} -f tools/build/profile.awk \
	$(find profiles -name '*.profile' | LC_ALL=C sort) >/dev/null
for p in profiles/*.profile; do
	sed -n '/^JM_PROFILES/,/[^\\]$/p' src/card/local.mk |
		grep -q "$p" || {
		echo "$p: not in JM_PROFILES of src/card/local.mk" >&2
		exit 1
	}
done
