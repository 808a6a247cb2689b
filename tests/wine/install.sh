#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What registers the minidriver leaves each card of the profiles in the
# registry, for programs of both widths, and takes away what it brought, alone.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"

calais_key='SOFTWARE\Microsoft\Cryptography\Calais\SmartCards'
calais_key32='SOFTWARE\Wow6432Node\Microsoft\Cryptography\Calais\SmartCards'
foreign='Other Card'

# each ATR of the profiles, hex digits alone; any byte is 00 and its mask, too
awk '$1 == "atr" {
	a = m = ""
	for (i = 2; i <= NF && $i !~ /^#/; i++) {
		a = a ($i == ".." ? "00" : $i)
		m = m ($i == ".." ? "00" : "FF")
	}
	print a, m
}' "$src"/profiles/*.profile | sort -u >atrs
[ -s atrs ] || {
	echo 'FAIL the profiles have no ATR'
	exit 1
}

# Wine's own programs do not start, now and then, when the machine is busy; then
# nothing was done, and it is tried again.
wine_reg() {
	local status n
	for n in 1 2 3; do
		status=0
		wine reg "$@" >reg.out 2>&1 || status=$?
		grep -q 'could not be started' reg.out || break
	done
	cat reg.out
	return $status
}

# keys KEY: "ATR MASK DLL CSP-KSP" of each card that we registered there
keys() {
	wine_reg query "HKLM\\$1" /s | tr -d '\r' | awk '
		function flush() {
			if (by == "Jumin") print atr, mask, dll "|" csp "|" ksp
			atr = mask = dll = csp = ksp = by = ""
		}
		/^HKEY_/ { flush() }
		/^    ATR / { atr = $3 }
		/^    ATRMask / { mask = $3 }
		/^    80000001 / { sub(/.*REG_SZ */, ""); dll = $0 }
		/^    Crypto Provider / { sub(/.*REG_SZ */, ""); csp = $0 }
		/^    Smart Card Key/ { sub(/.*REG_SZ */, ""); ksp = $0 }
		/^    InstalledBy / { by = $3 }
		END { flush() }' | sort
}

providers='Microsoft Base Smart Card Crypto Provider|Microsoft Smart Card Key Storage Provider'

# registered DLL DLL32
registered() {
	awk -v tail="$1|$providers" '{ print $1, $2, tail }' atrs >want64
	awk -v tail="$2|$providers" '{ print $1, $2, tail }' atrs >want32
	keys "$calais_key" | diff want64 -
	keys "$calais_key32" | diff want32 -
}

none_left() {
	{ keys "$calais_key" && keys "$calais_key32"; } >left.txt
	diff /dev/null left.txt
	wine_reg query "HKLM\\$calais_key\\$foreign" >foreign.txt
	grep -q 3BFF foreign.txt
	wine_reg query "HKLM\\$calais_key" >others.txt
	cat others.txt
	[ "$(grep -c HKEY others.txt)" = 1 ]
}

setup() {
	wine rundll32 "setupapi.dll,InstallHinfSection" "$1" 132 \
		"$(winepath -w "$package/$2")"
}

dlls() {
	find "$WINEPREFIX/drive_c" -iname 'juminmd*.dll'
}

package=$work/package
mkdir "$package"
cp "$prefixes"/juminmd*.inf "$prefixes"/juminmd*.reg \
	"$windows/juminmd.dll" "$package"
cp "$prefixes/i686/juminmd.dll" "$package/juminmd32.dll"
wine_reg add "HKLM\\$calais_key\\$foreign" /v ATR /t REG_BINARY /d 3BFF00 /f \
	>reg.log 2>&1

reg_in() {
	wine_reg import "$package/juminmd.reg"
	registered 'C:\Program Files\Jumin\juminmd.dll' \
		'C:\Program Files\Jumin\juminmd32.dll'
}
it 'a .reg file registers every card for both widths' reg_in

texts() {
	wine_reg export "HKLM\\$calais_key" "$work/out.reg" /y
	iconv -f UTF-16 -t UTF-8 out.reg | tr -d '\r' >out.txt
	[ "$(grep -c '"80000100"=.*en-US,PIN .*;ja-JP,利用者証明用' out.txt)" = \
		"$(wc -l <atrs)" ]
	[ "$(grep -c '"80000101"=.*;ja-JP,署名用' out.txt)" = "$(wc -l <atrs)" ]
}
it 'what the dialogs say is there in English and Japanese' texts

reg_again() {
	wine_reg import "$package/juminmd.reg"
	registered 'C:\Program Files\Jumin\juminmd.dll' \
		'C:\Program Files\Jumin\juminmd32.dll'
}
it 'a second import changes nothing' reg_again

reg_out() {
	wine_reg import "$package/juminmd-remove.reg"
	none_left
}
it 'its counterpart takes all of it away, and no other card' reg_out

system_in() {
	[ -z "$(dlls)" ]
	setup DefaultInstall.NTamd64 juminmd-system.inf
	registered juminmd.dll juminmd32.dll
	cmp "$package/juminmd.dll" \
		"$WINEPREFIX/drive_c/windows/system32/juminmd.dll"
	cmp "$package/juminmd32.dll" \
		"$WINEPREFIX/drive_c/windows/syswow64/juminmd32.dll"
}
it 'the INF for System32 copies both DLLs and registers them' system_in

system_out() {
	setup DefaultUninstall.NTamd64 juminmd-system.inf
	none_left
	[ -z "$(dlls)" ]
}
it 'and removes keys and files' system_out

# Wine has no driver store: where its folder is cannot be looked at here.
store_in() {
	setup DefaultInstall.NTamd64 juminmd.inf
	keys "$calais_key" | sed 's/\(.*\) [^|]*\\\(juminmd.dll|\)/\1 \2/' |
		diff <(awk -v tail="juminmd.dll|$providers" \
			'{ print $1, $2, tail }' atrs) -
	[ "$(keys "$calais_key32" | grep -c 'juminmd32\.dll|')" = \
		"$(wc -l <atrs)" ]
}
it 'the driver package registers every card for both widths' store_in

store_out() {
	setup DefaultUninstall.NTamd64 juminmd.inf
	none_left
	[ -z "$(dlls)" ]
}
it 'and removes keys and files' store_out

finish
