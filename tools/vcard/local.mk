# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The virtual card as a program.  Of the middleware the card itself has but the
# base archive; the counter's terminal has the readers, APDUs and the secure
# channel too, for it is on the other side.

# The terminal, so that tests can link it too.
noinst_LTLIBRARIES += libjumin-counter.la
libjumin_counter_la_LIBADD = libjumin-core.la libjumin-vcard.la
libjumin_counter_la_SOURCES = %D%/counter.h %D%/counter_open.c
libjumin_counter_la_SOURCES += %D%/counter_authorise.c %D%/counter_ops.c
libjumin_counter_la_SOURCES += %D%/counter_load.c %D%/counter_renew.c
libjumin_counter_la_SOURCES += %D%/counter_move.c %D%/counter_issue.c
libjumin_counter_la_SOURCES += %D%/counter_files.c %D%/counter_files.h
libjumin_counter_la_SOURCES += %D%/counter_text.c %D%/counter_text.h
libjumin_counter_la_SOURCES += %D%/link_image.c %D%/link_image.h

bin_PROGRAMS += jumin-vcard
jumin_vcard_SOURCES = %D%/main.c %D%/cmd.h %D%/i18n.h
jumin_vcard_SOURCES += %D%/cmd_create.c %D%/cmd_run.c %D%/cmd_info.c
jumin_vcard_SOURCES += %D%/cmd_log.c
jumin_vcard_SOURCES += %D%/cmd_authority.c %D%/cmd_counter.c
jumin_vcard_SOURCES += %D%/counter_cli.h %D%/counter_run.c %D%/counter_ask.c
jumin_vcard_SOURCES += %D%/vpcd.c %D%/vpcd.h
jumin_vcard_CFLAGS = $(JM_PROGRAM_CC)
jumin_vcard_LDFLAGS = $(JM_PROGRAM_LD)
jumin_vcard_LDADD = libjumin-counter.la libjumin-term.la libjumin-core.la \
	libjumin-vcard.la libjumin-base.la
