#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# The card leaves, is reset, or talks nonsense at each command of a job.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"

card_new one
card_in one
calais
for way in removed reset failed lost wrong locked garbage half nothing; do
	it "$way at each command of a job" host sweep $way 0
done
it 'the same context goes on with another handle' host keep
finish
