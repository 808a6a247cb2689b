#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2119,SC2317 # the cases are called by "it"
# Our card driver in OpenSC knows cards by their answer to reset, contact and
# contactless, and by one SELECT where it does not.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/osc.sh
. "$src/tests/interop/osc.sh"
# shellcheck source=tests/interop/osc_cases.sh
. "$src/tests/interop/osc_cases.sh"

# Answers to reset of card-facts: contact, contactless.
atrs='3BE000FF8131FE4514
3BDA13FF8131FB468012392F31C173C601C03B
3BC5FF8131FB458073C6010000
3B888001000005E0B381A1007F
3B888001000041E0B381A1003B
3B888001004B51FF0081D100BC
3B888001004B51FFB381D1000F'

# and some of no resident card
unknown_atrs='3B80800101
3B8480014A4D58316B
3B8A80014A554D494E2D5445535465'

# SELECTs of an application by one program, before another one is run
selects() {
	alone opensc-tool -n
	has 'Japanese resident card (JPKI)'
	is "$(since | grep -c '^00A4040C')" "$1" 'SELECTs of an application'
	is "$(verifies)" 0 VERIFYs
}

atr_is() {
	runs 0 opensc-tool -a
	is "$(tr -d ': \n' <got | tr a-f A-F)" "$1" 'answer to reset'
}

osc_conf
hash=sha256
issue plain ok ok JPKIAPICCTOKEN2
for atr in $atrs; do
	insert plain --param "atr=$atr"
	it "$atr: told" atr_is "$atr"
	it "$atr: no SELECT but that of identification" selects 1
	it "$atr: dumped" dumps
	it "$atr: signs, authentication" crypt_signs auth
	it "$atr: signs, signature" crypt_signs sign
	it "$atr: opensc-pkcs11 signs" module_signs auth
done
for atr in $unknown_atrs; do
	insert plain --param "atr=$atr"
	it "unknown, $atr: one SELECT more" selects 2
	it "unknown, $atr: dumped" dumps
	it "unknown, $atr: signs, authentication" crypt_signs auth
	it "unknown, $atr: opensc-pkcs11 signs" module_signs sign
done
insert plain --param reset-keeps-status=on
it 'a card that keeps its status over a reset: signs, authentication' \
	crypt_signs auth
it 'a card that keeps its status over a reset: signs, signature' \
	module_signs sign
# it is said to the program, not to a look at the counters
card_in plain --param first-6f00=on
it 'a card that says 6F00 first: dumped' dumps
finish
