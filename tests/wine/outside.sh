#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a program under Wine asks of its test (bridge_outside.c): words and what
# they do.
#
#   exchange NAME   that card in place of the one in the reader
#   out             no card in the reader
set -eu
# shellcheck source=tests/interop/lib.sh
. "${0%/*}/../interop/lib.sh"
work=$JM_WORK
trace=$work/trace
cd "$work"

case $1 in
exchange)
	card_in "$2"
	;;
out)
	card_out
	;;
*)
	echo "no such word: $1"
	exit 2
	;;
esac
