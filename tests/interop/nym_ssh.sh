#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2086,SC2317 # scopes are words; "it" calls the cases
# Two ssh servers, each with a key of its own: by the lines of "jumin ssh
# --scope" none of them ever sees the other one's.
set -u
# shellcheck source=tests/interop/nym/lib.sh
. "${0%/*}/nym/lib.sh"
into_reader "$@"
client 'nym ssh'
need "$module" ssh ssh-keygen ssh-add ssh-agent sshd jumin pkcs11-tool "$python"

one=ssh:one.test
two=ssh:two.test:2222

# A server changes its groups, which root of a user namespace may not.
can_serve_ssh || missing 'not run by root: no server, nothing logs in'

# ssh asks there where home is, and sshd wants a user of its own
home_in_passwd() {
	sed "s|^root:\(.*\):[^:]*:\([^:]*\)$|root:\1:$HOME:\2|" /etc/passwd \
		>passwd
	grep -q '^sshd:' passwd ||
		echo 'sshd:x:64999:65534::/run/sshd:/usr/sbin/nologin' >>passwd
	mount --bind passwd /etc/passwd
	mkdir -p /run/sshd
	mkdir -m 700 ~/.ssh
}

# serve NAME ADDRESS PORT: it takes the keys in NAME.keys, and tells in NAME.log
# of every key that it is offered
serve() {
	ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$1.host"
	: >"$1.keys"
	chmod 600 "$1.keys"
	cat >"$1.conf" <<END
Port $3
ListenAddress $2
HostKey $work/$1.host
AuthorizedKeysFile $work/$1.keys
LogLevel DEBUG3
MaxAuthTries 20
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
UsePAM no
StrictModes no
PidFile $work/$1.pid
END
	if [ "$3" = 22 ]; then
		echo "$1.test $(cut -d' ' -f1,2 "$1.host.pub")"
	else
		echo "[$1.test]:$3 $(cut -d' ' -f1,2 "$1.host.pub")"
	fi >>~/.ssh/known_hosts
	"$(command -v sshd)" -f "$work/$1.conf" -E "$work/$1.log"
	by test -s "$1.pid"
	shown "$1" >/dev/null
}

# shown NAME: the fingerprints of the keys that this server was offered since
# the last time
shown() {
	grep -o 'pkblob [A-Z0-9-]* SHA256:[A-Za-z0-9+/]*\|publickey .* SHA256:[A-Za-z0-9+/]*' \
		"$1.log" | grep -o 'SHA256:.*' | LC_ALL=C sort -u >"$1.shown"
	: >"$1.log"
	cat "$1.shown"
}

# finger FILE: the fingerprint of each key in it
finger() {
	ssh-keygen -l -E sha256 -f "$1" | cut -d' ' -f2
}

# lines_of SCOPE NAME: all it prints goes into authorized_keys there; with -o the
# key goes into a file here, and what is printed into ~/.ssh/config
lines_of() {
	jumin ssh --scope "$1" >"$2.said"
	cat "$2.said"
	cat "$2.said" >>"$2.keys"
	grep -v '^#' "$2.said" >"$2.line"
	is "$(wc -l <"$2.line")" 1 'lines of the key'
	is "$(cut -d' ' -f1 "$2.line") $(cut -d' ' -f3- "$2.line")" \
		"ecdsa-sha2-nistp256 $1" 'type and comment'
	jumin ssh --scope "$1" -o ~/.ssh/"$2".pub >"$2.config"
	cat "$2.config"
	cmp ~/.ssh/"$2".pub "$2.line"
	grep -q 'IdentitiesOnly yes' "$2.config"
	installed "$2.config" >>~/.ssh/config
	nothing_paid
}

