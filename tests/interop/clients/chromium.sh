#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Chromium shows the authentication certificate to web servers.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/clients/browser/lib.sh
. "$src/tests/interop/clients/browser/lib.sh"
client chromium
need "$module" "$python" nginx certutil modutil chromium Xvfb xdotool

# What an administrator puts into /etc/chromium, seen in this namespace alone.
policies() {
	mount -t tmpfs none /etc/chromium
	mkdir -p /etc/chromium/policies/managed
	cat >/etc/chromium/policies/managed/jumin.json <<'END'
{ "AutoSelectCertificateForUrls":
    ["{\"pattern\":\"https://localhost\",\"filter\":{}}"],
  "NetworkPredictionOptions": 2,
  "DefaultBrowserSettingEnabled": false, "MetricsReportingEnabled": false,
  "PasswordManagerEnabled": false, "BackgroundModeEnabled": false }
END
}

# chromium NAME 'PIN ...' [--flag=FLAG] URL ...: with a home of its own
chromium() {
	local name=$1 pins=$2
	shift 2
	rm -rf "$name"
	mkdir -p "$name"
	nss_db "$name/.pki/nssdb"
	HOME=$work/$name visits chromium "$pins" \
		--shot "$screens/chromium-$name.png" \
		--dialog "$screens/chromium-$name-pin.png" "$@"
}

prompt='Unlock Security Device'

three_servers() {
	with_conf 'cache = off'
	chromium pss "$auth_pin" "$url13" "$url_both" "$url12"
	page "$url13" TLSv1.3
	page "$url_both" TLSv1.3
	page "$url12" TLSv1.2
	prompts 1 "$prompt"
	paid 1/3 0/0
	sign_pin_untouched plain
	screens chromium-pss chromium-pss-pin
	cost $((first + 2 * signature))
}

wrong_pin_then_right() {
	with_conf
	chromium wrong "9657 $auth_pin" "$url13"
	page "$url13" TLSv1.3
	prompts 2 "$prompt"
	is "$(used)" 'auth 2/1 sign 0/0 again 1 0 wrong 1' \
		'PINs given/signatures'
	sign_pin_untouched plain
	cost $((warm + login + query))
}

asks_again_after_idle_time() {
	with_conf 'idle = 3'
	chromium idle "$auth_pin $auth_pin" "$url13" wait:3.5 "$url12"
	page "$url13" TLSv1.3
	page "$url12" TLSv1.2
	prompts 2 "$prompt"
	paid 2/2 0/0
	cost $((warm + login + signature))
}

without_pss() {
	with_conf 'pss = off'
	chromium nopss "$auth_pin" "$url12" "$url13" "$url_both"
	page "$url12" TLSv1.2
	refused "$url13" net::ERR_SSL_CLIENT_AUTH_NO_COMMON_ALGORITHMS
	refused "$url_both" net::ERR_SSL_CLIENT_AUTH_NO_COMMON_ALGORITHMS
	paid 1/1 0/0
}

without_pss_and_13() {
	with_conf 'pss = off'
	chromium nopss12 "$auth_pin" --flag=--ssl-version-max=tls1.2 \
		"$url12" "$url_both" "$url13"
	page "$url12" TLSv1.2
	page "$url_both" TLSv1.2
	refused "$url13" net::ERR_SSL
	prompts 1 "$prompt"
	paid 1/2 0/0
}

card_new plain --auth-pin "$auth_pin"
cp plain.ca/auth-ca.pem .
card_in plain
serve_web
policies
it 'one PIN for three servers' three_servers
it 'a wrong PIN is asked for again, once' wrong_pin_then_right
it 'after the idle time it asks again' asks_again_after_idle_time
card_in plain --param sign-modes=0-3
it 'card without PSS: TLS 1.2 works, 1.3 does not' without_pss
it 'card without PSS: 1.2 at most works with both' without_pss_and_13
client_done
