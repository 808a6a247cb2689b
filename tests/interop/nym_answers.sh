#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2086,SC2317 # scopes are words; "it" calls the cases
# The known answers of the identifier scheme that come out of a vault, byte for
# byte, from a card in a reader: by "jumin nym" and through PKCS#11.  Those that
# need none: nym_vectors.sh.
set -u
# shellcheck source=tests/interop/nym/lib.sh
. "${0%/*}/nym/lib.sh"
into_reader "$@"
fixed=$build/tests/interop/nym/.libs/fixed.so
need "$module" "$python" jumin pkcs11-tool "$fixed"
folder=$HOME/.local/share/jumin/nym

assert_scopes=(web:example.jp web:xn--eckwd4c7c.example
	kiosk:jp.example.city/library app:jp.example.health test:lz80)
raw_scopes=(ssh:git.example.jp 'ssh:[2001:db8::1]:2222' p11:home)

# answer FIELD NAME=VALUE ...
answer() {
	"$python" "$src/tests/interop/nym/vector.py" "$@" \
		<"$src/tests/vectors/nym1.txt"
}

format() {
	"$python" "$src/tests/interop/nym/vector.py" "$@" \
		<"$src/tests/vectors/nym1-formats.txt"
}

# with BYTE TIME COMMAND ...: its random bytes and its clock
with() {
	local byte=$1 time=$2
	shift 2
	JM_FIXED_BYTE=$byte JM_FIXED_TIME=$time LD_PRELOAD=$fixed "$@"
}

# all that a vault was made of is made anew
fresh() {
	rm -rf "$folder"
}

# same FILE NAME=VALUE ...: what is there is that record's
same() {
	local file=$1
	shift
	cat "$file"
	is "$(field nid "$file")" "$(answer nid class=A "$@")" nid
	is "$(field sub "$file")" "$(answer text class=A "$@")" 'text form'
}

days=86400
t0=1767225600

# by_cli BYTE PROFILE: what is registered anew with that L
by_cli() {
	local s
	fresh
	for s in "${assert_scopes[@]}" "${raw_scopes[@]}"; do
		case $s in
		ssh:* | p11:*)
			[ "$1$2" = 001 ] || continue
			set -- "$1" "$2" 2
			;;
		*) set -- "$1" "$2" 1 ;;
		esac
		with "$1" $t0 nym register --yes --json "$s" >got
		same got scope="$s" profile="$2" L="$1" use="$3" period=0 \
			slot=0 generation=0
		with "$1" $t0 nym id --json "$s" >got
		same got scope="$s" profile="$2" L="$1" use="$3" period=0 \
			slot=0 generation=0
	done
}

# an identifier that changes every 28 days, in epoch 735; one of 91 days in
# epoch 226, reset when three minutes had passed
by_epoch() {
	local s
	fresh
	for s in "${assert_scopes[@]}"; do
		with 00 $((735 * 28 * days)) nym register --yes --json \
			--period 28 "$s" >got
		same got scope="$s" profile=1 L=00 use=1 period=28 epoch=735 \
			generation=0 slot=0
		with 00 $((736 * 28 * days - 1)) nym id --json "$s" >got
		same got scope="$s" profile=1 L=00 use=1 period=28 epoch=735 \
			generation=0 slot=0
		is "$(field epoch got) $(field period got)" '735 28' epoch
		# a second later it is another one, and the old one is gone
		with 00 $((736 * 28 * days)) nym id --json "$s" >next
		is "$(field epoch next)" 736 epoch
		[ "$(field nid next)" != "$(field nid got)" ]
		not with 00 $((736 * 28 * days - 1)) nym id "$s"
	done
	fresh
	for s in "${assert_scopes[@]}"; do
		with 00 60 nym register --yes --json --period 91 "$s" >got
		with 00 180 nym reset --yes --json "$s" >got
		is "$(field generation got)" 3 generation
		with 00 $((226 * 91 * days)) nym id --json "$s" >got
		same got scope="$s" profile=1 L=00 use=1 period=91 epoch=226 \
			generation=3 slot=0
	done
}

# --- through PKCS#11 -------------------------------------------------------------

by_module() {
	local s n=0
	fresh
	for s in "${raw_scopes[@]}"; do
		with 00 $t0 nym register --yes --json "$s" >got
	done
	timeout 60 pkcs11-tool --module "$module" --token-label \
		"$service_token" -O >objects
	cat objects
	is "$(grep -c '^Public Key Object; EC *EC_POINT 256 bits' objects)" 3 \
		'public keys'
	for s in "${raw_scopes[@]}"; do
		n=$((n + 1))
		key_is "$s" $n
	done
	certificate_is p11-home.crt
}

# key_is SCOPE NUMBER
key_is() {
	local name=${1//:/-} nid point pk
	nid=$(answer nid class=A scope="$1" profile=1 L=00 use=2)
	pk=$(answer pk class=A scope="$1" profile=1 L=00 use=2)
	grep -A 5 "^Public Key" objects |
		grep -A 1 -F "label:      $1" | grep "ID: *${nid:0:40}"
	service_cert "$1"
	is "$(openssl x509 -in "$name.crt" -noout -subject -nameopt RFC2253)" \
		"subject=CN=$(answer text class=A scope="$1" profile=1 L=00 use=2)" \
		'name in the certificate'
	point=$(openssl ec -pubin -in "$name.pub" -conv_form compressed \
		-outform DER 2>/dev/null | tail -c 33 | od -An -tx1 -v |
		tr -d ' \n')
	is "$point" "$pk" 'public key'
	mark
	timeout 60 pkcs11-tool --module "$module" --token-label \
		"$service_token" --login --pin "$auth_pin" --sign \
		--id "${nid:0:40}" -m ECDSA-SHA256 \
		--signature-format openssl -i letter -o sig
	openssl dgst -sha256 -verify "$name.pub" -signature sig letter
	logged_in_once 1
}

certificate_is() {
	openssl x509 -in "$1" -outform DER |
		openssl asn1parse -inform DER -strparse 4 -noout -out tbs
	is "$(od -An -tx1 -v tbs | tr -d ' \n')" \
		"$(format tbs kind=certificate)" TBSCertificate
}

nym_card plain
it 'jumin nym: L of zeros' by_cli 00 1
it 'jumin nym: L of the answers' by_cli a5 1
it 'jumin nym: periods, epochs, a generation' by_epoch
it 'PKCS#11: objects, certificates, signatures' by_module
card_in plain --param digestinfo=strict
it 'jumin nym: fallback, L of zeros' by_cli 00 2
it 'jumin nym: fallback, L of the answers' by_cli a5 2
finish
