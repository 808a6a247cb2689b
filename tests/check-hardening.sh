#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What was built has the hardening that configure found to work: read-only
# relocations bound at start, no executable stack, no relocations in code,
# guarded frames, and programs that load anywhere.
set -eu
build=${top_builddir:-.}
flags=" ${JM_HARDENING:--Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -pie
	-fstack-protector-strong} "
command -v readelf >/dev/null || {
	echo "readelf is not installed" >&2
	exit 77
}
status=0
seen=0

# has FLAG FILE WHAT PATTERN: where FLAG is in use readelf shows PATTERN
has() {
	case $flags in
	*[[:space:]]"$1"[[:space:]]*) ;;
	*) return 0 ;;
	esac
	readelf -W -d -l -s "$2" | grep -Eq -- "$4" || {
		echo "$2: $3" >&2
		status=1
	}
}

for file in "$build"/.libs/jumin-pkcs11*.so "$build/jumin" \
	"$build/jumin-vcard" "$build/.libs/libjumin-nym.so" \
	"$build/.libs/card-jumin.so"; do
	[ -f "$file" ] || continue
	seen=$((seen + 1))
	has -Wl,-z,relro "$file" "no RELRO" 'GNU_RELRO'
	has -Wl,-z,now "$file" "not bound at start" 'BIND_NOW|FLAGS.*NOW'
	has -Wl,-z,noexecstack "$file" "executable stack" 'GNU_STACK.* RW '
	has -fstack-protector-strong "$file" "no stack protector" \
		'UND __stack_chk_fail'
	if readelf -W -d "$file" | grep -q TEXTREL; then
		echo "$file: relocations in code" >&2
		status=1
	fi
	case $file in
	*.so) ;;
	*) has -pie "$file" "not position independent" 'FLAGS_1.* PIE' ;;
	esac
done
[ $seen -gt 0 ] || {
	echo "$build: nothing was built" >&2
	exit 1
}
exit $status
