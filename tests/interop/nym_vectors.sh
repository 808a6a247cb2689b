#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# The known answers by way of the command line, pcscd and a card that has the
# keys of nym1.md, section 13; and a kiosk, which keeps nothing.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need jumin faketime softhsm2-util p11tool
vectors=$src/tests/vectors
kiosk=kiosk:jp.example.city/library
hsm=$(find /usr/lib -name libsofthsm2.so 2>/dev/null | head -n 1)
need "$hsm"

nym() {
	jumin nym "$@" --pin-fd 3 3<<<"$auth_pin"
}

of() {
	sed -n "s/.*\"$2\": *\"\{0,1\}\([^,\"}]*\).*/\1/p" "$1"
}

# Records of class A with L = 0 that a command line can ask for: profile 1,
# slot and generation 0, and the use that goes with the scheme.
records() {
	awk 'BEGIN { RS = ""; FS = "\n" } {
		split("", v)
		for (i = 1; i <= NF; i++) {
			at = index($i, " = ")
			v[substr($i, 1, at - 1)] = substr($i, at + 3)
		}
		raw = v["scope"] ~ /^(ssh|p11):/
		if (v["class"] == "A" && v["L"] ~ /^0+$/ && v["profile"] == 1 &&
		    v["slot"] == 0 && v["generation"] == 0 &&
		    v["use"] == (raw ? 2 : 1))
			print v["scope"], v["period"], v["epoch"], v["nid"], v["text"]
	}' "$vectors/nym1.txt"
}

all_records() {
	local scope period epoch nid text when n=0
	while read -r scope period epoch nid text; do
		when=now
		[ "$period" = 0 ] || when=@$((epoch * period * 86400 + 86399))
		FAKETIME_DONT_FAKE_MONOTONIC=1 faketime "$when" jumin nym id \
			--binding none --insecure --period "$period" --json \
			"$scope" --pin-fd 3 3<<<"$auth_pin" >id.json
		is "$(of id.json nid)" "$nid" "$scope, period $period"
		is "$(of id.json sub)" "$text" "$scope, text"
		n=$((n + 1))
	done <records.txt
	is "$n" 13 records
}

# one second later it is the next epoch
next_epoch() {
	local scope period epoch nid text
	read -r scope period epoch nid text < <(grep ' 28 ' records.txt)
	FAKETIME_DONT_FAKE_MONOTONIC=1 faketime \
		"@$(((epoch + 1) * period * 86400))" jumin nym id --json \
		--binding none --insecure --period "$period" "$scope" \
		--pin-fd 3 3<<<"$auth_pin" >id.json
	is "$(of id.json epoch)" $((epoch + 1)) epoch
	[ "$(of id.json nid)" != "$nid" ]
}

card2() {
	nym id --json --binding card2 web:example.jp >id.json
	is "$(of id.json nid)" \
		fa33c209774c6f06c9dd9822d4c2ed3baa10171d4b1df047218c3f0a3566b424 A5
	is "$(signatures)" 3 'signatures, two of them by the other key'
	is "$(verifies)" 1 VERIFYs
}

# what the site's record comes to, by openssl alone
site_nid() (
	set +u
	tmp=$work
	here=$src/tests/nym
	# shellcheck source=tests/nym/openssl-lib.sh
	. "$src/tests/nym/openssl-lib.sh"
	sh_of "$kiosk"
	sh=$out
	enc NYM1/site "$sh"
	hmac "$(dump <kop)" "$out"
	l=$out
	[ "$l" = 29b16932d0a0eecc786d25aead0b0b9c51eb29d33f36747e6841710780d6fe89 ]
	a_prk "$l" 1 "$sh"
	key_of "$out" 1 0 0 0 0
	public "$d" compressed
	nid_of "$sh" 1 "$(printf %s "$out" | tail -c 64)"
	echo "$out"
)

site_file() {
	nym id --json --binding site --site-key kop "$kiosk" >id.json
	is "$(of id.json nid)" "$(site_nid)" nid
	is "$(signatures)" 1 signatures
}

