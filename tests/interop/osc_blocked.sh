#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2119 # no argument is meant
# OpenSC's programs with our card driver: cards with PINs that are blocked, and
# with none that its holder could use.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/osc.sh
. "$src/tests/interop/osc.sh"
# shellcheck source=tests/interop/osc_cases.sh
. "$src/tests/interop/osc_cases.sh"

osc_conf
# blocked NAME AUTH SIGN: what becomes of the pairs after the card was learnt
blocked() {
	issue "$1" ok ok JPKIAPICCTOKEN2
	insert "$1"
	[ "$2" = ok ] || gives_up 98 3 >blocked.log
	[ "$3" = ok ] || gives_up 9B 5 >blocked.log
	printf '%s\n' "$2" "$3" JPKIAPICCTOKEN2 >"$1.row"
	insert "$1"
}

blocked auth-blocked blocked ok
every_program
insert auth-blocked --param retry-blocked=6983 --param verify-blocked=6983
every_program
blocked sign-blocked ok blocked
every_program
insert sign-blocked --param retry-blocked=63C0
every_program
blocked both-blocked blocked blocked
every_program
issue none blocked blocked JPKIAPICCTOKEN2 --profile mynumber-nopin
insert none
every_program
finish
