#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example service is built against the library as it is installed, in C and
# its header in C++ too, and keeps to what doc/nym.md says a service does.
set -eu
source=$(cd "${top_srcdir:-.}" && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
say=$build/tests/nym/holder_say
command -v pkg-config >/dev/null || {
	echo "pkg-config is not installed" >&2
	exit 77
}
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scope=web:example.jp
root=$work/root

fault() {
	echo "FAULT: $*" >&2
	exit 1
}

# --- build, as somebody else would ------------------------------------------

make -C "$build" install DESTDIR="$root" >"$work/install" 2>&1 || {
	cat "$work/install" >&2
	fault "make install"
}
pc=$(find "$root" -name jumin-nym.pc)
[ -n "$pc" ] || fault "no jumin-nym.pc was installed"
PKG_CONFIG_PATH=${pc%/*}
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
flags=$(pkg-config --cflags --libs jumin-nym)
unset PKG_CONFIG_SYSROOT_DIR
crypto=$(pkg-config --cflags --libs libcrypto)
# shellcheck disable=SC2086 # a compiler and flags: they have to split
${CC:-cc} -Wall -Wextra -Werror -o "$work/service" \
	"$source/doc/example/service.c" $flags $crypto || fault "does not build"
lib=${pc%/pkgconfig/*}
LD_LIBRARY_PATH=$lib
export LD_LIBRARY_PATH
if command -v g++ >/dev/null; then
	printf '#include <jumin/nym.h>\nint main() { return nym_strerror(0)[0] != 97; }\n' \
		>"$work/plus.cc"
	# shellcheck disable=SC2086
	g++ -Wall -Wextra -Werror -pedantic -std=c++11 -o "$work/plus" \
		"$work/plus.cc" $flags || fault "the header is no C++"
	"$work/plus" || fault "the library says another thing to C++"
fi
if find "$root" -name 'nym*.h' | grep -v '/jumin/nym\.h$' >&2; then
	fault "a header of ours was installed"
fi

# --- talk to it --------------------------------------------------------------

start() {
	rm -f "$work/in" "$work/out"
	mkfifo "$work/in" "$work/out"
	"$work/service" "$scope" "$work/accounts" <"$work/in" >"$work/out" &
	exec 3>"$work/in" 4<"$work/out"
}
stop() {
	exec 3>&-
	wait $!
	exec 4<&-
}

# ask REQUEST...: its answer in $got
ask() {
	echo "$*" >&3
	read -r got <&4 || fault "no answer to $*"
}
# is WANTED: a pattern for the last answer
is() {
	# shellcheck disable=SC2254 # a pattern
	case $got in
	$1) ;;
	*) fault "said '$got' and not '$1'" ;;
	esac
}
# fresh SESSION: a challenge, in $chal
fresh() {
	ask challenge "$1"
	is 'challenge *'
	chal=${got#challenge }
}
# with REQUEST SESSION GENERATION [OLD]: a good answer to a fresh challenge
with() {
	fresh "$2"
	msg=$("$say" "$scope" "$chal" "$3" "${4:--}")
	ask "$1" "$2" "$msg"
}

start
with login alice 0
is 'refused NO_ACCOUNT'
with register alice 0
is 'registered nym1*'
alice=${got#registered }
with login alice 0
is "welcome $alice"
with register alice 0
is 'refused HAS_ACCOUNT'

# A message is good once, in its session, for five minutes, for this service.
with login alice 0
is "welcome $alice"
ask login alice "$msg"
is 'refused NO_CHALLENGE'
fresh alice
ask login alice "$msg"
is 'refused CHALLENGE'
fresh mallory
stolen=$("$say" "$scope" "$chal" 0)
fresh alice
ask login alice "$stolen"
is 'refused CHALLENGE'
ask login alice "$stolen"
is 'refused NO_CHALLENGE'
fresh alice
ask clock 301
msg=$("$say" "$scope" "$chal" 0 - 301)
ask login alice "$msg"
is 'refused NO_CHALLENGE'
ask clock -301
fresh alice
ask login alice "$("$say" "$scope" "$chal" 0 - 400)"
is 'refused TIME'
fresh alice
ask login alice "$("$say" web:example.com "$chal" 0)"
is 'refused SCOPE'
fresh alice
ask login alice "$("$say" "$scope" "$chal" 0)="
is 'refused MALFORMED'
fresh alice
ask login alice "$("$say" "$scope" "$chal" 0 | tr 'A-Y' 'B-Z')"
is 'refused *'

# A rollover moves the account, and the old identifier never comes back.
with login alice 1 0
is 'moved nym1*'
alice2=${got#moved }
[ "$alice2" != "$alice" ] || fault "moved to the same identifier"
with login alice 0
is 'refused CLOSED'
with register alice 0
is 'refused CLOSED'
with login alice 2 0
is 'refused ROLL_CLOSED'
with login alice 1
is "welcome $alice2"
with login bob 6 5
is 'refused ROLL_UNKNOWN'

# A ban goes along with a rollover, and is kept over a restart.
with register carol 10
is 'registered nym1*'
carol=${got#registered }
ask ban "$carol"
is "banned $carol"
with login carol 10
is 'refused BANNED'
with login carol 11 10
is 'refused BANNED'
stop
start
with login carol 11
is 'refused BANNED'
with register carol 11
is 'refused BANNED'
with login carol 10
is 'refused BANNED'
with login alice 0
is 'refused CLOSED'

# Certificates: whose key it is counts, not what name stands in them.
pair() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj "/CN=$2" -keyout "$work/$1.key" -out "$work/$1.pem" \
		-days 1 2>/dev/null
}
pair alice "$alice2"
pair mallory "$alice2"
ask tls-add bob "$work/alice.pem"
is 'refused NOT_LOGGED_IN'
with login alice 1
is "welcome $alice2"
ask tls-add alice "$work/alice.pem"
is "added $alice2"
ask tls "$work/alice.pem"
is "welcome $alice2"
ask tls "$work/mallory.pem"
is 'refused NO_ACCOUNT'
# the same key, signed once more
openssl req -x509 -key "$work/alice.key" -subj /CN=anything -days 1 \
	-out "$work/again.pem" 2>/dev/null
ask tls "$work/again.pem"
is "welcome $alice2"
ask ban "$alice2"
is "banned $alice2"
ask tls "$work/alice.pem"
is 'refused BANNED'
stop
