#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# jumin ssh: the line ssh wants, without a PIN.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
command -v ssh-keygen >/dev/null || exit 77
card_in

from_here
run 0 jumin ssh
silent
verifies 0
cp "$out" line
ssh-keygen -l -f line >fingerprint || fault "ssh-keygen does not take it"
grep -q '^2048 SHA256:.* JPKI Authentication (RSA)$' fingerprint ||
	fault "$(cat fingerprint)"
# The same key by way of the certificate and OpenSSL.
run 0 jumin cert export auth -o auth.pem
openssl x509 -in auth.pem -noout -pubkey >auth.pub
ssh-keygen -i -m PKCS8 -f auth.pub >other
[ "$(cut -d' ' -f1,2 line)" = "$(cut -d' ' -f1,2 other)" ] ||
	fault "not the key of the certificate"
run 0 jumin ssh --json
[ "$(value type) $(value key) $(value comment)" = "$(cat line)" ] ||
	fault "JSON has another line"
[ "$(value fingerprint)" = "$(cut -d' ' -f2 fingerprint)" ] ||
	fault "JSON has another fingerprint"
