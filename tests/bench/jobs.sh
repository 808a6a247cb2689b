#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the jobs are called by "measure"
#
# jobs.sh CARD MODEL: the jobs of people's programs, each a new process, by our
# module and by OpenSC's in turn, on one card with that latency model.  Lines:
#
#   job CARD MODEL JOB SIDE REPETITION WALL USER+SYS APDUS BYTES CARD
#
# in microseconds; CARD is the share of card and link.
set -u
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
card=$1
model=$2
begin "jobs-$card-$model"
need "$module" "$opensc" pkcs11-tool ssh ssh-keygen certutil modutil

case $card in
plain) param=() ;;
short) param=(--param atr=3BC5FF8131FB458073C6010000) ;;
*) broken "no card $card" ;;
esac

# --- the jobs --------------------------------------------------------------

list_tokens() {
	tool -L >got
}
list_tokens_check() {
	is "$(grep -c 'token label' got)" 2 tokens
}

list_objects() {
	tool --token-label "$auth_token" -O >got
}
list_objects_check() {
	grep -q '^Certificate Object' got
}

sign_auth() {
	tool --token-label "$auth_token" --login --pin "$auth_pin" --sign \
		--id 01 -m SHA256-RSA-PKCS -i letter -o sig
}
sign_auth_check() {
	verified auth sig
}

sign_sign() {
	tool --token-label "$sign_token" --login --pin "$sign_pin" --sign \
		--id 02 -m SHA256-RSA-PKCS -i letter -o sig
}
sign_sign_check() {
	verified sign sig
}

keygen() {
	ssh-keygen -D "$so" >got
}
keygen_check() {
	grep -qF "$(cut -d' ' -f2 auth.line)" got
}

ssh_login() {
	: >asked
	ssh -F none -o UserKnownHostsFile="$work/known_hosts" -p "$ssh_port" \
		-o PreferredAuthentications=publickey -o IdentityAgent=none \
		-I "$so" "$(id -un)@127.0.0.1" 'echo logged in' >got
}
ssh_login_check() {
	is "$(cat got)" 'logged in' 'the server'
}

# what a browser does when it starts, by the same library
nss() {
	certutil -L -d "sql:$work/nss.$(basename "$so")" -h all >got
}
nss_check() {
	grep -q 'JPKI' got
}

# --- once ------------------------------------------------------------------

log_in_somewhere() {
	can_serve_ssh || return 1
	ssh_server auth.line
	printf '#!/bin/sh\necho %s\n' "$auth_pin" >askpass
	chmod 755 askpass
	export SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force
}

nss_folders() {
	local so db
	for so in "$module" "$opensc"; do
		db=$work/nss.$(basename "$so")
		mkdir "$db"
		certutil -N -d "sql:$db" --empty-password
		modutil -dbdir "sql:$db" -add token -libfile "$so" -force
	done >nss.log 2>&1 </dev/null
}

# --- measuring -------------------------------------------------------------

# measure JOB REPETITION
measure() {
	local TIMEFORMAT='%R %U %S' status=0
	mark
	{ time timed "$1"; } 2>job.time </dev/null || status=$?
	[ $status != 0 ] || "$1_check" >>job.log 2>&1 || status=check
	[ $status = 0 ] || broken "$model, $1, $side: status $status"
	tell "$1" "$2" "$(awk '{ print int($1 * 1e6 + 0.5) }' job.time)" \
		"$(awk '{ print int(($2 + $3) * 1e6 + 0.5) }' job.time)"
}

timed() {
	"$1" 2>job.log
}

tell() {
	row job "$card" "$model" "$1" "$side" "$2" "$3" "$4" "$(apdus)" \
		"$(bytes)" "$(card_us)"
}

# the second signature of one process; it tells its own time
next() {
	local line in out pid
	coproc NEXT { "$p11bench" "$so" "$auth_token" "$auth_pin" next 2>job.log; }
	pid=$NEXT_PID
	exec {in}<&"${NEXT[0]}" {out}>&"${NEXT[1]}"
	read -r -t 60 line <&"$in" || line=
	[ "$line" = ready ] || broken "$model, first signature, $side"
	mark
	echo go >&"$out"
	read -r -t 60 line <&"$in" || line=
	[ "${line%% *}" = next ] || broken "$model, next signature, $side"
	# what the card is told at the end is no part of it
	# shellcheck disable=SC2086 # two words
	set -- "$1" ${line#next }
	tell next "$1" "$2" "$3"
	echo end >&"$out"
	exec {in}<&- {out}>&-
	wait "$pid" 2>/dev/null || :
}

card_new plain
card_in plain "${param[@]}"
public_keys
ssh-keygen -i -m PKCS8 -f auth.pub >auth.line
card_in plain "${param[@]}" --latency "$model"
nss_folders
twice='list_objects keygen nss'
! log_in_somewhere || twice="$twice ssh_login"

# what "warm" finds
rm -rf cache.warm
side warm
{ list_objects && keygen && nss; } >job.log 2>&1 || broken 'filling the cache'

for rep in $(seq "$reps"); do
	for job in list_tokens sign_auth sign_sign; do
		for s in jumin opensc; do
			side $s
			measure $job "$rep"
		done
	done
	# what a busy machine adds is least in one of many
	for s in 1 2 3; do
		side jumin
		measure sign_auth "$rep.$s"
	done
	for s in jumin opensc hold; do
		side $s
		next "$rep"
	done
	for job in $twice; do
		for s in jumin opensc warm; do
			side $s
			measure "$job" "$rep"
		done
	done
done
[ ! -s sshd.pid ] || kill "$(cat sshd.pid)"
