#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# OpenSSH: the public key, logins by "ssh -I" and by the agent, its list of
# allowed modules, signatures of files.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client OpenSSH
need "$module" ssh ssh-keygen ssh-add ssh-agent sshd jumin

# Every certificate yields a key, the CAs' among them, which cannot sign.
keygen_lists() {
	timeout 60 ssh-keygen -D "$module" >keys 2>keygen.log || {
		cat keygen.log
		return 1
	}
	cat keys
	jumin ssh >line
	cat line
	is "$(wc -l <line)" 1 'lines of jumin ssh'
	is "$(grep -cF "$(cut -d' ' -f1,2 line)" keys)" 1 'lines of the key'
	is "$(wc -l <keys)" 3 'keys: the holder and two CAs'
	local ca
	for ca in auth sign; do
		openssl x509 -in "$ca-ca.pem" -noout -pubkey >ca.pub
		ssh-keygen -i -m PKCS8 -f ca.pub >ca.line
		grep -qF "$(cut -d' ' -f2 ca.line)" keys
	done
	nothing_paid
}

ssh_to() {
	timeout 60 ssh -F none -o UserKnownHostsFile="$work/known_hosts" \
		-o PreferredAuthentications=publickey -o BatchMode=no -p "$ssh_port" \
		"$@"
}

serve() {
	ssh_server line
}

logs_in() {
	askpass
	says 'logged in' ssh_to -o IdentityAgent=none -I "$module" \
		"$(id -un)@127.0.0.1" 'echo logged in' || {
		cat sshd.log
		return 1
	}
	asked 1 "Enter PIN for 'JPKI Authentication'"
	is "$(wc -l <asked)" 1 questions
	paid 1/1 0/0
}

# --- the agent -------------------------------------------------------------

# agent [OPTION ...]: one of our own, until the case ends
agent() {
	eval "$(ssh-agent -s -a "$work/agent.$BASHPID" "$@")"
	# shellcheck disable=SC2064 # this agent
	trap "kill $SSH_AGENT_PID" EXIT
	askpass
}

allowed() {
	agent -P "$(readlink -f "$module")"
}

# It offers the one PIN to every token; the signature PIN has another form, so
# this must not cost that token a try.
adds() {
	timeout 60 ssh-add -s "$module"
	asked 1 'PKCS#11'
}

agent_takes_one_pin() {
	allowed
	adds
	paid 1/0 0/0
	timeout 60 ssh-add -l >identities
	cat identities
	grep -q 'JPKI' identities
}

agent_logs_in() {
	allowed
	adds
	local i
	for i in 1 2 3; do
		says "again $i" ssh_to "$(id -un)@127.0.0.1" "echo again $i"
	done
	is "$(wc -l <asked)" 1 questions
	paid 1/3 0/0
}

agent_signs() {
	allowed
	adds
	timeout 60 ssh-add -T line
	paid 1/1 0/0
	ssh-keygen -Y sign -f line -n file letter
	echo "holder $(cut -d' ' -f1,2 line)" >signers
	ssh-keygen -Y verify -f signers -I holder -n file -s letter.sig <letter
	echo other >other
	not ssh-keygen -Y verify -f signers -I holder -n file \
		-s letter.sig <other
	is "$(wc -l <asked)" 1 questions
	paid 1/2 0/0
}

agent_forgets() {
	allowed
	adds
	timeout 60 ssh-add -e "$module"
	refuses ssh-add -T line
	paid 1/0 0/0
}

# Without -P it loads what is below /usr/lib and /usr/local/lib.
agent_refuses_other_folders() {
	agent
	refuses ssh-add -s "$module"
	nothing_paid
}

agent_refuses_what_is_not_named() {
	agent -P '/nonexistent/*'
	refuses ssh-add -s "$module"
	nothing_paid
}

agent_takes_installed_module() {
	# shellcheck disable=SC2016 # it is for the shell inside
	says 'went well' unshare -m "$BASH" -eu -c '
		mount -t tmpfs none /usr/local/lib
		cp "$1" /usr/local/lib/jumin-pkcs11.so
		eval "$(ssh-agent -s -a "$2/agent-local")"
		trap "kill $SSH_AGENT_PID" EXIT
		: >"$2/asked"
		ssh-add -s /usr/local/lib/jumin-pkcs11.so
		ssh-add -T "$2/line"
		echo went well
	' sh "$module" "$work"
	paid 1/1 0/0
}

# It holds the PIN as long as "idle" says, here one second, and cannot ask for
# it again: the key has to be added anew.
agent_idles() {
	allowed
	adds
	timeout 60 ssh-add -T line
	sleep 1.2
	refuses ssh-add -T line
	paid 1/1 0/0
	timeout 60 ssh-add -e "$module"
	askpass
	adds
	timeout 60 ssh-add -T line
	paid 2/2 0/0
}

# idle = 0: as long as the agent lives
agent_does_not_idle() {
	allowed
	adds
	sleep 1.2
	timeout 60 ssh-add -T line
	paid 1/1 0/0
}

wrong_pin_is_sent_once() {
	allowed
	sed -i "s/\"$auth_pin\"/9999/" askpass
	refuses ssh-add -s "$module"
	is "$(verifies)" 1 VERIFYs
	is "$(wrong_verifies)" 1 'wrong ones'
	# the right one makes the counter full again
	askpass
	adds
}

card_new plain
card_in plain
cp plain.ca/*-ca.pem .
askpass
export SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force
it 'ssh-keygen -D gives the line of jumin ssh and the CAs, without a PIN' \
	keygen_lists
it 'ssh-agent -P takes one PIN for both tokens' agent_takes_one_pin
it 'ssh-agent without -P takes an installed module' \
	agent_takes_installed_module
it 'ssh-agent without -P refuses one from another folder' \
	agent_refuses_other_folders
it 'ssh-agent -P refuses a module that is not named' \
	agent_refuses_what_is_not_named
it 'ssh-add -T and ssh-keygen -Y sign through the agent' agent_signs
it 'ssh-add -e: the key is gone' agent_forgets
it 'ssh-add -s: a wrong PIN goes to one token, once' wrong_pin_is_sent_once
with_conf 'idle = 1'
it 'idle time: the agent refuses until the key is added anew' agent_idles
with_conf 'idle = 0'
it 'idle = 0: the agent signs as long as it lives' agent_does_not_idle
# it changes its groups, which root of a user namespace may not
if can_serve_ssh; then
	it 'a server of our own starts' serve
	it 'ssh -I logs in for one PIN' logs_in
	it 'ssh-agent logs in again and again for one PIN' agent_logs_in
	[ ! -s sshd.pid ] || kill "$(cat sshd.pid)"
else
	echo '--   not run by root: no server, nothing logs in'
fi
client_done
