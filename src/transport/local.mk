# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The card core: src/transport, src/apdu, src/card and src/objects.  Static,
# hidden symbols, never installed; each front end links its own copy.
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h

noinst_LTLIBRARIES += libjumin-core.la
libjumin_core_la_SOURCES =
libjumin_core_la_LIBADD = libjumin-base.la $(PCSC_LIBS)
