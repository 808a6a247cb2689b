#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the command does as jumin.conf says, and what it says of a broken one.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
XDG_CONFIG_HOME=$work/config
export XDG_CONFIG_HOME
conf=$XDG_CONFIG_HOME/jumin/jumin.conf
mkdir -p "${conf%/*}"
card_in

# A fault is a warning that names file and line; the command goes on.
printf 'rng = on\ncache = perhaps\nslots = none\n' >"$conf"
run 0 jumin status
says 'Serial number:'
tells "jumin: warning: $conf, line 2: the key does not take this value"
[ "$(grep -c . "$err")" = 1 ] || fault 'more than one line'
run 0 jumin ssh
tells 'line 2'
run 0 jumin --help # needs no configuration
[ ! -s "$err" ] || fault 'a warning where nothing is configured'
chmod 666 "$conf"
run 0 jumin status
tells "jumin: warning: $conf: everybody may change the file"
chmod 600 "$conf"

# A good file says nothing.
printf '# comment\nlog = debug\nlog-file = %s/log\n' "$work" >"$conf"
printf 'text\n' >text
run_pin 0 '1234\n' jumin sign --key auth -o sig text
! grep -q warning "$err" || fault 'a warning'
[ ! -e "$work/log" ] || fault "the command wrote a module's log"

# A reader to ignore is not there for any command.
printf 'ignore-reader = Virtual*\n' >"$conf"
before=$(grep -c . card.trace)
run 3 jumin status
tells 'every card reader is to be ignored (ignore-reader)'
tells 'see: man jumin.conf'
[ ! -s "$out" ] || fault 'shows an ignored reader'
run 3 jumin status --json
says '"ignored": 2'
says '"readers": []'
run 3 jumin ssh
run 3 jumin pin check auth --reader 0
[ "$(grep -c . card.trace)" = "$before" ] || fault 'the card was asked'
printf 'ignore-reader = another*\n' >"$conf"
run 0 jumin status --json
says '"ignored": 0'

# The example, as it is and with every setting in force, and the page: both
# have each key.
example=$source/doc/jumin.conf.example
for edit in '' 's/^#\([a-z]\)/\1/' 's/^# *\([a-z0-9-]* = \)/\1/'; do
	sed "$edit" "$example" >"$conf"
	run 0 jumin status
	silent
done
keys=$(sed -n 's/^\t\[[A-Z0-9_]*\] *= { "\([a-z0-9-]*\)",.*/\1/p' \
	"$source/src/base/conf_key.c")
[ "$(echo "$keys" | wc -l)" -ge 13 ] || fault "keys: $keys"
for key in $keys; do
	grep -q "^$key = " "$conf" || fault "the example lacks $key"
	grep -q "^\.It Ic $key " "$source/doc/jumin.conf.5" ||
		fault "the page lacks $key"
done

if command -v jumin_uninstalled >/dev/null; then
	printf '[section]\n' >"$conf"
	LC_ALL=C.UTF-8 LANGUAGE=ja run 0 jumin_uninstalled status
	tells "$conf の1行目: セクションは使えません"
fi
