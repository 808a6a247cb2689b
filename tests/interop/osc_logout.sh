#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2119,SC2317 # the cases are called by "it"
# When a login through OpenSC and our card driver ends, and who waits for it;
# what OpenSC's log shows.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
# shellcheck source=tests/interop/osc.sh
. "$src/tests/interop/osc.sh"
# shellcheck source=tests/interop/osc_cases.sh
. "$src/tests/interop/osc_cases.sh"
need "$module"

conf() {
	mkdir -p "$HOME/jumin"
	chmod 700 "$HOME/jumin"
	printf '%s\n' "$1" >"$HOME/jumin/jumin.conf"
	chmod 600 "$HOME/jumin/jumin.conf"
}

# theirs NAME STEP ...: a process with OpenSC's module beside the script
theirs() {
	local name=$1 module=$opensc
	shift
	p11_start "$name" "label:auth:$auth_token" "label:sign:$sign_token" "$@"
}

all_ok() {
	cat "$1.out"
	is "$(grep -cv CKR_OK "$1.out")" 0 "failures of $1"
}

# logged_in PAIR PIN: a process that has signed and waits, logged in
logged_in() {
	theirs job "open:$1" "login:$1:$2" "find:$1:priv" say:in wait \
		"logout:$1" say:out wait
	p11_said job 'say:in CKR_OK in'
	all_ok job
}

nothing_stays_while_logged_in() {
	logged_in "$1" "$2"
	is_clean
	p11_tell job
	p11_said job 'say:out CKR_OK out'
	is_clean
	p11_tell job
	p11_end job
	is_clean
}

nothing_stays_after_kill() {
	logged_in "$1" "$2"
	kill -KILL "$(cat job.pid)"
	by not running "$(cat job.pid)"
	is_clean
}

nothing_stays_after_exit() {
	timeout 60 "$build/tests/interop/p11job" "$opensc" \
		"label:auth:$auth_token" init open:auth \
		"login:auth:$auth_pin" sign:auth >got
	cat got
	is "$(grep -c CKR_OK got)" 5 'steps done'
	is_clean
}

# The next signature wants its PIN again.
logout_is_true() {
	job open:auth "login:auth:$auth_pin" logout:auth state:auth \
		find:auth:priv -- 'open:auth CKR_OK' 'login:auth CKR_OK' \
		'logout:auth CKR_OK' 'state:auth CKR_OK public' \
		'find:auth CKR_OK 0'
	is "$(verifies)" 1 VERIFYs
	is_clean
}

# Others wait from login to logout.
held_until_logout() {
	logged_in auth "$auth_pin"
	p11_start other open:auth "login:auth:$auth_pin" sign:auth logout:auth \
		say:done wait
	sleep 1
	is "$(grep -c say:done other.out)" 0 'signatures while it is held'
	p11_tell job
	p11_said job 'say:out CKR_OK out'
	p11_said other 'say:done CKR_OK done'
	all_ok other
	p11_tell other
	p11_tell job
	p11_end job
	is_clean
	is "$(wrong_verifies)" 0 'wrong ones'
}

# and not without the setting
not_held() {
	logged_in auth "$auth_pin"
	p11_start other open:auth "login:auth:$auth_pin" sign:auth logout:auth \
		say:done wait
	p11_said other 'say:done CKR_OK done'
	all_ok other
	p11_tell other
	p11_tell job
	p11_said job 'say:out CKR_OK out'
	all_ok job
	p11_tell job
	is_clean
}

killed_while_held() {
	logged_in auth "$auth_pin"
	kill -KILL "$(cat job.pid)"
	by not running "$(cat job.pid)"
	p11_is open:auth "login:auth:$auth_pin" sign:auth -- \
		'open:auth CKR_OK' 'login:auth CKR_OK' 'sign:auth CKR_OK'
	is_clean
}

held_signs() {
	timeout 60 "$build/tests/interop/p11job" "$opensc" \
		"label:auth:$auth_token" init open:auth \
		"login:auth:$auth_pin" again:3:sign:auth logout:auth final >got
	cat got
	is "$(grep -cv CKR_OK got)" 0 'steps that failed'
	is "$(wrong_verifies)" 0 'wrong ones'
	is_clean
}

# --- OpenSC's log ------------------------------------------------------------

# spelt TEXT: bytes as a log could have them, in regular expressions
spelt() {
	local bytes
	bytes=$(hex "$1")
	printf '%s\n' "$1" "$bytes" \
		"$(sed 's/../& /g;s/ $//' <<<"$bytes")" \
		"$(sed 's/../&:/g;s/:$//' <<<"$bytes")" \
		"$(sed 's/../0x& /g;s/ $//' <<<"$bytes")"
}

