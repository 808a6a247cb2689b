#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2086,SC2317 # scopes are words; "it" calls the cases
# Two web hosts that want a client certificate: each gets one of its own, and
# the two have nothing in common but their form.
set -u
# shellcheck source=tests/interop/nym/web.sh
. "${0%/*}/nym/web.sh"
into_reader "$@"
# shellcheck source=tests/interop/clients/browser/lib.sh
. "$src/tests/interop/clients/browser/lib.sh"
client 'nym tls'
need "$module" "$python" jumin nginx curl gnutls-cli pkcs11-tool certutil \
	modutil tstclnt firefox-esr chromium Xvfb xdotool
engine=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')/pkcs11.so
need "$engine"

# --- the certificates -------------------------------------------------------

# the text of a certificate without what is a service's own: identifier, key,
# signature
form() {
	openssl x509 -in "$1" -noout -text -nameopt RFC2253 |
		sed 's/nym1[a-z2-7]\{52\}/TEXT/; /^ *\([0-9a-f]\{2\}:\)*[0-9a-f]\{2\}:\{0,1\}$/d'
}

# same_form A B
same_form() {
	form "$1" >a.form
	form "$2" >b.form
	cat a.form
	diff a.form b.form
	grep -q 'Issuer: CN=TEXT' a.form
	grep -q 'Subject: CN=TEXT' a.form
	grep -q 'Serial Number: 1 (0x1)' a.form
	grep -q 'Not Before: Jan  1 00:00:00 2000 GMT' a.form
	grep -q 'Not After : Dec 31 23:59:59 9999 GMT' a.form
	is "$(grep -c 'TEXT' a.form)" 2 names
	local file
	for file in "$1" "$2"; do
		openssl verify -CAfile "$file" -purpose sslclient "$file"
	done
}

# nothing of 8 bytes of the identifier, the key and the signature of one is in the
# other; the rest is the form
nothing_shared() {
	"$python" - "$1" "$2" <<'END'
import re, ssl, sys
def pieces(x):
    return {x[i:i + 8] for i in range(len(x) - 7)}
a, b = (ssl.PEM_cert_to_DER_cert(open(p).read()) for p in sys.argv[1:])
own = pieces(re.search(rb"nym1([a-z2-7]{52})", a).group(1))
key = a.index(b"\x03\x42\x00\x04") + 4
own |= pieces(a[key:key + 64])
at = 4 + 4 + int.from_bytes(a[6:8], "big") + 12 + 2 + 1 + 2
for _ in "rs":  # in a SEQUENCE in a BIT STRING
    assert a[at] == 2
    own |= pieces(a[at + 2:at + 2 + a[at + 1]].lstrip(b"\0"))
    at += 2 + a[at + 1]
assert at == len(a)
both = [s.hex() for s in own if s in b]
print(len(own), "pieces of its own, in both:", both)
sys.exit(bool(both) or len(own) < 140)
END
}

# a key of somebody else
third_party() {
	openssl ecparam -name prime256v1 -genkey -noout -out third.key
}

certificates_of() {
	service_cert $one
	service_cert $two
	cp p11-one.test.crt one.crt
	cp p11-one.test.pub one.pub
	cp p11-two.test.crt two.crt
	cp p11-two.test.pub two.pub
	nothing_paid
	third_party
	same_form one.crt two.crt
	nothing_shared one.crt two.crt
}

# --- clients ------------------------------------------------------------------

# came HOST TLS: the holder did, with that host's certificate, for one PIN
came() {
	is "$(visitor "$1")" holder "who came to $1"
	is "$(cat "$1.tls")" "$2" 'version of TLS'
	same_cert "$1.seen" "$1.crt"
	logged_in_once 1
}

# The signature in it may differ when it was made again, nothing else.
same_cert() {
	local f
	for f in "$1" "$2"; do
		openssl x509 -in "$f" -outform DER |
			openssl asn1parse -inform DER -strparse 4 -noout \
				-out "$f.tbs"
	done
	cmp "$1.tbs" "$2.tbs"
}

# port TLS
port() {
	case $1 in
	TLSv1.2) echo $tls12 ;;
	TLSv1.3) echo $tls13 ;;
	esac
}

with_curl() {
	PKCS11_MODULE_PATH=$module timeout 30 curl -sS --engine pkcs11 \
		--key-type ENG --cert-type ENG --cacert web.pem \
		--cert "$(object_url "p11:$1.test" cert)" \
		--key "$(object_url "p11:$1.test" private);pin-value=$auth_pin" \
		"https://$1.test:$(port "$2")/"
	came "$1" "$2"
}

with_gnutls() {
	printf 'GET / HTTP/1.0\r\nHost: %s.test\r\n\r\n' "$1" |
		timeout 30 gnutls-cli --provider "$module" --x509cafile web.pem \
			--x509certfile "$(object_url "p11:$1.test" cert)" \
			--x509keyfile "$(object_url "p11:$1.test" private);pin-value=$auth_pin" \
			-p "$(port "$2")" "$1.test" || :
	came "$1" "$2"
}

with_openssl() {
	cat >engine.cnf <<END
openssl_conf = init
[init]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
MODULE_PATH = $module
init = 0
END
	printf 'GET / HTTP/1.0\r\nHost: %s.test\r\n\r\n' "$1" |
		OPENSSL_CONF=$work/engine.cnf timeout 30 openssl s_client -quiet \
			-engine pkcs11 -keyform engine \
			-key "$(object_url "p11:$1.test" private);pin-value=$auth_pin" \
			-cert "$1.crt" -CAfile web.pem -verify_return_error \
			-connect "$1.test:$(port "$2")" -servername "$1.test"
	came "$1" "$2"
}

