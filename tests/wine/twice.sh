#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The minidriver that another build folder makes of the same source is equal to
# this one, bit by bit; that of one width tells for both.
set -eu
here=$(cd "${top_builddir:-.}" && pwd -P)
source=$(cd "${top_srcdir:-.}" && pwd -P)
version=$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"$/\1/p' \
	"$here/windows/include/config.h")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

mkdir -p "$tmp/a/longer/path/src/card"
cd "$tmp/a/longer/path"
[ ! -f "$here/src/card/profile_tab.c" ] ||
	cp "$here/src/card/profile_tab.c" src/card
${MAKE:-make} -s -f "$source/tools/build/windows.mk" srcdir="$source" \
	VERSION="$version" windows/x86_64/juminmd.dll \
	windows/x86_64/juminmd-setup.exe windows/juminmd.inf \
	windows/juminmd.reg
for file in x86_64/juminmd.dll x86_64/juminmd-setup.exe juminmd.inf \
	juminmd.reg; do
	cmp "windows/$file" "$here/windows/$file" >&2 || status=1
done
exit $status
