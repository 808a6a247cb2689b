# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A unit test is one line in unit/local.mk: check_PROGRAMS += %D%/test_x,
# built from test_x.c and linked with what LDADD names.  A script is listed in
# dist_check_SCRIPTS.  Exit status 77 means "cannot run here".

TESTS = $(check_PROGRAMS) $(dist_check_SCRIPTS)
TEST_EXTENSIONS = .sh .exe
EXE_LOG_COMPILER = $(SHELL) $(srcdir)/tests/wine/run.sh

# A person's own configuration, cache and identities are out of reach: a test
# that wants one sets these itself; ccache as CC then has no place, either.
# Scripts find the trees, the compiler and what was built by the others.
AM_TESTS_ENVIRONMENT = \
	XDG_CONFIG_HOME=/dev/null/none; export XDG_CONFIG_HOME; \
	XDG_CACHE_HOME=/dev/null/none; export XDG_CACHE_HOME; \
	XDG_DATA_HOME=/dev/null/none; export XDG_DATA_HOME; \
	CCACHE_DISABLE=1; export CCACHE_DISABLE; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	MODULE='$(abs_top_builddir)/.libs/jumin-pkcs11.so'; export MODULE; \
	CC='$(CC)'; export CC; \
	NM='$(NM)'; export NM; \
	AWK='$(AWK)'; export AWK; \
	OPENSC_RELEASE='$(OPENSC_RELEASE)'; export OPENSC_RELEASE; \
	JM_COMPILE='$(JM_COMPILE)'; export JM_COMPILE; \
	JM_HARDENING='$(JM_LDFLAGS) $(JM_PIE_LDFLAGS) $(JM_CFLAGS)'; \
	export JM_HARDENING;
JM_COMPILE = $(CC) -I$(abs_top_builddir) $(JM_CPPFLAGS) $(PCSC_CFLAGS) \
	$(OPENSSL_CFLAGS) $(P11KIT_CFLAGS) $(CMOCKA_CFLAGS) $(CPPFLAGS) \
	$(OPENSC_CPPFLAGS) $(JM_CFLAGS) $(CFLAGS)

include %D%/support/local.mk
if HAVE_CMOCKA
# The full module, but for a program that has a flavour of its own.
check_LTLIBRARIES += libjumin-p11-full.la
libjumin_p11_full_la_SOURCES = pkcs11/flavour_full.c
LDADD = libjumin-testsupport.la libjumin-p11.la libjumin-p11-full.la \
	libjumin-vcard.la \
	libjumin-core.la libjumin-base.la $(CMOCKA_LIBS)
include %D%/unit/local.mk
include %D%/pkcs11/local.mk
include %D%/fuzz/local.mk
include %D%/nym/local.mk
include %D%/minidriver/local.mk
if OPENSC
include %D%/opensc/local.mk
endif
endif
include %D%/cli/local.mk
include %D%/interop/local.mk
include %D%/wine/local.mk

# Rules of the tree.  check-selftest.sh sees to it that each can fail.  A
# sanitized build would find nothing else.
if !SANITIZE
dist_check_SCRIPTS += %D%/check-layers.sh %D%/check-foreign.sh \
	%D%/check-sizes.sh %D%/check-headers.sh %D%/check-spdx.sh \
	%D%/check-profiles.sh %D%/check-calais.sh %D%/check-shell.sh %D%/check-python.sh \
	%D%/check-exports.sh \
	%D%/check-hardening.sh %D%/check-install.sh %D%/check-man.sh \
	%D%/check-po.sh %D%/check-versions.sh %D%/check-selftest.sh
if OPENSC
dist_check_SCRIPTS += %D%/check-opensc.sh
endif
endif
EXTRA_DIST += %D%/layers.txt

# What takes longer than a check; each builds in a folder of its own here.
FUZZ_TARGETS = exchange card load p11 x509 vcard conf cache pinpad sm attr \
	assertion manifest proof
FUZZ_TARGETS += nym_scope
FUZZ_TARGETS += nym_vault
FUZZ_TARGETS += minidriver
FUZZ_SECONDS = 60
.PHONY: fuzz fuzz-programs
fuzz-programs: $(fuzz_programs) tests/fuzz/corpus_tool$(EXEEXT)
fuzz:
	srcdir='$(srcdir)' FUZZ_SECONDS='$(FUZZ_SECONDS)' \
		FUZZ_TARGETS='$(FUZZ_TARGETS)' $(SHELL) \
		$(srcdir)/%D%/fuzz/run.sh

EXTRA_DIST += %D%/seeded/run.sh %D%/seeded/faults.txt

# Not part of check: each fault of a list is put in, and a test has to fail.
.PHONY: seeded
seeded:
	CC='$(CC)' $(srcdir)/%D%/seeded/run.sh $(if $(SEEDED),'$(SEEDED)')
.PHONY: check-threads
check-threads:
	srcdir='$(srcdir)' THREADS_TESTS='$(filter tests/pkcs11/% \
		tests/minidriver/test_md_card tests/minidriver/test_md_threads, \
		$(check_PROGRAMS))' \
		$(SHELL) $(srcdir)/%D%/threads.sh

# The properties of identifiers, for a million of them.
.PHONY: nym-nightly
nym-nightly: tests/nym/test_nym_props$(EXEEXT)
	@$(AM_TESTS_ENVIRONMENT) NYM_CARDS=1000 NYM_SCOPES=1000 \
		tests/nym/test_nym_props$(EXEEXT)

.PHONY: coverage
coverage:
if COVERAGE
	find . -name '*.gcda' -exec rm -f {} +
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(filter-out tests/check-%,$(TESTS))'
	top_srcdir='$(top_srcdir)' $(SHELL) $(srcdir)/%D%/coverage.sh
else
	@echo 'make coverage needs a build with --enable-coverage' >&2; exit 1
endif
EXTRA_DIST += %D%/fuzz/run.sh %D%/threads.sh %D%/coverage.sh
EXTRA_DIST += %D%/vectors/nym1.txt %D%/vectors/nym1-formats.txt \
	%D%/vectors/nym1-card1.pem
