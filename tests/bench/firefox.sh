#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # called by the trap
#
# Firefox without a display and with one module in its profile: from its start
# until it knows the tokens, on a plain card with either model; "none" is a
# Firefox without a module of ours or OpenSC's.  Lines as those of jobs.sh.
set -u
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
begin firefox
need "$module" "$opensc"
command -v firefox-esr certutil modutil >/dev/null || {
	echo 'no firefox-esr: its start is not measured'
	exit 0
}
port=42830

# profile SIDE MODULE
profile() {
	rm -rf "profile.$1"
	mkdir "profile.$1"
	certutil -N -d "sql:$work/profile.$1" --empty-password
	[ "$1" = none ] || modutil -dbdir "sql:$work/profile.$1" -add token \
		-libfile "$2" -force </dev/null
	cat >"profile.$1/user.js" <<END
user_pref("marionette.port", $port);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
END
} >>profile.log 2>&1

# Marionette: "LENGTH:JSON" both ways.  heard: into $said
heard() {
	local n
	IFS= read -r -t 60 -d : n <&7 && IFS= read -r -t 60 -N "$n" said <&7
}

ask() {
	printf '%d:%s' ${#1} "$1" >&7
	heard
}

listens() {
	local end=$((SECONDS + 60))
	until { exec 7<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.02
	done
}

names='const db = Cc[\"@mozilla.org/security/pkcs11moduledb;1\"]
	.getService(Ci.nsIPKCS11ModuleDB);
const names = ms => {
	const all = [];
	for (const m of ms) for (const s of m.slots || m.listSlots())
		all.push(s.tokenName);
	return all.join();
};
return Promise.resolve(db.listModules()).then(names);'
names=$(printf %s "$names" | tr '\n\t' '  ')

firefox() {
	firefox-esr --headless --marionette --remote-allow-system-access \
		--no-remote --profile "$work/profile.$so_side" \
		>firefox.log 2>&1 &
	firefox=$!
	listens && heard &&
		ask '[0,1,"WebDriver:NewSession",{}]' &&
		ask '[0,2,"Marionette:SetContext",{"value":"chrome"}]' &&
		ask "[0,3,\"WebDriver:ExecuteScript\",{\"script\":\"$names\",\"args\":[]}]"
}

end_firefox() {
	[ -n "${firefox:-}" ] || return 0
	ask '[0,4,"Marionette:Quit",{"flags":["eForceQuit"]}]' 2>/dev/null
	exec 7>&-
	by not running "$firefox" || kill -KILL "$firefox"
	wait "$firefox" 2>/dev/null
	firefox=
}

# measure SIDE REPETITION: with the latency model $model
measure() {
	local began wall
	side "$1"
	so_side=$1
	[ "$1" != warm ] || so_side=jumin
	mark
	began=${EPOCHREALTIME/./}
	firefox 2>job.log || broken "$1: ${said:-no answer}"
	wall=$((${EPOCHREALTIME/./} - began))
	echo "$1 $said" >>said.log
	case $1,$said in
	none,*) ;;
	*JPKI*) ;;
	*) broken "$1: no token in $said" ;;
	esac
	row job plain "$model" firefox "$1" "$2" "$wall" 0 "$(apdus)" \
		"$(bytes)" "$(card_us)"
	end_firefox
}

card_new plain
model=contact
card_in plain --latency $model
profile none
profile jumin "$module"
profile opensc "$opensc"
firefox=
trap 'end_firefox; card_kill' EXIT
# files of Firefox itself into memory
measure none 0
: >"$BENCH_OUT/$part.tsv"
for model in contact contactless; do
	card_out
	card_in plain --latency $model
	for rep in $(seq "$reps"); do
		for s in none jumin opensc warm; do
			measure $s "$rep"
		done
	done
done
cat said.log
