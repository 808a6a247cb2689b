#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Parameters that are none, to every function, and memory that there is not.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"

card_new one
card_in one
calais
it 'each wrong parameter has its code, and the card hears of none' host params
it 'the card was sent no PIN' is "$(verifies)" 0 VERIFYs
it 'no memory is an answer, too' host memory
finish
