# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The program: bin_PROGRAMS += jumin-vcard, jumin_vcard_SOURCES,
# jumin_vcard_LDADD = libjumin-vcard.la, flags as in tools/jumin