# Four digits may also be part of a time or a number, so lines are looked at
# without those.
not_in_log() {
	local text
	sed 's/^P:[0-9]*; T:0x[0-9a-f]* [0-9:.]* //' osc.log >lines_of_it
	for text in "$@"; do
		spelt "$text" >spellings
		not grep -n -i -F -f spellings lines_of_it
	done
}

certificate_hex() {
	openssl x509 -in "$1" -outform der | od -An -v -tx1 | tr -d ' \n'
}

# Sixteen bytes of the signature certificate from anywhere in it, but those that
# the certificates that everybody may read have too.
no_certificate_in_log() {
	local der at pem others=''
	der=$(certificate_hex "$card.sign.pem")
	for pem in "$card.auth.pem" "$card.ca/auth-ca.pem" \
		"$card.ca/sign-ca.pem"; do
		others+=$(certificate_hex "$pem")
	done
	tr -d ' :\n' <osc.log | tr A-F a-f >squeezed
	for ((at = 0; at + 32 < ${#der}; at += 32)); do
		case $others in
		*"${der:at:32}"*) ;;
		*) echo "${der:at:32}" ;;
		esac
	done >runs_of_it
	[ "$(wc -l <runs_of_it)" -gt 50 ]
	not grep -o -F -f runs_of_it squeezed
}

# The log is there, and tells of a command of OpenSC's own.
log_is_there() {
	[ -s osc.log ]
	grep -q 'card_driver\|connect' osc.log
}

# logged PAIR COMMAND ...: with all that OpenSC tells
logged() {
	local pin
	pin=$(pin_of "$1")
	shift
	rm -f osc.log
	OPENSC_DEBUG=9 alone "$@"
	cat err got >>osc.log
	log_is_there
	not_in_log "$pin"
	no_certificate_in_log
}

log_of_crypt() {
	openssl dgst -sha256 -binary letter >digest
	logged "$1" pkcs15-crypt --sign -k "$(id_of "$1")" --pkcs1 --sha-256 \
		--raw -i digest -o sig --pin "$(pin_of "$1")"
	checked "$1" sig
}

log_of_module() {
	as "$1" --login --pin "$(pin_of "$1")" --sign --id "$(id_of "$1")" \
		-m SHA256-RSA-PKCS -i letter -o sig
	logged "$1" "${args[@]}"
	checked "$1" sig
}

log_of_wrong_pin() {
	local sign_pin=WRNG55X
	rm -f osc.log
	OPENSC_DEBUG=9 alone pkcs15-tool --verify-pin --auth-id 02 \
		--pin "$sign_pin" || :
	cat err got >>osc.log
	log_is_there
	not_in_log "$sign_pin"
	is "$(wrong_verifies)" 1 'wrong ones'
}

log_of_change() {
	local old=$sign_pin
	rm -f osc.log
	OPENSC_DEBUG=9 alone pkcs15-tool --change-pin --auth-id 02 \
		--pin "$old" --new-pin NEWPIN9
	cat err got >>osc.log
	log_is_there
	not_in_log "$old" NEWPIN9
	alone pkcs15-tool --change-pin --auth-id 02 --pin NEWPIN9 \
		--new-pin "$old"
}

osc_conf
hash=sha256
issue plain ok ok JPKIAPICCTOKEN2 --auth-pin 9081 --sign-pin QZX57W
auth_pin=9081
sign_pin=QZX57W
insert plain
auth_token=$(token_of auth)
sign_token=$(token_of sign)
it 'logged in with the authentication key: nobody is verified on the card' \
	nothing_stays_while_logged_in auth "$auth_pin"
it 'nor with the signature key' nothing_stays_while_logged_in sign "$sign_pin"
it 'killed while it is logged in: nobody is' \
	nothing_stays_after_kill auth "$auth_pin"
it 'likewise with the signature key' nothing_stays_after_kill sign "$sign_pin"
it 'a program that just ends leaves nobody verified' nothing_stays_after_exit
it 'after C_Logout there is no key' logout_is_true
it 'other programs need not wait' not_held

osc_conf 'app:pkcs11 { lock_login = true; }'
it 'lock_login: other programs wait until logout' held_until_logout
it 'lock_login: signs' held_signs
it 'lock_login: killed, and others go on' killed_while_held
osc_conf
conf 'login = hold'
it 'login = hold: other programs wait until logout' held_until_logout
it 'login = hold: signs' held_signs
insert plain --param reset-keeps-status=off
conf 'login = hold'
it 'login = hold: killed, and others go on' killed_while_held
rm -rf "$HOME/jumin"

for pair in auth sign; do
	it "the log of pkcs15-crypt shows no PIN and no certificate, $pair" \
		log_of_crypt $pair
	it "nor that of opensc-pkcs11, $pair" log_of_module $pair
done
it 'nor that of a wrong PIN' log_of_wrong_pin
it 'nor that of a new one' log_of_change
finish
