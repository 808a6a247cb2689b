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

card_new one
card_in one
calais
it 'the authentication key signs' host sign 1
it 'and again, with what the cache has: at most 16 commands' host budget 0 16
it 'a certificate is registered with one PIN' register
it 'then there are both containers' host files 2
it 'both keys sign' host sign 2
it 'both PINs are verified at once' host both-pins
it 'the signature key: at most 18 commands' host budget 1 18

card_new next --profile mynumber-next
card_in next
it 'the keys of the next card are on a curve' host sign 1
finish
