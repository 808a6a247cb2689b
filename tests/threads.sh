#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make check-threads: the module's tests, and that of the minidriver with
# threads, under clang's thread sanitizer, built in threads/.  Left out are test_fork, which forks while other threads run (the
# sanitizer does not follow the child of such a process), test_model, a million
# calls of one thread, and test_every_reply, a sweep of many minutes in one.
set -eu

src=$(cd "${srcdir:?}" && pwd)
mkdir -p threads
cd threads
[ -f Makefile ] || "$src/configure" CC="${THREADS_CC:-clang}" \
	CFLAGS='-O1 -g' --enable-werror --enable-sanitize=thread --disable-nls \
	--disable-interop >configure.log
tests=
for t in ${THREADS_TESTS:?}; do
	case $t in
	*/test_fork | */test_model | */test_every_reply) ;;
	*) tests="$tests $t" ;;
	esac
done
TSAN_OPTIONS="halt_on_error=1 ${TSAN_OPTIONS:-}"
export TSAN_OPTIONS
make -j "${THREADS_JOBS:-2}" check TESTS="$tests" check_PROGRAMS="$tests" \
	check_DATA=
