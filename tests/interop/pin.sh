#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# No program costs a holder a try that the holder did not give.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" pkcs11-tool jumin

tool() {
	timeout 60 pkcs11-tool --module "$module" "$@"
}

# flags_are PAIR WORDS: what "pkcs11-tool -L" says about the user's PIN
flags_are() {
	local label
	case $1 in
	auth) label='JPKI Authentication' ;;
	sign) label='JPKI Signature' ;;
	esac
	tool -L >got
	grep -A 3 "token label *: $label" got
	is "$(grep -A 3 "token label *: $label" got |
		sed -n 's/.*token flags *: //p' | tr ',' '\n' |
		sed 's/^ *//' | grep 'user PIN' | paste -s -d,)" "$2" \
		"flags of $1"
}

# card_says PAIR STATUS-WORD: to a retry query of another program
card_says() {
	local ref=98
	[ "$1" = auth ] || ref=9B
	is "$(raw 00A4040C0AD392F000260100000001 "002000$ref")" "9000 $2" \
		'retry query'
}

# --- form ------------------------------------------------------------------

sends_nothing() {
	local one two
	p11_is open:auth open:sign -- 'open:auth CKR_OK' 'open:sign CKR_OK'
	one=$(apdus)
	mark
	p11_is open:auth open:sign login:auth: login:auth:123 login:auth:12345 \
		login:auth:12a4 login:sign: login:sign:AB123 \
		login:sign:ABCDEFGHIJKLMNO12 login:sign:ABC-123 \
		state:auth state:sign -- \
		'open:auth CKR_OK' 'open:sign CKR_OK' \
		'login:auth CKR_PIN_LEN_RANGE' 'login:auth CKR_PIN_LEN_RANGE' \
		'login:auth CKR_PIN_LEN_RANGE' 'login:auth CKR_PIN_INCORRECT' \
		'login:sign CKR_PIN_LEN_RANGE' 'login:sign CKR_PIN_LEN_RANGE' \
		'login:sign CKR_PIN_LEN_RANGE' 'login:sign CKR_PIN_INCORRECT' \
		'state:auth CKR_OK public' 'state:sign CKR_OK public'
	two=$(apdus)
	is "$(verifies)" 0 VERIFYs
	is "$two" "$one" 'commands to the card, those of identification'
}

takes_lower_case() {
	p11_is open:sign login:sign:abc123 state:sign -- \
		'open:sign CKR_OK' 'login:sign CKR_OK' \
		'state:sign CKR_OK user'
	is "$(verifies)" 1 VERIFYs
}

tool_sends_nothing() {
	ends 4 jumin pin check auth --pin-fd 3 3<<<12345
	ends 4 jumin pin check sign --pin-fd 3 3<<<'ABC 123'
	is "$(verifies)" 0 VERIFYs
}

# --- wrong -----------------------------------------------------------------

# wrong PAIR PIN: one program, one login
wrong() {
	mark
	p11_is "open:$1" "login:$1:$2" -- "open:$1 CKR_OK" \
		"login:$1 CKR_PIN_INCORRECT"
	is "$(verifies)" 1 VERIFYs
}

right() {
	mark
	p11_is "open:$1" "login:$1:$2" -- "open:$1 CKR_OK" "login:$1 CKR_OK"
	is "$(verifies)" 1 VERIFYs
}

auth_counts_down() {
	flags_are auth ''
	card_says auth 63C3
	wrong auth 0000
	flags_are auth 'user PIN count low'
	card_says auth 63C2
	wrong auth 0001
	flags_are auth 'user PIN count low,final user PIN try'
	card_says auth 63C1
	right auth "$auth_pin"
	flags_are auth ''
	card_says auth 63C3
}

# The try that exhausts the counter says so itself.
auth_blocks() {
	wrong auth 0000
	wrong auth 0001
	mark
	p11 open:auth login:auth:0002 "login:auth:$auth_pin" >got
	cat got
	is "$(grep -c 'login:auth CKR_PIN_LOCKED' got)" 2 refusals
	is "$(wrong_verifies)" 1 'tries'
	flags_are auth 'user PIN count low,user PIN locked'
}

# A PIN that is right does not help any more, and nobody tries.
stays_blocked() {
	p11_is open:auth "login:auth:$auth_pin" -- 'open:auth CKR_OK' \
		'login:auth CKR_PIN_LOCKED'
	flags_are auth 'user PIN count low,user PIN locked'
	refuses timeout 30 pkcs11-tool --module "$module" --login \
		--pin "$auth_pin" -O >said 2>&1
	cat said
	grep -q CKR_PIN_LOCKED said
}

tool_names_counter() {
	ends 4 jumin pin check auth --pin-fd 3 3<<<"$auth_pin" >said 2>&1
	cat said
	grep -q 'municipal counter' said
	is "$(verifies)" 0 VERIFYs
	says 'blocked' jumin status
}

# the other PIN and its key are not concerned
other_key_works() {
	p11_is open:sign "login:sign:$sign_pin" sign:sign -- \
		'open:sign CKR_OK' 'login:sign CKR_OK' 'sign:sign CKR_OK'
}

