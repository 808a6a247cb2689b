# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is built for Windows, run under Wine: make check-wine.  Each script has
# a pcscd, cards and a Wine prefix of its own.
# Add a script: wine_tests += %D%/x.sh

wine_tests = %D%/reader.sh %D%/files.sh %D%/params.sh
wine_tests += %D%/pin.sh %D%/sign.sh %D%/cards.sh %D%/removal.sh
wine_tests += %D%/install.sh
wine_tests += %D%/jumin_exe.sh
wine_tests += %D%/products.sh %D%/twice.sh
EXTRA_DIST += $(wine_tests) %D%/lib.sh %D%/outside.sh

# PC/SC of this machine for programs under Wine.
EXTRA_PROGRAMS += %D%/pcsc-bridge
CLEANFILES += %D%/pcsc-bridge$(EXEEXT)
%C%_pcsc_bridge_SOURCES = %D%/bridge.c %D%/bridge.h %D%/wire.h
%C%_pcsc_bridge_SOURCES += %D%/bridge_code.c %D%/bridge_fault.c
%C%_pcsc_bridge_SOURCES += %D%/bridge_ops.c %D%/bridge_outside.c
%C%_pcsc_bridge_LDADD = libjumin-base.la $(PCSC_LIBS) -lpthread
# so that every check compiles it
check_DATA += %D%/pcsc-bridge$(EXEEXT)

# Programs for Windows.
include %D%/files.mk
EXTRA_DIST += %D%/windows.mk %D%/winscard.def $(wine_winscard) $(wine_host) \
	%D%/winscard_dll.h %D%/winscard_test.h %D%/host.h

# Unit tests, built for Windows; EXE_LOG_COMPILER runs them.
EXTRA_DIST += %D%/prefix.sh %D%/run.sh
wine_unit = $(windows_unit:%.c=windows/x86_64/%.exe)

.PHONY: check-wine
check-wine: wine-programs windows-tests minidriver jumin-exe jumin$(EXEEXT) \
		jumin-vcard$(EXEEXT) %D%/pcsc-bridge$(EXEEXT) \
		tests/cli/on_terminal$(EXEEXT)
	@top_builddir='$(abs_top_builddir)' $(SHELL) $(srcdir)/%D%/prefix.sh \
		'$(abs_top_builddir)/windows/prefix-unit'
	@status=0; $(MAKE) $(AM_MAKEFLAGS) check-TESTS check_PROGRAMS= \
		check_LTLIBRARIES= check_DATA= \
		TESTS='$(wine_tests) $(wine_unit)' \
		TEST_SUITE_LOG=%D%/test-suite.log || status=$$?; \
	WINEPREFIX='$(abs_top_builddir)/windows/prefix-unit' \
		wineserver -k; exit $$status
