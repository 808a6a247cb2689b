#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every Python script of the tree can be compiled; nothing is left beside it.
set -eu
cd "${top_srcdir:-.}"
python=/usr/bin/python3
[ -x $python ] || {
	echo "there is no $python" >&2
	exit 77
}

find tests tools -type f -name '*.py' | LC_ALL=C sort |
	xargs $python -B -W error -c '
import sys
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as f:
        compile(f.read(), path, "exec")
'
