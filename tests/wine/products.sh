#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What was built for Windows: the minidriver exports the one name that Windows
# asks for, in both widths; all load at any address and execute no data, need
# nothing that is not part of Windows, hold no part of the virtual card and, but
# for jumin.exe, none of OpenSSL, have no symbols and tell no hour.  The driver's
# own objects have no variables and write nothing.  An archive that is not older
# than these holds them, and what the INF files ask for.
set -eu
windows=${top_builddir:-.}/windows
objdump=${WINDOWS_OBJDUMP:-x86_64-w64-mingw32-objdump}
nm=${WINDOWS_NM:-x86_64-w64-mingw32-nm}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

fault() {
	echo "$file: $1" >&2
	status=1
}

of_windows=' ADVAPI32.dll bcrypt.dll CRYPT32.dll KERNEL32.dll msvcrt.dll
	ncrypt.dll ole32.dll SHELL32.dll SHLWAPI.dll USER32.dll WinSCard.dll '

# looked_at LIBRARY...: at $file, which may need these, too
looked_at() {
	"$objdump" -p "$file" >"$tmp/p"
	sed -n 's/.*DLL Name: //p' "$tmp/p" >"$tmp/needs"
	while read -r dll; do
		case "$of_windows $* " in
		*[[:space:]]"$dll"[[:space:]]*) ;;
		*) fault "needs $dll" ;;
		esac
	done <"$tmp/needs"
	flags='DYNAMIC_BASE NX_COMPAT'
	case $file in
	*/x86_64/*) flags="$flags HIGH_ENTROPY_VA" ;;
	esac
	for flag in $flags; do
		grep -q "^[[:space:]]*$flag$" "$tmp/p" || fault "not $flag"
	done
	grep -q 'Base Relocation Directory \[.reloc\]' "$tmp/p" ||
		fault "cannot load at another address"
	grep -q '^Time/Date.*Jan  *1 00:00:00 1970$' "$tmp/p" ||
		fault "tells when it was built"
	"$objdump" -t "$file" | grep -q '^no symbols' || fault "has symbols"
	"$nm" "$file.debug" >"$tmp/nm" || fault "has no file of symbols"
	! grep -E ' _?(jm_)?(vc_|vcard)' "$tmp/nm" >&2 ||
		fault "holds parts of the virtual card"
}

without_openssl() {
	! grep -aioE 'openssl|libcrypto' "$file" >&2 || fault "holds OpenSSL"
	! grep -E ' _?(EVP|OSSL|ossl)_' "$tmp/nm" >&2 || fault "holds OpenSSL"
}

for arch in x86_64 i686; do
	file=$windows/$arch/juminmd.dll
	looked_at
	without_openssl
	names=$(sed -n '/^\[Ordinal\/Name Pointer\]/,/^$/s/^[[:space:]]*\[ *[0-9]*\] //p' \
		"$tmp/p" | tr '\n' ' ')
	[ "$names" = 'CardAcquireContext ' ] || fault "exports $names"
	# UTF-16
	tr -d '\000' <"$file" | grep -aq 'FileDescription.*Jumin' ||
		fault "has no version resource"
done
for file in "$windows"/x86_64/drivers/minidriver/*.o; do
	case $file in
	*/setup*.o) continue ;;
	esac
	"$nm" "$file" >"$tmp/nm" || fault "has no symbols"
	! grep -E ' [DdBbC] [^.]' "$tmp/nm" >&2 || fault "has variables"
	! grep -E ' U .*(printf|put[sc]|fwrite|MessageBox|OutputDebug)' \
		"$tmp/nm" >&2 || fault "writes"
done
file=$windows/x86_64/juminmd-setup.exe
looked_at
without_openssl
file=$windows/x86_64/jumin.exe
[ ! -f "$file" ] || looked_at WS2_32.dll

# as_built NAME FILE: so the archive has it
as_built() {
	unzip -p "$file" "$1" | cmp -s - "$2" || fault "$1 is not $2"
}
for file in "$windows"/jumin-*-windows.zip; do
	[ -f "$file" ] || continue
	[ -z "$(find "$windows" -maxdepth 2 -newer "$file" \
		\( -name '*.dll' -o -name '*.exe' \))" ] || continue
	as_built juminmd.dll "$windows/x86_64/juminmd.dll"
	as_built juminmd32.dll "$windows/i686/juminmd.dll"
	for name in juminmd.inf juminmd-system.inf juminmd.reg \
		juminmd-remove.reg; do
		as_built "$name" "$windows/$name"
	done
	licences=LICENSE
	for name in juminmd-setup.exe jumin.exe; do
		[ ! -f "$windows/x86_64/$name" ] ||
			as_built "$name" "$windows/x86_64/$name"
	done
	[ ! -f "$windows/x86_64/jumin.exe" ] ||
		licences="$licences LICENSE-openssl.txt"
	for name in README.txt minidriver.txt $licences; do
		unzip -p "$file" "$name" 2>/dev/null | grep -q . ||
			fault "has no $name"
	done
done
exit $status
