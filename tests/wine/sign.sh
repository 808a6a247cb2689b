#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Signatures with both keys, which Windows verifies with CNG and CryptoAPI; the
# signature key is there once its certificate was registered.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"

register() {
	printf '%s\n' "$sign_pin" |
		win juminmd-setup.exe register --pin-fd 0
}

# What a budget was: told by the last "host".
told() {
	sed -n 's/^     \(.* commands\|together: .*\)$/     \1/p' host.log
}

card_new one
card_in one
calais
it 'the authentication key signs' host sign 1
it 'and again, with what the cache has: at most 16 commands' host budget 0 16
told
it 'a certificate is registered with one PIN' register
it 'then there are both containers' host files 2
it 'both keys sign' host sign 2
it 'both PINs are verified at once' host both-pins
it 'the signature key: at most 16 commands, too' host budget 1 16
told
it 'the card leaves at each of its commands' \
	host sweep removed 1
it 'another certificate on the card ends it' host other-cert
it 'it is registered again' register
it 'it is forgotten' win juminmd-setup.exe forget
it 'then there is one container again' host files 1

card_new next --profile mynumber-next
card_in next
it 'the key of the next card is on a curve' host files 1
it 'and signs' host sign 1
it 'its signature certificate is registered' register
it 'then there are both containers' host files 2
it 'both keys on a curve sign' host sign 2
finish
