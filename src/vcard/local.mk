# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The virtual card.  It shares only the base archive with the middleware, and
# no library that is shipped may link it (tests/check-exports.sh).
# Add a file: libjumin_vcard_la_SOURCES += %D%/x.c %D%/x.h

noinst_LTLIBRARIES += libjumin-vcard.la
libjumin_vcard_la_SOURCES =
libjumin_vcard_la_LIBADD = libjumin-base.la
