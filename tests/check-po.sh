#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every message for people is in the Japanese catalogue, and translated.
set -eu
cd "${top_srcdir:-.}"
for p in xgettext msgmerge msgattrib; do
	command -v $p >/dev/null || {
		echo "$p (GNU gettext) is not installed" >&2
		exit 77
	}
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

tools/po/extract.sh "$tmp/jumin.pot"
msgmerge --quiet --no-fuzzy-matching -o "$tmp/ja.po" tools/po/ja.po \
	"$tmp/jumin.pot"
msgattrib --untranslated --no-obsolete --no-wrap "$tmp/ja.po" >"$tmp/left"
msgattrib --only-fuzzy --no-obsolete --no-wrap "$tmp/ja.po" >>"$tmp/left"
if grep -q '^msgid ".' "$tmp/left"; then
	echo "tools/po/ja.po lacks these ('make update-po' collects them):" >&2
	grep -E '^(#:|msgid ".)' "$tmp/left" >&2
	exit 1
fi
