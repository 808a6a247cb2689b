#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# NSS's tools, which stand for Thunderbird and other programs built on it: the
# module in a database, certificates, S/MIME, TLS, many handshakes in threads.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client NSS
need "$module" certutil modutil cmsutil tstclnt strsclnt nginx jumin

db=sql:$work/db
nick='JPKI Authentication:JPKI Authentication'

# One line a token; certutil gives a token that has none the line of another.
pin_files() {
	echo "JPKI Authentication:$auth_pin" >pin.auth
	{
		cat pin.auth
		echo "JPKI Signature:$sign_pin"
	} >pin.both
}

modutil_lists() {
	mkdir db
	certutil -N -d "$db" --empty-password
	modutil -dbdir "$db" -add Jumin -libfile "$module" -force
	certutil -A -d "$db" -n 'Test web CA' -t C,, -i web.pem
	certutil -A -d "$db" -n 'JPKI test CA' -t CT,C,C -i auth-ca.pem
	certutil -A -d "$db" -n 'JPKI test CA 2' -t CT,C,C -i sign-ca.pem
	modutil -dbdir "$db" -list >got
	cat got
	grep -q 'token: JPKI Authentication' got
	grep -q 'token: JPKI Signature' got
	nothing_paid
}

# The public key without a login makes it the user's certificate.
certutil_lists() {
	timeout 60 certutil -L -d "$db" -h all </dev/null >got
	cat got
	grep -q "^$nick  *u,u,u" got
	nothing_paid
}

certutil_shows_key() {
	timeout 60 certutil -K -d "$db" -h "$auth_token" -f pin.auth >got
	cat got
	is "$(grep -c '^< 0>' got)" 1 keys
	paid 1/0 0/0
}

# It offers the line of another token to this one: that is no PIN of its form.
certutil_gives_wrong_line() {
	not timeout 60 certutil -K -d "$db" -h "$sign_token" -f pin.auth
	nothing_paid
}

certutil_verifies() {
	timeout 60 certutil -V -d "$db" -n "$nick" -u S -f pin.both >got
	cat got
	grep -q 'certificate is valid' got
	is "$(wrong_verifies)" 0 'wrong PINs'
	is "$(signatures)" 0 signatures
}

# -Y NONE: the certificate is not for encryption
cmsutil_signs() {
	timeout 60 cmsutil -S "$@" -d "$db" -N "$nick" -f pin.auth -Y NONE \
		-G -H SHA256 -i letter -o letter.p7
	paid 1/1 0/0
}

cmsutil_signs_attached() {
	cmsutil_signs -P
	cmsutil -D -d "$db" -i letter.p7 >out
	cmp out letter
	openssl cms -verify -inform DER -in letter.p7 -CAfile auth-ca.pem \
		-purpose any -binary -out out
	cmp out letter
}

cmsutil_signs_detached() {
	cmsutil_signs -T
	cmsutil -D -d "$db" -i letter.p7 -c letter >out
	openssl cms -verify -inform DER -in letter.p7 -content letter \
		-CAfile auth-ca.pem -purpose any -binary -out out
	cmp out letter
}

# The signature certificate is hidden until a login, and these tools look for it
# before: only a module that shows no profile makes them log in first.
cmsutil_signs_with_signature_key() {
	mkdir sign.db
	certutil -N -d sql:sign.db --empty-password
	modutil -dbdir sql:sign.db -add Jumin -libfile "${module%.so}-sign.so" \
		-force
	certutil -A -d sql:sign.db -n 'JPKI test CA' -t CT,C,C -i sign-ca.pem
	mark
	echo "$sign_pin" >pin.sign
	timeout 60 cmsutil -S -T -d sql:sign.db \
		-N 'JPKI Signature:JPKI Signature' -f pin.sign -Y NONE -G \
		-H SHA256 -i letter -o letter.p7
	paid 0/0 1/1
	openssl cms -verify -inform DER -in letter.p7 -content letter \
		-CAfile sign-ca.pem -purpose any -binary -out out
	cmp out letter
}

