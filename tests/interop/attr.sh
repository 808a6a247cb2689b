#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What the text PIN opens is closed again for the next program, however
# "jumin attr" ended; and the data are what OpenSSL says was signed.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need jumin basenc

select_text=00A4040C0AD3921000310001010408
ca=$work/plain.ca/upper-ca.pem

# Another program that was given no PIN.
locked() {
	is "$(raw "$select_text" 00B0820000)" '9000 6982' 'EF 0002'
	is "$(raw "$select_text" 00B0830000)" '9000 6982' 'EF 0003'
	is "$(raw "$select_text" 00B0810000)" '9000 6982' 'EF 0001'
}

# The card as such does keep it, or nothing below would be worth saying.
card_keeps_status() {
	is "$(raw "$select_text" 002000910431323334)" '9000 9000' VERIFY
	is "$(raw "$select_text" 00B0820010)" '9000 9000' 'EF 0002, next program'
}

attr_leaves_nothing() {
	jumin attr --ca "$ca" --pin-fd 3 3<<<1234
	locked
	is "$(verifies)" 1 VERIFYs
}

wrong_pin_leaves_nothing() {
	ends 4 jumin attr --pin-fd 3 3<<<0000
	locked
	is "$(verifies)" 1 VERIFYs
	jumin pin check text --pin-fd 3 3<<<1234
	locked
}

change_leaves_nothing() {
	printf '1234\n5678\n' | jumin pin change text --pin-fd 0
	locked
	printf '5678\n1234\n' | jumin pin change text --pin-fd 0
	locked
	is "$(verifies)" 2 VERIFYs
}

beside_a_login() {
	p11_start job open:auth "login:auth:$auth_pin" say:in wait sign:auth
	p11_said job 'say:in CKR_OK in'
	jumin attr --ca "$ca" --pin-fd 3 3<<<1234
	locked
	p11_tell job
	p11_end job
	grep -qx 'sign:auth CKR_OK' job.out
}

# binary FILE ID: one file of the application, read by opensc-tool
binary() {
	opensc-tool -c default -s "$select_text" -s 002000910431323334 \
		-s "00A4020C02$2" -s 00B0000000 -s 00B0010000 -s 00B0020000 \
		>said 2>&1
	sed -n 's/^\(\([0-9A-F][0-9A-F] \)\{1,16\}\).*/\1/p' said |
		tr -d ' \n' | basenc --base16 -d >"$1"
	opensc-tool -c default -s 00A4040C07A0000001510000 >/dev/null 2>&1
}

# what OpenSSL says of the records, without any of our parsers
openssl_agrees() {
	local der
	binary two 0002
	binary three 0003
	binary four 0004
	# 7F21 82.... 5F4E 820129 issuer 16, subject 16, 90 03 e, 91 820100 n
	dd if=four of=body bs=1 skip=10 count=297 status=none
	dd if=four of=ca.sig bs=1 skip=312 count=256 status=none
	openssl dgst -sha256 -verify "$ca" -signature ca.sig body
	dd if=body of=n bs=1 skip=41 count=256 status=none
	der=3082010A0282010100$(basenc --base16 -w0 n)0203010001
	printf '30820122300D06092A864886F70D01010105000382010F00%s' "$der" |
		basenc --base16 -d | openssl pkey -pubin -inform DER -out issuer.pub
	# FF30 82014B, DF31 20 .., DF32 20 .. (70 bytes), DF33 820100 ..
	dd if=three of=over bs=1 skip=5 count=70 status=none
	dd if=three of=issuer.sig bs=1 skip=80 count=256 status=none
	openssl dgst -sha256 -verify issuer.pub -signature issuer.sig over
}

card_new plain
card_in plain
it 'the card keeps its status between programs' card_keeps_status
card_in plain
it 'nothing is open at first' locked
it 'jumin attr leaves nothing' attr_leaves_nothing
it 'nor does a wrong PIN' wrong_pin_leaves_nothing
it 'nor a change of it' change_leaves_nothing
it 'a login of another program goes on' beside_a_login
it 'OpenSSL says the same of the signatures' openssl_agrees
finish
