# shellcheck shell=bash
# shellcheck disable=SC2034,SC2317 # read and called by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tests of this folder share, beside ../lib.sh: each drives one program
# that people have as its user does.  Each begins with
#
#   . "${0%/*}/lib.sh"
#   into_reader "$@"
#   client NAME             # its row in the table of "make clients"
#   need PROGRAM ...
#
# and ends with "client_done".  A case says what it did to the card:
#
#   paid AUTH SIGN          AUTH and SIGN are PINS/SIGNATURES: so many PINs were
#                           given, so many signatures were asked for since the
#                           mark, and the card saw that and no more
#
# Alone, from a build folder: make check TESTS=tests/interop/clients/ssh.sh

: "${top_srcdir:=${BASH_SOURCE[0]%/*}/../../..}"
# shellcheck source=tests/interop/lib.sh
. "${BASH_SOURCE[0]%/*}/../lib.sh"

auth_token='JPKI Authentication'
sign_token='JPKI Signature'

# token PAIR, pin PAIR, key_id PAIR
token() {
	case $1 in
	auth) echo "$auth_token" ;;
	sign) echo "$sign_token" ;;
	esac
}

pin() {
	case $1 in
	auth) echo "$auth_pin" ;;
	sign) echo "$sign_pin" ;;
	esac
}

key_id() {
	case $1 in
	auth) echo 01 ;;
	sign) echo 02 ;;
	esac
}

# url PAIR: its token as a PKCS#11 URI
url() {
	echo "pkcs11:token=$(token "$1" | sed 's/ /%20/g')"
}

client() {
	client=$1
	began=${EPOCHREALTIME/./}
}

# with_conf LINE ...: the user's jumin.conf from here on; none: without one
with_conf() {
	mkdir -p "$XDG_CONFIG_HOME/jumin"
	printf '%s\n' "$@" >"$XDG_CONFIG_HOME/jumin/jumin.conf"
}

# --- what the card was told ------------------------------------------------

# What happened to each pair since the mark, and how many PINs were wrong.  One
# that is sent again for a signature comes after a retry query that showed a full
# counter; any other was given.
used() {
	since | awk '
		function pair(p2) {
			if (p2 == "80")
				p2 = ef
			if (p2 == "17" || p2 == "18" || p2 == "97" || p2 == "98")
				return "auth"
			return "sign"
		}
		BEGIN { full["auth"] = "63C3"; full["sign"] = "63C5" }
		/^00A4020C02/ { ef = substr($1, 13, 2) }
		/^802A/ { sigs[pair(substr($1, 7, 2))]++ }
		/^00A4040C0[6A]/ { query = "" }
		/^0020/ {
			who = pair(substr($1, 7, 2))
			if ($1 !~ /[[]/)
				query = $NF == full[who] ? who : ""
			else if (query == who)
				again[who]++
			else
				given[who]++
			if ($1 ~ /[[]/ && $NF != "9000")
				wrong++
		}
		END {
			printf "auth %d/%d", given["auth"], sigs["auth"]
			printf " sign %d/%d", given["sign"], sigs["sign"]
			printf " again %d %d wrong %d\n",
			    again["auth"], again["sign"], wrong
		}'
}

paid() {
	local seen want
	seen=$(used)
	want="auth $1 sign $2 again ${1#*/} ${2#*/} wrong 0"
	is "$seen" "$want" 'PINs given/signatures'
}

# nothing_paid: no PIN went to the card
nothing_paid() {
	paid 0/0 0/0
}

# paid_one PAIR: one PIN and one signature of that pair
paid_one() {
	case $1 in
	auth) paid 1/1 0/0 ;;
	sign) paid 0/0 1/1 ;;
	esac
}

# asked N PATTERN [FILE]: the user was asked so often
asked() {
	is "$(grep -c -- "$2" "${3:-asked}")" "$1" "questions of $2"
}

# --- PINs ------------------------------------------------------------------

# askpass: a program that answers with the authentication PIN and keeps what it
# was asked in "asked"
askpass() {
	cat >askpass <<END
#!/bin/sh
echo "\$*" >>$work/asked
case \$1 in
*PIN*|*PKCS*) echo "$auth_pin" ;;
*) echo yes ;;
esac
END
	chmod 755 askpass
	: >asked
}

# --- certificates ----------------------------------------------------------

