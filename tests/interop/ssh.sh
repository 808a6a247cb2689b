#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# OpenSSH with the module: the public key, the agent, and a login where there is
# a server to log in to (bootstrap installs none: it would run from then on).
set -u
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
need "$module" ssh ssh-keygen ssh-add ssh-agent jumin

port=40022

keygen_lists() {
	timeout 60 ssh-keygen -D "$module" >keys 2>keygen.log || {
		cat keygen.log
		return 1
	}
	cat keys
	is "$(verifies)" 0 VERIFYs
	jumin ssh >line
	cat line
	is "$(wc -l <line)" 1 'lines of jumin ssh'
	grep -qF "$(cut -d' ' -f1,2 line)" keys
}

ssh_to() {
	timeout 60 ssh -F none -o UserKnownHostsFile="$work/known_hosts" \
		-o PreferredAuthentications=publickey -o BatchMode=no -p "$port" \
		"$@"
}

# a server of its own, on this namespace's loopback
serve() {
	ssh-keygen -q -t ed25519 -N '' -f host
	printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d' ' -f1,2 host.pub)" \
		>known_hosts
	cp line authorized_keys
	chmod 600 authorized_keys
	cat >sshd_config <<END
Port $port
ListenAddress 127.0.0.1
HostKey $work/host
AuthorizedKeysFile $work/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
UsePAM no
StrictModes no
PidFile $work/sshd.pid
END
	mkdir -p /run/sshd
	"$(command -v sshd)" -f "$work/sshd_config" -E "$work/sshd.log"
	by test -s sshd.pid
	cat >askpass <<END
#!/bin/sh
echo "\$*" >>$work/asked
case \$1 in
*PIN*|*PKCS*) echo "$auth_pin" ;;
*) echo yes ;;
esac
END
	chmod 755 askpass
}

logs_in() {
	: >asked
	says 'logged in' ssh_to -o IdentityAgent=none -I "$module" \
		"$(id -un)@127.0.0.1" 'echo logged in' || {
		cat sshd.log
		return 1
	}
	is "$(wrong_verifies)" 0 'wrong PINs'
	is "$(grep -c PIN asked)" 1 'questions for a PIN'
	grep -q 'JPKI Authentication' asked
}

# The agent offers one PIN to every token; the signature PIN has another form,
# so it must not cost that token a try.
agent_signs() {
	: >asked
	eval "$(ssh-agent -s -a "$work/agent" -P "$(readlink -f "$module")")"
	# shellcheck disable=SC2064 # this agent
	trap "kill $SSH_AGENT_PID" EXIT
	timeout 60 ssh-add -s "$module"
	timeout 60 ssh-add -l
	ssh-keygen -Y sign -f line -n file letter
	echo "holder $(cut -d' ' -f1,2 line)" >signers
	ssh-keygen -Y verify -f signers -I holder -n file -s letter.sig <letter
	local i
	[ ! -s sshd.pid ] || for i in 1 2 3; do
		says "again $i" ssh_to "$(id -un)@127.0.0.1" "echo again $i"
	done
	is "$(wrong_verifies)" 0 'wrong PINs'
	is "$(grep -c PKCS asked)" 1 'questions for a PIN'
	timeout 60 ssh-add -e "$module"
}

card_new plain
card_in plain
cat >askpass <<END
#!/bin/sh
echo "\$*" >>$work/asked
case \$1 in
*PIN*|*PKCS*) echo $auth_pin ;;
*) echo yes ;;
esac
END
chmod 755 askpass
export SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force
it 'ssh-keygen -D gives the line of jumin ssh, without a PIN' keygen_lists
# it changes its groups, which root of a user namespace may not
if command -v sshd >/dev/null && grep -q allow /proc/self/setgroups; then
	it 'a server of our own starts' serve
	it 'ssh -I logs in' logs_in
else
	echo '--   no sshd to be had: nothing logs in'
fi
it 'ssh-agent signs again and again for one PIN' agent_signs
[ ! -s sshd.pid ] || kill "$(cat sshd.pid)"
finish
