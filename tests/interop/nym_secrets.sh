#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2086,SC2094,SC2317 # scopes are words; "it" calls the cases
# What identifiers are made of is nowhere but on the way: not in core files,
# files of the user, logs, traces, output.  And no card's number gets to a
# service.
set -u
# shellcheck source=tests/interop/nym/lib.sh
. "${0%/*}/nym/lib.sh"
into_reader "$@"
need "$module" "$python" jumin gdb gcore pkcs11-tool ssh-keygen

id_scope=web:one.test
raw_scope=ssh:one.test
app_scope=app:test.one
folder=$HOME/.local/share/jumin/nym
challenge=000102030405060708090a0b0c0d0e0f
serial=QZX739KW48

find_in() {
	"$python" "$src/tests/interop/nym/find.py" "$@"
}

# Bytes of an answer to reset, of a certificate's serial number and the like are
# looked for as secrets are.
hex_of() {
	od -An -tx1 -v | tr -d ' \n'
}

conf() {
	mkdir -p "$XDG_CONFIG_HOME/jumin"
	printf '%s\n' 'log = debug' "log-file = $work/module.log" \
		>"$XDG_CONFIG_HOME/jumin/jumin.conf"
	chmod 600 "$XDG_CONFIG_HOME/jumin/jumin.conf"
}

# --- a PIN that is nothing else ------------------------------------------------

# at_end FILE COMMAND ...: its core file when all it does is done.  What it
# writes is in FILE.out and FILE.err.
at_end() {
	local core=$1 words
	shift
	printf -v words '%q ' "$@"
	rm -f "$core"
	timeout 120 gdb -batch -nx -q -ex 'set pagination off' \
		-ex 'set startup-with-shell on' \
		-ex 'catch syscall exit_group' \
		-ex "run $words >$core.out 2>$core.err" \
		-ex "gcore $core" -ex kill jumin >gdb.log 2>&1 || :
	if ! grep -q 'Saved corefile' gdb.log; then
		cat gdb.log "$core.err"
		echo "no core file of jumin ${*:1:2}"
		return 1
	fi
}

at_end_of_nym() {
	local core=$1 what=$2
	shift 2
	at_end "$core" nym "$what" "$@" --pin-fd 3 --trace "$work/tool.trace" \
		3<<<"$auth_pin"
}

# digits that are in no core file of a process that has no PIN
choose_pin() {
	local tries=0
	at_end plain.core status
	while :; do
		auth_pin=$(printf '%04d' $((RANDOM % 10000)))
		"$python" -c '
import sys
pin = sys.argv[2].encode()
sys.exit(pin in open(sys.argv[1], "rb").read() or len(set(pin)) < 3)' \
			plain.core "$auth_pin" && break
		tries=$((tries + 1))
		[ $tries -lt 50 ] || {
			echo "FAIL no PIN is unused"
			exit 1
		}
	done
}

no_pin() {
	"$python" -c '
import sys
pin = sys.argv[1].encode()
bad = [f for f in sys.argv[2:] if pin in open(f, "rb").read()]
print("the PIN is in", bad) if bad else None
sys.exit(bool(bad))' "$auth_pin" "$@"
}

# --- the secrets of now ----------------------------------------------------------

learn() {
	local s words=()
	for s in "$@"; do
		words+=("$s")
	done
	known secrets "$card_key" "$folder"/*.vault "${words[@]}" >secrets
	sed 's/ .*//' secrets
	grep -q '^L-0 ' secrets
	grep -q '^DEK ' secrets
	[ ! -e code.secret ] || cat code.secret >>secrets
}

