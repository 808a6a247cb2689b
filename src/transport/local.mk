# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The card core: src/transport, src/apdu, src/card and src/objects.  Static,
# hidden symbols, never installed; each front end links its own copy.
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h

noinst_LTLIBRARIES += libjumin-core.la
libjumin_core_la_SOURCES =
libjumin_core_la_LIBADD = libjumin-nymk.la libjumin-base.la $(PCSC_LIBS)

libjumin_core_la_SOURCES += %D%/link.h
libjumin_core_la_SOURCES += %D%/link_pcsc.c %D%/link_pcsc.h
libjumin_core_la_SOURCES += %D%/link_borrowed.c %D%/link_borrowed.h
libjumin_core_la_SOURCES += %D%/scard_io.c %D%/scard_io.h
libjumin_core_la_SOURCES += %D%/scard_call.h %D%/scard_call_posix.c
libjumin_core_la_SOURCES += %D%/scard_err.c %D%/scard_err.h
libjumin_core_la_SOURCES += %D%/readers.c %D%/readers.h
libjumin_core_la_SOURCES += %D%/trace.c %D%/trace.h
libjumin_core_la_SOURCES += %D%/pinpad.c %D%/pinpad.h

# On Windows in place of scard_call_posix.c.
EXTRA_DIST += %D%/scard_call_win.c
