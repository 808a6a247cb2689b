# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The identifier scheme; knows no card.  One archive for our own programs and
# for libjumin-nym.so, which is what services link.
# Add a file: libjumin_nymk_la_SOURCES += %D%/x.c %D%/x.h

noinst_LTLIBRARIES += libjumin-nymk.la
libjumin_nymk_la_SOURCES =

libjumin_nymk_la_SOURCES += %D%/enc.c %D%/enc.h
libjumin_nymk_la_SOURCES += %D%/scope.c %D%/scope.h
libjumin_nymk_la_SOURCES += %D%/scope_ip.c %D%/scope_ip.h
libjumin_nymk_la_SOURCES += %D%/derive.c %D%/text.c %D%/derive.h
libjumin_nymk_la_SOURCES += %D%/cert.c %D%/cert.h
libjumin_nymk_la_SOURCES += %D%/assertion.h
libjumin_nymk_la_SOURCES += %D%/assertion.c %D%/wire.c %D%/ctx.c
libjumin_nymk_la_SOURCES += %D%/origin.c %D%/origin.h
libjumin_nymk_la_SOURCES += %D%/att.c %D%/registrar.c %D%/att.h
