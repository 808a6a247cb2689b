#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# PyKCS11: the module from Python.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client PyKCS11
# Debian's package is for Debian's python
python=/usr/bin/python3
need "$module" "$python" jumin
"$python" -c 'import PyKCS11' 2>/dev/null || missing 'there is no PyKCS11'

# program PAIR
program() {
	timeout 60 "$python" "$src/tests/interop/clients/pykcs11.py" "$module" \
		"$(token "$1")" "$(pin "$1")" "$1.pub" letter
}

signs() {
	program auth
	paid 1/3 0/0
}

# one PIN, one signature: the next one is refused
signs_once() {
	ends 1 program sign 2>&1
	grep -q USER_NOT_LOGGED_IN case.log
	paid 0/0 1/1
}

signs_often() {
	program sign
	paid 0/0 1/3
}

card_new plain
card_in plain
certificates plain
it 'a program reads all attributes and signs, for one PIN' signs
it 'the signature key: one signature for one PIN' signs_once
with_conf 'consent = session'
it 'the signature key, consent = session: as often as it wants' signs_often
client_done