# certificates NAME: of the card in the reader, which has that name: auth.crt,
# sign.crt, their keys auth.pub and sign.pub, their CAs auth-ca.pem and
# sign-ca.pem, both of these in ca.pem
certificates() {
	local pair
	cp "$1.ca/auth-ca.pem" "$1.ca/sign-ca.pem" .
	cat auth-ca.pem sign-ca.pem >ca.pem
	for pair in auth sign; do
		jumin cert export "$pair" -o "$pair.crt" --force --pin-fd 3 \
			3<<<"$(pin "$pair")" >pub.log 2>&1 &&
			openssl verify -CAfile "$pair-ca.pem" -purpose any \
				"$pair.crt" >>pub.log 2>&1 &&
			openssl x509 -in "$pair.crt" -noout -pubkey \
				-out "$pair.pub" && continue
		cat pub.log
		echo "FAIL the certificate cannot be read"
		exit 1
	done
	mark
}

# --- a server that wants a client certificate --------------------------------

# Ports of the three servers: TLS 1.2 only, 1.3 only, both.
tls12=44312
tls13=44313
both=44314

# serve_web: until the script ends.  It trusts auth-ca.pem, and its page tells
# the subject of the client's certificate and the version of TLS.  Its own CA is
# web.pem.
serve_web() {
	local p
	web_pki >web.log 2>&1 || {
		cat web.log
		echo "FAIL no certificate for the web server"
		exit 1
	}
	mkdir web.tmp
	{
		echo "user root; daemon off; master_process off; pid $work/nginx.pid;"
		echo "error_log $work/web.error info;"
		echo 'events { worker_connections 64; }'
		echo "http { access_log $work/web.access;"
		for p in client_body proxy fastcgi uwsgi scgi; do
			echo "${p}_temp_path $work/web.tmp/$p;"
		done
		web_server $tls12 TLSv1.2
		web_server $tls13 TLSv1.3
		web_server $both 'TLSv1.2 TLSv1.3'
		echo '}'
	} >nginx.conf
	nginx -c "$work/nginx.conf" -e "$work/web.error" >web.log 2>&1 &
	disown
	by web_listens || {
		cat web.log web.error
		echo "FAIL nginx does not start"
		exit 1
	}
}

web_listens() {
	local p
	for p in $tls12 $tls13 $both; do
		grep -q "$(printf ':%04X 00000000:0000 0A ' "$p")" \
			/proc/net/tcp || return 1
	done
}

# browsers want a CA and a certificate that is none
web_pki() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout web-ca.key \
		-out web.pem -days 2 -subj '/CN=Test web CA' \
		-addext keyUsage=critical,keyCertSign &&
		openssl req -newkey rsa:2048 -nodes -keyout web.key \
			-out web.csr -subj /CN=localhost &&
		printf '%s\n' 'basicConstraints=CA:FALSE' \
			'subjectAltName=DNS:localhost,IP:127.0.0.1' \
			'extendedKeyUsage=serverAuth' >web.ext &&
		openssl x509 -req -in web.csr -CA web.pem -CAkey web-ca.key \
			-CAcreateserial -days 2 -extfile web.ext \
			-out web-server.pem
}

web_server() {
	cat <<END
server {
	listen 127.0.0.1:$1 ssl;
	ssl_certificate $work/web-server.pem;
	ssl_certificate_key $work/web.key;
	ssl_client_certificate $work/auth-ca.pem;
	ssl_verify_client on;
	ssl_protocols $2;
	ssl_session_tickets off;
	ssl_session_cache off;
	default_type text/html;
	location / { return 200 "<!doctype html>
<title>\$ssl_client_s_dn</title><link rel=icon href='data:,'>
<h1>Client certificate accepted</h1>
<p id=p>dn=\$ssl_client_s_dn tls=\$ssl_protocol verify=\$ssl_client_verify</p>
"; }
}
END
}

# met VERSION FILE: the page there says who the client is and what TLS it was
met() {
	grep -q "dn=CN=.*,C=JP tls=$1" "$2"
}

# --- the end ---------------------------------------------------------------

client_done() {
	local ms=$(((${EPOCHREALTIME/./} - began) / 1000))
	cat "$trace" >>all.trace
	printf 'client %-12s %3d.%d s %6d APDUs\n' "$client" $((ms / 1000)) \
		$((ms % 1000 / 100)) "$(grep -c -- '->' all.trace)"
	finish
}
