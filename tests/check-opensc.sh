#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The OpenSC that is installed takes the driver that was built, with either of
# the two files that are made for it, beside all of its own, in its programs and
# in its PKCS#11 modules; and refuses it where it was built for another release.
set -eu
LC_ALL=C
export LC_ALL
build=$(cd "${top_builddir:-.}" && pwd)
driver=$build/.libs/card-jumin.so
release=${OPENSC_RELEASE:-$(sed -n 's/^OPENSC_RELEASE = *//p' "$build/Makefile")}
if [ -z "$release" ] || [ ! -f "$driver" ]; then
	echo "the driver was not built: configure --with-opensc-source" >&2
	exit 77
fi
for p in opensc-tool pkcs11-tool; do
	command -v $p >/dev/null || {
		echo "$p is not installed" >&2
		exit 77
	}
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0
# no reader of this machine is asked for anything
PCSCLITE_CSOCK_NAME=$tmp/none
export PCSCLITE_CSOCK_NAME
unset OPENSC_DRIVER OPENSC_DEBUG

fault() {
	echo "$1" >&2
	status=1
}

# drivers CONF: the short names of those that OpenSC has then, one a line
drivers() {
	OPENSC_CONF=$1 opensc-tool --list-drivers |
		sed -n 's/^  *\([^ ]*\) .*/\1/p'
}

# log CONF COMMAND...: what OpenSC says about its files and drivers
log() {
	OPENSC_CONF=$1
	export OPENSC_CONF
	shift
	OPENSC_DEBUG=3 "$@" 2>&1 | grep 'ctx\.c:' || :
}

# placed FILE MODULE: that file of the build, with the module where it is now
placed() {
	sed "s|\"/.*/card-jumin\.so\"|\"$2\"|" "$build/drivers/opensc/$1" \
		>"$tmp/$1"
	grep -q "\"$2\"" "$tmp/$1" || fault "$1: names no module"
}

none=$tmp/none.conf
echo 'app default { }' >"$none"
drivers "$none" >"$tmp/own"
[ -s "$tmp/own" ] || fault "opensc-tool lists no drivers"
{ echo jumin; cat "$tmp/own"; } >"$tmp/want"

for conf in opensc-jumin.conf opensc.conf; do
	placed $conf "$driver"
	drivers "$tmp/$conf" >"$tmp/got"
	diff "$tmp/want" "$tmp/got" >&2 ||
		fault "$conf: not OpenSC's own drivers after ours (>: these are)"
	log "$tmp/$conf" opensc-tool --list-drivers >"$tmp/log"
	grep -q "Used configuration file '$tmp/$conf'" "$tmp/log" ||
		fault "$conf: OpenSC did not take it"
	grep -q "successfully loaded card driver 'jumin'" "$tmp/log" ||
		fault "$conf: the driver is not loaded"
	! grep -E 'rror|fail|warning|Unable' "$tmp/log" >&2 ||
		fault "$conf: OpenSC complains"
done

# A program's own block has to name the module again.
for lib in /usr/lib/*/opensc-pkcs11.so /usr/lib64/opensc-pkcs11.so; do
	[ ! -f "$lib" ] || break
done
for module in opensc-pkcs11 onepin-opensc-pkcs11; do
	grep -q "^app $module {" "$tmp/opensc.conf" ||
		fault "opensc.conf: no block for $module"
	[ -f "${lib%/*}/$module.so" ] || {
		fault "there is no ${lib%/*}/$module.so"
		continue
	}
	log "$tmp/opensc.conf" pkcs11-tool --module "${lib%/*}/$module.so" \
		--list-slots >"$tmp/log"
	grep -q "\[$module\].*successfully loaded card driver 'jumin'" \
		"$tmp/log" || fault "$module: the driver is not loaded"
done

# The same driver, built for another release as far as it says.
other=$(echo "$release" | tr '0-8' '1-9')
sed "s/\\x00$(echo "$release" | sed 's/\./\\./g')\\x00/\\x00$other\\x00/g" \
	"$driver" >"$tmp/other.so"
if cmp -s "$driver" "$tmp/other.so"; then
	fault "$driver: does not hold the release $release"
fi
placed opensc.conf "$tmp/other.so"
log "$tmp/opensc.conf" opensc-tool --list-drivers >"$tmp/log"
grep -q "other.so': invalid module version" "$tmp/log" ||
	fault "a driver for OpenSC $other is not refused"
drivers "$tmp/opensc.conf" >"$tmp/got"
diff "$tmp/own" "$tmp/got" >&2 ||
	fault "OpenSC has other drivers after a refusal (>: these)"

# tools/opensc-source removes what it fetched before, and nothing else; here
# the archive is a program of ours.
if dpkg-query -W opensc-pkcs11 >/dev/null 2>&1 &&
	command -v dpkg-source apt-config >/dev/null; then
	mkdir -p "$tmp/bin" "$tmp/all/mine" "$tmp/all/fetching" "$tmp/all/old"
	cat >"$tmp/bin/apt-get" <<-'END'
		#!/bin/sh
		case " $* " in *" source "*)
			mkdir -p opensc-1/src/libopensc
			: >opensc-1/src/libopensc/opensc.h
			: >opensc_1.dsc ;;
		esac
	END
	chmod +x "$tmp/bin/apt-get"
	: >"$tmp/all/mine/opensc_0.dsc"
	: >"$tmp/all/fetching/work"
	: >"$tmp/all/old/.fetched-opensc"
	found=$(PATH=$tmp/bin:$PATH \
		"${top_srcdir:-.}/tools/opensc-source" "$tmp/all") || :
	[ -f "$found/src/libopensc/opensc.h" ] ||
		fault "tools/opensc-source: finds no source"
	for f in mine/opensc_0.dsc fetching/work; do
		[ -f "$tmp/all/$f" ] ||
			fault "tools/opensc-source: removes $f, not its own"
	done
	[ ! -e "$tmp/all/old" ] ||
		fault "tools/opensc-source: leaves what it fetched before"
fi
exit $status
