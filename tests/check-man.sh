#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# mandoc has nothing to say about any page, and the page of a program names
# exactly the options that its --help names, and every page is installed.  The
# OpenSC driver's page and its two configurations have the options that it reads.
set -eu
cd "${top_srcdir:-.}"
build=${top_builddir:-.}
command -v mandoc >/dev/null || {
	echo "mandoc is not installed" >&2
	exit 77
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

fault() {
	echo "$1" >&2
	status=1
}

for page in doc/*.[1-8]; do
	[ -f "$page" ] || continue
	mandoc -T lint -W warning "$page" >&2 || status=1
	grep -q "%D%/${page#doc/}" doc/local.mk ||
		fault "$page: not in dist_man_MANS of doc/local.mk"
done

# Each function that services can call has a page, which has its prototype, or
# is a link to one; each reason is named.
sed -n 's/^[[:space:]]*\(nym_[a-z_]*\);$/\1/p' src/nym/exports.map \
	>"$tmp/functions"
[ -s "$tmp/functions" ] || fault "src/nym/exports.map: no functions"
while read -r f; do
	page=$(grep -lE "^\\.Nm $f( ,)?\$" doc/nym_*.3 || :)
	[ -f "$page" ] || {
		fault "$f: on no page, or on several"
		continue
	}
	grep -qE "^\\.F[no] \"?$f( |\$)" "$page" || fault "$page: no prototype of $f"
	[ "$page" = "doc/$f.3" ] || grep -q "\<$f\>" doc/local.mk ||
		fault "$f: no link is installed for it"
done <"$tmp/functions"
grep -oE '^	X\([A-Z_]+' src/nym/nym.h | sed 's/.*(//' >"$tmp/reasons"
[ -s "$tmp/reasons" ] || fault "src/nym/nym.h: no reasons"
while read -r r; do
	grep -q "NYM_$r\>" doc/nym_*.3 || fault "NYM_$r: on no page"
done <"$tmp/reasons"

# Of the blocks "card_driver jumin" of a configuration, comments too.
of_blocks() {
	awk '/card_driver jumin \{/ { on = 1 }
		on && match($0, /[a-z_]+ =/) {
			print substr($0, RSTART, RLENGTH - 2)
		}
		/}/ { on = 0 }' "$1" | grep -vx module | LC_ALL=C sort -u
}

driver=drivers/opensc
tr -d '[:space:]' <$driver/options.c |
	grep -oE 'scconf_get_[a-z]+\(found\[0\],"[a-z_]+"' |
	cut -d'"' -f2 | LC_ALL=C sort -u >"$tmp/read"
[ -s "$tmp/read" ] || fault "$driver/options.c: no options"
sed -n 's/^\.It Ic \([a-z_]*\)$/\1/p' doc/opensc-jumin.5 | LC_ALL=C sort -u |
	diff - "$tmp/read" >&2 ||
	fault "doc/opensc-jumin.5 and $driver/options.c differ (<: only in the page)"
for conf in opensc-jumin opensc; do
	of_blocks $driver/$conf.conf.in | diff - "$tmp/read" >&2 ||
		fault "$driver/$conf.conf.in: not the options of options.c (<: only there)"
done

# One word a line: --name for each long option, -x for each short one.
of_help() {
	"$1" --help | grep -oE '(^|[^[:alnum:]_-])--?[[:alnum:]][[:alnum:]-]*' |
		grep -oE -- '--?[[:alnum:]].*' | LC_ALL=C sort -u
}

# The same of a page: .Fl and Fl give one hyphen, so --name is "Fl -name".
of_page() {
	grep '^\.' "$1" | grep -oE '\<Fl +-?[[:alnum:]][[:alnum:]-]*' |
		sed 's/^Fl */-/' | LC_ALL=C sort -u
}

for program in jumin jumin-vcard; do
	[ -x "$build/$program" ] || continue
	page=doc/$program.1
	[ -f "$page" ] || {
		fault "$program has no page"
		continue
	}
	of_help "$build/$program" >"$tmp/help"
	of_page "$page" >"$tmp/page"
	diff "$tmp/page" "$tmp/help" >&2 ||
		fault "$page and $program --help differ (<: only in the page)"
done
exit $status
