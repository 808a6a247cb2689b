#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What Windows learns of a card without a PIN: versions of the interface, files,
# containers, properties.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"

card_new one
card_in one
calais
it 'versions 4 to 9 are answered, older ones refused' host versions
it 'files, containers, and keys that are those of the certificates' \
	host files 1
it 'properties' host properties
finish
