# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a file: libjumin_testsupport_la_SOURCES += %D%/x.c %D%/x.h

check_LTLIBRARIES += libjumin-testsupport.la
libjumin_testsupport_la_SOURCES = %D%/test.h

# A pcscd of its own for one command, in namespaces that end with it.
EXTRA_DIST += %D%/pcsc-ns.sh
