#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# jumin cert: what it shows and writes is what OpenSSL reads.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
card_in

# with_its_pin NAME STATUS COMMAND: sign alone needs a PIN
with_its_pin() {
	if [ "$1" = sign ]; then
		shift
		status=$1
		shift
		run_pin "$status" 'abc123\n' "$@" # small letters are as good
	else
		shift
		run "$@"
	fi
}

field() {
	sed -n "s/^$1: *//p" "$out"
}

for name in auth sign auth-ca sign-ca; do
	with_its_pin $name 0 jumin cert export $name -o $name.pem
	[ ! -s "$out" ] || fault "wrote to standard output too"
	with_its_pin $name 0 jumin cert export $name --der -o $name.der
	openssl x509 -in $name.pem -noout || fault "$name: not PEM"
	openssl x509 -in $name.pem -outform DER | cmp - $name.der ||
		fault "$name: PEM and DER differ"
	with_its_pin $name 0 jumin cert export $name -o -
	cmp "$out" $name.pem || fault "$name: standard output differs"

	openssl x509 -in $name.pem -noout -fingerprint -sha256 -serial |
		sed 's/.*=//' >want
	with_its_pin $name 0 jumin cert show $name
	silent
	[ "$(field SHA-256)" = "$(sed -n 1p want)" ] || fault "fingerprint"
	[ "$(field Key)" = 'RSA, 2048 bits' ] || fault "key"
	field 'Valid until' | grep -q '23:59:59 JST' || [ $name = auth-ca ] ||
		[ $name = sign-ca ] || fault "valid until"
	with_its_pin $name 0 jumin cert show $name --json
	silent
	[ "$(value sha256)" = "$(sed -n 1p want)" ] || fault "fingerprint"
	[ "$(value certificate)" = $name ] || fault "certificate"
	[ "$(value key_bits)" = 2048 ] || fault "key_bits"
	end=$(value not_after)
	[ "$(date -u -d "$end" +%s)" = "$(date -u -d "$(openssl x509 \
		-in $name.pem -noout -enddate | sed 's/.*=//')" +%s)" ] ||
		fault "not_after: $end"
	case $name in
	*-ca) [ "$(value ca)" = true ] || fault "no authority" ;;
	*) [ "$(value ca)" = false ] || fault "an authority" ;;
	esac
done
grep -q '"keyCertSign"' "$out" || fault "key usage of an authority"
openssl verify -CAfile auth-ca.pem auth.pem >/dev/null || fault "chain"
openssl verify -CAfile sign-ca.pem sign.pem >/dev/null || fault "chain"
run 0 jumin cert show auth
says 'OU=JPKI for user authentication'
says 'Key usage:     digitalSignature'

# The signature certificate is personal: said, and for its owner only.
run_pin 0 'ABC123\n' jumin cert export sign -o mine.pem
tells 'note: this certificate holds your name, address, date of birth and sex'
[ "$(stat -c %a mine.pem)" = 600 ] || fault "others can read it"
umask 022
run 0 jumin cert export auth -o open.pem
silent
[ "$(stat -c %a open.pem)" = 644 ] || fault "needlessly closed"

# The PIN is given to the card once, and never where it is not needed.
from_here
run_pin 0 'ABC123\n' jumin cert show sign
verifies 1
from_here
run_pin 0 'ABC123\n' jumin cert show auth
verifies 0
from_here
run_pin 4 'WRONG1\n' jumin cert export sign -o wrong.pem
verifies 1
tells 'wrong PIN, 4 attempts left'
[ ! -e wrong.pem ] || fault "left a file"
run 4 jumin cert show sign
tells 'there is no terminal to ask for the PIN'

# Nothing is overwritten unasked; an unfinished file does not stay.
echo mine >old.pem
run 1 jumin cert export auth -o old.pem
tells 'old.pem: File exists'
[ "$(cat old.pem)" = mine ] || fault "overwritten"
run 0 jumin cert export auth --force -o old.pem
cmp old.pem auth.pem || fault "not overwritten"
no_temporary_file

# Binary data is not for terminals, but by "-o -".
if command -v on_terminal >/dev/null; then
	run 2 on_terminal -- jumin cert export auth --der
	says 'binary data is not written to a terminal'
	run 0 on_terminal -- jumin cert export auth --der -o -
	run 0 on_terminal -- jumin cert export auth
	says '-----END CERTIFICATE-----'
fi
