# shellcheck shell=bash
# shellcheck disable=SC2034,SC2317 # read and called by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tests of service identities share, beside ../clients/lib.sh.
#
#   nym_card NAME [OPTION ...]   a card with the keys of tests/vectors, put in
#   nym COMMAND ...              jumin nym COMMAND, with the authentication PIN
#   register SCOPE ...           with its consent given
#   known WHAT ...               known.py
#
# A case says what it cost:
#
#   asked_once                   one PIN was given, two signatures were made, by
#                                "jumin nym"
#   logged_in_once [N]           one PIN (N) went into the service slot, each
#                                made one signature there

# shellcheck source=tests/interop/clients/lib.sh
. "${BASH_SOURCE[0]%/*}/../clients/lib.sh"

service_token='Service Identities'
service_url='pkcs11:token=Service%20Identities'
python=/usr/bin/python3
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
card_key=$src/tests/vectors/nym1-card1.pem

# known WHAT ...
known() {
	"$python" "$src/tests/interop/nym/known.py" "$@"
}

nym_card() {
	local name=$1
	shift
	[ -e text.pem ] || known key2 text.pem
	card_new "$name" --auth-key "$card_key" --text-key text.pem \
		--auth-pin "$auth_pin" "$@"
	card_in "$name"
}

nym() {
	local what=$1
	shift
	timeout 60 jumin nym "$what" --pin-fd 3 "$@" 3<<<"$auth_pin"
}

register() {
	local scope
	for scope in "$@"; do
		nym register --yes --json "$scope" >register.json || {
			cat register.json
			echo "FAIL $scope is not registered"
			exit 1
		}
	done
	mark
}

# field NAME [FILE]: of an answer in JSON
field() {
	"$python" -c '
import json, sys
print(json.load(open(sys.argv[2]))[sys.argv[1]])' "$1" "${2:-register.json}"
}

# object_url SCOPE TYPE
object_url() {
	echo "$service_url;object=${1//:/%3A};type=$2"
}

asked_once() {
	is "$(verifies) $(signatures) $(wrong_verifies)" '1 2 0' \
		'VERIFYs, signatures, wrong PINs'
}

logged_in_once() {
	local n=${1:-1}
	is "$(used)" "auth $n/$((2 * n)) sign 0/0 again $n 0 wrong 0" \
		'PINs given/signatures'
}

# service_cert SCOPE: it and its public key, in SCOPE.crt and SCOPE.pub (":" is
# "-" there)
service_cert() {
	local name=${1//:/-}
	timeout 60 pkcs11-tool --module "$module" --token-label \
		"$service_token" --read-object --type cert --label "$1" \
		-o "$name.der" >cert.log 2>&1 || {
		cat cert.log
		return 1
	}
	openssl x509 -inform DER -in "$name.der" -out "$name.crt"
	openssl x509 -in "$name.crt" -noout -pubkey >"$name.pub"
}

# spki_hash FILE: of a certificate, as a server keeps it
spki_hash() {
	openssl x509 -in "$1" -noout -pubkey |
		openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1
}

# hosts NAME=ADDRESS ...: in this namespace alone
hosts() {
	local h
	cp /etc/hosts hosts
	for h in "$@"; do
		echo "${h#*=} ${h%%=*}" >>hosts
	done
	mount --bind hosts /etc/hosts
}