# clean FILE ...: none of them is there, nor the PIN
clean() {
	local f files=()
	for f in "$@"; do
		[ ! -s "$f" ] || files+=("$f")
	done
	[ ${#files[@]} -gt 0 ]
	find_in secrets "${files[@]}"
}

# --- jumin nym ---------------------------------------------------------------------

# The vault is made here: its code is shown, and nowhere else.
registers() {
	at_end_of_nym register.core register --yes --json $id_scope
	field recovery_code register.core.out | "$python" -c '
import base64, sys
text = sys.stdin.read().replace(" ", "").strip().upper()
print("code", base64.b32decode(text).hex())' >code.secret
	learn $id_scope
	# what was shown is in a buffer of the output
	sed -i '/^code /d' secrets
	clean register.core register.core.err "$folder"/*
	sed '/recovery_code/d' register.core.out >shown
	clean shown
	no_pin register.core register.core.out register.core.err
	nym register --yes --json $raw_scope >raw.out
	nym register --yes --json $app_scope >app.out
}

# after CORE-NAME COMMAND OPTION ...
after() {
	local name=$1
	shift
	learn $id_scope $raw_scope $app_scope
	at_end_of_nym "$name" "$@"
	learn $id_scope $raw_scope $app_scope
	clean "$name" "$name.out" "$name.err" "$folder"/*
	no_pin "$name" "$name.out" "$name.err"
	[ -s "$name.out" ]
}

# caught N PID FILE: a core file of PID while the card is at its next signature
# after N, which takes 0.6 seconds: the card is stopped before it answers.  Fails
# where that came too late.
caught() {
	local before='^00A4020C020017 ' got
	[ "$1" = 0 ] || before='^802A'
	timeout 20 grep -m 1 -q -- "$before" \
		< <(exec tail -f -n +$(($(cat mark) + 1)) "$trace") || :
	kill -STOP "$(card_pid)"
	got=$(signatures)
	sleep 0.1 # the command is on its way
	gcore -o core "$2" >gcore.log 2>&1 || cat gcore.log
	kill -CONT "$(card_pid)"
	mv "core.$2" "$3"
	is "$got" "$1" 'signatures at that time'
}

# signing NAME COMMAND ...: core files while the card makes its first and
# second signature
signing() {
	local name=$1 n pid
	shift
	learn $id_scope $raw_scope $app_scope
	card_in plain --latency contact
	for n in 0 1; do
		again "$name.$n" $n run_nym "$@"
		clean "$name.$n" run.out
		no_pin "$name.$n" run.out
	done
	learn $id_scope $raw_scope $app_scope
	clean "$name.0" "$name.1"
	card_in plain
}

# again FILE N FUNCTION ...: the function starts a process, pid is its number
again() {
	local file=$1 n=$2 tries caught
	shift 2
	for tries in 1 2 3; do
		mark
		"$@"
		caught=0
		caught $n $pid "$file" || caught=$?
		wait $pid || {
			cat run.out
			return 1
		}
		[ $caught != 0 ] || return 0
	done
	echo "too late $tries times"
	return 1
}

run_nym() {
	jumin nym "$@" --pin-fd 3 3<<<"$auth_pin" >run.out 2>&1 &
	pid=$!
}

# bound BINDING SCOPE KEY-FILE OPTION ...: without a vault
bound() {
	local binding=$1 scope=$2 key=$3
	shift 3
	[ $binding != card2 ] || nym register --yes --binding card2 "$scope"
	known bare "$card_key" "$binding" "$key" "$scope" >secrets
	at_end_of_nym bound.core id --json --binding "$binding" "$@" "$scope"
	grep -q '"nid"' bound.core.out
	clean bound.core bound.core.out bound.core.err "$folder"/*
	no_pin bound.core bound.core.out bound.core.err
}

# Keys of the old card in the vault, and nowhere else.
prepares() {
	after prepare.core vault renew prepare
	grep -q '^carried-' secrets
}

# --- the module --------------------------------------------------------------------

# All four are wanted; the first is the card's.
host() {
	printf '%s\n' "$auth_pin" 9Q2W 7K4M 5T8P |
		timeout 60 "$build/tests/interop/secrets" "$module" "$@" 2>&1
}

module_signs() {
	learn $id_scope $raw_scope $app_scope
	host init open:nym find:nym login:nym:0:0 dump:in.core \
		sign:nym:0 dump:after.core sign:nym:60 final dump:final.core
	learn $id_scope $raw_scope $app_scope
	clean in.core after.core final.core
}

run_host() {
	rm -f in
	mkfifo in
	"$build/tests/interop/secrets" "$module" init open:nym login:nym:0:0 \
		say:ready wait sign:nym:0 <>in >run.out 2>&1 &
	pid=$!
	printf '%s\n' "$auth_pin" 9Q2W 7K4M 5T8P >in
	by grep -q '^say:ready done' run.out
	mark
	echo >in
}

module_while_signing() {
	local pid n
	card_in plain --latency contact
	for n in 0 1; do
		again "host.$n" $n run_host
		clean "host.$n"
		no_pin "host.$n"
	done
	card_in plain
}

# --- files --------------------------------------------------------------------------

files() {
	local f
	learn $id_scope $raw_scope $app_scope
	[ -s module.log ]
	grep -q '80 *2A\|802A' module.log
	grep -q '^802A' tool.trace
	cat "$trace" >>all.trace
	while read -r f; do
		set -- "$@" "$f"
	done < <(find "$HOME" -type f)
	printf '%s\n' "$@"
	clean module.log tool.trace all.trace card.log "$@"
	local hex
	hex="20[0-9A-F]\{4\}04$(printf %s "$auth_pin" | hex_of)"
	for f in module.log tool.trace all.trace card.log "$@"; do
		not grep -ai -e "$hex" "$f"
	done
	# an index tells of raw scopes alone
	is "$(grep -lac "$raw_scope" "$folder"/*.index | wc -l)" 1 indexes
	for f in $id_scope $app_scope; do
		not grep -a -e "$f" "$folder"/* module.log tool.trace
	done
}

# --- no number of the card ------------------------------------------------------------

numbers() {
	jumin cert export auth -o auth.pem --force
	{
		echo "serial $(printf %s $serial | hex_of)"
		echo "certificate-serial $(openssl x509 -in auth.pem -noout \
			-serial | sed 's/.*=//' | tr A-F a-f)"
		echo "certificate-name $(openssl x509 -in auth.pem -noout \
			-subject -nameopt RFC2253 | sed 's/.*CN=//; s/,.*//' |
			tr -d '\n' | hex_of)"
		echo "answer-to-reset $(jumin-vcard info plain.img |
			sed -n 's/^ATR: //p' | tr A-F a-f)"
		openssl x509 -in auth.pem -noout -modulus | sed 's/.*=/modulus /' |
			tr A-F a-f
	} >numbers
	cat numbers
	is "$(wc -l <numbers)" 5 numbers
	# they are there to be seen
	jumin status >status.out
	grep -q $serial status.out
	not find_in numbers status.out
}

