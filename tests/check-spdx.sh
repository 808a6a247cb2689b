#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every file that can hold a comment names its licence in its first lines.
set -eu
cd "${top_srcdir:-.}"
status=0

for f in $(find src pkcs11 drivers profiles tools tests doc -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.awk' -o -name '*.mk' \
	-o -name '*.map' -o -name '*.profile' -o -name '*.po' -o -name '*.in' \
	-o -name '*.py' -o -name '*.[1-8]' -o -name jumin.m4 \
	-o -name bootstrap -o -name '*-source' -o -name windows-sources -o -name transcript \
	-o -name layers.txt \) \
	! -path tools/build/ltmain.sh 2>/dev/null | LC_ALL=C sort) \
	configure.ac Makefile.am; do
	head -n 3 "$f" |
		grep -q 'SPDX-License-Identifier: LGPL-2\.1-or-later' || {
		echo "$f: no SPDX line" >&2
		status=1
	}
done
exit $status
