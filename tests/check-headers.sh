#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every header compiles alone, and twice in a row, without a warning.
set -eu
build=$(cd "${top_builddir:-.}" && pwd)
cd "${top_srcdir:-.}"
compile=${JM_COMPILE:-cc -I$build -std=c11 -D_GNU_SOURCE -I/usr/include/PCSC
	-I/usr/include/p11-kit-1}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

# Those of the driver need OpenSC's own, which only configure can be given.
opensc=$(sed -n 's/^OPENSC_CPPFLAGS = *//p' "$build/Makefile" 2>/dev/null) || :
without='^(drivers|tests)/opensc/'
[ -z "$opensc" ] || without='^$'

# Those for Windows need its compiler.
windows='^tests/wine/(host|winscard)|_(cng|win)\.h$'
cross=x86_64-w64-mingw32-gcc
command -v $cross >/dev/null || without="$without|$windows"
cross="$cross -std=c11 -D_WIN32_WINNT=0x0601 -DUNICODE -D_UNICODE"

# ... but the minidriver's, for which the tests have a Windows of their own.
shimmed='^(drivers|tests)/minidriver/|^tests/fuzz/md_'
shim="$(printf '%s\n' "$compile" | sed 's/-I[^ ]*PCSC//g')"
shim="$shim -Itests/minidriver/shim -fshort-wchar"

for h in $(find src pkcs11 drivers tools tests -name '*.h' 2>/dev/null |
	grep -Ev "$without" | LC_ALL=C sort); do
	printf '#include "%s"\n#include "%s"\nextern int jm_unit;\n' \
		"$h" "$h" >"$tmp/one.c"
	how="$compile $opensc"
	! printf '%s\n' "$h" | grep -Eq "$windows" || how=$cross
	! printf '%s\n' "$h" | grep -Eq "$shimmed" || how=$shim
	# shellcheck disable=SC2086 # a command line: it has to split
	$how -Werror -Isrc -I. -fsyntax-only "$tmp/one.c" || {
		echo "$h: does not compile alone" >&2
		status=1
	}
done
exit $status