with_tstclnt() {
	[ -e db ] || nss_db db
	mark
	echo "$service_token:$auth_pin" >pin.nym
	printf 'GET / HTTP/1.0\r\nHost: %s.test\r\n\r\n' "$1" >request
	timeout 30 tstclnt -A request -4 -h "$1.test" -p "$(port "$2")" \
		-d sql:db -V tls1.2:tls1.3 -n "$service_token:p11:$1.test" \
		-W pin.nym
	came "$1" "$2"
}

# each CLIENT: at two hosts, by two versions of TLS
each() {
	local c=$1 tls h
	for tls in TLSv1.2 TLSv1.3; do
		for h in one two; do
			it "$c at $h, $tls: its own certificate, one PIN" \
				"with_$c" $h $tls
		done
	done
}

# A stranger with our name in his certificate is a stranger.
name_proves_nothing() {
	local text
	text=$(openssl x509 -in one.crt -noout -subject -nameopt RFC2253 |
		sed 's/.*CN=//')
	openssl req -x509 -new -key third.key -subj "/CN=$text" -days 1 \
		-set_serial 1 -out false.crt
	curl -sS --cacert web.pem --cert false.crt --key third.key \
		"https://one.test:$tls13/" >page
	cat page
	grep -q "dn=CN=$text " page
	is "$(visitor one)" stranger 'who came to one'
}

# --- browsers -----------------------------------------------------------------

profile() {
	rm -rf "$1"
	mkdir "$1"
	cat >"$1/user.js" <<'END'
user_pref("security.default_personal_cert", "Select Automatically");
user_pref("marionette.port", 42828);
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.ipc.processCount", 1);
user_pref("fission.autostart", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.dns.disablePrefetch", true);
user_pref("network.http.speculative-parallel-limit", 0);
user_pref("security.OCSP.enabled", 0);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("toolkit.telemetry.enabled", false);
END
	nss_db "$1"
}

# firefox NAME 'PIN ...' URL ...
firefox() {
	local p=nym-$1 pins=$2
	shift 2
	profile "$p"
	visits firefox "$pins" --token "${token:-$service_token}" \
		--profile "$p" \
		--shot "$screens/firefox-$p.png" "$@"
}

# firefox_at HOST TLS
firefox_at() {
	local url
	url=https://$1.test:$(port "$2")/
	JUMIN_SCOPE=p11:$1.test firefox "$1" "$auth_pin" "$url"
	grep -q "visit $url: dn=CN=nym1[a-z2-7]* tls=$2 " got
	prompts 1 "($service_token)"
	screens "firefox-nym-$1"
	came "$1" "$2"
}

# Without the variable a browser that chooses by itself shows both hosts the
# same: the card's own certificate.
firefox_leaks() {
	token=$auth_token firefox leak "$auth_pin" "https://one.test:$tls13/" \
		"https://two.test:$tls13/"
	is "$(visitor one) $(visitor two)" 'stranger stranger' 'who came'
	cmp one.seen two.seen
	jumin cert export auth -o auth.crt --force
	is "$(spki_hash one.seen)" "$(spki_hash auth.crt)" 'the key shown'
}

# What an administrator puts into /etc/chromium, seen in this namespace alone.
policies() {
	mount -t tmpfs none /etc/chromium
	mkdir -p /etc/chromium/policies/managed
	cat >/etc/chromium/policies/managed/jumin.json <<'END'
{ "AutoSelectCertificateForUrls":
    ["{\"pattern\":\"https://one.test\",\"filter\":{}}",
     "{\"pattern\":\"https://two.test\",\"filter\":{}}"],
  "NetworkPredictionOptions": 2,
  "DefaultBrowserSettingEnabled": false, "MetricsReportingEnabled": false,
  "PasswordManagerEnabled": false, "BackgroundModeEnabled": false }
END
}

# chromium_at HOST TLS
chromium_at() {
	local url name=chromium-nym-$1 data=$HOME/.local/share
	url=https://$1.test:$(port "$2")/
	rm -rf "$name"
	mkdir -p "$name"
	nss_db "$name/.pki/nssdb"
	JUMIN_SCOPE=p11:$1.test XDG_DATA_HOME=$data \
		HOME=$work/$name visits chromium "$auth_pin" \
		--token "$service_token" --shot "$screens/$name.png" \
		--dialog "$screens/$name-pin.png" "$url"
	grep -q "visit $url: dn=CN=nym1[a-z2-7]* tls=$2 " got
	prompts 1 'Unlock Security Device'
	screens "$name" "$name-pin"
	came "$1" "$2"
}

nym_card plain
serve_hosts
register $one $two
it 'two certificates of one form, with nothing in common' certificates_of
for h in one two; do
	enrol $h $h.crt
done
each curl
each gnutls
each openssl
each tstclnt
it 'the name in a certificate proves nothing' name_proves_nothing
for h in one two; do
	it "Firefox at $h, TLS 1.3: its own certificate, one PIN" \
		firefox_at $h TLSv1.3
done
it 'Firefox, TLS 1.2' firefox_at one TLSv1.2
it 'Firefox that sees both shows both hosts one' firefox_leaks
policies
for h in one two; do
	it "Chromium at $h, TLS 1.3: its own certificate, one PIN" \
		chromium_at $h TLSv1.3
done
it 'Chromium, TLS 1.2' chromium_at two TLSv1.2
client_done
