#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# jumin-vcard authority, counter and log: what a municipal counter does to a
# card, and what it is refused.  The same in readers: tests/interop/counter.sh.
. "${top_srcdir:-.}/tests/cli/lib.sh"
begin

# counter STATUS PINS OPERATION ...: with the supervisor's card unless $op says
# otherwise; PINS line by line in the order they are asked for
op=boss
authority=city
counter() {
	want=$1
	pins=$2
	shift 2
	last="counter $*"
	got=0
	printf %b "$pins" >"$work/pins"
	jumin-vcard counter "$@" --authority $authority --operator $op \
		--reason 'a test' --new-pin-fd 3 --holder-pin-fd 3 \
		--operator-pin-fd 3 3<"$work/pins" >"$out" 2>"$err" \
		</dev/null || got=$?
	rm "$work/pins"
	[ "$got" = "$want" ] || fault "exit status $got, not $want"
}

# tries IMAGE PIN N: this PIN has N tries left
tries() {
	got=$(jumin-vcard info "$1" --json | tr -d '\n' |
		sed -n "s/.*\"ref\": \"$2\", \"tries_left\": \([0-9]*\).*/\1/p")
	[ "$got" = "$3" ] || fault "$1: PIN $2 has $got tries, not $3"
}

# entries IMAGE N: its log has N entries
entries() {
	run 0 jumin-vcard log "$1" --json
	got=$(grep -c '"sequence"' "$out") || :
	[ "$got" = "$2" ] || fault "$got entries in the log, not $2"
}

life() {
	grep -qx "life $2" "$1" || fault "$1 is not $2"
	run 0 jumin-vcard info "$1"
	says "life: $2"
	run 0 jumin-vcard info "$1" --json
	says "\"life\": \"$2\","
}

# pin IMAGE APP ID: its value in the image
pin() {
	awk -v app="$2" -v id="$3" '/^app / { in_app = $2 == app }
		in_app && $1 == "pin" && $2 == id { print $6 }' "$1"
}

same() {
	cmp -s "$1" "$2" || fault "$1 changed"
}

# An authority, and what it makes.
run 0 jumin-vcard authority city
silent
for f in root-key.pem issuer-key.pem counter-key.pem transport.key; do
	[ "$(stat -c %a city/$f)" = 600 ] || fault "others can read $f"
done
run 1 jumin-vcard authority city
tells 'not an empty folder'
run 2 jumin-vcard authority
run 2 jumin-vcard authority other --id 'two words'
[ ! -e other ] || fault "made a folder"
run 0 jumin-vcard authority other --id OTHER --counter-id WINDOW-9
run 0 jumin-vcard create plain --ca-out ca
run 0 jumin-vcard create card --authority city --ca-out ca2
cp card fresh
for type in window registrar applications; do
	run 0 jumin-vcard create $type --profile operator --authority city \
		--operator-id "OP-$type" --operator-type $type \
		--operator-pin 4321
done
run 0 jumin-vcard create boss --profile operator --authority city \
	--operator-id BOSS --operator-name '山田' --operator-type supervisor \
	--operator-pin 4321
run 2 jumin-vcard create none --profile operator --authority city \
	--operator-type king
run 2 jumin-vcard create none --life manufactured
run 1 jumin-vcard create none --authority nowhere
[ ! -e none ] || fault "made an image"

# A PIN that is lost is set anew; the card says who did it.
sed -i 's/^pin 0018 tries 3/pin 0018 tries 0/' card
tries card 0018 0
counter 0 '5678\n4321\n' reset-pin card auth
silent
tries card 0018 3
[ "$(pin card jpki 0018)" = 35363738 ] || fault "not the new PIN"
entries card 1
says '"operation": "reset-pin", "application": "jpki", "target": "0018"'
says '"operator": "BOSS", "terminal": "COUNTER-1", "reason": "a test"'
run 0 jumin-vcard log card
says 'reset-pin jpki 0018'
says 'by BOSS at COUNTER-1: a test'
! grep -q 'log.*5678' card || fault "the log has the PIN"
counter 0 'xyz987\n4321\n' reset-pin card sign
[ "$(pin card jpki 001B)" = 58595A393837 ] || fault "not in capitals"
counter 0 '1111\n4321\n' reset-pin card text
[ "$(pin card text 0011)" = 31313131 ] || fault "not the text PIN"
# One PIN for its holder, two on the card.
counter 0 '2222\n4321\n' reset-pin card juki
[ "$(pin card juki 001C)" = 32323232 ] || fault "not in juki"
[ "$(pin card common 001C)" = 32323232 ] || fault "not in common"
entries card 5

