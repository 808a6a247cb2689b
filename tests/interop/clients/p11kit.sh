#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# p11-kit: the registration that "make install" puts into place, what programs
# see through the proxy module, and modules in another process.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client p11-kit
need "$module" p11-kit p11tool pkcs11-tool pkg-config jumin

from_kit() {
	pkg-config --variable="$1" p11-kit-1
}

proxy=$(from_kit proxy_module)
remote=$(from_kit p11_module_path)/p11-kit-client.so
kits=$(from_kit p11_module_configs)
need "$proxy" "$remote" "$kits"

value() {
	(cd "$build" && echo "@$1@" | ./config.status --silent --file=-)
}

# p11-kit sees what is put here and nothing else; this is a namespace of our own
alone() {
	mount -t tmpfs none "$kits"
	[ ! -d /etc/pkcs11 ] || mount -t tmpfs none /etc/pkcs11
}

# What "make install" puts into place, with the module below our folder.
registered() {
	local installed
	mkdir root
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES \
		"${MAKE:-make}" -C "$build" install DESTDIR="$work/root" \
		>install.log 2>&1 || {
		cat install.log
		return 1
	}
	installed=$work/root$(value p11kitconfigdir)/jumin.module
	cat "$installed"
	sed "s|^module: |&$work/root|" "$installed" >"$kits/jumin.module"
	p11-kit list-modules >got
	cat got
	grep -q 'token: JPKI Authentication' got
	grep -q 'token: JPKI Signature' got
	p11tool --batch --list-token-urls >got
	cat got
	grep -q '^pkcs11:.*token=JPKI%20Authentication' got
	nothing_paid
}

kit_p11tool_signs() {
	GNUTLS_PIN=$auth_pin timeout 60 p11tool --batch --login --test-sign \
		"$(url auth);id=%01;type=private" >got 2>&1
	cat got
	grep -q 'ok' got
	paid "1/$(signatures)" 0/0
}

# signs_by MODULE PAIR
signs_by() {
	rm -f sig
	timeout 60 pkcs11-tool --module "$1" --token-label "$(token "$2")" \
		--login --pin "$(pin "$2")" --sign --id "$(key_id "$2")" \
		-m SHA256-RSA-PKCS -i letter -o sig
	verified "$2" sig
	paid_one "$2"
}

# p11-kit's server: its clients see the tokens that it was started for
server_signs() {
	rm -f server
	eval "$(p11-kit server -n "$work/server" --provider "$module" \
		"$(url auth)")"
	# shellcheck disable=SC2064 # this one
	trap "kill $P11_KIT_SERVER_PID" EXIT
	pkcs11-tool --module "$remote" -L >got
	cat got
	grep -q 'JPKI Authentication' got
	not grep -q 'JPKI Signature' got
	signs_by "$remote" auth
	# the next client meets a process of its own
	mark
	signs_by "$remote" auth
}

# a module in another process, by a line of a registration
remote_signs() {
	echo "remote: |$(command -v p11-kit) remote $module" \
		>"$kits/jumin.module"
	p11-kit list-modules >got
	cat got
	grep -q 'token: JPKI Authentication' got
	kit_p11tool_signs
	mark
	signs_by "$proxy" sign
}

# The registration of one user; p11-kit ignores those of root.
user_registered() {
	rm -f "$kits/jumin.module"
	mount -t tmpfs -o mode=755 none /mnt
	cp "$module" /mnt/jumin-pkcs11.so
	mkdir -p /mnt/.config/pkcs11/modules
	echo 'module: /mnt/jumin-pkcs11.so' \
		>/mnt/.config/pkcs11/modules/jumin.module
	HOME=/mnt p11-kit list-modules >got 2>&1
	cat got
	not grep -q 'jumin' got
	HOME=/mnt XDG_CONFIG_HOME='' setpriv --reuid 65534 --clear-groups \
		p11-kit list-modules >got 2>&1
	cat got
	grep -q '^jumin: /mnt/jumin-pkcs11.so' got
}

card_new plain
card_in plain
certificates plain
alone
it 'make install registers the module: its tokens are listed' registered
it 'p11tool signs by the registration' kit_p11tool_signs
it 'p11-kit-proxy signs with the authentication key' signs_by "$proxy" auth
it 'p11-kit-proxy signs with the signature key' signs_by "$proxy" sign
it 'p11-kit server: clients sign with the token it was started for' \
	server_signs
it 'p11-kit remote: a module in a process of its own' remote_signs
! grep -q allow /proc/self/setgroups ||
	it "a user's own registration" user_registered
client_done
