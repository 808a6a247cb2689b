#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# What jobs of OpenSC's programs cost in commands to the card, by its built-in
# driver and by ours in one run, on the same card.  Our numbers are promises;
# they may only fall.  The built-in driver's are counted, not promised: what we
# claim against them is claimed of this run.
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/interop/osc_jobs.sh
. "${0%/*}/osc_jobs.sh"
into_reader "$@"
need "$opensc" "$driver" "$build/tests/bench/opensc_steps" pkcs11-tool \
	pkcs15-tool pkcs15-crypt ssh-keygen

# Commands of ours that are allowed, each as it was counted: of a job without a
# cache, with the card in it, and without a cache and "ca_certificates = no"; of
# a step of one process with the card in the cache, and with "login = hold" as
# well.  The columns are the cards of in_reader.
limits='
#                 0.9 kB             1.5 kB             extended
#                 plain    short     plain    short     length
name              9/9/9     5/5/5     9/9/9     5/5/5     5/5/5
atr               0/0/0     0/0/0     0/0/0     0/0/0     0/0/0
dump              25/12/15  18/7/10   29/12/17  22/7/12   9/7/7
list_pins         9/9/9     5/5/5     9/9/9     5/5/5     5/5/5
read_certificate  15/9/15   10/5/10   17/9/17   12/5/12   7/5/7
ssh_key           15/9/15   10/5/10   17/9/17   12/5/12   7/5/7
crypt_auth        20/20/20  13/13/13  20/20/20  13/13/13  13/13/13
crypt_sign        25/25/25  17/17/17  27/27/27  19/19/19  14/14/14
objects           25/12/15  18/7/10   29/12/17  22/7/12   9/7/7
sign_auth         36/23/26  26/15/18  40/23/28  30/15/20  17/15/15
sign_sign         45/32/35  33/22/25  51/34/39  39/24/29  21/19/19
auth.start        12/12     7/7       12/12     7/7       7/7
auth.login        4/3       3/2       4/3       3/2       3/2
auth.find         0/0       0/0       0/0       0/0       0/0
auth.sign         7/2       5/1       7/2       5/1       5/1
auth.next         7/1       5/1       7/1       5/1       5/1
auth.info         0/0       0/0       0/0       0/0       0/0
auth.logout       0/1       0/1       0/1       0/1       0/1
sign.start        12/12     7/7       12/12     7/7       7/7
sign.login        9/8       7/6       11/10     9/8       4/3
sign.find         0/0       0/0       0/0       0/0       0/0
sign.sign         11/7      8/5       11/7      8/5       8/5
sign.next         11/6      8/4       11/6      8/4       8/4
sign.info         0/0       0/0       0/0       0/0       0/0
sign.logout       0/0       0/0       0/0       0/0       0/0
'

# What was counted: cost["JOB SIDE"], on the card that is in the reader.
declare -A cost

good() {
	passed=$((passed + 1))
	echo "ok   $card, $*"
}

bad() {
	failed=$((failed + 1))
	echo "FAIL $card, $*"
}

# shown: what was said by it
bad_log() {
	bad "$@"
	sed 's/^/    | /' costs.log
}

# OpenSC's own driver does not read the key without its certificate's help
can() {
	[ "$1 $2" != 'builtin ssh_key' ]
}

# counted SIDE JOB: into cost, or a failed case
counted() {
	local status=0
	osc_side "$1"
	it_costs "$2" >costs.log 2>&1 </dev/null || status=$?
	cost[$2 $1]=$(apdus)
	[ $status != 0 ] || it_costs "$2_check" >>costs.log 2>&1 || status=$?
	[ $status = 0 ] || ! can "$1" "$2" || bad_log "$2, $1: status $status"
	[ "$1" != builtin ] || osc_forget
}

