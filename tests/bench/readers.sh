#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# 1 to 16 readers with a card in each, contactless: time to list all tokens, and
# to log in and sign on all of them at once.  Lines:
#
#   readers SIDE READERS TOKENS LIST SIGN          microseconds
#
# pcscd takes 16 readers, and a copy of the virtual one brings two that take
# turns: up to 8 each has a copy of its own, with 16 they share.  OpenSC is told
# to have slots enough, its default of 16 is not.
set -u
JM_INTEROP_DRIVERS=8
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
begin readers
need "$module" "$opensc"

cat >opensc.conf <<END
app opensc-pkcs11 { pkcs11 { max_virtual_slots = 128; } }
END
OPENSC_CONF=$work/opensc.conf
export OPENSC_CONF

cards=0
# more N: so many readers have a card
more() {
	local i port
	while [ "$cards" -lt "$1" ]; do
		i=$cards
		port=$((35963 + i % 8 * 2 + i / 8))
		cp plain.img "card$i.img"
		jumin-vcard run "card$i.img" --port "$port" \
			--latency contactless \
			--param serial="$((1000000000000000 + i))" \
			>"card$i.log" 2>&1 &
		echo $! >>cards.pid
		disown
		cards=$((cards + 1))
	done
	by are_in "$1"
}

are_in() {
	is "$(opensc-tool -l 2>/dev/null | grep -c '^[0-9]* *Yes')" "$1" cards
}

all_out() {
	# shellcheck disable=SC2046 # one word each
	kill $(cat cards.pid) 2>/dev/null
}

card_new plain
trap 'all_out' EXIT
for n in 1 2 4 8 16; do
	more $n >wait.log || broken "$n cards are not seen"
	for s in jumin opensc; do
		side $s
		timeout 200 "$p11bench" "$so" "$auth_token" "$auth_pin" \
			readers >got 2>job.log || broken "$n readers, $side"
		read -r _ tokens list sign <got
		row readers "$side" "$n" "$tokens" "$list" "$sign"
	done
done
