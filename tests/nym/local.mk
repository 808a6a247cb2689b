# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Attacks on service identities, each with the weak construction beside it that
# falls (doc/threats.md).  Add a test: check_PROGRAMS += %D%/test_x

libjumin_testsupport_la_SOURCES += %D%/foe.c %D%/foe.h
libjumin_testsupport_la_SOURCES += %D%/leak.c %D%/leak.h

# Nothing but the derivation.
check_PROGRAMS += %D%/test_chosen_nonce
check_PROGRAMS += %D%/test_whole_t
check_PROGRAMS += %D%/test_stolen_prk
check_PROGRAMS += %D%/test_vault_scope
# A card that stumbles.
check_PROGRAMS += %D%/test_crt_fault
%C%_test_crt_fault_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_card_sign \
	-Wl,--wrap=jm_card_uses_sfi -Wl,--wrap=jm_card_sw
check_PROGRAMS += %D%/test_fault_paths
%C%_test_fault_paths_SOURCES = %D%/test_fault_paths.c tests/unit/cli_try.c \
	tests/unit/cli_try.h
%C%_test_fault_paths_LDADD = libjumin-cli.la $(P11_LDADD)
%C%_test_fault_paths_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms \
	-Wl,--wrap=jm_sleep_ms -Wl,--wrap=fsync \
	-Wl,--wrap=jm_soft_key_sign_raw
# A holder whose card is no more than its key.
HELD = tests/nym/held.c tests/nym/held.h
HELD_LINK = -Wl,--wrap=jm_card_sign -Wl,--wrap=jm_card_sign_own \
	-Wl,--wrap=jm_card_uses_sfi -Wl,--wrap=jm_card_sw
EXTRA_DIST += $(HELD)
check_PROGRAMS += %D%/test_holder_attacks
%C%_test_holder_attacks_SOURCES = %D%/test_holder_attacks.c $(HELD)
%C%_test_holder_attacks_LDFLAGS = $(AM_LDFLAGS) $(HELD_LINK)
# The same from the PIN on, with virtual cards.
check_PROGRAMS += %D%/test_card_attacks
%C%_test_card_attacks_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fsync
# All ways to have bytes signed.
check_PROGRAMS += %D%/test_front_ends
%C%_test_front_ends_SOURCES = %D%/test_front_ends.c tests/unit/cli_try.c \
	tests/unit/cli_try.h
%C%_test_front_ends_LDADD = libjumin-cli.la $(P11_LDADD)
%C%_test_front_ends_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms \
	-Wl,--wrap=jm_sleep_ms -Wl,--wrap=fsync
# What the command lets out.
check_PROGRAMS += %D%/test_command_attacks
%C%_test_command_attacks_SOURCES = %D%/test_command_attacks.c \
	tests/unit/cli_try.c tests/unit/cli_try.h
%C%_test_command_attacks_LDADD = libjumin-cli.la $(LDADD)
%C%_test_command_attacks_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms \
	-Wl,--wrap=jm_sleep_ms -Wl,--wrap=time -Wl,--wrap=fsync
# Why this construction and not its neighbours.
check_PROGRAMS += %D%/test_group_key
check_PROGRAMS += %D%/test_sector_points
# What TLS signs.
check_PROGRAMS += %D%/test_tls_input
%C%_test_tls_input_LDADD = $(LDADD) -lssl
check_PROGRAMS += %D%/test_borrowed_name
%C%_test_borrowed_name_LDADD = $(LDADD) -lssl
# What a service is sent.
libjumin_testsupport_la_SOURCES += %D%/login.c %D%/login.h
check_PROGRAMS += %D%/test_login_attacks
check_PROGRAMS += %D%/test_epoch_boundary
check_PROGRAMS += %D%/test_list_attacks

# Looks for T among recorded inputs.
check_DATA += %D%/t_set$(EXEEXT)
dist_check_SCRIPTS += %D%/t_set.sh
EXTRA_PROGRAMS += %D%/t_set
CLEANFILES += %D%/t_set$(EXEEXT)
%C%_t_set_LDADD = libjumin-core.la libjumin-base.la

# What an attacker computes, for scripts; other people's modules beside ours.
EXTRA_PROGRAMS += %D%/foe_tool
CLEANFILES += %D%/foe_tool$(EXEEXT)
%C%_foe_tool_LDADD = libjumin-core.la libjumin-base.la
if INTEROP
check_DATA += %D%/foe_tool$(EXEEXT)
dist_check_SCRIPTS += %D%/stock_modules.sh
endif

# The known answers once more, by the openssl program alone.
dist_check_SCRIPTS += %D%/openssl.sh
EXTRA_DIST += %D%/openssl-lib.sh %D%/rsa.awk

# Properties of the derivation over many cards and services.
SAMPLE = %D%/sample.c %D%/sample.h
check_PROGRAMS += %D%/test_nym_props
%C%_test_nym_props_SOURCES = %D%/test_nym_props.c %D%/props.c %D%/props.h \
	$(SAMPLE)
%C%_test_nym_props_LDADD = $(LDADD) -lm
check_PROGRAMS += %D%/test_nym_kernel
%C%_test_nym_kernel_SOURCES = %D%/test_nym_kernel.c $(SAMPLE)
# The example service, against the library as it is installed.  A sanitized
# library is for sanitized programs alone.
EXTRA_PROGRAMS += %D%/holder_say
CLEANFILES += %D%/holder_say$(EXEEXT)
%C%_holder_say_LDADD = libjumin-core.la libjumin-base.la
if !SANITIZE
check_DATA += %D%/holder_say$(EXEEXT)
dist_check_SCRIPTS += %D%/example.sh
endif
