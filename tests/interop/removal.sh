#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# The card leaves at any moment of a signing job: the program is told so, no PIN
# is sent that its user did not give, and the next insertion works.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"

# Two readers of two services: most of the time is waiting for pcscd to notice.
if [ $# = 0 ]; then
	status=0
	other=$(mktemp)
	trap 'rm -f "$other"' EXIT
	"$0" sign >"$other" 2>&1 &
	"$0" auth || status=$?
	wait $! || status=$?
	cat "$other"
	exit $status
fi
into_reader "$@"
need "$module" pkcs15-tool

answers='CKR_OK CKR_DEVICE_REMOVED CKR_SESSION_HANDLE_INVALID'

# A token that is away cannot be opened: then there is no session either.
defined_answers() {
	local step rv
	while read -r step rv _; do
		case $step in
		say* | wait*) continue ;;
		open* | until*) case $rv in CKR_TOKEN_NOT_PRESENT) continue ;; esac ;;
		esac
		case " $answers " in
		*" $rv "*) ;;
		*)
			echo "$step: $rv"
			return 1
			;;
		esac
	done
}

# leaves QUIRK N PAIR PIN
leaves() {
	local quirk=$1 n=$2 pair=$3 pin=$4
	card_in plain --once --quirk "$quirk=$n"
	rm -f job.out
	p11_start job "open:$pair" "login:$pair:$pin" "sign:$pair" say:told \
		wait "until:$pair" "open:$pair" "login:$pair:$pin" \
		"sign:$pair:sig2" say:again wait
	p11_said job 'say:told CKR_OK told'
	cat job.out
	sed -n '2,/say:told/p' job.out >first
	[ -s first ]
	defined_answers <first
	not running "$(card_pid)"
	is "$(apdus)" "$n" 'commands until it left'
	# one PIN was given: one VERIFY for it and one for the signature, the
	# same PIN after a full counter
	[ "$(verifies)" -le 2 ]
	card_in plain
	p11_tell job
	p11_said job 'say:again CKR_OK again'
	sed -n '/wait/,$p' job.out >second
	cat second
	is "$(grep -cv CKR_OK second)" 0 'failures with the next insertion'
	is "$(verifies)" 2 VERIFYs
	is "$(wrong_verifies)" 0 'wrong PINs'
	verified "$pair" sig2
	p11_tell job
	p11_end job
}

# How many commands there are in the whole job.
length() {
	mark
	p11 "open:$1" "login:$1:$2" "sign:$1" >got || cat got
	apdus
}

pin=$auth_pin
[ "$1" = auth ] || pin=$sign_pin
card_new plain
card_in plain
public_keys
card_in plain
n=$(length "$1" "$pin")
if [ "$n" -lt 10 ]; then
	echo "FAIL a job of $n commands cannot be"
	exit 1
fi
case $1 in
auth)
	for i in $(seq "$n"); do
		it "auth: the card leaves before command $i of $n" \
			leaves remove-at "$i" auth "$pin"
	done
	;;
sign)
	# up to its login it is the same job
	for i in $(seq 10 "$n"); do
		it "sign: the card dies in command $i of $n" \
			leaves die-at "$i" sign "$pin"
	done
	;;
esac
finish
