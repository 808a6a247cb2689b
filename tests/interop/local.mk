# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Other people's programs over pcscd, vpcd and the virtual card.  Each script
# has a pcscd of its own, so they can run beside each other.
# Add a script: dist_check_SCRIPTS += %D%/x.sh between if and endif; what it
# reads: EXTRA_DIST

include %D%/clients/local.mk

if INTEROP
# the longest first
dist_check_SCRIPTS += %D%/removal.sh %D%/status.sh %D%/opensc.sh \
	%D%/budget.sh %D%/pin.sh \
	%D%/service.sh %D%/modules.sh %D%/counter.sh
check_DATA += %D%/p11job$(EXEEXT)
dist_check_SCRIPTS += %D%/exit.sh
check_DATA += %D%/exit_host$(EXEEXT)
dist_check_SCRIPTS += %D%/beside.sh
dist_check_SCRIPTS += %D%/generations.sh
dist_check_SCRIPTS += %D%/attr.sh
dist_check_SCRIPTS += %D%/pcsc_link.sh
check_DATA += %D%/pcsc_link$(EXEEXT)
dist_check_SCRIPTS += %D%/nym.sh %D%/nym_vectors.sh
dist_check_SCRIPTS += %D%/secrets.sh %D%/together.sh
check_DATA += %D%/secrets$(EXEEXT)
if OPENSC
dist_check_SCRIPTS += %D%/osc_budget.sh
check_DATA += tests/bench/opensc_steps$(EXEEXT)
# with OpenSC's programs and our card driver
dist_check_SCRIPTS += %D%/osc_blocked.sh %D%/osc_cards.sh %D%/osc_atr.sh \
	%D%/osc_tools.sh %D%/osc_beside.sh %D%/osc_data.sh %D%/osc_logout.sh \
	%D%/osc_clients.sh
endif
endif
EXTRA_DIST += %D%/osc_jobs.sh
EXTRA_DIST += %D%/lib.sh %D%/osc.sh %D%/osc_cases.sh %D%/osc_module.sh

include %D%/nym/local.mk

# One process that uses the module file as it is told: no test by itself.
EXTRA_PROGRAMS += %D%/p11job
CLEANFILES += %D%/p11job$(EXEEXT)
%C%_p11job_SOURCES = %D%/p11job.c %D%/p11job_life.c %D%/p11job.h
%C%_p11job_LDADD = -ldl

# A program that ends in several ways.
EXTRA_PROGRAMS += %D%/exit_host
CLEANFILES += %D%/exit_host$(EXEEXT)
%C%_exit_host_LDADD = -ldl -lpthread

# Our own transport alone; a helper of its script.
EXTRA_PROGRAMS += %D%/pcsc_link
CLEANFILES += %D%/pcsc_link$(EXEEXT)
%C%_pcsc_link_LDADD = libjumin-core.la

# A host that looks for PINs in its own memory.
EXTRA_PROGRAMS += %D%/secrets
CLEANFILES += %D%/secrets$(EXEEXT)
%C%_secrets_SOURCES = %D%/secrets.c %D%/secrets_look.c %D%/secrets.h
%C%_secrets_LDADD = -ldl
