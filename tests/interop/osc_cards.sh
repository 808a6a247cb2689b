#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2119 # no argument is meant
# OpenSC's programs with our card driver: a child's card, the older and the next
# card, a phone's token.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/osc.sh
. "$src/tests/interop/osc.sh"
# shellcheck source=tests/interop/osc_cases.sh
. "$src/tests/interop/osc_cases.sh"

osc_conf
issue child ok none JPKIAPICCTOKEN2 --profile mynumber-child
insert child
every_program
insert child --param absent-pin=blocked --param absent-ef=6982 \
	--param retry-blocked=63C0
every_program read

pss=no
sign_least=4
issue juki none ok JPKIAPICCTOKEN --profile juki
insert juki
every_program
unset sign_least pss

issue phone hidden ok JPKIAPGPSETOKEN --profile android
insert phone
every_program

pss=no
hash=sha384
issue next ok ok JPKIAPICCTOKEN3 --profile mynumber-next
insert next
every_program
finish
