# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The module through its function list, with a virtual card in process.
# Add a test: check_PROGRAMS += %D%/test_x

# Objects and operations: one reader with one card.
libjumin_testsupport_la_SOURCES += %D%/p11t.c %D%/p11t.h
libjumin_testsupport_la_SOURCES += %D%/p11t_sign.c %D%/p11t_sign.h
check_PROGRAMS += %D%/test_objects %D%/test_find %D%/test_mechanisms
check_PROGRAMS += %D%/test_sign %D%/test_sign_refused %D%/test_verify
check_PROGRAMS += %D%/test_lengths
check_PROGRAMS += %D%/test_ec
check_PROGRAMS += %D%/test_digests %D%/test_operation_faults
check_PROGRAMS += %D%/test_clients
%C%_test_operation_faults_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK) \
	-Wl,--wrap=jm_now_ms -Wl,--wrap=jm_sleep_ms

# Readers and cards that come and go.
check_LTLIBRARIES += libjumin-stage.la
libjumin_stage_la_SOURCES = %D%/stage.c %D%/stage.h
libjumin_stage_la_SOURCES += %D%/stage_conf.c %D%/stage_conf.h
P11_LDADD = libjumin-stage.la $(LDADD)
check_PROGRAMS += %D%/test_slots
%C%_test_slots_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_init
%C%_test_init_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_all_functions
%C%_test_all_functions_LDADD = $(P11_LDADD)
%C%_test_all_functions_SOURCES = %D%/test_all_functions.c %D%/all_functions.h
check_PROGRAMS += %D%/test_sessions
%C%_test_sessions_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_login %D%/test_login_faults
%C%_test_login_SOURCES = %D%/test_login.c %D%/clock.c %D%/clock.h
%C%_test_login_LDADD = $(P11_LDADD)
%C%_test_login_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
%C%_test_login_faults_SOURCES = %D%/test_login_faults.c %D%/clock.c \
	%D%/clock.h
%C%_test_login_faults_LDADD = $(P11_LDADD)
%C%_test_login_faults_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_set_pin
%C%_test_set_pin_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_events
%C%_test_events_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_cost
%C%_test_cost_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_fork
%C%_test_fork_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_threads
%C%_test_threads_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_exchange_of_cards
%C%_test_exchange_of_cards_LDADD = $(P11_LDADD)
%C%_test_exchange_of_cards_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=jm_token_open_reader
check_PROGRAMS += %D%/test_removal
%C%_test_removal_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_held
%C%_test_held_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_memory
%C%_test_memory_LDADD = $(P11_LDADD)
%C%_test_memory_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)

# The try-counter proof.
check_PROGRAMS += %D%/test_model
%C%_test_model_SOURCES = %D%/test_model.c %D%/model.h %D%/model_world.c \
	%D%/model_people.c \
	%D%/model_ref.c %D%/model_calls.c %D%/model_life.c
%C%_test_model_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms \
	-Wl,--wrap=jm_sleep_ms -Wl,--wrap=jm_soft_key_sign_raw \
	-Wl,--wrap=jm_soft_key_sign_pss
# How a login lives.
check_PROGRAMS += %D%/test_hold
%C%_test_hold_SOURCES = %D%/test_hold.c %D%/clock.c %D%/clock.h
%C%_test_hold_LDADD = $(P11_LDADD)
%C%_test_hold_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_hold_threads
%C%_test_hold_threads_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_context
%C%_test_context_SOURCES = %D%/test_context.c %D%/clock.c %D%/clock.h
%C%_test_context_LDADD = $(P11_LDADD)
%C%_test_context_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_configured
%C%_test_configured_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_logfile
%C%_test_logfile_LDADD = $(P11_LDADD)
%C%_test_logfile_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=syslog \
	-Wl,--wrap=__syslog_chk -Wl,--wrap=openlog
check_PROGRAMS += %D%/test_flavour_auth %D%/test_flavour_sign
check_LTLIBRARIES += libjumin-p11-auth.la libjumin-p11-sign.la
libjumin_p11_auth_la_SOURCES = pkcs11/flavour_auth.c
libjumin_p11_sign_la_SOURCES = pkcs11/flavour_sign.c
%C%_test_flavour_auth_SOURCES = %D%/test_flavour.c
%C%_test_flavour_auth_LDADD = libjumin-p11-auth.la $(P11_LDADD)
%C%_test_flavour_sign_SOURCES = %D%/test_flavour.c
%C%_test_flavour_sign_LDADD = libjumin-p11-sign.la $(P11_LDADD)
check_PROGRAMS += %D%/test_cache
%C%_test_cache_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_pinpad
%C%_test_pinpad_SOURCES = %D%/test_pinpad.c %D%/clock.c %D%/clock.h
%C%_test_pinpad_LDADD = $(P11_LDADD)
%C%_test_pinpad_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_no_wait
%C%_test_no_wait_SOURCES = %D%/test_no_wait.c %D%/all_functions.h %D%/clock.c \
	%D%/clock.h
