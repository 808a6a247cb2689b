# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Service identities in the programs people have.

EXTRA_DIST += %D%/lib.sh %D%/web.sh %D%/known.py %D%/find.py \
	%D%/spy.py %D%/vector.py

# Modules that tests put between two others.
EXTRA_LTLIBRARIES = %D%/list_only.la %D%/fixed.la
%C%_list_only_la_SOURCES = %D%/list_only.c
%C%_list_only_la_LDFLAGS = -module -avoid-version -rpath $(abs_builddir)
%C%_list_only_la_LIBADD = -ldl
%C%_fixed_la_SOURCES = %D%/fixed.c
%C%_fixed_la_LDFLAGS = -module -avoid-version -rpath $(abs_builddir)
%C%_fixed_la_LIBADD = -ldl
CLEANFILES += %D%/list_only.la %D%/fixed.la

if INTEROP
# the longest first
dist_check_SCRIPTS += tests/interop/nym_tls.sh tests/interop/nym_spy.sh \
	tests/interop/nym_ssh.sh \
	tests/interop/nym_secrets.sh tests/interop/nym_budget.sh \
	tests/interop/nym_answers.sh tests/interop/nym_renew.sh
check_DATA += %D%/list_only.la %D%/fixed.la
endif
