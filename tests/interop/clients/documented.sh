#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# The lines of doc/clients.md, as they stand there, typed at a terminal.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client documented
need "$module" ssh ssh-add ssh-keygen ssh-agent sshd gpg gpgsm \
	gnupg-pkcs11-scd p11-kit p11tool gnutls-cli curl nginx keytool jarsigner \
	jar pkcs11-tool certutil modutil cmsutil pdfsig jumin /usr/bin/python3
text=$src/doc/clients.md
folder=/usr/local/lib/pkcs11

# Where the text says that everything is: in this namespace alone.
installed() {
	mount -t tmpfs none /usr/local
	mkdir -p $folder
	cp "$module" "${module%.so}"-*.so $folder/
	mount -t tmpfs none "$(pkg-config --variable=p11_module_configs \
		p11-kit-1)"
	echo "module: $folder/jumin-pkcs11.so" \
		>"$(pkg-config --variable=p11_module_configs p11-kit-1)/jumin.module"
	[ ! -d /etc/pkcs11 ] || mount -t tmpfs none /etc/pkcs11
	# ssh asks there where home is, and sshd wants a user of its own
	sed "s|^root:\(.*\):[^:]*:\([^:]*\)$|root:\1:$HOME:\2|" /etc/passwd \
		>passwd
	grep -q '^sshd:' passwd ||
		echo 'sshd:x:64999:65534::/run/sshd:/usr/sbin/nologin' >>passwd
	mount --bind passwd /etc/passwd
	mount --bind web.pem /etc/ssl/certs/ca-certificates.crt
	export XDG_CONFIG_HOME=$HOME/.config
}

paths=("SIGN_MODULE=$folder/jumin-pkcs11-sign.so"
	"AUTH_MODULE=$folder/jumin-pkcs11-auth.so"
	"MODULE=$folder/jumin-pkcs11.so")

# section NAME PAIR [OLD=NEW ...]: do all that it says; each PIN that was asked
# for is one of that pair that went to the card
section() {
	local name=$1 pair=$2 n
	shift 2
	/usr/bin/python3 "$src/tests/interop/clients/documented.py" "$text" \
		"$name" "$(pin "$pair")" "$@" "${paths[@]}"
	used
	n=$(sed -n 's/^asked \([0-9]*\) .*/\1/p' case.log)
	# p11tool asks once and logs in for each session that it opens
	[ "${name#p11-kit}" = "$name" ] || n='[0-9]*'
	case $pair in
	auth) used | grep -q "^auth $n/.* sign 0/0 .* wrong 0" ;;
	sign) used | grep -q "^auth 0/0 sign $n/.* wrong 0" ;;
	esac
}

web() {
	section "$1" auth "https://example.jp/=https://localhost:$both/" \
		"gnutls-cli=gnutls-cli -p $both" example.jp=localhost
}

ssh_lines() {
	mkdir -p ~/.ssh /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f host
	jumin ssh >authorized_keys
	cat >sshd_config <<END
Port 40022
ListenAddress 127.0.0.1
HostKey $work/host
AuthorizedKeysFile $work/authorized_keys
PermitRootLogin yes
UsePAM no
StrictModes no
PidFile $work/sshd.pid
END
	printf 'Host example.jp\nHostName 127.0.0.1\nPort 40022\n' >~/.ssh/config
	printf '[127.0.0.1]:40022 %s\n' "$(cut -d' ' -f1,2 host.pub)" \
		>~/.ssh/known_hosts
	"$(command -v sshd)" -f "$work/sshd_config" -E "$work/sshd.log"
	by test -s sshd.pid
	eval "$(ssh-agent -s -a "$work/agent")"
	# shellcheck disable=SC2064 # these
	trap "kill $SSH_AGENT_PID $(cat sshd.pid)" EXIT
	section OpenSSH auth || {
		cat sshd.log
		return 1
	}
	grep -qx 'idle = 0' ~/.config/jumin/jumin.conf
}

# a server that takes certificates of any issuer
nym_port=44320
nym_server() {
	openssl s_server -accept "127.0.0.1:$nym_port" -cert web-server.pem \
		-key web.key -verify 1 -www -quiet >nym.server 2>&1 &
	echo $! >nym.pid
	by listens
}

listens() {
	grep -q "$(printf ':%04X 00000000:0000 0A ' "$nym_port")" /proc/net/tcp
}

# where the lines say that the module is
provider() {
	local at
	at=$(jumin ssh --json --scope ssh:localhost |
		sed -n 's/.*"provider": *"\(.*\)".*/\1/p')
	[ ! -e "$at" ] || return 0
	mkdir -p "${at%/*}"
	ln -s "$module" "$at"
	echo "$at" >provider
}

