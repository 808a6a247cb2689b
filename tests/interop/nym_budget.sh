#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2086,SC2317 # scopes are words; "it" calls the cases
# What service identities cost in commands to the card, from the card's own
# trace, as budget.sh does it for the rest.  The numbers may only fall.
set -u
# shellcheck source=tests/interop/nym/lib.sh
. "${0%/*}/nym/lib.sh"
into_reader "$@"
need "$module" "$python" jumin pkcs11-tool ssh-keygen

web=web:one.test
raw=ssh:one.test
challenge=000102030405060708090a0b0c0d0e0f

list_tokens() {
	timeout 60 pkcs11-tool --module "$module" -L >got
	is "$(grep -c 'token label' got)" "$1" tokens
}

list_service_objects() {
	timeout 60 pkcs11-tool --module "$module" --token-label \
		"$service_token" -O >got
	is "$(grep -c '^Certificate Object' got)" 1 certificates
}

keygen_lists_one() {
	JUMIN_SCOPE=$raw timeout 60 ssh-keygen -D "$module" >got
	is "$(wc -l <got)" 1 keys
}

signs() {
	rm -f sig
	timeout 60 pkcs11-tool --module "$module" --token-label \
		"$service_token" --login --pin "$auth_pin" --sign --label $raw \
		-m ECDSA-SHA256 -i letter -o sig
	is "$(wc -c <sig)" 64 'bytes of signature'
	logged_in_once 1
}

# the mark is set between the login and the signature
signature_alone() {
	p11_start one open:nym "login:nym:$auth_pin" say:first wait sign:nym \
		say:second wait
	p11_said one 'say:first CKR_OK first'
	mark
	p11_tell one
	p11_said one 'say:second CKR_OK second'
	p11_tell one
	p11_end one
	is "$(grep -c 'sign:nym CKR_OK' one.out)" 1 signatures
}

forget() {
	rm -rf "$XDG_CACHE_HOME/jumin"
}

# asks VERIFYS SIGNATURES COMMAND ...
asks() {
	local want="$1 $2"
	shift 2
	nym "$@" >got
	is "$(verifies) $(signatures)" "$want" 'VERIFYs and signatures'
}

# $HOME is all of these folders in one
mkdir -m 700 config cache
XDG_CONFIG_HOME=$work/config XDG_CACHE_HOME=$work/cache

# rows CARD: in the order of the calls below
rows() {
	card=$1
	rm -rf "$HOME/.local/share/jumin"
	forget
	costs 'list tokens, nothing registered' "$2" list_tokens 2
	costs 'register, and make the vault' "$3" asks 1 2 register --yes $web
	costs 'register' "$3" asks 1 2 register --yes $raw
	costs 'id' "$3" asks 1 2 id $web
	costs 'assert' "$3" asks 1 2 assert --yes --challenge $challenge $web
	costs 'reset' "$3" asks 1 2 reset --yes $web
	costs 'list' "$4" asks 1 1 list
	costs 'list --no-pin' "$5" jumin nym list --no-pin
	costs 'jumin ssh --scope' "$5" jumin ssh --scope $raw
	costs 'binding card2' "$6" asks 1 3 id --binding card2 web:two.test
	card="$1, no cache"
	forget
	costs 'list tokens' "$7" list_tokens 3
	forget
	costs 'list objects of the service slot' "$7" list_service_objects
	forget
	costs 'ssh-keygen -D, one scope' "$7" keygen_lists_one
	forget
	costs 'sign in the service slot' "$8" signs
	card="$1, cache warm"
	costs 'list tokens' "$9" list_tokens 3
	costs 'list objects of the service slot' "$9" list_service_objects
	costs 'ssh-keygen -D, one scope' "$9" keygen_lists_one
	costs 'sign in the service slot' "${10}" signs
	costs 'the signature alone' "${11}" signature_alone
}

nym_card plain
card_in plain --param atr=3BE000FF8131FE4514
rows 'plain card' 9 23 22 17 26 17 29 9 21 8
card_in plain --param atr=3BC5FF8131FB458073C6010000
rows 'short EF ids' 5 16 15 12 19 12 21 5 14 6
finish