# Forms that no PIN has: before any card is asked.
cp card before
counter 2 '567\n4321\n' reset-pin card auth
tells 'authentication PIN: the PIN has a length'
counter 2 '56a8\n4321\n' reset-pin card auth
counter 2 'ABCDEF\n4321\n' reset-pin card sign
counter 2 '5678\n4321\n' reset-pin card face
tells 'face: not a PIN'
counter 1 '' reset-pin card auth
tells 'no PIN was given'
same card before

# An operator without the right, a wrong PIN, a card of another authority.
op=applications
counter 1 '5678\n4321\n' reset-pin card auth
tells "the operator's card: the operator's authorisation: this operation is not one of the operator's type"
op=window
counter 1 '4321\n' terminate card
tells "this operation is not one of the operator's type"
op=boss
counter 1 '5678\n0000\n' reset-pin card auth
tells "the operator's card: wrong PIN, 2 attempts left"
counter 1 '5678\n0000\n' reset-pin card auth
tells 'wrong PIN, 1 attempt left'
counter 1 '5678\n4321\n' reset-pin card auth
tells 'only one attempt is left; it was not used'
counter 0 '5678\n4321\n' reset-pin card auth --last-try
cp boss blocked
for n in 1 2 3; do
	op=blocked
	counter 1 '5678\n0000\n' reset-pin card auth --last-try
done
tells "the operator's card: PIN blocked"
counter 1 '5678\n4321\n' reset-pin card auth
tells "the operator's card: PIN blocked"
op=boss
authority=other
counter 1 '5678\n4321\n' reset-pin card auth
tells "the resident's card: opening the secure channel: it does not believe this authority"
authority=city
run 0 jumin-vcard create stranger --profile operator --authority other \
	--operator-type supervisor --operator-pin 4321
op=stranger
counter 1 '5678\n4321\n' reset-pin card auth
tells "the operator's card: opening the secure channel: it does not believe this authority"
op=card
counter 1 '5678\n4321\n' reset-pin fresh auth
tells "the operator's card: selecting an application"
op=boss
counter 1 '5678\n4321\n' reset-pin plain auth
tells "the resident's card: opening the secure channel: it was made without an authority"
counter 1 '5678\n4321\n' reset-pin none auth
tells 'none: file cannot be read'
entries card 6

