#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every module that was built exports the three names of PKCS#11 and no other,
# and nothing that ships holds a symbol or a file of the virtual card.
set -eu
build=${top_builddir:-.}
nm=${NM:-nm}
want='C_GetFunctionList C_GetInterface C_GetInterfaceList'
modules=0

fault() {
	echo "$1: $2" >&2
	exit 1
}

# The names of the static functions too: -a also lists source files.
no_card() {
	found=$($nm -a "$1" | awk '$NF ~ /^(jm_)?(vc_|vcard)/ { print $NF }')
	[ -z "$found" ] || fault "$1" "holds parts of the virtual card: $found"
}

for module in "$build"/.libs/jumin-pkcs11*.so; do
	[ -f "$module" ] || continue
	modules=$((modules + 1))
	got=$($nm -D --defined-only "$module" |
		awk '$2 ~ /^[A-Za-z]$/ && $2 != "A" { print $3 }' |
		LC_ALL=C sort | tr '\n' ' ')
	[ "$got" = "$want " ] || fault "$module" "exports $got"
	no_card "$module"
done
[ "$modules" -gt 0 ] || fault "$build/.libs" "no module was built"
[ -f "$build/jumin" ] || fault "$build/jumin" "was not built"
no_card "$build/jumin"
