#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every script of the tree passes shellcheck.
set -eu
cd "${top_srcdir:-.}"
command -v shellcheck >/dev/null || {
	echo "shellcheck is not installed" >&2
	exit 77
}

find tests tools .ci -type f ! -path 'tools/build/*' 2>/dev/null |
	LC_ALL=C sort | while read -r f; do
	case $f in
	*.sh) echo "$f" ;;
	*.*) ;;
	*) head -c 64 "$f" | grep -qa '^#!.*sh$' && echo "$f" ;;
	esac
done | xargs shellcheck -x -S style