sign_counts_down() {
	local want='user PIN count low' n
	flags_are sign ''
	for n in 4 3 2; do
		wrong sign "WRONG$n"
		flags_are sign "$want"
		card_says sign "63C$n"
	done
	wrong sign WRONG1
	flags_are sign "$want,final user PIN try"
	right sign "$sign_pin"
	flags_are sign ''
	for n in 4 3 2 1; do
		wrong sign "WRONG$n"
	done
	p11 open:sign login:sign:WRONG0 >got
	cat got
	grep -qx 'login:sign CKR_PIN_LOCKED' got
	flags_are sign "$want,user PIN locked"
	p11_is open:sign "login:sign:$sign_pin" -- 'open:sign CKR_OK' \
		'login:sign CKR_PIN_LOCKED'
	ends 4 jumin pin check sign --pin-fd 3 3<<<"$sign_pin" >said 2>&1
	cat said
	grep -q 'municipal counter' said
}

same_again() {
	p11_is open:auth again:50:login:auth:9876 state:auth -- \
		'open:auth CKR_OK' \
		"$(yes 'login:auth CKR_PIN_INCORRECT' | head -n 50)" \
		'state:auth CKR_OK public'
	is "$(verifies)" 1 VERIFYs
	card_says auth 63C2
	right auth "$auth_pin"
}

# two wrong ones in turn are two tries, however often they are given
two_wrong_in_turn() {
	p11 open:auth login:auth:9876 login:auth:9877 login:auth:9876 \
		login:auth:9877 login:auth:9876 >got
	cat got
	is "$(grep -c 'login:auth CKR_PIN_INCORRECT' got)" 5 refusals
	is "$(verifies)" 2 VERIFYs
	right auth "$auth_pin"
}

# A process remembers nothing of the one before it.
tool_repeats() {
	local i
	for i in 1 2; do
		ends 4 jumin pin check auth --pin-fd 3 3<<<9876
	done
	is "$(verifies)" 2 'one VERIFY a process'
	# the last one is not spent unless the user says so
	ends 4 jumin pin check auth --pin-fd 3 3<<<9876
	is "$(verifies)" 2 VERIFYs
	right auth "$auth_pin"
}

# --- changed by somebody else ----------------------------------------------

holders=6

# change PAIR OLD NEW
change() {
	if [ "$1" = auth ]; then
		p11_is "open:$1:rw" "setpin:$1:$2:$3" -- \
			"open:$1 CKR_OK" "setpin:$1 CKR_OK"
	else
		printf '%s\n' "$2" "$3" |
			timeout 60 jumin pin change "$1" --pin-fd 0
	fi
}

# changed PAIR OLD NEW: several programs hold OLD when it becomes NEW
changed() {
	local pair=$1 old=$2 new=$3 i
	for i in $(seq "$holders"); do
		p11_start "holder$i" "open:$pair" "login:$pair:$old" \
			say:ready wait "sign:$pair" "sign:$pair" "state:$pair"
	done
	for i in $(seq "$holders"); do
		p11_said "holder$i" 'say:ready CKR_OK ready'
	done
	is "$(verifies)" "$holders" VERIFYs
	change "$pair" "$old" "$new"
	mark
	for i in $(seq "$holders"); do
		p11_tell "holder$i"
	done
	for i in $(seq "$holders"); do
		p11_end "holder$i"
		is "$(grep -c "^sign:$pair " "holder$i.out")" 2 attempts
		is "$(grep -c "^sign:$pair CKR_OK" "holder$i.out")" 0 \
			signatures
		is "$(tail -n 1 "holder$i.out")" "state:$pair CKR_OK public" \
			'afterwards'
	done
	is "$(verifies)" 1 'VERIFYs of all of them together'
	flags_are "$pair" 'user PIN count low'
	right "$pair" "$new"
	change "$pair" "$new" "$old"
	right "$pair" "$old"
}

card_new plain
card_in plain
it 'a PIN that cannot be right is not sent' sends_nothing
it 'nor by jumin' tool_sends_nothing
it 'the signature PIN may be typed in lower case' takes_lower_case
it 'the authentication PIN counts 3-2-1, a right one restores it' \
	auth_counts_down
it 'the same wrong PIN 50 times is one VERIFY' same_again
it 'two wrong PINs in turn are two VERIFYs' two_wrong_in_turn
it 'jumin: one VERIFY a call, and not the last one' tool_repeats
it "$holders programs hold an authentication PIN that was changed: one try" \
	changed auth "$auth_pin" 4321
it "$holders programs hold a signature PIN that was changed: one try" \
	changed sign "$sign_pin" NEWPIN1
it 'the third wrong PIN blocks it: CKR_PIN_LOCKED' auth_blocks
it 'blocked it stays, for the right PIN too' stays_blocked
it 'jumin names the municipal counter, without a VERIFY' tool_names_counter
it 'a blocked authentication PIN leaves the signature key alone' \
	other_key_works
it 'the signature PIN counts 5-4-3-2-1-0' sign_counts_down
finish
