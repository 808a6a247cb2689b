# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whole programs: command, expected output, expected exit status.
# Add a script: dist_check_SCRIPTS += %D%/x.sh

dist_check_SCRIPTS += %D%/usage.sh %D%/vcard.sh %D%/counter.sh
dist_check_SCRIPTS += %D%/nym.sh
if PCSCD_TESTS
dist_check_SCRIPTS += %D%/status.sh %D%/cert.sh %D%/sign.sh %D%/pin.sh \
	%D%/ssh.sh %D%/attr.sh %D%/cache.sh %D%/conf.sh %D%/readers.sh %D%/terminal.sh \
	%D%/japanese.sh %D%/nym_terminal.sh
endif
EXTRA_DIST += %D%/lib.sh

# The person at the terminal, and the program with the catalogues of this build
# (the shipped one knows those of its prefix alone).
EXTRA_PROGRAMS += %D%/on_terminal
check_DATA += %D%/on_terminal$(EXEEXT)
CLEANFILES += %D%/on_terminal$(EXEEXT)
%C%_on_terminal_LDADD =
if ENABLE_NLS
EXTRA_PROGRAMS += %D%/jumin_uninstalled
check_DATA += %D%/jumin_uninstalled$(EXEEXT)
CLEANFILES += %D%/jumin_uninstalled$(EXEEXT)
%C%_jumin_uninstalled_SOURCES = tools/jumin/main.c
%C%_jumin_uninstalled_CPPFLAGS = $(AM_CPPFLAGS) -ULOCALEDIR \
	-DLOCALEDIR='"$(abs_top_builddir)/tools/po"'
%C%_jumin_uninstalled_LDADD = libjumin-cli.la libjumin-core.la
EXTRA_PROGRAMS += %D%/jumin_vcard_uninstalled
check_DATA += %D%/jumin_vcard_uninstalled$(EXEEXT)
CLEANFILES += %D%/jumin_vcard_uninstalled$(EXEEXT)
%C%_jumin_vcard_uninstalled_SOURCES = $(jumin_vcard_SOURCES)
%C%_jumin_vcard_uninstalled_CPPFLAGS = $(AM_CPPFLAGS) -ULOCALEDIR \
	-DLOCALEDIR='"$(abs_top_builddir)/tools/po"'
%C%_jumin_vcard_uninstalled_LDADD = $(jumin_vcard_LDADD)
endif