# The code: given or by chance, always with its check digit.
counter 0 '4321\n' change-code card 12345678903
says 'resident record code: 12345678903'
counter 2 '4321\n' change-code card 12345678904
counter 0 '4321\n' change-code card
code=$(sed -n 's/.*: //p' "$out")
[ ${#code} = 11 ] || fault "not a code: $code"
[ "$code" != 12345678903 ] || fault "no new code"

# New keys and certificates, under the CA that issued the old ones.
cp card before
counter 1 '4321\n' renew card --ca ca
tells 'this certification authority did not issue the old one'
[ "$(grep -A1 '^file 000A' card)" = "$(grep -A1 '^file 000A' before)" ] ||
	fault "the certificate changed"
counter 2 '4321\n' renew card
counter 1 '4321\n' renew card --ca nowhere
counter 0 '4321\n' renew card --ca ca2
silent
for id in 0001 000A; do
	[ "$(sed -n "/^file $id/,/^[a-z]/p" card)" != \
		"$(sed -n "/^file $id/,/^[a-z]/p" before)" ] ||
		fault "$id is not new"
done
if command -v openssl >/dev/null; then
	for c in '0001 sign' '000A auth'; do
		awk -v id="${c% *}" '/^[a-z]/ { on = $1 == "file" && $2 == id }
			on && /^\t/ { printf "%s", substr($0, 2) }' card |
			sed 's/../\\x&/g' >hex
		# shellcheck disable=SC2059 # the bytes
		/usr/bin/printf "$(cat hex)" >der
		openssl x509 -inform der -in der -out "${c#* }.pem"
		openssl verify -x509_strict -CAfile "ca2/${c#* }-ca.pem" \
			"${c#* }.pem" >"$out" 2>"$err" ||
			fault "OpenSSL refuses ${c#* }"
	done
fi
run 0 jumin-vcard info card

# A library card: loaded with the holder's consent, listed, deleted.
library=F04A4D4C494201
cp fresh reader
op=applications
counter 1 '9999\n4321\n' load reader --library
tells "the resident's card: wrong PIN, 2 attempts left"
counter 0 '' list reader
[ ! -s "$out" ] || fault "something is loaded"
counter 0 '1234\n4321\n' load reader --library
silent
counter 0 '' list reader
says "$library Library card"
counter 1 '1234\n4321\n' load reader --library
tells 'it has this application already'
op=registrar
counter 1 '1234\n4321\n' delete reader $library
tells "this operation is not one of the operator's type"
op=applications
counter 1 '1234\n4321\n' delete reader F001020304
tells 'it has no such application that could be deleted'
counter 0 '1234\n4321\n' delete reader $library
counter 0 '' list reader
[ ! -s "$out" ] || fault "it is still there"
entries reader 2
says '"operation": "load", "application": "library"'
says '"operation": "delete", "application": "library"'
# With a PIN of its own, which is set anew like the others.
counter 2 '12345\n' load reader --library --pin
counter 0 '7777\n1234\n4321\n' load reader --library --pin
[ "$(pin reader library 0011)" = 37373737 ] || fault "not the library's PIN"
op=window
counter 0 '8888\n4321\n' reset-pin reader library
[ "$(pin reader library 0011)" = 38383838 ] || fault "not the new PIN"
# A package from a file; what is none is refused by the card.
op=applications
echo nonsense >package
counter 1 '1234\n4321\n' load reader --package package
tells 'it takes no such package'
: >package
counter 1 '1234\n4321\n' load reader --package package
tells 'package: the file is not of the form'
counter 1 '1234\n4321\n' load reader --package nowhere
# Consent is never assumed: the last try of the holder's PIN is not spent.
cp reader few
sed -i '/^app common/,/^app/s/^pin 001C tries 3/pin 001C tries 1/' few
counter 1 '1234\n4321\n' delete few $library
tells 'only one attempt is left; it was not used'

# To a successor: the code and the library card go, keys and PINs stay.
run 0 jumin-vcard create successor --authority city
cp successor next
op=applications
counter 1 '1234\n4321\n' succeed reader next
tells "the operator's card: the operator's authorisation"
same next successor
op=registrar
counter 0 '1234\n4321\n' succeed reader next
silent
life reader returned
life next issued
counter 0 '' list next
says "$library Library card"
# contents IMAGE APP ID: of a file, in hexadecimal
contents() {
	awk -v app="$2" -v id="$3" '/^app / { in_app = $2 == app }
		/^[a-z]/ { on = in_app && $1 == "file" && $2 == id }
		on && /^\t/ { printf "%s", substr($0, 2) }' "$1"
}
for f in 'juki 0001' 'library 0001' 'library 0002' 'library 0003'; do
	# shellcheck disable=SC2086 # two words
	moved=$(contents next $f)
	[ -n "$moved" ] || fault "$f is empty"
	# shellcheck disable=SC2086 # likewise
	[ "$moved" = "$(contents reader $f)" ] || fault "$f is not what it was"
done
[ "$(contents next jpki 000A)" = "$(contents successor jpki 000A)" ] ||
	fault "the certificate moved"
[ "$(pin next library 0011)" != 38383838 ] || fault "a PIN moved"
tries_of() {
	awk -v app="$2" '/^app / { in_app = $2 == app }
		in_app && $1 == "pin" { print $4; exit }' "$1"
}
[ "$(tries_of next library)" = 0 ] || fault "a PIN that nobody set"
op=window
counter 0 '6666\n4321\n' reset-pin next library
[ "$(pin next library 0011)" = 36363636 ] || fault "not the new PIN"
# What the new card has already has to be the same.
op=boss
cp fresh reader
counter 0 '1234\n4321\n' load reader --library
counter 1 '1234\n4321\n' succeed reader next
tells 'the successor card: comparing with what the successor has: it has another application of this name'
life reader issued

# From the maker to the holder.
run 0 jumin-vcard create new --authority city --life manufactured
life new manufactured
op=boss
cp new before
authority=other
counter 1 '' personalise new --contents plain
tells "the resident's card: showing the transport key: it has another transport key"
# It ends itself, and has no clock.
cp new ended
counter 1 '' personalise ended --contents plain
counter 1 '' personalise ended --contents plain
life ended terminated
entries ended 1
says '"when": null, "operation": "terminate"'
run 0 jumin-vcard log ended
says '1  -  terminate issuer 05'
rm ended
authority=city
counter 2 '' personalise new
counter 1 '' personalise new --contents nowhere
counter 0 '' personalise new --contents plain
life new personalised
entries new 1
says '"operation": "personalise"'
counter 1 '' personalise new --contents plain
counter 0 '5678\n4321\n' reset-pin new auth
op=applications
counter 1 '4321\n' issue new
op=window
counter 0 '4321\n' issue new
life new issued
run 0 jumin-vcard info new
op=boss
counter 1 '4321\n' issue new
tells "changing the card's state"

# A holder without PINs has none here either, until a counter sets them.
for how in blocked:0 unknown:3; do
	set -- --profile mynumber-nopin --param holder-pins="${how%:*}"
	run 0 jumin-vcard create nopin-is "$@"
	run 0 jumin-vcard create nopin "$@" --authority city \
		--life manufactured
	counter 0 '' personalise nopin --contents nopin-is
	counter 0 '4321\n' issue nopin
	tries nopin 0018 "${how#*:}"
	[ "$(pin nopin jpki 0018)" = "$(pin nopin-is jpki 0018)" ] ||
		fault 'another PIN than the issuer gave'
	counter 0 '5678\n4321\n' reset-pin nopin auth
	tries nopin 0018 3
	rm nopin nopin-is
done

# A Juki card has no common application, where that PIN were once more.
run 0 jumin-vcard create old --profile juki --authority city
counter 0 '5678\n4321\n' reset-pin old juki
[ "$(pin old juki 001C)" = 35363738 ] || fault 'not set'
rm old

# Suspended, resumed, returned, terminated.
counter 0 '4321\n' suspend new
life new suspended
counter 1 '5678\n4321\n' reset-pin new auth
tells "the resident's card: selecting an application: it does not open this application in its present state"
counter 0 '4321\n' resume new
life new issued
counter 0 '4321\n' return new
life new returned
counter 1 '4321\n' resume new
tells 'this state does not follow its present one'
counter 0 '4321\n' terminate new
life new terminated
counter 1 '4321\n' terminate new
tells "the resident's card: selecting an application"

# Wrong usage: status 2, and nothing is asked or sent.
usage() {
	run 2 jumin-vcard counter "$@"
	[ -s "$err" ] || fault "says nothing"
}
a='--authority city --operator boss --reason x'
usage
# shellcheck disable=SC2086 # options
{
	usage $a frobnicate card
	usage $a issue
	usage $a issue card other
	usage $a reset-pin card
	usage $a succeed card
	usage $a issue card --new-reader x
	usage $a issue card --operator-reader x
	usage $a issue card --operator-pin-fd x
	usage $a issue card --no-such
	usage $a load card
	usage $a load card --package x --library
	usage $a load card --package x --open
	usage $a load card --library --open --pin
	usage $a delete card xyz
}
usage --operator boss --reason x issue card
usage --authority city --operator boss issue card
usage --authority city --reason x issue card
usage --authority city --operator boss issue card --reason \
	'a reason that is longer than forty bytes ..'

# In the catalogue's language.
if command -v jumin_vcard_uninstalled >/dev/null; then
	LC_ALL=C.UTF-8
	LANGUAGE=ja
	export LC_ALL LANGUAGE
	run 0 jumin_vcard_uninstalled --help
	says '使い方: jumin-vcard create'
	run 0 jumin_vcard_uninstalled log fresh
	says 'このカードに窓口で行われた手続きはありません'
	printf '5678\n0000\n' >pins
	run 1 jumin_vcard_uninstalled counter reset-pin fresh auth \
		--authority city --operator window --reason 'ロック解除' \
		--new-pin-fd 3 --operator-pin-fd 3 3<pins
	tells '操作者カード: 暗証番号が違います。あと2回入力できます'
	printf '5678\n4321\n' >pins
	run 0 jumin_vcard_uninstalled counter reset-pin fresh auth \
		--authority city --operator window --reason 'ロック解除' \
		--new-pin-fd 3 --operator-pin-fd 3 3<pins
	run 0 jumin_vcard_uninstalled log fresh
	says '担当者 OP-window、端末 COUNTER-1: ロック解除'
	LC_ALL=C
	unset LANGUAGE
fi

# At a terminal: asked, not shown, the new one twice.
cp boss asked
run 0 on_terminal 'new authentication PIN of the holder: ' 5678 \
	'the new PIN once more: ' 5678 \
	'PIN of the operator (3 attempts left): ' 4321 -- \
	jumin-vcard counter reset-pin fresh auth --authority city \
	--operator asked --reason x
! grep -q '5678\|4321' "$out" || fault "a PIN is shown"
run 1 on_terminal 'new authentication PIN of the holder: ' 5678 \
	'the new PIN once more: ' 5679 -- \
	jumin-vcard counter reset-pin fresh auth --authority city \
	--operator asked --reason x
says 'the two entries of the new PIN differ'
run 1 jumin-vcard counter reset-pin fresh auth --authority city \
	--operator asked --reason x

# A broken chain is seen.
sed 's/a test/no test/' card >forged
run 1 jumin-vcard log forged
tells 'forged:'
run 2 jumin-vcard log
