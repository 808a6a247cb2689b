#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# jumin-vcard from the outside: what it issues, shows and refuses.  How it runs
# in a reader is tests/unit/test_vcard_run.c.
. "${top_srcdir:-.}/tests/cli/lib.sh"
begin

run 0 jumin-vcard --version
[ "$(cat "$out")" = "jumin-vcard $(sed -n \
	's/^AC_INIT(\[jumin\], \[\(.*\)\])$/\1/p' "$source/configure.ac")" ] ||
	fault "not the version of configure.ac"
silent
run 0 jumin-vcard --help
says 'Usage: jumin-vcard create'
silent

# An issued card, its image, and what info tells of it.
run 0 jumin-vcard create card --ca-out ca --serial 0000000020500003 \
	--holder-name '試験　一郎' --auth-pin 4321 --sign-pin XYZ789 \
	--text-pin 8642 --juki-pin 7531 --individual-number 123456789018 \
	--security-code 9081 --record-code 12345678903 --param licence=on
silent
[ ! -s "$out" ] || fault "wrote to standard output"
[ "$(stat -c %a card)" = 600 ] || fault "others can read the image"
[ "$(stat -c %a ca/sign-ca-key.pem)" = 600 ] || fault "others can read a key"
[ ! -e card.new ] || fault "a temporary file stayed"
run 0 jumin-vcard info card
says 'profile: mynumber-2016'
says 'ATR: 3BE000FF8131FE4514'
says 'label: JPKIAPICCTOKEN2'
says 'serial number: 0000000020500003'
says '0018 authentication PIN: 3 of 3 tries left'
says '001B signature PIN: 5 of 5 tries left'
says '000A authentication certificate: CN='
says 'application text: D3921000310001010408'
says '0011 text PIN: 3 of 3 tries left'
says '0015 number B: 10 of 10 tries left'
says 'application licence: A0000002310600000000000000000000'
silent
run 0 jumin-vcard info card --json
[ "$(value serial)" = 0000000020500003 ] || fault "wrong serial"
says '"ref": "001B", "tries_left": 5, "tries_max": 5'
[ "$(value sign_pair)" = true ] || fault "wrong pair"
says '{ "name": "face", "aid": "D3921000310001010402", "loaded": false }'
for secret in 4321 XYZ789 試験 Shiken 8642 7531 123456789018 12345678903 9081; do
	run 0 jumin-vcard info card
	! grep -q "$secret" "$out" || fault "tells $secret"
done
head -n 1 card | grep -qx 'jumin-vcard-image 2' || fault "no version"

# Its certificates hold before OpenSSL.
if command -v openssl >/dev/null; then
	for c in '0001 sign' '000A auth'; do
		awk -v id="${c% *}" '/^app/ { app = $2 }
			/^[a-z]/ { on = app == "jpki" && $1 == "file" && $2 == id }
			on && /^\t/ { printf "%s", substr($0, 2) }' card |
			sed 's/../\\x&/g' >hex
		# shellcheck disable=SC2059 # the bytes
		/usr/bin/printf "$(cat hex)" >der
		openssl x509 -inform der -in der -out "${c#* }.pem"
		openssl verify -x509_strict -CAfile "ca/${c#* }-ca.pem" \
			"${c#* }.pem" >"$out" 2>"$err" ||
			fault "OpenSSL refuses ${c#* }"
	done
	openssl x509 -in sign.pem -noout -text >"$out"
	says '1.2.392.200149.8.5.1.1.20'
	says 'Digital Signature, Non Repudiation'
	openssl pkey -in ca/auth-ca-key.pem -noout >"$out" 2>"$err" ||
		fault "OpenSSL refuses a CA key"
	for public in upper licence; do
		openssl pkey -pubin -in ca/$public-ca.pem -noout >"$out" \
			2>"$err" || fault "OpenSSL refuses $public-ca.pem"
	done
	openssl asn1parse -in sign.pem >"$out"
	[ "$(grep -c 'X509v3 Subject Alternative Name' "$out")" = 1 ] ||
		fault "no names"
	run 0 openssl x509 -in sign.pem -noout -checkend 0
fi

# A card is not replaced by accident.
cp card before
run 1 jumin-vcard create card
tells 'jumin-vcard: error: card: file cannot be read or written'
cmp -s card before || fault "the card changed"
run 0 jumin-vcard create card --overwrite --param sign-pair=absent \
	--issued 20200401 --birth 20000101
run 0 jumin-vcard info card
says 'signature pair: absent'
says 'until 2025-01-01T14:59:59Z'

# Wrong usage: status 2, nothing made.
usage() {
	run 2 jumin-vcard "$@"
	[ ! -s "$out" ] || fault "wrote to standard output"
	[ -s "$err" ] || fault "says nothing"
	[ ! -e new ] || fault "made an image"
}
usage
usage issue new
usage create
usage create new other
usage create new --no-such
usage create new --profile passport
usage create new --auth-pin 12345
usage create new --sign-pin abcdef
usage create new --birth 20010229
usage create new --sex m
usage create new --holder-name "$(printf 'a\tb')"
usage create new --issued 20201301
usage create new --leaf-size 5000
usage create new --leaf-size x
usage create new --atr 3B
usage create new --serial 12345678901234567
usage create new --param colour=red
usage create new --param sfi
usage info
usage info card other
usage info card --xml
usage run
usage run card other
usage run card --port 0
usage run card --port 65536
usage run card --port x
usage run card --latency long
usage run card --quirk no-such
usage run card --quirk die-at=0
usage run card --param sfi=maybe
# The card goes to this machine's own readers alone.
usage run card --host 192.0.2.1
tells 'not an address of this machine itself'
usage run card --host 0.0.0.0
usage run card --host ::

# Images that are none.
run 1 jumin-vcard info none
tells 'none: file cannot be read or written'
head -n 20 card >short
run 1 jumin-vcard info short
tells 'short:21: cut off'
tells 'not a usable card image'
sed 's/^pin 0018 tries 3/pin 0018 tries 4/' card >many
run 1 jumin-vcard run many
tells 'more tries than there are'
run 1 jumin-vcard run card --trace no/such/folder

# Lists for people.
run 0 jumin-vcard create --param help
says 'retry-blocked'
[ "$(wc -l <"$out")" -gt 30 ] || fault "not all parameters"
run 0 jumin-vcard run --quirk help
says 'die-at=N'
# Each parameter and quirk is explained somewhere.
jumin-vcard run --quirk help | sed 's/[=[].*//' | while read -r q; do
	grep -q "^\.It Cm $q" "$source/doc/jumin-vcard.1" ||
		fault "jumin-vcard.1 does not explain $q"
done
jumin-vcard create --param help | while read -r p _; do
	grep -q "\`${p}[=\`]" "$source/doc/vcard.md" ||
		fault "vcard.md does not explain $p"
done

run 1 sh -c 'jumin-vcard --help >/dev/full'
tells 'standard output'
