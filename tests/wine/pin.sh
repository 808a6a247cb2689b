#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What PINs cost, and that a host loses none that it did not give.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"

card_new one
card_in one
calais
it 'wrong, right, and what cannot be right' host pin
it 'the same wrong PIN 20 times is one VERIFY' host pin-again
it 'a challenge comes from the card, another one each time' host challenge
it 'a PIN is changed' host pin-change
it 'after CardDeauthenticateEx nobody signs' host deauthenticate
it 'a blocked PIN is blocked, and the other one is not' host pin-blocked
finish
