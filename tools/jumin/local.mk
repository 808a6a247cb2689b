# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The program: bin_PROGRAMS += jumin, jumin_SOURCES, jumin_LDADD =
# libjumin-core.la, jumin_CFLAGS = $(JM_PROGRAM_CC), jumin_LDFLAGS =
# $(JM_PROGRAM_LD)

# Programs, and only they, are position-independent executables.
JM_PROGRAM_CC = $(AM_CFLAGS) $(JM_PIE_CFLAGS)
JM_PROGRAM_LD = $(AM_LDFLAGS) $(JM_PIE_LDFLAGS)
