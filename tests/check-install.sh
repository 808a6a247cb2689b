#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What is installed lies below the prefix; p11-kit's registration alone leaves
# it, and only for the two prefixes of a system.  Uninstalling leaves nothing.
# What belongs to the driver for OpenSC is there with it, and only then.
set -eu
source=$(cd "${top_srcdir:-.}" && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
[ ! -f "$source/config.status" ] || {
	echo "the source folder itself was configured: nothing to try" >&2
	exit 77
}
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
kits=$(pkg-config --variable=p11_module_configs p11-kit-1)
# shellcheck disable=SC2016 # make expands it
inside='${datadir}/p11-kit/modules'

fault() {
	echo "$1" >&2
	exit 1
}

# value FOLDER NAME: what configure made of @NAME@ there
value() {
	(cd "$1" && echo "@$2@" | ./config.status --silent --file=-)
}

# places WANTED ARGUMENT...: where configure puts the registration
places() {
	want=$1
	shift
	rm -rf "$tmp/try"
	mkdir "$tmp/try"
	(cd "$tmp/try" && "$source/configure" --silent --no-create \
		--cache-file="$tmp/cache" "$@") >"$tmp/out" 2>&1 || {
		cat "$tmp/out" >&2
		fault "configure $*: failed"
	}
	got=$(value "$tmp/try" p11kitconfigdir)
	[ "$got" = "$want" ] || fault "configure $*: $got, not $want"
}

prefix=$(value "$build" prefix)
[ "$prefix" != NONE ] || prefix=/usr/local
registration=$(value "$build" p11kitconfigdir)
make -C "$build" install DESTDIR="$tmp/root" >"$tmp/out" 2>&1 || {
	cat "$tmp/out" >&2
	fault "make install failed"
}
files=$(cd "$tmp/root" && find . ! -type d | sed 's/^\.//')
[ -n "$files" ] || fault "nothing was installed"
for f in $files; do
	case $f in
	*.la) fault "$f: libtool's notes are of no use to anyone" ;;
	"$prefix"/* | "$registration"/jumin.module | \
		"$registration"/jumin-*.module) ;;
	*) fault "$f: outside $prefix" ;;
	esac
done

# The driver and its two files say where they are; nothing of it else is there.
release=$(value "$build" OPENSC_RELEASE)
# one NAME: the only installed file with that name
one() {
	found=$(echo "$files" | grep "/$1\$") || fault "$1 is not installed"
	[ "$(echo "$found" | wc -l)" -eq 1 ] || fault "$1: twice"
}
others=$(echo "$files" | grep -i 'opensc' |
	grep -Ev '/(card-jumin\.so|opensc(-jumin)?\.conf|opensc-jumin\.5)$') || :
[ -z "$others" ] || fault "$others: not of the driver for OpenSC"
if [ -z "$release" ]; then
	others=$(echo "$files" | grep -iE 'opensc|card-jumin') || :
	[ -z "$others" ] || fault "$others: there without OpenSC's source"
else
	one opensc-jumin.5
	one card-jumin.so
	driver=$found
	for f in opensc-jumin.conf opensc.conf; do
		one $f
		! grep -n '@' "$tmp/root$found" >&2 || fault "$f: not filled in"
		grep -q "release of OpenSC; this one: $release\$" \
			"$tmp/root$found" || fault "$f: not of OpenSC $release"
		# every block that is about the driver says where it is
		grep -v '^[[:space:]]*#' "$tmp/root$found" >"$tmp/conf"
		blocks=$(grep -cE '^	+(card_driver|emulate) jumin \{$' "$tmp/conf") || :
		here=$(grep -cxE "	+module = \"$driver\";" "$tmp/conf") || :
		any=$(grep -c 'module' "$tmp/conf") || :
		if [ "$blocks" -lt 2 ] || [ "$here/$any" != "$blocks/$blocks" ]; then
			fault "$f: $driver in $here of $blocks blocks, $any in all"
		fi
		[ "$(tr -cd '{' <"$tmp/conf" | wc -c)" = \
			"$(tr -cd '}' <"$tmp/conf" | wc -c)" ] ||
			fault "$f: a block that does not end"
	done
	for f in "$tmp/root$found" "$tmp/out"; do
		line=$(grep -cE "^[# 	]*export OPENSC_CONF=$found\$" "$f") || :
		[ "$line" = 1 ] ||
			fault "${f##*/}: no line that uses $found, or several"
	done
fi
make -C "$build" uninstall DESTDIR="$tmp/root" >"$tmp/out" 2>&1 || {
	cat "$tmp/out" >&2
	fault "make uninstall failed"
}
left=$(find "$tmp/root" ! -type d)
[ -z "$left" ] || fault "left behind: $left"

[ -n "$kits" ] || fault "p11-kit does not say which folder it reads"
places "$kits"
places "$kits" --prefix=/usr
places "$inside" --prefix=/opt/jumin
places "$inside" --prefix=/usr/local/jumin
places /etc/elsewhere --prefix=/usr --with-p11-kit-config=/etc/elsewhere
if (places '' --with-p11-kit-config=relative) 2>"$tmp/refusal"; then
	fault "configure takes a folder without its full path"
fi
grep -q 'full path' "$tmp/refusal" || fault "$(cat "$tmp/refusal")"