%C%_test_no_wait_LDADD = $(P11_LDADD)
%C%_test_no_wait_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_promised
%C%_test_promised_SOURCES = %D%/test_promised.c %D%/promised.c %D%/promised.h \
	%D%/promised_ops.c %D%/promised_cases.h %D%/clock.c %D%/clock.h
%C%_test_promised_LDADD = $(P11_LDADD)
%C%_test_promised_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK) \
	-Wl,--wrap=jm_now_ms -Wl,--wrap=jm_sleep_ms
check_PROGRAMS += %D%/test_every_reply
%C%_test_every_reply_SOURCES = %D%/test_every_reply.c %D%/clock.c %D%/clock.h
%C%_test_every_reply_LDADD = $(P11_LDADD)
%C%_test_every_reply_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=jm_now_ms -Wl,--wrap=jm_sleep_ms -Wl,--wrap=fsync
check_PROGRAMS += %D%/test_generations
%C%_test_generations_LDADD = $(P11_LDADD)

# The slot of service identities: over an index that tests make up, ...
libjumin_stage_la_SOURCES += %D%/nymt.c %D%/nymt.h
NYM_INDEX_LINK = -Wl,--wrap=nym_index_any -Wl,--wrap=jm_token_nym_index \
	-Wl,--wrap=jm_token_nym_login -Wl,--wrap=jm_token_nym_logout \
	-Wl,--wrap=jm_token_nym_logged_in -Wl,--wrap=jm_token_nym_sign
NYM_INDEX_TRY = %D%/nym_index_try.c %D%/nym_index_try.h
check_PROGRAMS += %D%/test_nym_slot %D%/test_nym_objects %D%/test_nym_sign
check_PROGRAMS += %D%/test_nym_flavour_auth %D%/test_nym_flavour_sign
%C%_test_nym_slot_SOURCES = %D%/test_nym_slot.c $(NYM_INDEX_TRY)
%C%_test_nym_slot_LDADD = $(P11_LDADD)
%C%_test_nym_slot_LDFLAGS = $(AM_LDFLAGS) $(NYM_INDEX_LINK)
%C%_test_nym_objects_SOURCES = %D%/test_nym_objects.c $(NYM_INDEX_TRY)
%C%_test_nym_objects_LDADD = $(P11_LDADD)
%C%_test_nym_objects_LDFLAGS = $(AM_LDFLAGS) $(NYM_INDEX_LINK)
%C%_test_nym_sign_SOURCES = %D%/test_nym_sign.c $(NYM_INDEX_TRY)
%C%_test_nym_sign_LDADD = $(P11_LDADD)
%C%_test_nym_sign_LDFLAGS = $(AM_LDFLAGS) $(NYM_INDEX_LINK)
%C%_test_nym_flavour_auth_SOURCES = %D%/test_nym_flavour.c $(NYM_INDEX_TRY)
%C%_test_nym_flavour_auth_LDADD = libjumin-p11-auth.la $(P11_LDADD)
%C%_test_nym_flavour_auth_LDFLAGS = $(AM_LDFLAGS) $(NYM_INDEX_LINK)
%C%_test_nym_flavour_sign_SOURCES = %D%/test_nym_flavour.c $(NYM_INDEX_TRY)
%C%_test_nym_flavour_sign_LDADD = libjumin-p11-sign.la $(P11_LDADD)
%C%_test_nym_flavour_sign_LDFLAGS = $(AM_LDFLAGS) $(NYM_INDEX_LINK)
# ... and of virtual cards, on disk.
NYM_CARDS = %D%/nymc.c %D%/nymc.h
check_PROGRAMS += %D%/test_nym_vectors
%C%_test_nym_vectors_SOURCES = %D%/test_nym_vectors.c $(NYM_CARDS)
%C%_test_nym_vectors_LDADD = $(P11_LDADD)
%C%_test_nym_vectors_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_random
check_PROGRAMS += %D%/test_nym_card
%C%_test_nym_card_SOURCES = %D%/test_nym_card.c $(NYM_CARDS)
%C%_test_nym_card_LDADD = $(P11_LDADD)
check_PROGRAMS += %D%/test_nym_life
%C%_test_nym_life_SOURCES = %D%/test_nym_life.c $(NYM_CARDS)
%C%_test_nym_life_LDADD = $(P11_LDADD)
