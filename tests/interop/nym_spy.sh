#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2086,SC2317 # scopes are words; "it" calls the cases
# What TLS and ssh have the authentication key sign, seen by a stranger's spy:
# it is never what an identifier is made of.  And who would have signed that.
set -u
# shellcheck source=tests/interop/nym/lib.sh
. "${0%/*}/nym/lib.sh"
into_reader "$@"
client 'nym spy'
need "$module" "$python" jumin nginx curl gnutls-cli pkcs11-tool certutil \
	modutil pk12util tstclnt selfserv ssh sshd softhsm2-util \
	"$build/tests/nym/t_set"
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')/pkcs11.so
need "$engine"
spy='' opensc='' softhsm=''
for spy in /usr/lib/*/pkcs11-spy.so /usr/lib64/pkcs11-spy.so; do
	[ ! -e "$spy" ] || break
done
for opensc in /usr/lib/*/opensc-pkcs11.so /usr/lib64/opensc-pkcs11.so; do
	[ ! -e "$opensc" ] || break
done
for softhsm in /usr/lib/softhsm/libsofthsm2.so /usr/lib64/libsofthsm2.so; do
	[ ! -e "$softhsm" ] || break
done
need "$spy" "$opensc" "$softhsm"
export JM_LIST_ONLY=$spy
spy=$build/tests/interop/nym/.libs/list_only.so
need "$spy"
export PKCS11SPY=$module PKCS11SPY_OUTPUT=$work/other.spy
scopes=(web:localhost ssh:one.test p11:one.test app:test.one)

# spied NAME COMMAND ...: what it had signed is in NAME.signed, and in all.signed
spied() {
	local name=$1
	shift
	rm -f "$name.spy"
	PKCS11SPY_OUTPUT=$work/$name.spy timeout 60 "$@" >"$name.out" 2>&1 || :
	cat "$name.out"
	"$python" "$src/tests/interop/nym/spy.py" "$name.spy" >"$name.signed"
	cat "$name.signed" >>all.signed
	cat "$name.signed"
}

n_signed() {
	grep -vc '^#' "$1.signed" || :
}

# --- clients: each is told a port, and how far TLS may go -----------------------

with_curl() {
	PKCS11_MODULE_PATH=$spy spied "$1" curl -sS --max-time 20 \
		--engine pkcs11 --key-type ENG --cert-type ENG \
		--cacert web.pem --cert "$(url auth);id=%01;type=cert" \
		--key "$(url auth);id=%01;type=private;pin-value=$auth_pin" \
		"https://localhost:$2/"
}

gnutls_all=NORMAL:+SIGN-RSA-SHA1:%VERIFY_ALLOW_SIGN_WITH_SHA1
get='GET / HTTP/1.0\r\nHost: localhost\r\n\r\n'

with_gnutls() {
	# shellcheck disable=SC2059,SC2016 # a format; of the shell inside
	printf "$get" >request
	spied "$1" sh -c 'gnutls-cli "$@" <request' sh \
		--priority "$gnutls_all" --provider "$spy" \
		--x509cafile web.pem \
		--x509certfile "$(url auth);id=%01;type=cert" \
		--x509keyfile "$(url auth);id=%01;type=private;pin-value=$auth_pin" \
		-p "$2" localhost
}

with_tstclnt() {
	# shellcheck disable=SC2059 # a format
	printf "$get" >request
	spied "$1" tstclnt -A request -4 -h localhost -p "$2" -d sql:db \
		-V tls1.2:tls1.3 -W pin.auth \
		-n 'JPKI Authentication:JPKI Authentication'
}

databases() {
	mkdir db sdb
	certutil -N -d sql:db --empty-password
	modutil -dbdir sql:db -add Spy -libfile "$spy" -force
	certutil -A -d sql:db -n 'Test web CA' -t C,, -i web.pem
	echo "JPKI Authentication:$auth_pin" >pin.auth
	certutil -N -d sql:sdb --empty-password
	openssl pkcs12 -export -in web-server.pem -inkey web.key -name server \
		-passout pass:x -out server.p12
	pk12util -i server.p12 -d sql:sdb -W x
	certutil -A -d sql:sdb -n 'JPKI test CA' -t CT,, -i auth-ca.pem
}

