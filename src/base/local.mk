# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What everything else stands on: no card, no reader, no PKCS#11.
# src/crypto adds its files to the same archive.

noinst_LTLIBRARIES += libjumin-base.la
libjumin_base_la_SOURCES =
libjumin_base_la_LIBADD = $(OPENSSL_LIBS) $(INIH_LIBS)

libjumin_base_la_SOURCES += %D%/err.c %D%/err.h
libjumin_base_la_SOURCES += %D%/wbuf.c %D%/wbuf.h
libjumin_base_la_SOURCES += %D%/rbuf.c %D%/rbuf.h
libjumin_base_la_SOURCES += %D%/tlv.c %D%/tlv.h
libjumin_base_la_SOURCES += %D%/hex.c %D%/hex.h
libjumin_base_la_SOURCES += %D%/utf8.c %D%/utf8.h
libjumin_base_la_SOURCES += %D%/wipe.c %D%/wipe.h
libjumin_base_la_SOURCES += %D%/folder.c %D%/folder.h
libjumin_base_la_SOURCES += %D%/folder_posix.c %D%/folder_impl.h
libjumin_base_la_SOURCES += %D%/secret_posix.c %D%/secret.h
libjumin_base_la_SOURCES += %D%/log.c %D%/log.h
libjumin_base_la_SOURCES += %D%/conf.c %D%/conf.h %D%/conf_key.c %D%/conf_impl.h
libjumin_base_la_SOURCES += %D%/conf_posix.c
libjumin_base_la_SOURCES += %D%/os_posix.c %D%/os.h

# The same on Windows.
EXTRA_DIST += %D%/access.h %D%/access_win.c
EXTRA_DIST += %D%/conf_win.c
EXTRA_DIST += %D%/folder_win.c %D%/folder_win.h %D%/folder_put_win.c
EXTRA_DIST += %D%/os_win.c
EXTRA_DIST += %D%/secret_win.c
EXTRA_DIST += %D%/wide.h %D%/wide_win.c
