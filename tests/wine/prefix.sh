#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# prefix.sh [COPY]
#
# Makes the Wine prefix that the tests share, in windows/ of the build folder,
# where it is not there yet; nobody runs a program in it.  COPY is made of it:
# it takes seconds to be made, but hardly one to be copied, for the files are
# shared, but for those that Wine writes to.
set -eu
made=${top_builddir:-.}/windows/prefix
copy=${1:-}
WINEARCH=win64
WINEDEBUG=-all
WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe='
export WINEARCH WINEDEBUG WINEDLLOVERRIDES
unset DISPLAY WAYLAND_DISPLAY || :

for p in wine wineserver flock; do
	command -v $p >/dev/null || {
		echo "no $p: install wine and util-linux" >&2
		exit 77
	}
done
mkdir -p "${made%/*}"
exec 9>"$made.lock"
flock 9
[ -e "$made/done" ] || {
	rm -rf "$made"
	WINEPREFIX=$(cd "${made%/*}" && pwd -P)/prefix
	export WINEPREFIX
	timeout 120 wine wineboot -i 9>&- || exit 1
	wineserver -k -w 9>&- || :
	: >"$made/done"
}
flock -u 9
[ -n "$copy" ] || exit 0
rm -rf "$copy"
cp -al "$made" "$copy" 2>/dev/null || {
	rm -rf "$copy"
	cp -a "$made" "$copy"
}
rm -f "$copy"/*.reg
cp "$made"/*.reg "$copy"
