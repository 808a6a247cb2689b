#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# jumin.exe does what jumin does on Linux with the same card: the same output
# and exit status, and the same identifiers from the same vault.
set -u
# shellcheck source=tests/wine/lib.sh
. "${0%/*}/lib.sh"
into_wine "$@"
need jumin "$windows/jumin.exe" "$build/tests/cli/on_terminal"

challenge=$(openssl rand -hex 32)
TZ=JST-9
export TZ

# exe WORD ...: without a PIN
exe() {
	win jumin.exe "$@" </dev/null
}

# exe_pin PINS WORD ...: a PIN a line on standard input
exe_pin() {
	local pins=$1
	shift
	printf %b "$pins" | win jumin.exe "$@" --pin-fd 0
}

# ends STATUS COMMAND ...: what it wrote is in "out" and "err"
ends() {
	local want=$1 got=0
	shift
	"$@" >out 2>err || got=$?
	cat -v out err
	is "$got" "$want" "status of $*"
}

tells() {
	grep -qF -- "$1" err
}

# left PAIR: tries, as jumin on Linux sees them
left() {
	jumin status --json | tr -d '\n' |
		sed -n "s/.*\"name\": *\"$1\"[^}]*\"tries_left\": *\([0-9]*\).*/\1/p"
}

# of FILE KEY: a value of JSON
of() {
	tr -d '\n' <"$1" | sed -n "s/.*\"$2\": *\"\{0,1\}\([^,\"}]*\).*/\1/p"
	echo
}

# --- without a card -----------------------------------------------------------

helps() {
	local c
	ends 0 exe --help
	for c in status 'cert show' 'cert export' 'sign --key' 'pin check' \
		'pin change' 'nym register' 'nym id' 'nym assert' 'nym list' \
		'nym reset' 'nym forget' 'cache clear'; do
		grep -q "^  $c" out
	done
	not grep -qE '^  (attr|ssh|nym (vault|verify))' out
	not grep -q "$(printf '\r')" out
	ends 0 exe --version
	is "$(cat out)" "$(jumin --version)" version
}

# The number and the words are right or wrong: it is the same answer.
leaves_out() {
	local c
	for c in attr ssh 'ssh --scope ssh:host' 'nym vault export f' \
		'nym vault export' 'nym verify'; do
		# shellcheck disable=SC2086 # words
		ends 2 exe $c
		tells 'is not part of jumin.exe'
		is "$(cat out)" '' output
	done
}

# What is wrong on the command line is wrong in the same words.
same_faults() {
	local c
	while read -r c; do
		# shellcheck disable=SC2086 # words
		ends 2 jumin $c
		cp err wanted
		# shellcheck disable=SC2086 # words
		ends 2 exe $c
		diff wanted err
	done <<-'END'
		--frob status
		cert show
		sign letter
		sign --key auth --raw --cms letter
		sign --key auth --pin-fd x letter
		pin check face
		nym id example.jp
		nym id --period 30 web:example.jp
		nym assert --time x --challenge 00 web:example.jp
		nym id --binding site --site-key f web:a.jp
	END
	ends 2 exe nym id --binding site \
		--site-key 'pkcs11:token=x;object=y' kiosk:a.jp/b
	tells 'is not part of jumin.exe'
}

# --- the card -----------------------------------------------------------------

same_status() {
	jumin status --json >wanted
	ends 0 exe status --json
	diff wanted out
	is "$(cat err)" '' errors
	ends 0 exe status
	grep -q '3 of 3 attempts left' out
	is "$(verifies)" 0 VERIFYs
}

same_certificates() {
	local c
	for c in auth auth-ca sign-ca; do
		jumin cert show "$c" --json >wanted
		ends 0 exe cert show "$c" --json
		diff wanted out
		for form in --pem --der; do
			jumin cert export "$c" "$form" >wanted
			ends 0 exe cert export "$c" "$form"
			cmp wanted out
		done
	done
	is "$(verifies)" 0 VERIFYs
	jumin cert export sign --der --pin-fd 3 3<<<"$sign_pin" >wanted
	ends 0 exe_pin "$sign_pin\n" cert export sign --der -o signer.der
	cmp wanted signer.der
	# Wine shows what Windows is told of it: nobody else
	is "$(stat -c %a signer.der | tail -c 2)" 0 'rights of others'
	is "$(verifies)" 2 VERIFYs
}

