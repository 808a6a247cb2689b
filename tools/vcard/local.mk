# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The virtual card as a program.  It links nothing of the middleware but the
# base archive.

bin_PROGRAMS += jumin-vcard
jumin_vcard_SOURCES = %D%/main.c %D%/cmd.h %D%/i18n.h
jumin_vcard_SOURCES += %D%/cmd_create.c %D%/cmd_run.c %D%/cmd_info.c
jumin_vcard_SOURCES += %D%/cmd_log.c
jumin_vcard_SOURCES += %D%/vpcd.c %D%/vpcd.h
jumin_vcard_CFLAGS = $(JM_PROGRAM_CC)
jumin_vcard_LDFLAGS = $(JM_PROGRAM_LD)
jumin_vcard_LDADD = libjumin-vcard.la libjumin-base.la