# nginx CLIENT: both versions, and the page
met_nginx() {
	local tls port
	for tls in TLSv1.2 TLSv1.3; do
		port=$tls12
		[ $tls = TLSv1.2 ] || port=$tls13
		"with_$1" "nginx-$1-$tls" $port
		met $tls "nginx-$1-$tls.out"
		[ "$(n_signed "nginx-$1-$tls")" -ge 1 ]
	done
}

# --- servers that choose what is hashed how -------------------------------------

hostile_port=44320

# s_server NAME OPTION ...: one connection
s_server() {
	local name=$1
	shift
	openssl s_server -accept 127.0.0.1:$hostile_port -cert web-server.pem \
		-key web.key -CAfile auth-ca.pem -Verify 1 -naccept 1 -www \
		-cipher 'DEFAULT@SECLEVEL=0' "$@" >"$name.server" 2>&1 &
	server=$!
	by listens $hostile_port
}

listens() {
	grep -q "$(printf ':%04X 00000000:0000 0A ' "$1")" /proc/net/tcp
}

# Some of these a client will not do; what it does sign counts.
hostile_openssl() {
	local c list n=0 name
	for c in curl gnutls tstclnt; do
		for list in RSA+SHA512 RSA+SHA384 RSA+SHA1 RSA+SHA224 \
			RSA-PSS+SHA512 RSA+SHA1:RSA+SHA512:RSA-PSS+SHA256 \
			ECDSA+SHA256; do
			n=$((n + 1))
			name=hostile-$c-$n
			s_server $name -tls1_2 -client_sigalgs "$list"
			"with_$c" $name $hostile_port >/dev/null
			kill $server 2>/dev/null || :
			wait $server || :
		done
		s_server hostile13-$c -tls1_3 -client_sigalgs RSA-PSS+SHA512
		"with_$c" hostile13-$c $hostile_port >/dev/null
		kill $server 2>/dev/null || :
		wait $server || :
	done
	grep -h -A 1 hostile all.signed
	[ "$(grep -c '^# hostile' all.signed)" -ge 10 ]
	# each hash was had at least once
	for list in 3051300d0609608648016503040203 \
		3041300d0609608648016503040202 3021300906052b0e03021a; do
		grep -A 1 '^# hostile' all.signed | grep -q "^$list"
	done
}

hostile_nss() {
	local c list n=0 name
	for list in tls1.2:rsa_pkcs1_sha512 tls1.2:rsa_pkcs1_sha384 \
		tls1.2:rsa_pkcs1_sha512,rsa_pkcs1_sha1,rsa_pkcs1_sha256 \
		tls1.3:rsa_pss_rsae_sha256; do
		for c in gnutls tstclnt; do
			n=$((n + 1))
			name=selfserv-$c-$n
			selfserv -d sql:sdb -n server -p 44330 -r -r \
				-V "${list%:*}:${list%:*}" -J "${list#*:}" \
				>$name.server 2>&1 &
			server=$!
			by listens6 44330
			"with_$c" $name 44330 >/dev/null
			kill $server 2>/dev/null || :
			wait $server || :
		done
	done
	tail -n 3 selfserv-*.out selfserv-*.server
	grep -h -A 1 '^# selfserv' all.signed
	[ "$(grep -c '^# selfserv' all.signed)" -ge 4 ]
}

listens6() {
	cat /proc/net/tcp /proc/net/tcp6 |
		grep -q "$(printf ':%04X [0]*:0000 0A ' "$1")"
}

# --- ssh -------------------------------------------------------------------------

by_ssh() {
	askpass
	jumin ssh >line
	ssh_server line
	SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force spied ssh \
		ssh -F none -o UserKnownHostsFile="$work/known_hosts" \
		-o PreferredAuthentications=publickey -p "$ssh_port" \
		-o IdentityAgent=none -I "$spy" "$(id -un)@127.0.0.1" true
	kill "$(cat sshd.pid)"
	is "$(n_signed ssh)" 1 'inputs signed'
}

# --- what all of that is not -------------------------------------------------------

none_is_t() {
	local s p
	grep -v '^#' all.signed >inputs
	wc -l <inputs
	[ "$(wc -l <inputs)" -ge 20 ]
	"$build/tests/nym/t_set" all.signed
	# nor what the identifiers of this very card are made of
	for s in "${scopes[@]}" "$(vault_scope)"; do
		for p in 1 2 m; do
			known t "$s" $p t
			not grep -F "$(od -An -tx1 -v t | tr -d ' \n')" inputs
		done
	done
}