keys() {
	jumin cert export auth | openssl x509 -noout -pubkey >auth.pub
	openssl x509 -inform DER -in signer.der -noout -pubkey >sign.pub
}

# Bytes that text would lose: CR, LF, Ctrl-Z, what is no UTF-8.
odd_letter() {
	printf 'one\r\ntwo\nthree\r\032\000\377\r\n' >letter
}

signs_raw() {
	odd_letter
	keys
	ends 0 exe_pin '1234\n' sign --key auth --raw letter -o raw.bin
	verified auth raw.bin
	ends 0 exe_pin '1234\r\n' sign --key auth --raw letter
	cmp raw.bin out
	is "$(verifies)" 2 VERIFYs
	ends 0 exe_pin 'ABC123\n' sign --key sign --raw letter -o raw-s.bin
	verified sign raw-s.bin
	is "$(verifies)" 3 VERIFYs
}

signs_cms() {
	ends 0 exe_pin 'ABC123\n' sign --key sign --cms letter -o letter.p7s
	openssl cms -verify -binary -inform DER -in letter.p7s -content letter \
		-CAfile ca.pem -purpose any -out checked
	cmp letter checked
	ends 0 exe_pin '1234\n' sign --key auth --attached letter -o letter.p7m
	openssl cms -verify -binary -inform DER -in letter.p7m \
		-CAfile ca.pem -purpose any -out checked
	cmp letter checked
}

# In the names of folder, input and result; nothing is replaced unasked.
japanese_names() {
	mkdir -p 書類
	odd_letter
	cp letter 書類/契約書①.txt
	ends 0 exe_pin '1234\n' sign --key auth --raw 書類/契約書①.txt \
		-o '書類\署名 é.bin'
	verified auth '書類/署名 é.bin'
	mark
	ends 1 exe_pin '1234\n' sign --key auth --raw letter \
		-o '書類/署名 é.bin'
	tells '署名 é.bin'
	tells 'File exists'
	ends 1 exe_pin '1234\n' sign --key auth --raw letter -o 無い/x.bin
	tells '無い'
	ends 1 exe_pin '1234\n' sign --key auth --raw letter -o 書類 --force
	ends 1 exe_pin '1234\n' sign --key auth --raw 無い.txt
	is "$(verifies)" 0 VERIFYs
	echo old >'書類/署名 é.bin'
	ends 0 exe_pin '1234\n' sign --key auth --raw letter \
		-o '書類/署名 é.bin' --force
	verified auth '書類/署名 é.bin'
	is "$(find . -name '.jumin*')" '' 'temporary files'
	ends 0 exe --trace 記録 status
	grep -q '9000' 記録
	not grep -q "$(printf '\r')" 記録
}

# --- PINs ---------------------------------------------------------------------

checks_pins() {
	ends 0 exe_pin '1234\n' pin check auth
	is "$(cat out)" 'the PIN of JPKI Authentication is right' words
	is "$(verifies)" 1 VERIFYs
	mark
	ends 4 exe_pin '0000\n' pin check auth
	tells 'wrong PIN, 2 attempts left'
	is "$(verifies)" 1 VERIFYs
	is "$(left auth)" 2 'tries left'
	ends 0 exe_pin '1234\n' pin check auth --json
	is "$(left auth)" 3 'tries left'
	ends 4 exe_pin 'WRONG1\n' pin check sign
	is "$(left sign)" 4 'tries left'
	ends 0 exe_pin 'ABC123' pin check sign
	is "$(left sign)" 5 'tries left'
}

# A PIN that cannot be right, none, and none to ask.
sends_none() {
	local bad
	for bad in '123\n' '12345\n' '12a4\n' '１２３４\n' '1234 \n' '' \
		"$(printf '%080d' 0)\\n"; do
		ends 4 exe_pin "$bad" pin check auth
		is "$(cat out)" '' output
	done
	ends 4 exe pin check auth --pin-fd 7
	tells 'cannot be read from descriptor 7'
	ends 4 exe pin check auth
	tells 'there is no terminal'
	ends 2 exe nym assert --challenge "$challenge" web:one.example.jp
	tells 'there is no terminal to ask for consent'
	is "$(verifies)" 0 VERIFYs
	is "$(left auth)" 3 'tries left'
}

# on_console [QUESTION ANSWER]... -- WORD ...: the person at the console
on_console() {
	local play=()
	while [ "$1" != -- ]; do
		play+=("$1" "$2"$'\r')
		shift 2
	done
	shift
	# shellcheck disable=SC2016 # its own arguments
	TERM=xterm "$build/tests/cli/on_terminal" "${play[@]}" -- \
		sh -c 'stty raw -echo; exec "$@"' sh \
		timeout --foreground 60 wine "$work/bin/jumin.exe" "$@"
}

