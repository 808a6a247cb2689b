#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# A PIN is in one locked page and nowhere else: not on the stack or the heap of
# a host that wiped its own copy, not in its core files, children, files, logs.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" gcore

# Digits that occur nowhere else in the process: the host says so, or others are
# tried.
digits() {
	printf '%04d' $((RANDOM % 10000))
}

letters() {
	tr -dc 'A-Z0-9' </dev/urandom | head -c 14
	printf 'A1'
}

# auth, new auth, sign, a wrong one of auth
choose() {
	pins=("$(digits)" "$(digits)" "$(letters)" "$(digits)")
	[ "${pins[0]}" != "${pins[1]}" ] && [ "${pins[0]}" != "${pins[3]}" ] &&
		[ "${pins[1]}" != "${pins[3]}" ]
}

host() {
	timeout 60 "$build/tests/interop/secrets" "$module" "$@" 2>&1
}

# with PINs on its input
secret() {
	printf '%s\n' "${pins[@]}" | host "$@"
}

unused='unused:0 unused:1 unused:2 unused:3'

prepare() {
	local status=0 tries=0
	while :; do
		until choose; do :; done
		rm -rf plain.ca
		card_new plain --auth-pin "${pins[0]}" --sign-pin "${pins[2]}"
		card_in plain
		status=0
		# shellcheck disable=SC2086 # words
		secret init open:auth open:sign find:auth find:sign $unused \
			core >prepare.log || status=$?
		[ $status != 0 ] || return 0
		tries=$((tries + 1))
		if [ $tries -gt 5 ]; then
			cat prepare.log
			echo "FAIL no PIN is unused"
			exit 1
		fi
	done
}

none='gone:0 gone:1 gone:2 gone:3'
login='init open:auth find:auth login:auth:0:0'
sign_login='init open:sign login:sign:2:0'

it_secret() {
	local what=$1
	shift
	# shellcheck disable=SC2048,SC2086 # words
	it "$what" secret $*
}

mkdir -p "$XDG_CONFIG_HOME/jumin"
cat >"$XDG_CONFIG_HOME/jumin/jumin.conf" <<END
log = debug
log-file = $work/module.log
END
chmod 600 "$XDG_CONFIG_HOME/jumin/jumin.conf"
prepare

it_secret 'a login: one locked page' "$login" locked:0 child core
it_secret 'a signature leaves the PIN there alone' \
	"$login" sign:auth:0 locked:0 core
it_secret 'a log-out wipes it' "$login" sign:auth:0 logout:auth:0 "$none" core
it_secret 'so does the end of the last login of the signature key' \
	"$sign_login" locked:2 core sign:sign:0 "$none" core
it_secret 'a wrong PIN is kept in the locked page, until C_Finalize' \
	init open:auth login:auth:3:a0 locked:3 login:auth:3:a0 locked:3 \
	child core final "$none"
it_secret 'a right one after it wipes it' init open:auth login:auth:3:a0 \
	locked:3 login:auth:0:0 gone:3 locked:0
it_secret 'C_Finalize wipes it' "$login" final "$none" core
it_secret 'a PIN of the wrong form is not kept' \
	init open:auth login:auth:2:a2 "$none" core
it_secret 'a change: the new one in the locked page' \
	"$login" setpin:auth:0:1:0 gone:0 locked:1 core sign:auth:0 \
	locked:1 setpin:auth:1:0:0 gone:1 locked:0 logout:auth:0 "$none"

tool() {
	jumin sign --key auth --raw --pin-fd 3 --trace tool.trace -o sig \
		letter 3< <(printf '%s\n' "${pins[0]}")
	printf '%s\n' "${pins[0]}" "${pins[1]}" "${pins[1]}" |
		jumin pin change auth --pin-fd 0 --trace tool.trace
	printf '%s\n' "${pins[1]}" "${pins[0]}" "${pins[0]}" |
		jumin pin change auth --pin-fd 0 --trace tool.trace
	grep -q '^0020' tool.trace
	grep -q '^0024' tool.trace
}

it 'the tool traces what it does' tool

removed() {
	rm -f in
	mkfifo in
	# shellcheck disable=SC2086 # words
	host $login locked:0 say:ready wait state:auth:user "$none" core \
		<>in >removed.out 2>&1 &
	printf '%s\n' "${pins[@]}" >in
	by grep -q '^say:ready done' removed.out || {
		cat removed.out
		return 1
	}
	card_out
	echo >in
	wait $! || :
	cat removed.out
	# the state cannot be told: this is how the host learns of it
	grep -q 'state:auth:user: \(32\|b3\)' removed.out
}

it 'a card that leaves takes it along' removed

nowhere() {
	local p hex
	[ -s module.log ]
	for p in "${pins[@]}"; do
		hex=$(printf %s "$p" | od -An -tx1 | tr -d ' \n')
		[ ${#p} -gt 4 ] || hex="20[0-9A-F]\{4\}04$hex"
		for f in module.log tool.trace trace all.trace card.log; do
			[ -e "$f" ] || continue
			not grep -i -e "$hex" "$f"
			[ ${#p} -le 4 ] || not grep -i -e "$p" "$f"
		done
	done
}

it 'nor is it in any log or trace' nowhere
finish
