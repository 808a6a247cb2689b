# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # set and read by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Two web hosts, one.test and two.test, that ask for a client certificate of any
# issuer and know their users by SHA-256 of the public key: ports $tls12 and
# $tls13 of each.
#
#   serve_hosts           until the script ends; their CA is web.pem
#   enrol HOST FILE       the certificate's key is that of user "holder" there
#   visitor HOST          who logged in there last, or "stranger"; what was shown
#                         is in HOST.seen, and the version of TLS in HOST.tls

# shellcheck source=tests/interop/nym/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

one=p11:one.test
two=p11:two.test

hosts_pki() {
	local h
	openssl req -x509 -newkey rsa:2048 -nodes -keyout web-ca.key \
		-out web.pem -days 2 -subj '/CN=Test web CA' \
		-addext keyUsage=critical,keyCertSign || return 1
	for h in one two; do
		printf '%s\n' 'basicConstraints=CA:FALSE' \
			"subjectAltName=DNS:$h.test" \
			'extendedKeyUsage=serverAuth' >web.ext
		openssl req -newkey rsa:2048 -nodes -keyout $h.web.key \
			-out web.csr -subj /CN=$h.test &&
			openssl x509 -req -in web.csr -CA web.pem \
				-CAkey web-ca.key -CAcreateserial -days 2 \
				-extfile web.ext -out $h.web.pem || return 1
	done
}

host_server() {
	cat <<END
server {
	listen $2:$3 ssl;
	server_name $1.test;
	access_log $work/$1.access shown;
	ssl_certificate $work/$1.web.pem;
	ssl_certificate_key $work/$1.web.key;
	ssl_verify_client optional_no_ca;
	ssl_protocols $4;
	ssl_session_tickets off;
	ssl_session_cache off;
	keepalive_timeout 0;
	default_type text/html;
	location / { return 200 "<!doctype html>
<title>\$server_name</title><link rel=icon href='data:,'>
<h1>\$server_name</h1>
<p id=p>dn=\$ssl_client_s_dn tls=\$ssl_protocol verify=\$ssl_client_verify</p>
"; }
}
END
}

serve_hosts() {
	local p
	hosts one.test=127.0.1.1 two.test=127.0.1.2
	hosts_pki >web.log 2>&1 || {
		cat web.log
		echo "FAIL no certificates for the web hosts"
		exit 1
	}
	mkdir web.tmp
	{
		echo "user root; daemon off; master_process off; pid $work/nginx.pid;"
		echo "error_log $work/web.error info;"
		echo 'events { worker_connections 64; }'
		# shellcheck disable=SC2016 # nginx's own names
		echo 'http { log_format shown "$ssl_protocol $ssl_client_escaped_cert";'
		for p in client_body proxy fastcgi uwsgi scgi; do
			echo "${p}_temp_path $work/web.tmp/$p;"
		done
		host_server one 127.0.1.1 $tls12 TLSv1.2
		host_server one 127.0.1.1 $tls13 TLSv1.3
		host_server two 127.0.1.2 $tls12 TLSv1.2
		host_server two 127.0.1.2 $tls13 TLSv1.3
		echo '}'
	} >nginx.conf
	: >one.access
	: >two.access
	nginx -c "$work/nginx.conf" -e "$work/web.error" >web.log 2>&1 &
	disown
	by hosts_listen || {
		cat web.log web.error
		echo "FAIL nginx does not start"
		exit 1
	}
}

hosts_listen() {
	local p
	for p in $tls12 $tls13; do
		is "$(grep -c "$(printf ':%04X 00000000:0000 0A ' "$p")" \
			/proc/net/tcp)" 2 "listeners of $p" >/dev/null ||
			return 1
	done
}

enrol() {
	echo "$(spki_hash "$2") holder" >>"$1.accounts"
}

visitor() {
	local hash
	tail -n 1 "$1.access" >"$1.last"
	cut -d' ' -f1 "$1.last" >"$1.tls"
	"$python" -c '
import sys, urllib.parse
print(urllib.parse.unquote(sys.stdin.read().split()[1]))' \
		<"$1.last" >"$1.seen"
	grep -q BEGIN "$1.seen" || {
		echo nobody
		return
	}
	hash=$(spki_hash "$1.seen")
	sed -n "s/^$hash //p" "$1.accounts" | grep . || echo stranger
}
