# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What everything else stands on: no card, no reader, no PKCS#11.
# src/crypto adds its files to the same archive.

noinst_LTLIBRARIES += libjumin-base.la
libjumin_base_la_SOURCES =
libjumin_base_la_LIBADD = $(OPENSSL_LIBS)

libjumin_base_la_SOURCES += %D%/wipe.c %D%/wipe.h