asks_at_console() {
	local got
	ends 0 on_console 'attempts left):' 1234 -- pin check auth
	grep -q 'is right' out
	not grep -q 1234 out
	is "$(verifies)" 1 VERIFYs
	ends 4 on_console 'attempts left):' 0000 -- pin check auth
	is "$(left auth)" 2 'tries left'
	ends 0 on_console 'PIN of' 1234 'New PIN' 5678 'once more' 5678 -- \
		pin change auth
	ends 0 on_console 'PIN of' 5678 'New PIN' 1234 'once more' 1234 -- \
		pin change auth
	mark
	ends 4 on_console 'PIN of' 1234 'New PIN' 5678 'once more' 5679 -- \
		pin change auth
	# Ctrl-C ends it
	got=0
	on_console 'PIN of' 12$'\003' -- pin check auth || got=$?
	[ "$got" -gt 0 ] && [ "$got" != 124 ]
	is "$(verifies)" 0 VERIFYs
	is "$(left auth)" 3 'tries left'
}

changes_pins() {
	ends 4 exe_pin '0000\n5678\n' pin change auth
	is "$(left auth)" 2 'tries left'
	ends 0 exe_pin '1234\n5678\n' pin change auth
	is "$(cat out)" 'the PIN of JPKI Authentication is changed' words
	is "$(left auth)" 3 'tries left'
	jumin pin check auth --pin-fd 3 3<<<5678
	ends 4 exe_pin '5678\n12\n' pin change auth
	is "$(left auth)" 3 'tries left'
	ends 0 exe_pin '5678\n1234\n' pin change auth
	jumin pin check auth --pin-fd 3 3<<<1234
}

# --- service identities ---------------------------------------------------------

services='web:one.example.jp web:two.example.jp app:jp.example.mail
	p11:label ssh:git.example.jp kiosk:city.example.jp/library test:x'

# vault_here NAME: another Linux computer, with services of this card
vault_here() {
	local s period
	HOME=$work/$1
	mkdir -m 700 "$HOME"
	for s in $services; do
		period=
		[ "$s" != web:two.example.jp ] || period='--period 28'
		# shellcheck disable=SC2086 # two words
		jumin nym register --yes $period "$s" --pin-fd 3 \
			3<<<"$auth_pin" >/dev/null
	done
}

# Where a user of Windows has it.
windows_home() {
	echo "$WINEPREFIX/drive_c/users/$(id -un)/AppData/Local/Jumin"
}

to_windows() {
	local to
	to=$(windows_home)
	rm -rf "$to"
	mkdir -m 700 "$to"
	cp -rp "$HOME/.local/share/jumin/nym" "$to/nym"
}

same_ids() {
	local s
	for s in $services; do
		jumin nym id --json "$s" --pin-fd 3 3<<<"$auth_pin" >wanted
		ends 0 exe_pin '1234\n' nym id --json "$s"
		diff wanted out
		is "$(cat err)" '' errors
	done
	jumin nym list --json --pin-fd 3 3<<<"$auth_pin" >wanted
	ends 0 exe_pin '1234\n' nym list --json
	diff wanted out
	ends 1 exe_pin '1234\n' nym id web:three.example.jp
	tells 'jumin nym register web:three.example.jp'
	is "$(left auth)" 3 'tries left'
}

# Without a vault: they follow from the card alone.
same_ids_without() {
	local s
	head -c 32 /dev/urandom >site.key
	chmod 600 site.key
	for s in '--binding site --site-key site.key kiosk:a.example.jp/b' \
		'--binding site --site-key site.key --site-profile 2 kiosk:a.example.jp/b' \
		'--binding none --insecure test:none'; do
		# shellcheck disable=SC2086 # words
		jumin nym id $s --pin-fd 3 3<<<"$auth_pin" >wanted || return
		# shellcheck disable=SC2086 # words
		ends 0 exe_pin '1234\n' nym id $s
		diff wanted out
	done
	chmod 644 site.key
	mark
	ends 1 exe_pin '1234\n' nym id --binding site --site-key site.key \
		kiosk:a.example.jp/b
	tells 'others can read the file'
	is "$(verifies)" 0 VERIFYs
}

