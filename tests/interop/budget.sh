#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What a job costs in commands to the card, from the card's own trace.  The
# numbers are promises; they may only fall.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" pkcs11-tool

# costs 'job' MOST FUNCTION [ARGUMENT ...]
costs() {
	local what=$1 most=$2 n
	shift 2
	it_costs "$@" >costs.log 2>&1 </dev/null || {
		failed=$((failed + 1))
		echo "FAIL $card, $what"
		tail -n 40 costs.log | sed 's/^/    | /'
		return
	}
	n=$(apdus)
	if [ "$n" -gt "$most" ] || [ "$n" = 0 ]; then
		failed=$((failed + 1))
		echo "FAIL $card, $what: $n commands, $most allowed"
		since | cut -c 1-120 | sed 's/^/    > /'
		return
	fi
	passed=$((passed + 1))
	echo "ok   $card, $what: $n commands, $most allowed"
}

it_costs() (
	mark
	set -e
	"$@"
)

tool() {
	timeout 60 pkcs11-tool --module "$module" "$@"
}

list_tokens() {
	tool -L >got
	is "$(grep -c 'token label' got)" 2 tokens
}

list_objects() {
	tool --token-label 'JPKI Authentication' -O >got
	is "$(grep -c '^Certificate Object' got)" 2 certificates
}

sign_auth() {
	tool --login --pin "$auth_pin" --sign --id 01 -m SHA256-RSA-PKCS \
		-i letter -o sig
	is "$(wc -c <sig)" 256 'bytes of signature'
}

sign_sign() {
	tool --token-label 'JPKI Signature' --login --pin "$sign_pin" --sign \
		--id 02 -m SHA256-RSA-PKCS -i letter -o sig
	is "$(wc -c <sig)" 256 'bytes of signature'
}

# the mark is set between the two
next_signature() {
	p11_start next open:auth "login:auth:$auth_pin" sign:auth say:first wait \
		sign:auth say:second wait
	p11_said next 'say:first CKR_OK first'
	mark
	p11_tell next
	p11_said next 'say:second CKR_OK second'
	p11_tell next
	p11_end next
	is "$(grep -c 'sign:auth CKR_OK' next.out)" 2 signatures
}

# The rows above say what they say for a certificate of 1.5 kB.
of_its_size() {
	p11 open:auth cert:auth open:sign "login:sign:$sign_pin" cert:sign >got
	cat got
	awk '/^cert:/ { n++; if ($3 <= 1280 || $3 > 1536) bad = 1 }
		END { exit bad || n != 2 }' got
}

reads() {
	since | grep -c '^00B0' || :
}

# token information, pairs, two certificates: four files
reads_at_once() {
	list_objects
	is "$(reads)" 4 'READ BINARYs'
}

card_new plain
# Both certificates of that row are of 1.5 kB, six blocks; the CA's is shorter.
ca=$(openssl x509 -in plain.ca/auth-ca.pem -outform DER | wc -c)
shorter=$((6 - (ca + 255) / 256))

# rows CARD: budgets of architecture.md section 3, in the order of its table
rows() {
	card=$1
	it "$card: certificates of the size that the budgets are for" \
		of_its_size
	costs 'list tokens' "$2" list_tokens
	costs 'list objects of the authentication slot' $(($3 - shorter)) \
		list_objects
	costs 'sign with the authentication key by id' "$4" sign_auth
	costs 'sign with the signature key by id' "$5" sign_sign
	costs 'next signature, same login' "$6" next_signature
}

card_in plain
rows 'plain card' 9 24 20 27 7
card_in plain --param atr=3BC5FF8131FB458073C6010000
rows 'short EF ids' 5 18 13 19 5
card_in plain --param atr=3BDA13FF8131FB468012392F31C173C601C03B
card='extended length'
it "$card: each file is read by one command" reads_at_once
costs 'list objects of the authentication slot' 8 list_objects
finish
