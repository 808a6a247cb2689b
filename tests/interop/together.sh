#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Several processes hold the same PIN when it is changed: together they cost one
# try, however often each of them signs.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" jumin

holders='a b c d'
signatures_each=600 # some four calls each

each() {
	local h
	for h in $holders; do
		"$1" "$h" "${@:2}"
	done
}

hold_pin() {
	p11_start "$1" open:auth "login:auth:$2" sign:auth say:in wait \
		"again:$signatures_each:sign:auth" say:done wait final
}

none_made() {
	sed '1,/^say:in/d' "$1.out" | grep '^sign' >signs
	is "$(wc -l <signs)" "$signatures_each" "signatures $1 asked for"
	sed -n 1p signs | grep CKR_USER_NOT_LOGGED_IN
	is "$(grep -c CKR_OK signs)" 0 "of them made"
}

# changed OLD NEW
changed() {
	each hold_pin "$1"
	each p11_said 'say:in CKR_OK in'
	printf '%s\n' "$1" "$2" "$2" | jumin pin change auth --pin-fd 0
	mark
	each p11_tell
	each p11_said 'say:done CKR_OK done'
	is "$(verifies)" 1 'VERIFYs of all'
	is "$(wrong_verifies)" 1 'wrong ones'
	each none_made
	p11_is token:auth -- 'token:auth CKR_OK flags low'
	p11_is open:auth "login:auth:$2" sign:auth token:auth -- \
		'open:auth CKR_OK' 'login:auth CKR_OK' 'sign:auth CKR_OK' \
		'token:auth CKR_OK flags'
	each p11_tell
	each p11_end
	is "$(wrong_verifies)" 1 'wrong ones at the end'
}

card_new plain
card_in plain
it 'four processes lose one try together when their PIN is changed' \
	changed 1234 5678
it 'and one at the next change' changed 5678 9012
it 'and at a third' changed 9012 1234
it 'and at a fourth' changed 1234 2345
finish
