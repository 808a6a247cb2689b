#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What real TLS handshakes had a client key sign is T of none of 10^5 scopes;
# t_set finds T where it is, whatever stands around it.
set -eu
build=$(cd "${top_builddir:-.}" && pwd)
here=$build/tests/nym
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fault() {
	echo "FAULT: $*" >&2
	cat out >&2
	exit 1
}

# looks STATUS LAST-LINE [OPTION ...] FILE
looks() {
	want=$1
	last=$2
	shift 2
	got=0
	"$here/t_set" "$@" >out 2>&1 || got=$?
	[ "$got" = "$want" ] || fault "t_set $*: exit status $got, not $want"
	[ "$(tail -n 1 out)" = "$last" ] || fault "t_set $*: says another thing"
}

JM_TLS_RECORD=$work/tls "$here/test_tls_input" >out 2>&1 ||
	fault "no handshakes"
n=$(wc -l <tls)
[ "$n" -ge 70 ] || fault "$n handshakes"
looks 0 "$n inputs, 500000 values of 100000 scopes, 0 found" tls

# Every T that is there is found: each kind, among others, in capitals.
"$here/t_set" -v >there
[ "$(wc -l <there)" = 40 ] || fault "not 5 of each of 8 schemes"
looks 1 "40 inputs, 500000 values of 100000 scopes, 40 found" there
{
	cat tls
	sed -n 7p there | tr a-f A-F
} >mixed
looks 1 "$((n + 1)) inputs, 500000 values of 100000 scopes, 1 found" mixed
# the reserved OID, of whatever scope it is
echo 303c301806146981fa8f9d94cdc1f2adf59fac8bedf2e0fdd40105000420"$(
	printf '%064d' 0)" >foreign
looks 1 "1 inputs, 5 values of 1 scopes, 1 found" -n 1 foreign
# a transcript that is none, nothing at all, no hexadecimal
printf '3031 16030102\n' >other
looks 1 "1 inputs, 5 values of 1 scopes, 1 found" -n 1 other
: >nothing
looks 1 "0 inputs, 5 values of 1 scopes, 0 found" -n 1 nothing
echo 'signed: 12' >words
looks 2 "t_set: a line is not hexadecimal" -n 1 words