cmsutil_finds_no_signature_key() {
	not timeout 60 cmsutil -S -T -d "$db" \
		-N 'JPKI Signature:JPKI Signature' -f pin.both -Y NONE -G \
		-H SHA256 -i letter -o letter.p7
	is "$(signatures)" 0 'signatures made'
	is "$(wrong_verifies)" 0 'wrong PINs'
}

# tstclnt_meets PORT RANGE VERSION [OPTION ...]
tstclnt_meets() {
	local port=$1 range=$2 version=$3
	shift 3
	printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' >request
	timeout 30 tstclnt -A request -4 -h localhost -p "$port" -d "$db" \
		-V "$range" -n "$nick" -W pin.auth "$@" >page 2>err || :
	cat err page
	met "$version" page || return 1
	paid 1/1 0/0
}

tstclnt_fails() {
	not tstclnt_meets "$@" TLSv1.2
	is "$(signatures)" 0 'signatures made'
	is "$(wrong_verifies)" 0 'wrong PINs'
}

# Forty handshakes in eight threads: each one signs, all for one PIN.  By TLS 1.3
# it ends with 1 even so, because it counts what it looked up in its cache.
strsclnt_meets() {
	timeout 60 strsclnt -4 -p "$1" -d "$db" -V "$2" -n "$nick" \
		-W pin.auth -c 40 -t 8 -N localhost >got 2>&1 || :
	tail -n 5 got
	not grep -qi 'error\|fail' got
	grep -q '40 server certificates tested' got
	[ "$(signatures)" -ge 40 ]
	paid "1/$(signatures)" 0/0
}

card_new plain
card_in plain
certificates plain
pin_files
serve_web
it 'modutil adds the module and lists both tokens' modutil_lists
it "certutil -L: the certificate is the user's, without a PIN" certutil_lists
it 'certutil -K: the key' certutil_shows_key
it 'certutil -f gives the PIN of another token: nothing is sent' \
	certutil_gives_wrong_line
it 'certutil -V' certutil_verifies
it 'cmsutil signs' cmsutil_signs_attached
it 'cmsutil signs, detached' cmsutil_signs_detached
it 'the signature key: cmsutil does not find it' cmsutil_finds_no_signature_key
it 'the signature key: cmsutil signs by the module that has it alone' \
	cmsutil_signs_with_signature_key
it 'tstclnt, TLS 1.2 only' tstclnt_meets $tls12 tls1.2:tls1.3 TLSv1.2
it 'tstclnt, TLS 1.3 only' tstclnt_meets $tls13 tls1.2:tls1.3 TLSv1.3
it 'tstclnt, both: 1.3' tstclnt_meets $both tls1.2:tls1.3 TLSv1.3
it 'strsclnt: 40 handshakes in 8 threads by TLS 1.2, one PIN' \
	strsclnt_meets $tls12 tls1.2:tls1.2
it 'strsclnt: the same by TLS 1.3' strsclnt_meets $tls13 tls1.3:tls1.3

# NSS takes PSS in TLS 1.2 too, as long as the card is thought to have it.
card_in plain --param sign-modes=0
it 'card without PSS: tstclnt as it is fails' \
	tstclnt_fails $tls12 tls1.2:tls1.2
with_conf 'pss = off'
it 'card without PSS, pss = off: tstclnt, TLS 1.2 only' \
	tstclnt_meets $tls12 tls1.2:tls1.3 TLSv1.2
it 'card without PSS, pss = off: tstclnt, both, up to TLS 1.2' \
	tstclnt_meets $both tls1.2:tls1.2 TLSv1.2
it 'card without PSS, pss = off: strsclnt by TLS 1.2' \
	strsclnt_meets $tls12 tls1.2:tls1.2
client_done
