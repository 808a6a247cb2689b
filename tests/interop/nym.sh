#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Service identities from the shell: who is known where, what a PIN, a code, a
# copy and a clock do to that, and that nothing is lost.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need jumin faketime

code_a='aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa'
challenge=$(openssl rand -hex 32)

# nym WORD ...: with the PIN
nym() {
	jumin nym "$@" --pin-fd 3 3<<<"$auth_pin"
}

# of FILE KEY: a value of JSON
of() {
	tr -d '\n' <"$1" | sed -n "s/.*\"$2\": *\"\{0,1\}\([^,\"}]*\).*/\1/p"
	echo
}

sum() {
	sha256sum <"$1"
}

nid() {
	nym id --json "$1" >id.json
	of id.json nid
}

# home NAME: another computer
home() {
	HOME=$work/$1
	mkdir -p "$HOME"
	export HOME
	folder=$HOME/.local/share/jumin/nym
}

vault() {
	ls "$folder"/*.vault
}

tells() {
	grep -qF -- "$1" said || {
		cat said
		return 1
	}
}

# fails STATUS COMMAND ...: it ends so, saying why into "said"
fails() {
	local want=$1 got=0
	shift
	"$@" >said 2>&1 || got=$?
	cat said
	is "$got" "$want" "status of $*"
}

# --- a service knows somebody again ------------------------------------------

nothing_at_first() {
	fails 1 nym id web:example.jp
	tells 'there is no vault of this card'
	tells "'jumin nym register' makes the vault"
	is "$(verifies)" 0 VERIFYs
}

no_consent_no_pin() {
	fails 2 nym register web:example.jp
	tells 'there is no terminal to ask for consent'
	fails 2 nym assert --challenge "$challenge" web:example.jp
	is "$(verifies)" 0 VERIFYs
	not ls "$folder"/*.vault
}

registered() {
	nym register --yes --json web:example.jp >reg.json
	[ -n "$(of reg.json recovery_code)" ]
	of reg.json recovery_code >code
	is "$(verifies)" 1 VERIFYs
	is "$(signatures)" 2 signatures
	nym register --yes --json web:other.example.jp >other.json
	is "$(of other.json recovery_code)" '' 'a second code'
	nym register --yes --json ssh:git.example.jp >ssh.json
}

same_again() {
	is "$(nid web:example.jp)" "$(of reg.json nid)" nid
	is "$(nid web:example.jp)" "$(of reg.json nid)" 'nid once more'
	is "$(verifies)" 2 VERIFYs
	is "$(signatures)" 4 signatures
	is "$(nym id web:example.jp)" "$(of reg.json sub)" text
}

another_elsewhere() {
	is "$(nid web:other.example.jp)" "$(of other.json nid)" nid
	[ "$(of other.json nid)" != "$(of reg.json nid)" ]
	[ "$(of ssh.json nid)" != "$(of reg.json nid)" ]
}

not_twice() {
	fails 1 nym register --yes web:example.jp
	tells 'the service is registered already'
	fails 1 nym id web:third.example.jp
	tells 'jumin nym register web:third.example.jp'
}

asserted() {
	nym assert --yes --json --challenge "$challenge" web:example.jp >a.json
	of a.json assertion >wire.txt
	is "$(of a.json nid)" "$(of reg.json nid)" nid
	jumin nym verify --json --scope web:example.jp \
		--challenge "$challenge" wire.txt >v.json
	is "$(of v.json sub)" "$(of reg.json sub)" sub
	is "$(of v.json aud)" web:example.jp aud
	is "$(of v.json acr)" none acr
	# as bytes, from standard input
	tr -- '-_' '+/' <wire.txt | base64 -di >bytes 2>/dev/null || :
	jumin nym verify --scope web:example.jp --challenge "$challenge" - \
		<bytes
}

refused_elsewhere() {
	fails 5 jumin nym verify --scope web:other.example.jp \
		--challenge "$challenge" wire.txt
	tells 'made for another service'
	fails 5 jumin nym verify --scope web:example.jp \
		--challenge "$(openssl rand -hex 32)" wire.txt
	fails 5 jumin nym verify --scope web:example.jp --challenge \
		"$challenge" --origin https://example.jp wire.txt
	fails 5 jumin nym verify --scope web:example.jp --challenge \
		"$challenge" --now 1700000000 wire.txt
	head -c 100 wire.txt >cut.txt
	fails 5 jumin nym verify --json --scope web:example.jp \
		--challenge "$challenge" cut.txt
	tells '"reason": "MALFORMED"'
	is "$(apdus)" 0 'commands to the card'
}

bound_to_place() {
	local at='--origin https://www.example.jp --session 0102'
	# shellcheck disable=SC2086 # words
	nym assert --yes $at --challenge "$challenge" web:example.jp >there
	# shellcheck disable=SC2086 # words
	jumin nym verify --scope web:example.jp $at --challenge "$challenge" \
		there
	fails 5 jumin nym verify --scope web:example.jp \
		--challenge "$challenge" there
}

service_clock() {
	local now
	now=$(date +%s)
	nym assert --yes --time $((now - 200)) --challenge "$challenge" \
		web:example.jp >late
	jumin nym verify --scope web:example.jp --challenge "$challenge" late
	mark
	fails 1 nym assert --yes --time $((now - 400)) \
		--challenge "$challenge" web:example.jp
	tells 'cancelled: nothing was given out or changed'
	is "$(verifies)" 0 VERIFYs
	# without one the minute, so that no clock's offset is shown
	[ $(($(of v.json time) % 60)) = 0 ]
}

# --- what a PIN is worth -------------------------------------------------------

wrong_pin() {
	local before
	before=$(sum "$(vault)")
	fails 4 jumin nym reset --yes web:example.jp --pin-fd 3 3<<<9999
	tells 'wrong PIN, 2 attempts left'
	is "$(wrong_verifies)" 1 'wrong VERIFYs'
	is "$(verifies)" 1 VERIFYs
	is "$(sum "$(vault)")" "$before" vault
	is "$(nid web:example.jp)" "$(of reg.json nid)" nid
}

nothing_stays_open() {
	nym id web:example.jp
	# the retry query of the next program: the PIN is not verified
	is "$(raw 00A4040C0AD392F000260100000001 00A4020C020018 00200080)" \
		'9000 9000 63C3' 'another program'
}

# --- the holder's lists --------------------------------------------------------

listed() {
	nym list --json >list.json
	is "$(grep -c '"scope"' list.json)" 3 services
	jumin nym list --no-pin >raw
	is "$(grep -c : raw)" 2 lines # the name, its identifier
	grep -qx ssh:git.example.jp raw
	nym receipts >receipts.txt
	grep -q 'web:example.jp  registered' receipts.txt
	grep -q 'web:example.jp  shown to the service' receipts.txt
}

ssh_lines() {
	jumin ssh --scope ssh:git.example.jp -o git.pub >config
	is "$(cut -d' ' -f3 git.pub)" ssh:git.example.jp comment
	ssh-keygen -lf git.pub
	grep -qx 'Host git.example.jp' config
	grep -qx "    IdentityFile $work/git.pub" config
	grep -qx '    IdentitiesOnly yes' config
	fails 1 jumin ssh --scope ssh:other.example.jp
	is "$(verifies)" 0 VERIFYs
}

# --- resets --------------------------------------------------------------------

reset_is_new() {
	nym reset --yes --json web:other.example.jp >r1.json
	nym reset --yes --json web:other.example.jp >r2.json
	nym forget --yes web:other.example.jp
	fails 1 nym id web:other.example.jp
	nym register --yes --json web:other.example.jp >r3.json
	nym reset --yes --json --new-secret web:other.example.jp >r4.json
	of r4.json recovery_code >code
	is "$(for f in other r1 r2 r4; do of "$f.json" nid; done | sort -u |
		wc -l)" 4 identifiers
	# a registration goes on with the generation that was given up
	is "$(of r3.json generation)" "$(of r2.json generation)" generation
	is "$(nid web:example.jp)" "$(of reg.json nid)" 'the others stay'
	is "$(nid web:other.example.jp)" "$(of r4.json nid)" nid
}

agreed_period() {
	nym register --yes --json --period 28 web:month.example.jp >p28.json
	fails 1 nym id --period 7 web:month.example.jp
	nym assert --yes --json --period 7 --challenge "$challenge" \
		web:month.example.jp >p7.json
	is "$(of p7.json period)" 7 period
	[ "$(of p7.json nid)" != "$(of p28.json nid)" ]
	is "$(nid web:month.example.jp)" "$(of p7.json nid)" 'nid from now on'
}

# manifest SCOPE NAME PERIOD: as a service would write one, of level 1
manifest() (
	set +u
	tmp=$work
	here=$src/tests/nym
	# shellcheck source=tests/nym/openssl-lib.sh
	. "$src/tests/nym/openssl-lib.sh"
	hex "$1"
	scope=$out
	hex "$2"
	name=$out
	hex 'to keep your place'
	purpose=$out
	enc NYM1/origins
	origins=$out
	enc NYM1/manifest "$scope" "$name" "$purpose" "$(printf %04x "$3")" \
		01 00 "$origins" 00000000 ffffffff
	bytes "$out"
)

by_manifest() {
	manifest web:said.example.jp 'A library' 91 >first.m
	manifest web:said.example.jp 'A bank' 91 >second.m
	fails 1 nym register --yes --manifest first.m web:month.example.jp
	tells 'of another service: web:said.example.jp'
	fails 2 nym register --yes --manifest first.m --period 7 \
		web:said.example.jp
	nym register --yes --json --manifest first.m web:said.example.jp \
		>said.json
	is "$(of said.json period)" 91 period
	for m in first.m second.m; do
		nym assert --yes --manifest "$m" --challenge "$challenge" \
			web:said.example.jp >wire.txt
		jumin nym verify --scope web:said.example.jp --period 91 \
			--challenge "$challenge" wire.txt
	done
	# what the service said anew was agreed to anew
	nym receipts --json >receipts.txt
	is "$(grep -A1 '"act": "change"' receipts.txt |
		grep -c said.example.jp)" 1 changes
}

clock_back() {
	local later=$(($(date +%s) + 8 * 86400))
	FAKETIME_DONT_FAKE_MONOTONIC=1 faketime "@$later" \
		jumin nym id --json web:month.example.jp --pin-fd 3 \
		3<<<"$auth_pin" >later.json
	[ "$(of later.json nid)" != "$(of p7.json nid)" ]
	fails 1 nym id web:month.example.jp
	tells 'the clock is behind an earlier use'
	is "$(nid web:example.jp)" "$(of reg.json nid)" 'the others'
}

# --- copies ----------------------------------------------------------------------

export_import() {
	nym vault export copy
	fails 1 nym vault export copy
	tells 'File exists'
	home second
	nym vault import copy
	is "$(nid web:example.jp)" "$(of reg.json nid)" nid
	nym reset --yes web:example.jp >/dev/null
	fails 0 nym vault import copy
	tells '1 service was reset or forgotten'
	[ "$(nid web:example.jp)" != "$(of reg.json nid)" ]
	fails 1 jumin ssh --scope ssh:git.example.jp
	is "$(nid ssh:git.example.jp)" "$(of ssh.json nid)" 'the key'
	jumin ssh --scope ssh:git.example.jp
	home home
	is "$(nid web:example.jp)" "$(of reg.json nid)" 'the first computer'
}

by_code() {
	home third
	fails 4 nym vault recover copy --code-fd 4 4<<<"$code_a"
	tells 'not the recovery code'
	fails 4 nym vault recover copy --code-fd 4 4<<<nonsense
	not ls "$folder"/*.vault
	nym vault recover --json copy --code-fd 4 4<code >rec.json
	is "$(nid web:example.jp)" "$(of reg.json nid)" nid
	# a new code, and the old one opens this vault no more
	[ -n "$(of rec.json recovery_code)" ]
	fails 4 nym vault recover --code-fd 4 4<code
	home home
}

damaged() {
	local v before
	home third
	v=$(vault)
	printf XXXXXXXX | dd of="$v" bs=1 seek=300 conv=notrunc status=none
	fails 0 nym id web:example.jp
	tells 'its backup was used'
	cp "$v" "$v.bak"
	before=$(sum "$v")
	fails 1 nym id web:example.jp
	tells 'the file was left as it is'
	fails 1 nym register --yes web:new.example.jp
	is "$(sum "$v")" "$before" 'the damaged file'
	home home
}

other_card() {
	home fourth
	fails 4 nym vault import copy --code-fd 4 4<<<"$code_a"
	fails 0 nym vault import copy --code-fd 4 4<code
	tells 'the copy is of another card'
	[ "$(nid web:example.jp)" != "$(of reg.json nid)" ]
	home home
	fails 1 nym id web:example.jp
	tells 'there is no vault of this card'
}

disk_full() {
	mkdir -p small
	mount -t tmpfs -o size=40k,mode=700 tmpfs small
	XDG_DATA_HOME=$work/small
	export XDG_DATA_HOME
	nym register --yes --json web:example.jp >small.json
	head -c 100000 /dev/zero >small/fill 2>/dev/null || :
	fails 1 nym register --yes web:full.example.jp
	tells 'no room for the vault'
	is "$(nid web:example.jp)" "$(of small.json nid)" 'what was saved'
	rm small/fill
	fails 1 nym id web:full.example.jp
	nym register --yes web:full.example.jp
	unset XDG_DATA_HOME
	umount small
}

two_at_once() {
	local i
	for i in 1 2 3 4; do
		nym register --yes "web:at-once-$i.example.jp" >"once.$i" 2>&1 &
	done
	wait
	nym list >list.txt
	is "$(grep -c '^web:at-once-' list.txt)" 4 services
	is "$(nid web:example.jp)" "$(of reg.json nid)" nid
}

kept_apart() {
	chmod 755 "$folder"
	fails 1 nym id web:example.jp
	tells 'chmod 700'
	chmod 700 "$folder"
	nym id web:example.jp
}

no_secret_told() {
	nym assert --yes --challenge "$challenge" --trace apdu.trace \
		web:example.jp
	grep -q 802A apdu.trace
	not grep -q "31323334\|$(tr -d ' ' <code)" apdu.trace
}

# --- a new card --------------------------------------------------------------------

# with the card of before
prepared() {
	home renewal
	nym register --yes --json web:example.jp >old.json
	of old.json recovery_code >code.old
	nym register --yes --json ssh:git.example.jp >oldssh.json
	fails 0 nym vault renew prepare
	tells 'without a card: keep the two apart'
}

# with the one after
finished() {
	home renewal
	fails 1 nym id web:example.jp
	fails 4 nym vault renew finish --code-fd 4 4<<<"$code_a"
	nym vault renew finish --code-fd 4 4<code.old
	is "$(nid ssh:git.example.jp)" "$(of oldssh.json nid)" 'the key'
	[ "$(nid web:example.jp)" != "$(of old.json nid)" ]
	nym assert --yes --challenge "$challenge" web:example.jp >roll
	jumin nym verify --json --scope web:example.jp \
		--challenge "$challenge" roll >roll.json
	is "$(of roll.json rollover_from)" "$(of old.json sub)" rollover
	is "$(of roll.json nid)" "$(nid web:example.jp)" nid
	# once
	nym assert --yes --challenge "$challenge" web:example.jp >roll
	jumin nym verify --json --scope web:example.jp \
		--challenge "$challenge" roll >roll.json
	is "$(of roll.json rollover_from)" '' rollover
	nym receipts | grep -q 'taken along to a new card'
}

home home
card_new one
card_new two
card_in one
it 'at first there is nothing, which costs no PIN' nothing_at_first
it 'without consent nothing is asked for' no_consent_no_pin
it 'a service is registered with one PIN and two signatures' registered
it 'it knows the holder again' same_again
it 'another service sees somebody else' another_elsewhere
it 'a service is registered once' not_twice
it 'an assertion is accepted where it was made for' asserted
it 'and nowhere else' refused_elsewhere
it 'it is bound to where it was made' bound_to_place
it 'a clock that is wrong looks like a refusal' service_clock
it 'a wrong PIN costs one try and changes nothing' wrong_pin
it 'what the PIN opened is closed again' nothing_stays_open
it 'the lists say what was agreed to' listed
it 'a server has a key of its own' ssh_lines
it 'what was reset or forgotten does not come back' reset_is_new
it 'another period has to be agreed to' agreed_period
it 'what a service says of itself is agreed to' by_manifest
it 'an old clock brings nothing back' clock_back
it 'a copy gives the same on another computer' export_import
it 'so does the recovery code' by_code
it 'a damaged vault is an error and stays' damaged
it 'on a full disk what was saved is there' disk_full
it 'four at once lose nothing' two_at_once
it 'a folder that others can enter is not used' kept_apart
it 'no secret is traced' no_secret_told
it 'a renewal is prepared' prepared
card_in two
it 'another card opens nothing without the code' other_card
it 'the account goes on with the new card' finished
finish
