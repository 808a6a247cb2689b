# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What both programs need of a terminal: asking a person for a line.

noinst_LTLIBRARIES += libjumin-term.la
libjumin_term_la_SOURCES = %D%/prompt.c %D%/prompt_posix.c %D%/prompt.h
EXTRA_DIST += %D%/prompt_win.c
libjumin_term_la_LIBADD = libjumin-base.la