vault_scope() {
	known vault-scope "$HOME"/.local/share/jumin/nym/*.vault
}

# the same, where one is: the set and the spy see it
would_be_seen() {
	known t "${scopes[1]}" 1 t
	softhsm_token
	PKCS11SPY=$softhsm spied seen pkcs11-tool --module "$spy" --login \
		--pin "$auth_pin" --sign -m RSA-PKCS --id 01 -i t -o s
	is "$(n_signed seen)" 1 'inputs signed'
	not "$build/tests/nym/t_set" seen.signed
}

# --- who signs T -----------------------------------------------------------------

softhsm_token() {
	[ ! -e softhsm.conf ] || return 0
	mkdir tokens
	printf '%s\n' "directories.tokendir = $work/tokens" \
		'objectstore.backend = file' 'log.level = ERROR' >softhsm.conf
	softhsm2-util --init-token --free --label stock --so-pin 5678 \
		--pin "$auth_pin"
	openssl pkcs8 -topk8 -nocrypt -in "$card_key" -outform DER -out card.der
	pkcs11-tool --module "$softhsm" --login --pin "$auth_pin" \
		--write-object card.der --type privkey --id 01 --usage-sign
}
export SOFTHSM2_CONF=$work/softhsm.conf

# signs MODULE FILE MECHANISM
signs() {
	rm -f s
	timeout 60 pkcs11-tool --module "$1" --token-label "${4:-$auth_token}" \
		--login --pin "$auth_pin" --sign -m "$3" --id 01 -i "$2" -o s
}

# refused COMMAND ...: and the card was asked for no signature
refused() {
	mark
	not "$@"
	is "$(signatures)" 0 'signatures made'
	is "$(wrong_verifies)" 0 'wrong PINs'
	[ ! -s s ]
}

# guarded PROFILE: T of that profile of each scope and of the vault
guarded() {
	local s m hash
	for s in "${scopes[@]}" "$(vault_scope)"; do
		known t "$s" "$1" t
		for m in "$module" "${module%.so}-auth.so" "$spy"; do
			refused signs "$m" t RSA-PKCS
		done
		known t "$s" m m
		for hash in SHA256 SHA384 SHA512; do
			refused signs "$module" m $hash-RSA-PKCS
			refused jumin sign --key auth --raw --hash "${hash,,}" \
				m -o s --force --pin-fd 3 3<<<"$auth_pin"
		done
	done
	# it is T that is refused, and not everything
	signs "$module" letter SHA512-RSA-PKCS
	[ -s s ]
}

# stock PROFILE: OpenSC on this very card, SoftHSM with its key
stock() {
	local s label='JPKI (User Authentication PIN)'
	softhsm_token
	for s in "${scopes[@]}"; do
		known t "$s" "$1" t
		known s "$card_key" "$s" "$1" right
		signs "$opensc" t RSA-PKCS "$label"
		cmp s right
		signs "$softhsm" t RSA-PKCS stock
		cmp s right
	done
}

nym_card plain
register "${scopes[@]}"
certificates plain
serve_web
it 'databases of NSS with the spy' databases
for c in curl gnutls tstclnt; do
	it "$c at nginx, TLS 1.2 and 1.3" met_nginx $c
done
it 'OpenSSL servers that want odd hashes' hostile_openssl
it 'NSS servers that want odd hashes' hostile_nss
if can_serve_ssh; then
	it 'a login by ssh' by_ssh
else
	[ "${JM_NO_SKIP:-0}" != 1 ] || {
		echo 'FAIL a login by ssh: not run by root' >&2
		exit 1
	}
	echo '--   not run by root: no server for ssh'
fi
it 'none of it is T of any scope' none_is_t
it 'if it were, this would be seen' would_be_seen
it 'T of a registered scope is refused by PKCS#11 and jumin sign' guarded 1
it 'stock modules sign it' stock 1
# a card that takes the known hashes alone: there T is one of theirs
rm -rf "$HOME/.local/share/jumin/nym"
card_in plain --param digestinfo=strict
register "${scopes[@]}"
it 'fallback: T of a registered scope is refused all the same' guarded 2
it 'fallback: stock modules sign it' stock 2
client_done
