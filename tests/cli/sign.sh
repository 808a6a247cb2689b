#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# jumin sign: what it makes is verified by OpenSSL.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
card_in
run 0 jumin cert export auth -o auth.pem
run 0 jumin cert export auth-ca -o auth-ca.pem
run_pin 0 'ABC123\n' jumin cert export sign -o sign.pem
run 0 jumin cert export sign-ca -o sign-ca.pem
for k in auth sign; do
	openssl x509 -in $k.pem -noout -pubkey >$k.pub
done

# pin KEY: its PIN as a line
pin() {
	case $1 in
	auth) printf %s '1234\n' ;;
	sign) printf %s 'ABC123\n' ;;
	esac
}

# not_verified COMMAND: it must say no
not_verified() {
	if "$@" >"$out" 2>&1; then fault "verified: $*"; fi
}

: >empty
echo 'I moved to Nagoya on 22 November.' >letter
head -c 200000 /dev/zero >big
for file in letter empty big; do
	for k in auth sign; do
		for h in sha256 sha384 sha512; do
			run_pin 0 "$(pin $k)" jumin sign --key $k --raw \
				--hash $h $file -o sig --force
			silent
			[ "$(wc -c <sig)" = 256 ] || fault "not 256 bytes"
			openssl dgst -$h -verify $k.pub -signature sig $file \
				>/dev/null || fault "$k $h $file: not verified"
		done
	done
done
not_verified openssl dgst -sha512 -verify sign.pub -signature sig letter

# cms KEY FILE OPENSSL-OPTION...
cms() {
	ca=$1-ca.pem
	shift
	openssl cms -verify -binary -inform DER -in sig -CAfile "$ca" \
		-purpose any -out content "$@" 2>"$err"
}
for file in letter empty big; do
	for k in auth sign; do
		run_pin 0 "$(pin $k)" jumin sign --key $k $file -o sig --force
		cms $k -content $file || fault "$k $file: not verified"
		cmp content $file || fault "$k $file: another content"
		run_pin 0 "$(pin $k)" jumin sign --key $k --cms --attached \
			$file -o sig --force
		cms $k || fault "$k $file: not verified, attached"
		cmp content $file || fault "$k $file: another content, attached"
	done
done
run_pin 0 "$(pin sign)" jumin sign --key sign letter -o sig --force
tells 'note: the signature holds your certificate'
if cms sign -content big; then fault "verified another file"; fi
if cms auth -content letter; then fault "verified under another authority"; fi
openssl cms -cmsout -print -inform DER -in sig >printed
for part in signingTime messageDigest signingCertificateV2 sha256; do
	grep -q "$part" printed || fault "no $part in the signature"
done
[ "$(openssl pkcs7 -inform DER -in sig -print_certs -noout |
	grep -c '^subject')" = 2 ] ||
	fault "not the certificate and its issuer's"

# Standard input and output.
run_pin 0 '1234\n' sh -c 'jumin sign --key auth --raw - "$@" <letter' sh
openssl dgst -sha256 -verify auth.pub -signature "$out" letter >/dev/null ||
	fault "not verified: standard input"
run_pin 0 '1234\n' jumin sign --key auth --raw letter -o -
openssl dgst -sha256 -verify auth.pub -signature "$out" letter >/dev/null ||
	fault "not verified: standard output"

# One PIN, one VERIFY; a CMS signature whose certificate is hidden needs two, the
# second to a full counter.  The card forgets the PIN each time.
from_here
run_pin 0 '1234\n' jumin sign --key auth letter -o sig --force
verifies 1
from_here
run_pin 0 'ABC123\n' jumin sign --key sign --raw letter -o sig --force
verifies 1
from_here
run_pin 0 'ABC123\n' jumin sign --key sign letter -o sig --force
verifies 2
# The second: SELECT, PIN file, query, VERIFY, key file, signature, log-out.
awk '/^00A4040C0AD392F000260100000001 /{ n = 0 } { line[++n] = $1 }
	END { for (i = 1; i <= n; i++) print line[i] }' card.trace >last
sed 's/..\[.*//' last | tr '\n' ' ' >seven
[ "$(cat seven)" = "00A4040C0AD392F000260100000001 00A4020C02001B 00200080 \
00200080 00A4020C02001A 802A0080 00A4040C07A0000001510000 " ] ||
	fault "not these 7 commands: $(cat last)"

# A failure leaves no file and sends nothing it need not.
from_here
run_pin 4 '0000\n' jumin sign --key auth letter -o failed
tells 'wrong PIN, 2 attempts left'
verifies 1
[ ! -e failed ] || fault "left a file"
from_here
run_pin 4 'WRONG1\n' jumin sign --key sign letter -o failed
verifies 1
from_here
for bad in '12345\n' '123\n' '12a4\n' '\n' ''; do
	run_pin 4 "$bad" jumin sign --key auth letter -o failed
	verifies 0
done
[ ! -e failed ] || fault "left a file"
run 4 jumin sign --key auth letter -o failed
tells 'there is no terminal to ask for the PIN'
run 1 jumin sign --key auth . -o failed
tells '.: Is a directory'
run 1 jumin sign --key auth letter -o sig
tells 'sig: File exists'
[ ! -e failed ] || fault "left a file"
no_temporary_file
