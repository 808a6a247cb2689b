# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154,SC2317 # read and called by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tests of this folder share, beside tests/interop/lib.sh, which they
# have from here:
#
#   . "${0%/*}/lib.sh"
#   into_wine "$@"          # from here on with a pcscd, a Wine prefix and a
#                           # bridge of its own
#   card_new one; card_in one
#   card2_in two            # into the second reader
#   it 'what is claimed' host SCENARIO [WORD ...]
#   finish
#
#   win PROGRAM [WORD ...]  one of our programs for Windows
#   calais                  our minidriver is registered for all known cards
#
# Only x86_64 programs run here; the 32-bit DLL is built and looked at.

# shellcheck source=tests/interop/lib.sh
. "${0%/*}/../interop/lib.sh"

windows=$build/windows/x86_64
prefixes=$build/windows
WINEARCH=win64
WINEDEBUG=-all
WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe=;winscard=n'
export WINEARCH WINEDEBUG WINEDLLOVERRIDES

into_wine() {
	JM_INTEROP_TIMEOUT=${JM_INTEROP_TIMEOUT:-140}
	export JM_INTEROP_TIMEOUT
	into_reader "$@"
	need wine wineserver flock "$windows/wine/host.exe" \
		"$windows/wine/winscard.dll" "$build/tests/wine/pcsc-bridge"
	unset DISPLAY WAYLAND_DISPLAY
	trap 'wine_end; card_kill; card2_kill' EXIT
	wine_prefix
	wine_programs
	bridge
}

# One of its own: a server and what it keeps.
wine_prefix() {
	"$src/tests/wine/prefix.sh" "$work/wine" >"$work/wineboot.log" 2>&1 || {
		cat "$work/wineboot.log"
		echo 'FAIL there is no Wine prefix'
		exit 1
	}
	WINEPREFIX=$work/wine
	export WINEPREFIX
	wineserver -p
}

wine_end() {
	[ -z "${WINEPREFIX:-}" ] || wineserver -k 2>/dev/null || :
}

# A program finds our winscard.dll beside it.
wine_programs() {
	local f
	mkdir bin
	for f in "$windows"/*.exe "$windows"/juminmd.dll "$windows"/wine/*.exe \
		"$windows"/wine/*.dll; do
		[ ! -e "$f" ] || ln -s "$f" bin
	done
}

bridge() {
	JM_WORK=$work
	export JM_WORK
	"$build/tests/wine/pcsc-bridge" --outside "$src/tests/wine/outside.sh" \
		>bridge.port 2>bridge.log &
	disown
	by test -s bridge.port
	JM_BRIDGE_PORT=$(cat bridge.port)
	export JM_BRIDGE_PORT
}

win() {
	local program=$1
	shift
	timeout 90 wine "$work/bin/$program" "$@"
}

# What failed comes last: "it" shows the end.
host() {
	local status=0
	win host.exe "$@" >host.log 2>&1 || status=$?
	cat host.log
	[ $status = 0 ] || grep -B 3 '^FAIL' host.log || :
	return $status
}

# --- the second reader --------------------------------------------------------

readers_full() {
	[ "$(opensc-tool -l 2>/dev/null | grep -c '^[0-9]* *Yes')" = "$1" ]
}

card2_kill() {
	[ ! -e card2.pid ] || kill -KILL "$(cat card2.pid)" 2>/dev/null || :
	rm -f card2.pid
}

card2_in() {
	local name=$1
	shift
	jumin-vcard run "$name.img" --port 35964 --trace "$work/trace2" "$@" \
		>card2.log 2>&1 &
	echo $! >card2.pid
	disown
	by readers_full 2
}

# --- the registry -------------------------------------------------------------

# As it is installed without a driver package.
calais() {
	local home="$WINEPREFIX/drive_c/Program Files/Jumin"
	need "$prefixes/juminmd.reg"
	mkdir -p "$home"
	[ ! -e "$windows/juminmd.dll" ] || cp "$windows/juminmd.dll" "$home"
	wine reg import "$prefixes/juminmd.reg" >reg.log 2>&1 || {
		cat reg.log
		echo 'FAIL the registry takes no keys'
		exit 1
	}
}
