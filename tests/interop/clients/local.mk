# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Programs that people have, each driven as its user does.
# Add one: CLIENT_TESTS += %D%/x.sh; what it reads: EXTRA_DIST
#
#   make clients            these alone, and a table of what they took

# the longest first
CLIENT_TESTS =
CLIENT_TESTS += %D%/documented.sh
EXTRA_DIST += %D%/documented.py
CLIENT_TESTS += %D%/java.sh %D%/nss.sh %D%/p11kit.sh %D%/ssh.sh
CLIENT_TESTS += %D%/gnutls.sh %D%/curl.sh %D%/pkcs11tool.sh %D%/gnupg.sh
CLIENT_TESTS += %D%/next.sh
CLIENT_TESTS += %D%/pdfsig.sh %D%/pykcs11.sh %D%/openssl.sh
EXTRA_DIST += %D%/lib.sh %D%/SignTest.java %D%/pykcs11.py %D%/mkpdf.py

CLIENT_TESTS += %D%/firefox.sh %D%/chromium.sh
EXTRA_DIST += %D%/browser/lib.sh %D%/browser/visit.py %D%/browser/png.py \
	%D%/browser/marionette.py %D%/browser/firefox.py \
	%D%/browser/chromium.py
CLEANFILES += tests/interop/screens/*.png

if INTEROP
dist_check_SCRIPTS += $(CLIENT_TESTS)

clients: all $(check_DATA)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS="$(CLIENT_TESTS)" \
		check_PROGRAMS= check_LTLIBRARIES=
	@cat $(CLIENT_TESTS:.sh=.log) | grep '^client '
endif
.PHONY: clients
