#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2119 # no argument is meant
# OpenSC's programs with our card driver: a card as people have it, and one that
# another program has logged in to.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/osc.sh
. "$src/tests/interop/osc.sh"
# shellcheck source=tests/interop/osc_cases.sh
. "$src/tests/interop/osc_cases.sh"

osc_conf
issue plain ok ok JPKIAPICCTOKEN2
insert plain
every_program
both 'PSS with another hash function is refused' other_pss_is_refused
osc_conf 'pss = no;'
both 'with pss = no there is no PSS' module_has_no_pss
both 'with pss = no it signs by PKCS#1' module_signs
osc_conf
foreign=yes
card=verified
cp plain.row verified.row
for pair in auth sign; do
	cp "plain.$pair.pem" "verified.$pair.pem"
	cp "plain.$pair.pub" "verified.$pair.pub"
done
ln -s plain.img verified.img
every_program
finish