identity_lines() {
	local scope
	for scope in ssh:localhost p11:localhost; do
		jumin nym register --yes "$scope" --pin-fd 3 3<<<"$auth_pin"
	done
	provider
	mkdir -p ~/.ssh /run/sshd
	jumin ssh --scope ssh:localhost >authorized_keys
	printf 'Host localhost\nHostName 127.0.0.1\nPort 40022\n' >~/.ssh/config
	printf '[127.0.0.1]:40022 %s\n' "$(cut -d' ' -f1,2 host.pub)" \
		>~/.ssh/known_hosts
	"$(command -v sshd)" -f "$work/sshd_config" -E "$work/sshd.log"
	by test -s sshd.pid
	nym_server
	# shellcheck disable=SC2064 # these
	trap "kill $(cat nym.pid sshd.pid | tr '\n' ' ')
		[ ! -e provider ] || rm -f $(cat provider 2>/dev/null)" EXIT
	mark
	section 'Service identities' auth \
		"https://example.jp/=https://localhost:$nym_port/" \
		"gnutls-cli=gnutls-cli -p $nym_port" \
		example.jp=localhost || {
		cat sshd.log nym.server
		return 1
	}
}

gpg_lines() {
	mkdir -m 700 ~/.gnupg
	cat >pinentry <<END
#!/bin/sh
echo 'OK ready'
while read -r cmd rest; do
	case \$cmd in
	GETPIN) echo "D $auth_pin" && echo "asked 1 " >>$work/case.log ;;
	BYE) echo OK && exit ;;
	esac
	echo OK
done
END
	chmod 755 pinentry
	echo "pinentry-program $work/pinentry" >~/.gnupg/gpg-agent.conf
	local issuer
	issuer=$(openssl x509 -in auth-ca.pem -noout -fingerprint -sha1)
	echo "${issuer#*=} S relax" >~/.gnupg/trustlist.txt
	gpgsm --batch --import auth-ca.pem
	cp auth.crt auth.pem
	trap 'gpgconf --kill all' EXIT
	/usr/bin/python3 "$src/tests/interop/clients/documented.py" "$text" \
		GnuPG '' "${paths[@]}"
	used | grep -q '^auth 1/.* sign 0/0 .* wrong 0'
	gpg --verify letter.sig letter
	gpgsm --disable-crl-checks --verify letter.p7s letter
}

# PINs of two applications, one VERIFY for each that was asked for
opensc_lines() {
	local conf=/usr/local/share/jumin/opensc.conf
	mkdir -p "${conf%/*}"
	sed "s|@DRIVER[@]|$driver|" "$src/drivers/opensc/opensc.conf.in" >"$conf"
	/usr/bin/python3 "$src/tests/interop/clients/documented.py" "$text" \
		"OpenSC's tools" "$auth_pin"
	used
	is "$(used | awk -F '[ /]' '{ print $2 + $5, $NF }')" \
		"$(sed -n 's/^asked \([0-9]*\) .*/\1/p' case.log) 0" \
		'PINs given, wrong'
	grep -q '^Japanese resident card (JPKI)' case.log
	for sig in letter.sig letter.p11; do
		openssl dgst -sha256 -verify <(openssl x509 -in auth.pem \
			-noout -pubkey) -signature "$sig" letter
	done
	grep -q '^ssh-rsa ' case.log
	[ "$(od -An -tx1 -N2 text.bin)" = ' ff 20' ]
}

pdf_lines() {
	/usr/bin/python3 "$src/tests/interop/clients/mkpdf.py" letter.pdf
	mkdir -p ~/.config/jumin
	echo 'consent = session' >~/.config/jumin/jumin.conf
	section pdfsig sign
	pdfsig -no-ocsp -nssdir pdf signed.pdf | grep 'Signature is Valid'
}

fresh() {
	rm -rf ~/.config/jumin letter.sig letter.p7
	"$@"
}

card_new plain
card_in plain
certificates plain
serve_web
installed
jar cf program.jar letter
# a server changes its groups, which root of a user namespace may not
if grep -q allow /proc/self/setgroups; then
	it 'OpenSSH' fresh ssh_lines
	it 'Service identities' fresh identity_lines
	rm -rf ~/.local
else
	echo '--   not run by root: no server for OpenSSH'
fi
it 'GnuPG' fresh gpg_lines
it 'p11-kit, p11tool, GnuTLS' fresh web 'p11-kit, p11tool, GnuTLS'
it 'OpenSSL, curl' fresh web 'OpenSSL, curl'
it 'Java' fresh section Java auth
it 'Python (PyKCS11)' fresh section 'Python (PyKCS11)' auth
it 'pkcs11-tool' fresh section pkcs11-tool auth
driver=$build/.libs/card-jumin.so
[ ! -e "$driver" ] || it 'OpenSC' fresh opensc_lines
it 'NSS' fresh section 'NSS: certutil, cmsutil, Thunderbird' auth
it 'pdfsig' fresh pdf_lines
card_in plain --param sign-modes=0
it 'TLS with a card without PSS' fresh web 'TLS with a card without PSS'
client_done
