#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# pcsc-ns.sh [-n DRIVERS] COMMAND [ARG ...]
#
# Runs COMMAND where a pcscd of its own has virtual readers and nothing else:
# in a network, mount and process namespace that end with it.  The driver
# listens on every address, so here it must not meet a real one; the machine's
# own pcscd, its readers and its socket are neither seen nor touched.
#
# A card connects to 127.0.0.1, port 35963 or 35964 (two readers for each copy
# of the driver; -n 2 adds a copy with ports 35965 and 35966, and so on).
#
# Exit status: that of COMMAND; 77 when this machine cannot do it; 125 when
# pcscd did not start.
#
#   JM_VPCD_DRIVER   libifdvpcd.so, where it is not in pcscd's own folder
#   JM_PCSCD_LOG     keeps pcscd's log in this file
set -eu

first_port=35963

cannot() {
	echo "pcsc-ns: $1" >&2
	exit "${2:-77}"
}

drivers_dir() {
	pkg-config --variable=usbdropdir libpcsclite 2>/dev/null ||
		echo /usr/lib/pcsc/drivers
}

# Outside: find a way into the namespaces and come back as "inside".
enter() {
	command -v unshare >/dev/null || cannot "no unshare: install util-linux"
	PATH=$PATH:/usr/sbin:/sbin
	export PATH
	for p in pcscd ip; do
		command -v $p >/dev/null ||
			cannot "no $p: install pcscd and iproute2"
	done
	JM_VPCD_DRIVER=${JM_VPCD_DRIVER:-$(drivers_dir)/serial/libifdvpcd.so}
	export JM_VPCD_DRIVER
	[ -f "$JM_VPCD_DRIVER" ] ||
		cannot "no $JM_VPCD_DRIVER: install vsmartcard-vpcd"

	for way in '' '--map-root-user'; do
		for pid in '--pid --fork --kill-child --mount-proc' ''; do
			# shellcheck disable=SC2086 # words, some of them none
			unshare $way --net --mount $pid true 2>/dev/null || continue
			# shellcheck disable=SC2086
			exec unshare $way --net --mount $pid -- "$0" --inside "$@"
		done
	done
	cannot "no network namespace to be had: run this as root"
}

# A reader.conf.d of ours; each further copy of the driver is another file,
# because two entries on one copy hang.
configure() {
	mkdir -p /run/pcscd/readers.d /run/pcscd/drivers
	i=0
	while [ $i -lt "$1" ]; do
		lib=$JM_VPCD_DRIVER
		name='Virtual PCD'
		if [ $i -gt 0 ]; then
			lib=/run/pcscd/drivers/libifdvpcd$i.so
			name="Virtual PCD $((i + 1))"
			cp -L "$JM_VPCD_DRIVER" "$lib"
		fi
		port=$(printf '0x%X' $((first_port + 2 * i)))
		cat >/run/pcscd/readers.d/vpcd$i <<END
FRIENDLYNAME "$name"
DEVICENAME   /dev/null:$port
LIBPATH      $lib
CHANNELID    $port
END
		i=$((i + 1))
	done
}

# ready DRIVERS: pcscd's socket is there and each driver listens
ready() {
	[ -S /run/pcscd/pcscd.comm ] || return 1
	k=0
	while [ $k -lt "$1" ]; do
		grep -q "$(printf ':%04X 00000000:0000 0A ' \
			$((first_port + 2 * k)))" /proc/net/tcp || return 1
		k=$((k + 1))
	done
}

inside() {
	drivers=$1
	shift
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	ip link set lo up
	if [ -d /run/pcscd ]; then
		mount -t tmpfs -o mode=755 pcscd /run/pcscd
	else
		mount -t tmpfs -o mode=755 run /run
		mkdir /run/pcscd
	fi
	# real readers are somebody's: no driver for them here
	for bundle in "$(drivers_dir)"/*.bundle; do
		[ ! -d "$bundle" ] || mount -t tmpfs none "$bundle"
	done
	configure "$drivers"

	log=${JM_PCSCD_LOG:-/run/pcscd/log}
	pcscd --foreground --config /run/pcscd/readers.d >"$log" 2>&1 &
	pcscd=$!
	trap 'kill $pcscd 2>/dev/null || :; wait $pcscd 2>/dev/null || :' EXIT
	tries=0
	until ready "$drivers"; do
		tries=$((tries + 1))
		if [ $tries -gt 100 ] || ! kill -0 $pcscd 2>/dev/null; then
			cat "$log" >&2
			cannot "pcscd did not start" 125
		fi
		sleep 0.1
	done

	PCSCLITE_CSOCK_NAME=/run/pcscd/pcscd.comm
	export PCSCLITE_CSOCK_NAME
	status=0
	"$@" || status=$?
	exit $status
}

case ${1:-} in
--inside)
	shift
	inside "$@"
	;;
-n)
	[ $# -ge 3 ] || cannot "usage: pcsc-ns.sh [-n DRIVERS] COMMAND" 2
	shift
	enter "$@"
	;;
'')
	cannot "usage: pcsc-ns.sh [-n DRIVERS] COMMAND" 2
	;;
*)
	enter 1 "$@"
	;;
esac