# installed FILE: where these lines say that the module is, it is; in a place
# that is not for a test to write to, the lines say another thing
installed() {
	local at
	at=$(sed -n 's/^[[:space:]]*PKCS11Provider[[:space:]]*//p' "$1")
	case $at in
	/usr/local/*)
		[ -e "$at" ] || mount -t tmpfs none /usr/local
		mkdir -p "${at%/*}"
		cp "$module" "$at"
		cat "$1"
		;;
	*) sed "s|$at|$module|" "$1" ;;
	esac
}

ssh_to() {
	timeout 60 ssh -o PreferredAuthentications=publickey -o BatchMode=no \
		-o IdentityAgent="${agent_socket:-none}" "$@"
}

logs_in() {
	local name=$1
	shift
	askpass
	says "at $name" ssh_to "$@" "root@$name.test" "echo at $name" || {
		tail -n 30 "$name.log"
		return 1
	}
}

one_prompt() {
	cat asked
	is "$(wc -l <asked)" 1 questions
	asked 1 "Enter PIN for '$service_token'"
	logged_in_once
}

# each NAME OTHER: that server sees its own key, and the other one nothing
by_the_lines() {
	shown one >/dev/null
	shown two >/dev/null
	logs_in "$1"
	is "$(shown "$1")" "$(finger "$1.line")" "keys that $1 was shown"
	is "$(shown "$2")" '' "keys that $2 was shown"
	one_prompt
}

# Logged out, or with another key in authorized_keys: none but the one is tried.
refused_by_one() {
	cp one.keys one.keys.right
	: >one.keys
	askpass
	not ssh_to root@one.test true
	mv one.keys.right one.keys
	is "$(shown one)" "$(finger one.line)" 'keys that one was shown'
}

# Without the lines a server sees what there is, the card's own key among it.
leaks_without_the_lines() {
	local all
	cp two.keys two.keys.right
	: >two.keys
	askpass
	not ssh_to -F none -o UserKnownHostsFile="$HOME/.ssh/known_hosts" \
		-p 2222 -I "$module" root@two.test true
	mv two.keys.right two.keys
	jumin ssh >card.line
	shown two >all
	cat all
	for all in one.line two.line card.line; do
		grep -qxF "$(finger $all)" all
	done
}

# JUMIN_SCOPE alone, no lines: the same
by_the_variable() {
	local port=22
	[ "$1" = one ] || port=2222
	JUMIN_SCOPE=$3 logs_in "$1" -F none -p $port -I "$module" \
		-o UserKnownHostsFile="$HOME/.ssh/known_hosts"
	is "$(shown "$1")" "$(finger "$1.line")" "keys that $1 was shown"
	is "$(shown "$2")" '' "keys that $2 was shown"
	one_prompt
}

# a scope that is not registered: no key at all, and no PIN
by_a_strange_variable() {
	askpass
	JUMIN_SCOPE=ssh:three.test not ssh_to -F none -I "$module" \
		-o UserKnownHostsFile="$HOME/.ssh/known_hosts" \
		root@one.test true
	is "$(shown one)" '' 'keys that one was shown'
	is "$(wc -l <asked)" 0 questions
	nothing_paid
}

keygen_lists() {
	JUMIN_SCOPE=$1 timeout 60 ssh-keygen -D "$module" >keys
	cat keys
	is "$(cut -d' ' -f1,2 keys)" "$(cut -d' ' -f1,2 "$2.line")" keys
	nothing_paid
}

# --- the agent ---------------------------------------------------------------

agent() {
	eval "$(ssh-agent -s -a "$work/agent.$BASHPID" \
		-P "$(readlink -f "$module")")"
	# shellcheck disable=SC2064 # this agent
	trap "kill $SSH_AGENT_PID" EXIT
	agent_socket=$SSH_AUTH_SOCK
	askpass
}

# An agent that may see one key serves one login: then the key has to be added
# anew, for the PIN was for one signature.
agent_serves_once() {
	export JUMIN_SCOPE=$one
	agent
	timeout 60 ssh-add -s "$module"
	ssh-add -L >identities
	cat identities
	is "$(cut -d' ' -f1,2 identities)" "$(cut -d' ' -f1,2 one.line)" keys
	says 'at one' ssh_to -F none -p 22 \
		-o UserKnownHostsFile="$HOME/.ssh/known_hosts" \
		root@one.test 'echo at one'
	not ssh_to -F none -p 22 \
		-o UserKnownHostsFile="$HOME/.ssh/known_hosts" \
		root@one.test 'echo at one'
	logged_in_once
	ssh-add -e "$module"
	timeout 60 ssh-add -s "$module"
	says 'at one' ssh_to -F none -p 22 \
		-o UserKnownHostsFile="$HOME/.ssh/known_hosts" \
		root@one.test 'echo at one'
	logged_in_once 2
	is "$(shown one)" "$(finger one.line)" 'keys that one was shown'
}

# An agent that may see all of them shows all of them.
agent_shows_all() {
	agent
	timeout 60 ssh-add -s "$module"
	cp two.keys two.keys.right
	: >two.keys
	not ssh_to -F none -p 2222 \
		-o UserKnownHostsFile="$HOME/.ssh/known_hosts" \
		root@two.test true
	mv two.keys.right two.keys
	shown two >all
	cat all
	grep -qxF "$(finger one.line)" all
	grep -qxF "$(finger two.line)" all
}

# With the lines it does not: they name the key that may be used.
agent_with_the_lines() {
	agent
	timeout 60 ssh-add -s "$module"
	says 'at two' ssh_to -o PKCS11Provider=none root@two.test 'echo at two'
	is "$(shown two)" "$(finger two.line)" 'keys that two was shown'
}

nym_card plain
hosts one.test=127.0.1.1 two.test=127.0.1.2
home_in_passwd
askpass
export SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force
serve one 127.0.1.1 22
serve two 127.0.1.2 2222
register $one $two
it 'jumin ssh --scope: lines of the first, without a PIN' lines_of $one one
it 'jumin ssh --scope: lines of the second, without a PIN' lines_of $two two
it 'the two keys are two' test "$(finger one.line)" != "$(finger two.line)"
it 'by the lines: the first sees its key alone, one PIN' by_the_lines one two
it 'by the lines: the second sees its key alone, one PIN' by_the_lines two one
it 'one that refuses the key sees no other' refused_by_one
it 'without the lines all of them are shown' leaks_without_the_lines
it 'JUMIN_SCOPE alone: the first sees its key alone' by_the_variable one two $one
it 'JUMIN_SCOPE alone: the second sees its key alone' \
	by_the_variable two one $two
it 'JUMIN_SCOPE of no key: none, and no PIN' by_a_strange_variable
it 'ssh-keygen -D with JUMIN_SCOPE: one key' keygen_lists $one one
it 'ssh-keygen -D with JUMIN_SCOPE: the other' keygen_lists $two two
it 'an agent that sees one key: one login for one PIN' agent_serves_once
it 'an agent that sees all shows all' agent_shows_all
it 'an agent that sees all, by the lines: one' agent_with_the_lines
kill "$(cat one.pid)" "$(cat two.pid)"
client_done