site_token() {
	export SOFTHSM2_CONF=$work/softhsm2.conf
	mkdir -p tokens
	echo "directories.tokendir = $work/tokens" >softhsm2.conf
	softhsm2-util --init-token --free --label site --pin 8765 --so-pin 8765
	p11tool --provider "$hsm" --login --set-pin 8765 --write --label kop \
		--secret-key "$(od -An -v -tx1 kop | tr -d ' \n')" pkcs11:token=site
	local uri="pkcs11:token=site;object=kop?module-path=$hsm" got=0
	nym id --json --binding site --site-key "$uri" --site-pin-fd 4 "$kiosk" \
		4<<<8765 >id.json
	is "$(of id.json nid)" "$(site_nid)" nid
	mark
	nym id --binding site --site-key "$uri" --site-pin-fd 4 "$kiosk" \
		4<<<9999 >said 2>&1 || got=$?
	is "$got" 4 'status with a wrong PIN of the token'
	got=0
	nym id --binding site --site-key "$uri&pin-value=8765" "$kiosk" \
		>said 2>&1 || got=$?
	is "$got" 2 'status with a PIN in the URI'
	got=0
	nym id --binding site --site-key "${uri/kop/none}" --site-pin-fd 4 \
		"$kiosk" 4<<<8765 >said 2>&1 || got=$?
	is "$got" 1 'status without such a key'
	# Of two nobody can tell which one the PIN is for.
	softhsm2-util --init-token --free --label site --pin 8765 --so-pin 8765
	got=0
	nym id --binding site --site-key "$uri" --site-pin-fd 4 "$kiosk" \
		4<<<8765 >said 2>&1 || got=$?
	is "$got" 1 'status with two tokens of one name'
	grep -q 'several tokens fit' said
	is "$(apdus)" 0 'commands to the card'
}

# The same at every terminal of the operator; nothing stays there.
kiosk_keeps_nothing() {
	local before challenge
	challenge=$(openssl rand -hex 16)
	before=$(find . | LC_ALL=C sort | sha256sum)
	mkdir clean
	HOME=$work/clean XDG_CACHE_HOME='' nym assert --yes --binding site \
		--site-key kop --challenge "$challenge" --session 0a0b "$kiosk" \
		>/dev/shm/"$$.assertion"
	is "$(find clean -mindepth 1 | wc -l)" 0 'files in HOME'
	rmdir clean
	is "$(find . | LC_ALL=C sort | sha256sum)" "$before" 'other files'
	jumin nym verify --json --scope "$kiosk" --challenge "$challenge" \
		--session 0a0b /dev/shm/"$$.assertion" >v.json
	rm -f /dev/shm/"$$.assertion"
	is "$(of v.json nid)" "$(site_nid)" nid
}

bad_site_keys() {
	local f got
	head -c 31 /dev/zero >short
	head -c 33 /dev/zero >long
	head -c 32 /dev/zero >open
	mkfifo -m 600 fifo
	chmod 600 short long
	chmod 644 open
	for f in short long open fifo . none; do
		got=0
		nym id --binding site --site-key "$f" "$kiosk" >said 2>&1 || got=$?
		is "$got" 1 "status with $f"
	done
	is "$(apdus)" 0 'commands to the card'
}

# the second key, by its recipe
tmp=$work here=$src/tests/nym sh -c '. "$here/openssl-lib.sh"; make_keys' ||
	exit 1
openssl rsa -inform DER -in text.der -out text.pem 2>/dev/null
records >records.txt
printf '%032d' 0 | tr 0 '\245' >kop
chmod 600 kop
card_new known --auth-key "$vectors/nym1-card1.pem" --text-key text.pem
card_in known
it 'every record of the known answers that can be asked for' all_records
it 'at the end of an epoch the identifier changes' next_epoch
it 'A5, with the second key' card2
it 'a site key in a file gives what openssl computes' site_file
it 'and so does one in a token' site_token
it 'nothing stays at a kiosk' kiosk_keeps_nothing
it 'a site key that others could read is refused' bad_site_keys
finish
