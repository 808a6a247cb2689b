# SPDX-License-Identifier: LGPL-2.1-or-later
#
# "make bench": what jobs cost beside OpenSC, on the same virtual card; see
# bench.sh.  No part of "make check".

EXTRA_PROGRAMS += %D%/p11bench
CLEANFILES += %D%/p11bench$(EXEEXT)
%C%_p11bench_LDADD = -ldl -lpthread
EXTRA_PROGRAMS += %D%/opensc_steps
CLEANFILES += %D%/opensc_steps$(EXEEXT)
%C%_opensc_steps_LDADD = -ldl
EXTRA_PROGRAMS += %D%/nymbench
CLEANFILES += %D%/nymbench$(EXEEXT)
%C%_nymbench_LDADD = libjumin-core.la libjumin-base.la
if HAVE_CMOCKA
NYMLIST = %D%/nymlist$(EXEEXT)
EXTRA_PROGRAMS += %D%/nymlist
CLEANFILES += %D%/nymlist$(EXEEXT)
%C%_nymlist_SOURCES = %D%/nymlist.c tests/pkcs11/nymc.c \
	tests/pkcs11/nym_index_try.c
%C%_nymlist_LDADD = $(P11_LDADD)
endif
EXTRA_DIST += %D%/bench.sh %D%/jobs.sh %D%/firefox.sh %D%/calls.sh \
	%D%/readers.sh %D%/opensc.sh %D%/lib.sh %D%/plot.gp \
	%D%/report.awk %D%/report_nym.awk %D%/report_osc.awk

.PHONY: bench bench-doc
bench: all %D%/p11bench$(EXEEXT) %D%/opensc_steps$(EXEEXT) \
	%D%/nymbench$(EXEEXT) $(NYMLIST)
	@$(AM_TESTS_ENVIRONMENT) $(srcdir)/%D%/bench.sh
# the same, and its results into doc/
bench-doc: all %D%/p11bench$(EXEEXT) %D%/opensc_steps$(EXEEXT) \
	%D%/nymbench$(EXEEXT) $(NYMLIST)
	@$(AM_TESTS_ENVIRONMENT) $(srcdir)/%D%/bench.sh --doc
clean-local: clean-bench
.PHONY: clean-bench
clean-bench:
	rm -rf bench
