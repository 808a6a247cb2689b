#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Cards that are exchanged, told apart, used by two contexts, by another handle.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"

card_new one
card_new two
card_in one
calais
it 'two contexts on one card' host two-contexts
it 'two threads, with a context each and with one' host threads
it 'the handle is replaced between two calls' host handle-replaced
it 'the card is exchanged between two calls' host exchange
it 'the card is exchanged behind a handle that stays' host exchange-kept
it 'there is no card' host no-card
card2_in two
it 'two cards are two to Windows' host two-cards
finish