# most JOB SIDE LIMIT [greater]: ours, and without the last word no more than the
# built-in's
most() {
	local got=${cost[$1 $2]:-none} theirs=${cost[$1 builtin]:-none}
	local text="$1, $2: $got commands, $3 allowed, built-in $theirs"
	if [ "$got" = none ] || [ "$theirs" = none ] || [ "$got" -gt "$3" ]; then
		bad "$text"
	elif [ $# = 3 ] && [ "$got" -gt "$theirs" ]; then
		bad "$text, which is less"
	else
		good "$text"
	fi
}

jobs() {
	local job s cold warm noca
	for job in $osc_jobs; do
		for s in builtin cold warm noca; do
			counted $s "$job"
		done
		IFS=/ read -r cold warm noca <<<"$(limit_of "$job")"
		most "$job" cold "$cold"
		most "$job" warm "$warm"
		most "$job" noca "$noca"
	done
}

limit_of() {
	awk -v job="$1" -v column=$((column + 1)) \
		'$1 == job { print $column }' <<<"$limits"
}

note_step() {
	cost[$pair.$1 $side]=$(apdus)
}

# What a PIN costs that is taken back at once is what OpenSC's own driver saves.
steps() {
	local s step warm hold
	for s in builtin warm hold; do
		osc_side $s
		osc_walk "$pair" note_step >costs.log 2>&1 ||
			bad_log "steps with the $pair key, $s"
		osc_forget
	done
	for step in $osc_steps; do
		IFS=/ read -r warm hold <<<"$(limit_of "$pair.$step")"
		most "$pair.$step" warm "$warm" greater
		most "$pair.$step" hold "$hold" greater
	done
}

# at_most JOB SIDE LIMIT WHAT
at_most() {
	local got=${cost[$1 $2]:-1000}
	if [ "$got" -le "$3" ]; then
		good "$4, $1, $2: $got, at most $3"
	else
		bad "$4, $1, $2: $got, more than $3"
	fi
}

# What the driver is for: claims LIMIT-OF-A-SIGNATURE.  Not held to that: the
# first use ever through PKCS#11, which reads all certificates, and there the
# signature key, which OpenSC asks the PIN for twice.
claims() {
	local s job half=$((${cost[dump builtin]:-0} / 2))
	for s in cold warm noca; do
		at_most dump $s $half "half of the built-in's"
		for job in crypt_auth crypt_sign sign_auth; do
			[ "$job $s" = 'sign_auth cold' ] ||
				at_most $job $s "$1" 'a signature'
		done
	done
}

# in_reader COLUMN NAME ATR WHAT LIMIT-OF-A-SIGNATURE
in_reader() {
	column=$1
	card=$4
	card_in "$2" --param "atr=$3"
	osc_know >costs.log 2>&1 || bad_log 'the cache is filled'
	jobs
	claims "$5"
	for pair in auth sign; do
		steps
	done
}

# Without a cache it is all as at the first time.
uncached() {
	card='plain card, 1.5 kB'
	for job in dump read_certificate; do
		for s in builtin off; do
			counted $s $job
		done
	done
	most dump off "$1"
	most read_certificate off "$2"
}

# An ATR that no profile has: one SELECT more, and no other card's applications.
unknown() {
	card='unknown ATR'
	card_in usual --param atr=3B80800101
	for job in name dump; do
		for s in builtin cold; do
			counted $s $job
		done
	done
	most name cold "$1"
	most dump cold "$2"
}

plain=3BE000FF8131FE4514
short=3BC5FF8131FB458073C6010000
extended=3BDA13FF8131FB468012392F31C173C601C03B

# 929 bytes each: the 68 commands that OpenSC's driver takes for a signature
# through PKCS#11 are of such a card
card_new small
small_certificates small.img >small.log 2>&1
card_in small
osc_side builtin
public_keys
in_reader 1 small $plain 'plain card, 0.9 kB' 30
in_reader 2 small $short 'short EF ids, 0.9 kB' 24
# 1500 and 1506 bytes, the authorities' 1140 and 1133
card_new usual
card_in usual
osc_side builtin
public_keys
in_reader 3 usual $plain 'plain card, 1.5 kB' 30
uncached 29 17
in_reader 4 usual $short 'short EF ids, 1.5 kB' 24
in_reader 5 usual $extended 'extended length' 24
unknown 10 30
finish
