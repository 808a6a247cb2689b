#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every module that was built exports the three names of PKCS#11 and no other,
# the driver for OpenSC those of its exports.map; none calls what a guest in
# another program must not call, and nothing that ships holds a symbol or a file
# of the virtual card.
set -eu
build=${top_builddir:-.}
source=${top_srcdir:-.}
nm=${NM:-nm}
readelf=${READELF:-readelf}
want='C_GetFunctionList C_GetInterface C_GetInterfaceList '
modules=0

fault() {
	echo "$1: $2" >&2
	exit 1
}

# named MAP: what an exports.map names
named() {
	sed -n 's/^[[:space:]]*\([a-zA-Z_0-9]*\);$/\1/p' "$1" | LC_ALL=C sort |
		tr '\n' ' '
}

# exports FILE NAMES: these, each with a blank after it, and no other
exports() {
	got=$($nm -D --defined-only "$1" |
		awk '$2 ~ /^[A-Za-z]$/ && $2 != "A" { print $3 }' |
		LC_ALL=C sort | tr '\n' ' ')
	[ "$got" = "$2" ] || fault "$1" "exports $got"
}

# The names of the static functions too: -a also lists source files.
no_card() {
	found=$($nm -a "$1" | awk '$NF ~ /^(jm_)?(vc_|vcard)/ { print $NF }')
	[ -z "$found" ] || fault "$1" "holds parts of the virtual card: $found"
}

# Names that no module may want from outside: a host's streams, its end, its
# threads and processes, its signals and handlers, its state.  What is left of
# these is the compiler's own and comes with the hardening: __cxa_finalize,
# __stack_chk_fail, and __x_chk of functions that write to memory.
guest='
v?f?w?printf (__v?f?w?printf_chk) v?dprintf (__v?dprintf_chk) puts f?putw?c
putchar(_unlocked)? fputw?s fwrite(_unlocked)? perror stdout stderr
v?(err|warn)x? error(_at_line)? psig(nal|info)
_?exit _Exit quick_exit abort __assert(_fail|_perror_fail)? raise p?kill
tg?kill killpg sigqueue
pthread_create thrd_create clone v?fork system popen posix_spawnp? f?exec(l|v)(p|e|pe)?
alarm setitimer timer_create pthread_(kill|cancel|exit|detach)
signal (__sysv|bsd|__bsd)_signal sigaction sigprocmask pthread_sigmask sigset
sigaltstack atexit __cxa_atexit on_exit (__cxa_)?at_quick_exit
pthread_atfork __register_atfork pthread_key_create tss_create
setlocale setenv unsetenv putenv clearenv umask f?chdir dup[23]? closefrom
set(e|re|res)?[ug]id srand(om)? strtok getopt(_long)? set_terminate
'
pattern="^($(printf '%s' "$guest" | tr -s ' \n' '||' | sed 's/^|//; s/|$//'))\$"

behaves() {
	# coverage brings its own
	! $nm -a "$1" | grep -q ' __gcov_init$' || return 0
	found=$($nm -D --undefined-only "$1" | awk '{ print $NF }' |
		sed 's/@.*//' | grep -E "$pattern" | tr '\n' ' ') || :
	[ -z "$found" ] || fault "$1" "calls $found"
	# the one of each that the compiler's start files bring
	many=$($readelf -SW "$1" | awk '{
		if (match($0, /\.(preinit|init|fini)_array/) &&
		    $0 !~ / (00000[48]|0000000[48]|000000000000000[48]) /)
			print substr($0, RSTART, RLENGTH)
	}' | tr '\n' ' ')
	[ -z "$many" ] || fault "$1" "has constructors or destructors: $many"
}

for module in "$build"/.libs/jumin-pkcs11*.so; do
	[ -f "$module" ] || continue
	modules=$((modules + 1))
	exports "$module" "$want"
	no_card "$module"
	behaves "$module"
done
[ "$modules" -gt 0 ] || fault "$build/.libs" "no module was built"
[ -f "$build/jumin" ] || fault "$build/jumin" "was not built"
no_card "$build/jumin"

# There where configure was given OpenSC's source.
driver=$build/.libs/card-jumin.so
if [ -f "$driver" ]; then
	exports "$driver" "$(named "$source/drivers/opensc/exports.map")"
	no_card "$driver"
	behaves "$driver"
elif [ -n "${OPENSC_RELEASE:-}" ]; then
	fault "$driver" "was not built"
fi

# The services' library: what exports.map names, no more and no less; nothing of
# a card and of a holder; the one state is OpenSSL's context.
library=$build/.libs/libjumin-nym.so
[ -f "$library" ] || fault "$library" "was not built"
want=$(named "$source/src/nym/exports.map")
declared=$(grep -oE '\<nym_[a-z_]+\(' "$source/src/nym/nym.h" | tr -d '(' |
	LC_ALL=C sort -u | tr '\n' ' ')
[ "$want" = "$declared" ] || fault src/nym/nym.h "declares $declared"
exports "$library" "$want"
no_card "$library"
behaves "$library"
found=$($nm -a "$library" | awk '
	$NF ~ /^(SCard|jm_(card|link|token|vault|exchange|p256_sign))/ ||
	$NF ~ /^nym_(assert|key_of|prk|t|vault|job)$/ { print $NF }')
[ -z "$found" ] || fault "$library" "holds parts of the holder: $found"
! $nm -a "$library" | grep -q ' __gcov_init$' || exit 0
# what changes lies in .bss and .data; of both there is the compiler's own
found=$($nm -a "$library" |
	awk '$2 ~ /^[bBC]$/ && $3 !~ /^(\.bss|completed.*|the_lib)$/ { print $3 }')
[ -z "$found" ] || fault "$library" "has state: $found"
size=$($readelf -SW "$library" | awk '{ for (i = 1; i < NF; i++)
	if ($i == ".data") print $(i + 4) }')
case $size in
'' | 000000 | 000008) ;;
*) fault "$library" "has $size bytes of data that can change" ;;
esac
