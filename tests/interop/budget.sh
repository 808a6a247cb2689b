#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What a job costs in commands to the card, from the card's own trace.  The
# numbers are promises; they may only fall.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" pkcs11-tool ssh-keygen

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

list_keys() {
	timeout 60 ssh-keygen -D "$module" >got
	is "$(wc -l <got)" "$1" keys
}

# no process before knew this card, or another one did
forget() {
	rm -rf "$XDG_CACHE_HOME/jumin"
}

known_are() {
	is "$(find "$XDG_CACHE_HOME/jumin" -type f | wc -l)" "$1" 'cards known'
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
	card="$1, no cache"
	forget
	costs 'list tokens' "$2" list_tokens
	costs 'list objects of the authentication slot' $(($3 - shorter)) \
		list_objects
	forget
	costs 'sign with the authentication key by id' "$4" sign_auth
	forget
	costs 'sign with the signature key by id' "$5" sign_sign
	costs 'next signature, same login' "$6" next_signature
}

# warm CARD: the same by a process that finds the card in the user's cache
warm() {
	card="$1, cache warm"
	forget
	it "$card: everything was read once" list_keys 3
	it "$card: it is known" known_are 1
	costs 'list tokens' "$2" list_tokens
	costs 'list objects of the authentication slot' "$3" list_objects
	costs 'sign with the authentication key by id' "$4" sign_auth
	costs 'sign with the signature key by id' "$5" sign_sign
	costs 'ssh-keygen -D' "$6" list_keys 3
	echo 'ca-certificates = off' >"$XDG_CONFIG_HOME/jumin/jumin.conf"
	costs 'ssh-keygen -D, no CA certificates' "$3" list_keys 1
	rm "$XDG_CONFIG_HOME/jumin/jumin.conf"
}

# foreign CARD: the cache knows the other card alone
foreign() {
	card="$1, cache of another card"
	costs 'list tokens' "$2" list_tokens
}

# $HOME is all of these folders in one
mkdir -m 700 config cache
XDG_CONFIG_HOME=$work/config XDG_CACHE_HOME=$work/cache
mkdir config/jumin

plain=(3BE000FF8131FE4514 'plain card')
short=(3BC5FF8131FB458073C6010000 'short EF ids')
card_in plain --param "atr=${plain[0]}"
rows "${plain[1]}" 9 24 20 27 7
warm "${plain[1]}" 9 9 20 27 12
card_in plain --param "atr=${short[0]}"
rows "${short[1]}" 5 18 13 19 5
warm "${short[1]}" 5 5 13 19 7
card_new other
card_in other --param "atr=${short[0]}"
foreign "${short[1]}" 6
card_in other --param "atr=${plain[0]}"
foreign "${plain[1]}" 11

# nothing is read or written where the configuration says so
card_in plain --param "atr=${plain[0]}"
forget
echo 'cache = off' >"$XDG_CONFIG_HOME/jumin/jumin.conf"
card='cache = off'
for again in 1 2; do
	costs "list objects, time $again" $((24 - shorter)) list_objects
	it "$card: no folder appears" test ! -e "$XDG_CACHE_HOME/jumin"
done
rm "$XDG_CONFIG_HOME/jumin/jumin.conf"

card_in plain --param atr=3BDA13FF8131FB468012392F31C173C601C03B
card='extended length'
forget
it "$card: each file is read by one command" reads_at_once
forget
costs 'list objects of the authentication slot' 8 list_objects
costs 'the same, cache warm' 5 list_objects
finish
