#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# GnuTLS: p11tool, and gnutls-cli with the card as the client's key.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client GnuTLS
need "$module" p11tool gnutls-cli nginx jumin

p11tool_lists() {
	timeout 60 p11tool --provider "$module" --batch --list-all \
		"$(url auth)" >got
	cat got
	# profile, certificate, public key, CA; GnuTLS reads what is in them
	is "$(grep -c 'URL: ' got)" 4 objects
	is "$(grep -c 'Expires: ' got)" 2 'certificates'
	nothing_paid
}

# p11tool_logs_in PAIR
p11tool_logs_in() {
	GNUTLS_PIN=$(pin "$1") timeout 60 p11tool --provider "$module" \
		--batch --login --list-all "$(url "$1")" >got
	cat got
	grep -q 'URL: .*type=private' got
	# it logs in anew for each session that it opens
	[ "$1" = sign ] || paid "$(verifies)/0" 0/0
	[ "$1" = auth ] || paid 0/0 "$(verifies)/0"
}

p11tool_signs() {
	GNUTLS_PIN="$auth_pin" timeout 60 p11tool --provider "$module" --batch \
		--login --test-sign \
		"$(url auth);id=%01;type=private" \
		>got 2>&1
	cat got
	grep -q 'ok' got
	paid "1/$(signatures)" 0/0
}

# --- gnutls-cli ------------------------------------------------------------

# meets PORT VERSION [PRIORITY]
meets() {
	printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' |
		timeout 20 gnutls-cli --priority "${3:-NORMAL}" \
			--provider "$module" --x509cafile web.pem \
			--x509certfile "$(url auth);id=%01;type=cert" \
			--x509keyfile "$(url auth);id=%01;type=private;pin-value=$auth_pin" \
			-p "$1" localhost >page 2>&1 || :
	cat page
	met "$2" page || return 1
	paid 1/1 0/0
}

fails() {
	not meets "$1" TLSv1.3
	is "$(signatures)" 0 'signatures made'
	is "$(wrong_verifies)" 0 'wrong PINs'
}

card_new plain
card_in plain
certificates plain
serve_web
it 'p11tool --list-all' p11tool_lists
for pair in auth sign; do
	it "$pair: p11tool --login --list-all" p11tool_logs_in $pair
done
it 'p11tool --test-sign' p11tool_signs
it 'gnutls-cli, TLS 1.2 only' meets $tls12 TLSv1.2
it 'gnutls-cli, TLS 1.3 only' meets $tls13 TLSv1.3
it 'gnutls-cli, both: 1.3' meets $both TLSv1.3

card_in plain --param sign-modes=0
it 'card without PSS: gnutls-cli as it is fails with both' fails $both
it 'card without PSS: gnutls-cli, TLS 1.3 only: fails' fails $tls13
with_conf 'pss = off'
it 'card without PSS, pss = off: gnutls-cli, TLS 1.2 only' meets $tls12 TLSv1.2
it 'card without PSS, pss = off: gnutls-cli, TLS 1.3 only: fails' fails $tls13
it 'card without PSS, pss = off: gnutls-cli, both, without TLS 1.3' \
	meets $both TLSv1.2 NORMAL:-VERS-TLS1.3
client_done
