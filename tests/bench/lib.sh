# shellcheck shell=bash
# shellcheck disable=SC2034 # read by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the parts of "make bench" share, beside tests/interop/lib.sh.  A part is
# started by bench.sh with the environment
#
#   BENCH_OUT    folder for results
#   BENCH_REPS   how often each job is done
#
# and writes lines of words separated by tabs: what they are, then their values.

: "${top_srcdir:=${0%/*}/../..}"
# shellcheck source=tests/interop/lib.sh
. "$top_srcdir/tests/interop/lib.sh"

p11bench=$build/tests/bench/p11bench
reps=${BENCH_REPS:-3}
opensc=
for opensc in /usr/lib/*/opensc-pkcs11.so /usr/lib64/opensc-pkcs11.so; do
	[ ! -e "$opensc" ] || break
done

# side NAME: whose module is measured.  "jumin" begins without a cache, "warm"
# finds what it left there; "hold" keeps the card from login to logout.
side() {
	side=$1
	XDG_CACHE_HOME=$work/cache.$side
	case $side in
	opensc)
		so=$opensc
		auth_token='JPKI (User Authentication PIN)'
		sign_token='JPKI (Digital Signature PIN)'
		;;
	*)
		so=$module
		auth_token='JPKI Authentication'
		sign_token='JPKI Signature'
		;;
	esac
	XDG_CONFIG_HOME=$work/config.$side
	if [ "$side" = hold ]; then
		mkdir -p "$XDG_CONFIG_HOME/jumin"
		echo 'login = hold' >"$XDG_CONFIG_HOME/jumin/jumin.conf"
	fi
	[ "$side" = warm ] || rm -rf "$XDG_CACHE_HOME"
	mkdir -p "$XDG_CACHE_HOME"
	chmod 700 "$XDG_CACHE_HOME"
}

broken() {
	echo "FAIL $part: $*"
	tail -n 20 job.log | sed 's/^/    | /'
	exit 1
}

# row WORD ...: into the results
row() {
	local IFS=$'\t'
	echo "$*" >>"$BENCH_OUT/$part.tsv"
}

tool() {
	timeout 120 pkcs11-tool --module "$so" "$@"
}

begin() {
	part=$1
	: >"$BENCH_OUT/$part.tsv"
}
