#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# curl with the card as the client's key, by OpenSSL's engine.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client curl
need "$module" curl nginx jumin
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')/pkcs11.so
need "$engine"

# meets PORT VERSION [OPTION-OF-CURL ...]
meets() {
	local port=$1 version=$2
	shift 2
	PKCS11_MODULE_PATH=$module timeout 20 curl -sS "$@" \
		--engine pkcs11 --key-type ENG --cert-type ENG \
		--cacert web.pem --cert "$(url auth);id=%01;type=cert" \
		--key "$(url auth);id=%01;type=private;pin-value=$auth_pin" \
		"https://localhost:$port/" >page 2>&1 || {
		echo "curl ended $?"
		cat page
		return 1
	}
	cat page
	met "$version" page || return 1
	paid 1/1 0/0
}

# What a card without PSS needs: OpenSSL would take PSS in TLS 1.2 too, and curl
# sets the versions itself, so that MaxProtocol here would do nothing.
without_pss() {
	cat >without-pss.cnf <<END
openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = default
[default]
SignatureAlgorithms = RSA+SHA256:RSA+SHA384:RSA+SHA512
END
	OPENSSL_CONF=$work/without-pss.cnf meets "$@" --tls-max 1.2
}

fails() {
	not meets "$@"
	is "$(signatures)" 0 'signatures made'
	is "$(wrong_verifies)" 0 'wrong PINs'
}

card_new plain
card_in plain
certificates plain
serve_web
it 'curl, TLS 1.2 only' meets $tls12 TLSv1.2
it 'curl, TLS 1.3 only' meets $tls13 TLSv1.3
it 'curl, both: 1.3' meets $both TLSv1.3

card_in plain --param sign-modes=0
it 'card without PSS: curl as it is fails with both' fails $both TLSv1.3
it 'card without PSS: curl, TLS 1.2 only, told so' without_pss $tls12 TLSv1.2
it 'card without PSS: curl, both, told so' without_pss $both TLSv1.2
client_done
