#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The cache of the command, and jumin cache clear.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
umask 022

XDG_CACHE_HOME=$work/cache
XDG_CONFIG_HOME=$work/config
export XDG_CACHE_HOME XDG_CONFIG_HOME
mkdir cache config config/jumin

# without a card, a reader, or anything to remove
run 0 jumin cache clear
says 'no card was remembered'
silent
[ ! -e cache/jumin ] || fault "a folder was made to be emptied"
run 0 jumin cache clear --json
[ "$(value removed)" = 0 ] || fault "removed is $(value removed)"
[ "$(value folder)" = "$work/cache/jumin" ] || fault "folder: $(value folder)"
run 2 jumin cache
run 2 jumin cache clear now
run 2 jumin cache --key auth clear

# what was read once is not read again, and says the same
card_in
from_here
run 0 jumin ssh
mv "$out" cold
[ "$(stat -c %a cache/jumin)" = 700 ] || fault "the folder is not private"
[ "$(stat -c %a cache/jumin/*)" = 600 ] || fault "the file is not private"
from_here
run 0 jumin ssh
cmp cold "$out" || fault "the cached key is another"
sent 0 00A4020C020006
sent 2 00B0 # EF 0008, and of EF 000A the first block
run 0 jumin status
says 'Serial number: 0'
cp "$out" warm

# forgotten, whatever the configuration says
echo 'cache = off' >config/jumin/jumin.conf
run 0 jumin cache clear
says '1 card was forgotten'
[ -z "$(ls cache/jumin)" ] || fault "something was left"
run 0 jumin status
cmp warm "$out" || fault "the status depends on the cache"
run 0 jumin ssh
cmp cold "$out" || fault "the key depends on the cache"
[ -z "$(ls cache/jumin)" ] || fault "cache = off writes"
rm config/jumin/jumin.conf

run 0 jumin ssh
run 0 jumin cache clear --json
[ "$(value removed)" = 1 ] || fault "removed is $(value removed)"

# a folder that others can look into is neither used nor emptied
run 0 jumin ssh
chmod 755 cache/jumin
run 1 jumin cache clear
tells "the cache $work/cache/jumin cannot be emptied"
tells 'hint: the folder and what is in it should be yours alone'
run 0 jumin ssh
silent
cmp cold "$out" || fault "the key depends on the cache"
chmod 700 cache/jumin
run 0 jumin cache clear
says '1 card was forgotten'

run 0 env XDG_CACHE_HOME= HOME= jumin cache clear --json
says '"folder": null'
