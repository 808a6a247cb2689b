#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2119,SC2317 # the cases are called by "it"
# Programs that know OpenSC's PKCS#11 module and nothing of our card driver.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/osc.sh
. "$src/tests/interop/osc.sh"
# shellcheck source=tests/interop/osc_cases.sh
. "$src/tests/interop/osc_cases.sh"
need ssh-keygen ssh-agent ssh-add p11tool

ssh_line() {
	ssh-keygen -i -m PKCS8 -f "$card.auth.pub" | cut -d' ' -f2
}

# It asks no PIN for the free certificates.
keygen_lists() {
	runs 0 ssh-keygen -D "$opensc"
	has "$(ssh_line)"
}

# an agent keeps the module, and each token's PIN is given once
agent_signs() {
	local pid
	cat >askpass <<END
#!/bin/sh
echo $auth_pin
END
	chmod +x askpass
	eval "$(ssh-agent -s -P '/*')" >agent.log
	pid=$SSH_AGENT_PID
	SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force \
		ssh-add -s "$opensc" >add.log 2>&1 || :
	cat add.log
	is "$(wrong_verifies)" 0 'wrong ones'
	ssh-add -L >keys.pub
	grep -F "$(ssh_line)" keys.pub >key.pub
	ssh-keygen -Y sign -f key.pub -n jumin letter
	printf 'me %s\n' "$(cat key.pub)" >allowed
	ssh-keygen -Y verify -f allowed -I me -n jumin -s letter.sig <letter
	ssh-add -e "$opensc"
	kill "$pid"
	by not running "$pid"
	is_clean
}

# There are two tokens, so the URI has to say which one is meant.
key_uri() {
	local token
	token=$(token_of auth | sed 's/ /%20/g;s/(/%28/g;s/)/%29/g')
	echo "pkcs11:token=$token;id=%01;type=private"
}

gnutls_lists() {
	runs 0 p11tool --provider "$opensc" --batch --list-all-certs pkcs11:
	has "$auth_name Certificate"
	lacks "$sign_name Certificate;"
	GNUTLS_PIN=$auth_pin runs some p11tool --provider "$opensc" --batch \
		--login --list-privkeys "$(key_uri)"
	has "$auth_name Key"
}

gnutls_tests_signature() {
	GNUTLS_PIN=$auth_pin runs some p11tool --provider "$opensc" --batch \
		--login --test-sign "$(key_uri)"
}

engine() {
	local so
	for so in /usr/lib/*/engines-3/pkcs11.so /usr/lib64/engines-3/pkcs11.so
	do
		[ ! -e "$so" ] || break
	done
	echo "$so"
}

openssl_signs() {
	cat >openssl.cnf <<END
openssl_conf = init
[init]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
dynamic_path = $(engine)
MODULE_PATH = $opensc
init = 0
END
	OPENSSL_CONF=$work/openssl.cnf runs some openssl dgst -engine pkcs11 \
		-keyform engine -sha256 -out sig \
		-sign "$(key_uri);pin-value=$auth_pin" letter
	checked auth sig
}

osc_conf
hash=sha256
issue plain ok ok JPKIAPICCTOKEN2
insert plain
it 'ssh-keygen lists the authentication key, without a PIN' keygen_lists
it 'ssh-agent signs, and leaves nobody verified' agent_signs
it 'p11tool lists certificates, and keys after the PIN' gnutls_lists
it 'p11tool signs' gnutls_tests_signature
if [ -e "$(engine)" ]; then
	it "OpenSSL's engine signs" openssl_signs
fi
card_out
card_in plain
it 'ssh-keygen lists it when the card is back' keygen_lists
finish