no_numbers() {
	local f
	numbers
	nym id $id_scope >id.out
	nym id --json $id_scope >id.json
	nym assert --yes --challenge $challenge $id_scope >assert.out
	nym assert --yes --json --challenge $challenge $id_scope >assert.json
	"$python" -c '
import base64, sys
text = open("assert.out").read().strip()
open("assert.bin", "wb").write(
    base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))'
	jumin ssh --scope $raw_scope >ssh.out
	timeout 60 pkcs11-tool --module "$module" -L |
		sed -n "/$service_token/,/^Slot /p" >token.out
	grep -q 'serial num *: *0000000000000000' token.out
	timeout 60 pkcs11-tool --module "$module" --token-label \
		"$service_token" -O >objects.out
	service_cert $raw_scope
	for f in id.out id.json assert.out assert.json assert.bin ssh.out \
		token.out objects.out ssh-one.test.der; do
		[ -s $f ]
		find_in numbers $f
		not grep -a -i -e $serial -e JPKIAPICCTOKEN $f
	done
}

# --- what the search finds ---------------------------------------------------------

# Each secret, in each spelling, put into a file and into a process.
search_finds() {
	local name value form
	learn $id_scope $raw_scope $app_scope
	while read -r name value; do
		for form in hex capitals bytes back base64 base64url spaced; do
			"$python" - $form "$value" >planted <<'END'
import base64, os, sys
form, v = sys.argv[1], bytes.fromhex(sys.argv[2])
around = os.urandom(1000)
sys.stdout.buffer.write(around + {
    "hex": v.hex().encode(), "capitals": v.hex().upper().encode(),
    "bytes": v, "back": v[::-1], "base64": base64.b64encode(b"x" + v),
    "base64url": base64.urlsafe_b64encode(b"xy" + v),
    "spaced": v.hex(" ").encode()}[form] + around)
END
			find_in secrets planted >found && {
				echo "$name as $form is not found"
				return 1
			}
			grep -q "planted: $name," found
		done
	done <secrets
	cp planted other
	head -c 100000 /dev/urandom >other
	find_in secrets other
}

# In memory too: a process that has one is found by the same steps.
memory_finds() {
	local value pid
	learn $id_scope $raw_scope $app_scope
	value=$(sed -n 's/^d-web:one.test //p' secrets)
	"$python" -c '
import sys, time
d = bytes.fromhex(sys.stdin.readline())
print("ready", flush=True)
time.sleep(60)' <<<"$value" >has.out &
	pid=$!
	by grep -q ready has.out
	gcore -o has $pid >gcore.log 2>&1
	kill $pid
	not find_in secrets has.$pid
}

[ -e text.pem ] || known key2 text.pem
conf
card_new other
card_in other
choose_pin
nym_card plain --serial $serial
it 'register: nothing in the core file but what is shown' registers
it 'id: nothing in the core file after it' after id.core id $id_scope
it 'assert: likewise' after assert.core assert --yes \
	--challenge $challenge --json $id_scope
it 'list: likewise' after list.core list --json
it 'reset: likewise' after reset.core reset --yes --json $app_scope
it 'id: nothing while the card is signing' signing idsign id $id_scope
it 'assert: nothing while the card is signing' signing assertsign assert \
	--yes --challenge $challenge $app_scope
head -c 32 /dev/urandom >site.key
chmod 600 site.key
it 'binding card2: likewise' bound card2 web:two.test text.pem
it 'binding site: likewise' bound site kiosk:jp.example.city/library site.key \
	--site-key site.key
it 'the module: nothing after its log-in, its signature, its end' module_signs
it 'the module: nothing while the card is signing' module_while_signing
it 'renew prepare: the kept keys are in the vault alone' prepares
it 'no file has one: vault, index, cache, log, traces' files
it 'no number of the card is in what a service gets' no_numbers
it 'the search finds each secret in each spelling' search_finds
it 'and in a process' memory_finds
finish
