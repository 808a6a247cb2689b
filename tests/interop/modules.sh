#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# The three modules as they were built, and jumin.conf, seen from outside.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need pkcs11-tool

# labels MODULE: of its tokens, one a line
labels() {
	pkcs11-tool --module "$build/.libs/$1" -L >got
	cat got
	sed -n 's/^ *token label *: *//p' got >labels
}

shows() {
	local name=$1
	shift
	labels "$name"
	printf '%s\n' "$@" | diff - labels
}

signs() {
	local name=$1 pin=$2 id=$3
	pkcs11-tool --module "$build/.libs/$name" --login --pin "$pin" \
		--id "$id" --sign -m SHA256-RSA-PKCS -i letter -o sig
	[ "$(wc -c <sig)" = 256 ]
}

configured() {
	mkdir -p "$XDG_CONFIG_HOME/jumin"
	printf '%s\n' "$@" >"$XDG_CONFIG_HOME/jumin/jumin.conf"
}

ignored() {
	configured 'ignore-reader = Virtual*'
	pkcs11-tool --module "$module" -L >got || : # there is no slot
	not grep Virtual got
	configured ''
}

draws() {
	configured 'rng = on'
	pkcs11-tool --module "$module" --slot-index 0 \
		--generate-random 300 >random
	is "$(wc -c <random)" 300 bytes
	is "$(pkcs11-tool --module "$module" -L | grep -c rng)" 2 'tokens with rng'
	configured ''
	is "$(pkcs11-tool --module "$module" -L | grep -c rng)" 0 'tokens with rng'
}

writes_a_log() {
	configured 'log = debug' "log-file = $work/log" 'bad line'
	signs jumin-pkcs11-auth.so "$auth_pin" 01
	cat log
	is "$(grep -c 'warning line 3 of ' log)" 1 warnings
	grep -q ' debug 0020008004\[4 bytes redacted\]' log
	not grep 31323334 log
	is "$(stat -c %a log)" 600 mode
	configured ''
}

card_new card
card_in card
it 'the module shows both tokens' shows jumin-pkcs11.so \
	'JPKI Authentication' 'JPKI Signature'
it 'one module shows the authentication token' \
	shows jumin-pkcs11-auth.so 'JPKI Authentication'
it 'one module shows the signature token' \
	shows jumin-pkcs11-sign.so 'JPKI Signature'
it 'it signs with the authentication key' \
	signs jumin-pkcs11-auth.so "$auth_pin" 01
it 'it signs with the signature key' signs jumin-pkcs11-sign.so "$sign_pin" 02
it 'a reader to ignore is not shown' ignored
it 'random numbers come from the card' draws
it 'the log has a fault of the file, commands, and no PIN' writes_a_log
finish
