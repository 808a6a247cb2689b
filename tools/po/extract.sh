#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# extract.sh OUTPUT: collects the messages for people into a template.  The
# programs mark theirs with _() and N_(); the errors, the faults of a
# configuration and the reasons of a refusal are the rows X(id, text).
set -eu
out=$1
cd "$(dirname "$0")/../.."

find tools -name '*.[ch]' | LC_ALL=C sort |
	${XGETTEXT:-xgettext} --files-from=- --language=C --from-code=UTF-8 \
		--keyword=_ --keyword=N_ --keyword=ngettext:1,2 --keyword=X:2 \
		--add-comments=TRANSLATORS: --sort-by-file \
		--package-name=jumin -o "$out" src/base/err.h \
		src/base/conf.h src/nym/nym.h -