# Made on Windows, believed on Linux, and a receipt is in the vault there.
same_assertions() {
	local s period
	for s in web:one.example.jp web:two.example.jp app:jp.example.mail; do
		jumin nym id --json "$s" --pin-fd 3 3<<<"$auth_pin" >id.json
		ends 0 exe_pin '1234\n' nym assert --yes --challenge \
			"$challenge" --origin https://one.example.jp "$s"
		cp out wire.txt
		period=0
		[ "$s" != web:two.example.jp ] || period=28
		jumin nym verify --json --scope "$s" --challenge "$challenge" \
			--origin https://one.example.jp --period "$period" \
			wire.txt >v.json
		is "$(of v.json sub)" "$(of id.json sub)" sub
	done
	ends 0 exe_pin '1234\n' nym receipts --json
	grep -q '"act": "assert"' out
}

# What Windows saved opens on Linux.
vault_back() {
	rm -rf "$HOME/.local/share/jumin/nym"
	cp -r "$(windows_home)/nym" "$HOME/.local/share/jumin/nym"
	chmod 700 "$HOME/.local/share/jumin/nym"
	chmod 600 "$HOME/.local/share/jumin/nym"/*
	jumin nym receipts --json --pin-fd 3 3<<<"$auth_pin" >kept
	is "$(grep -c '"act": "assert"' kept)" 3 'assertions in the receipts'
	jumin nym id web:one.example.jp --pin-fd 3 3<<<"$auth_pin"
}

# A vault that Windows began: Linux sees the same person in it.
begun_here() {
	local s
	rm -rf "$(windows_home)"
	HOME=$work/$1
	mkdir -m 700 "$HOME"
	for s in web:one.example.jp app:jp.example.mail; do
		mark
		ends 0 exe_pin '1234\n' nym register --yes --json "$s"
		is "$(verifies)" 1 VERIFYs
		cp out "registered.${s%%:*}"
	done
	ends 1 exe_pin '1234\n' nym register --yes web:one.example.jp
	mkdir -p "$HOME/.local/share/jumin"
	cp -r "$(windows_home)/nym" "$HOME/.local/share/jumin/nym"
	chmod 700 "$HOME/.local/share/jumin/nym"
	chmod 600 "$HOME/.local/share/jumin/nym"/*
	for s in web:one.example.jp app:jp.example.mail; do
		jumin nym id --json "$s" --pin-fd 3 3<<<"$auth_pin" >id.json
		is "$(of id.json sub)" "$(of "registered.${s%%:*}" sub)" "$s"
	done
}

# What is struck off, or begun anew, is so.
ended_here() {
	ends 0 exe_pin '1234\n' nym id --json web:one.example.jp
	cp out before.json
	ends 0 exe_pin '1234\n' nym reset --yes web:one.example.jp
	ends 0 exe_pin '1234\n' nym id --json web:one.example.jp
	not is "$(of out sub)" "$(of before.json sub)" 'the old identifier'
	ends 0 exe_pin '1234\n' nym forget --yes app:jp.example.mail
	ends 1 exe_pin '1234\n' nym id app:jp.example.mail
	ends 0 exe cert show auth
	[ -n "$(ls "$(windows_home)/cache")" ]
	ends 0 exe cache clear
	[ -z "$(ls "$(windows_home)/cache")" ]
}

it 'helps with what it has' helps
it 'says of the rest that it is not there' leaves_out
it 'finds the same faults on the command line' same_faults

card_new one
card_in one
cat one.ca/*.pem >ca.pem
it 'status is that of Linux' same_status
it 'certificates are those of Linux' same_certificates
it 'raw signatures hold' signs_raw
it 'CMS signatures hold' signs_cms
it 'Japanese file names' japanese_names
it 'PINs are checked, and cost what they cost' checks_pins
it 'nothing is sent without a PIN that can be right' sends_none
it 'PINs are changed' changes_pins
it 'PINs are asked for at the console, and not shown' asks_at_console

vault_here first
to_windows
it 'identifiers are those of Linux' same_ids
it 'so are those without a vault' same_ids_without
it 'assertions are believed' same_assertions
it 'the vault is as good on Linux' vault_back

it 'a vault begun on Windows is as good on Linux' begun_here fresh
it 'identifiers end and begin anew, the cache is cleared' ended_here

card_in one --param digestinfo=strict
vault_here second
to_windows
it 'fallback: identifiers are those of Linux' same_ids
it 'fallback: assertions are believed' same_assertions
finish
