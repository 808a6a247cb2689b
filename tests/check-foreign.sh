#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each foreign header, and the one of ours that signs without the guard, is
# included only where it is at home.  Silence means no fault.
set -eu
cd "${top_srcdir:-.}"

# header (a regular expression)    paths that may include it (the same)
table='
(winscard|wintypes|pcsclite|reader)\.h  src/transport/ drivers/minidriver/ tests/
openssl/.*         src/crypto/[^/]*_ossl\.[ch] tests/
p11-kit/.*         pkcs11/ tools/jumin/site_key_p11\.c tests/
(.*/)?key\.h       src/card/ src/objects/ src/holder/ tests/
windows\.h         src/base/[^/]*_win\.c src/base/wipe\.c src/crypto/[^/]*_cng\.[ch] src/transport/ drivers/minidriver/ tools/[a-z]*/[^/]*_win\.c tests/
(bcrypt|wincrypt)\.h  src/crypto/[^/]*_cng\.[ch] drivers/minidriver/sigcache\.c tests/
(libopensc|scconf|pkcs15init)/.*  drivers/opensc/ tests/opensc/
ini\.h             src/base/conf_posix\.c
libintl\.h         tools/
cmocka\.h          tests/support/test\.h
'

bad=$(find src pkcs11 drivers tools tests -name '*.[ch]' \
	-exec grep -n '^[[:space:]]*#[[:space:]]*include' /dev/null {} + \
	2>/dev/null | LC_ALL=C sort | TABLE=$table awk '
	BEGIN {
		n = split(ENVIRON["TABLE"], line, "\n")
		for (i = 1; i <= n; i++) {
			m = split(line[i], w, " ")
			if (m < 2) continue
			head[++rows] = "^" w[1] "$"
			for (k = 2; k <= m; k++)
				home[rows] = home[rows] (k > 2 ? "|" : "") "^" w[k]
		}
	}
	{
		split($0, at, ":")
		h = $0; sub(/^[^<"]*[<"]/, "", h); sub(/[>"].*/, "", h)
		for (r = 1; r <= rows; r++)
			if (h ~ head[r] && at[1] !~ home[r])
				print at[1] ":" at[2] ": " h " is not at home here"
	}
')
[ -z "$bad" ] || { echo "$bad" >&2; exit 1; }
