#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# No file is longer than a reader can hold: 500 lines, 119 for README.md.
set -eu
cd "${top_srcdir:-.}"

find src pkcs11 drivers tools tests profiles -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.awk' -o -name '*.mk' \
	-o -name '*.profile' -o -name '*.in' -o -name bootstrap \
	-o -name '*-source' -o -name windows-sources -o -name transcript \) \
	! -name profile_tab.c ! -path 'tools/build/ltmain.sh' \
	! -path 'tests/vectors/*' -exec wc -l {} + 2>/dev/null | awk '
	$2 != "total" && $1 > 500 {
		print $2 ": " $1 " lines, 500 at most"; bad = 1
	}
	END { exit bad }' >&2
awk 'END { if (NR >= 120) {
	print "README.md: " NR " lines, 119 at most"; exit 1 } }' README.md >&2
