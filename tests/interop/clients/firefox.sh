#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Firefox shows the authentication certificate to web servers.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/clients/browser/lib.sh
. "$src/tests/interop/clients/browser/lib.sh"
client firefox
need "$module" "$python" nginx certutil modutil firefox-esr

# profile NAME [PREFERENCE VALUE]: no module in it
profile() {
	local name=$1
	rm -rf "$name"
	mkdir "$name"
	cat >"$name/user.js" <<'END'
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
user_pref("browser.search.update", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.ipc.processPrelaunch.enabled", false);
user_pref("dom.ipc.processCount", 1);
user_pref("fission.autostart", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.dns.disablePrefetch", true);
user_pref("security.OCSP.enabled", 0);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("toolkit.telemetry.enabled", false);
END
	[ $# = 1 ] || echo "user_pref(\"$2\", $3);" >>"$name/user.js"
}

# policies: what an administrator puts into /etc/firefox/policies, seen in this
# namespace alone
policies() {
	local at=/etc/firefox
	if [ -d $at ]; then
		mount -t tmpfs none $at
		at=$at/policies
		mkdir $at
	else
		at=$(realpath "$(dirname "$(realpath \
			"$(command -v firefox-esr)")")/distribution")
		mount -t tmpfs none "$at"
	fi
	cat >"$at/policies.json" <<END
{ "policies": {
  "SecurityDevices": { "Add": { "Jumin": "$module" } },
  "Certificates": { "Install": ["$work/web.pem"] },
  "DisableTelemetry": true, "DisableAppUpdate": true
} }
END
}

# firefox PROFILE 'PIN ...' URL ...
firefox() {
	local p=$1 pins=$2
	shift 2
	visits firefox "$pins" --profile "$p" --shot "$screens/firefox-$p.png" \
		"$@"
}

prompt='(JPKI Authentication)'

module_in_profile() {
	with_conf 'cache = off'
	profile modutil
	nss_db modutil
	firefox modutil "$auth_pin" "$url12" "$url13" "$url_both"
	page "$url12" TLSv1.2
	page "$url13" TLSv1.3
	page "$url_both" TLSv1.3
	prompts 1 "$prompt"
	paid 1/3 0/0
	sign_pin_untouched plain
	screens firefox-modutil
	cost $((first + 2 * signature))
}

module_by_policy_then_idle() {
	with_conf 'idle = 3'
	profile policy
	firefox policy "$auth_pin $auth_pin" "$url13" wait:3.5 "$url12"
	page "$url13" TLSv1.3
	page "$url12" TLSv1.2
	prompts 2 "$prompt"
	paid 2/2 0/0
	sign_pin_untouched plain
	screens firefox-policy
	cost $((first + login + signature))
}

wrong_pin_then_right() {
	with_conf
	profile wrong
	firefox wrong "9657 $auth_pin" "$url13"
	page "$url13" TLSv1.3
	prompts 2 "$prompt"
	is "$(used)" 'auth 2/1 sign 0/0 again 1 0 wrong 1' \
		'PINs given/signatures'
	sign_pin_untouched plain
	cost $((warm + login + query))
}

# cancelled, so the site gets no certificate
no_pin() {
	with_conf
	profile cancel
	firefox cancel '' "$url13"
	refused "$url13" '400 No required SSL certificate was sent'
	nothing_paid
}

without_pss() {
	with_conf 'pss = off'
	profile nopss
	firefox nopss "$auth_pin" "$url12" "$url13" "$url_both"
	page "$url12" TLSv1.2
	refused "$url13" '400 No required SSL certificate was sent'
	refused "$url_both" '400 No required SSL certificate was sent'
	prompts 1 "$prompt"
	paid 1/1 0/0
}

without_pss_and_13() {
	with_conf 'pss = off'
	profile nopss12 security.tls.version.max 3
	firefox nopss12 "$auth_pin" "$url12" "$url_both" "$url13"
	page "$url12" TLSv1.2
	page "$url_both" TLSv1.2
	refused "$url13" ''
	prompts 1 "$prompt"
	paid 1/2 0/0
}

# Firefox believes the list of mechanisms that it saw first: no page, and no
# harm either.
without_pss_untold() {
	with_conf
	profile untold
	firefox untold "$auth_pin" "$url_both"
	refused "$url_both" ''
	prompts 1 "$prompt"
	is "$(wrong_verifies)" 0 'wrong PINs'
	is "$(signatures)" 0 signatures
}

card_new plain --auth-pin "$auth_pin"
cp plain.ca/auth-ca.pem .
card_in plain
serve_web
it 'module in the profile: one PIN for three servers' module_in_profile
policies
it 'module by policy: one PIN, and one more after the idle time' \
	module_by_policy_then_idle
it 'a wrong PIN is asked for again, once' wrong_pin_then_right
it 'no PIN given: none used' no_pin
card_in plain --param sign-modes=0-3
it 'card without PSS: TLS 1.2 works, 1.3 does not' without_pss
it 'card without PSS: 1.2 at most works with both' without_pss_and_13
it 'card without PSS, module not told: fails, costs no PIN' without_pss_untold
client_done
