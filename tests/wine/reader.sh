#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What all tests of this folder stand on: programs under Wine reach the virtual
# card through pcscd, and a fault that is asked for comes to pass.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"

card_new one
card_in one
calais
it 'a program for Windows reaches the card' host reader
finish
