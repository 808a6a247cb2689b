# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fuzz targets.  In an ordinary build each is a test that runs its corpus once;
# "make fuzz" (run.sh) builds them once more for libFuzzer, in fuzz/.
# Add a target: "fuzz_NAME" to fuzz_programs with its flags below, its seeds to
# corpus/NAME.txt, its name to FUZZ_TARGETS in tests/local.mk.

fuzz_programs = %D%/fuzz_exchange %D%/fuzz_card %D%/fuzz_load %D%/fuzz_p11 \
	%D%/fuzz_x509 %D%/fuzz_vcard %D%/fuzz_conf %D%/fuzz_cache \
	%D%/fuzz_pinpad %D%/fuzz_attr %D%/fuzz_sm \
	%D%/fuzz_assertion %D%/fuzz_manifest %D%/fuzz_proof

check_LTLIBRARIES += libjumin-fuzz.la
libjumin_fuzz_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_DIR='"$(abs_top_srcdir)/tests/fuzz"'
libjumin_fuzz_la_SOURCES = %D%/feed.c %D%/fuzz.h \
	%D%/hostile.c %D%/hostile.h %D%/cert_check.c %D%/cert_check.h \
	%D%/clock.c %D%/clock.h \
	%D%/p11_stage.c %D%/p11_stage.h %D%/ckr.h %D%/corpus.c %D%/corpus.h
if FUZZING
EXTRA_PROGRAMS += $(fuzz_programs)
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
else
check_PROGRAMS += $(fuzz_programs)
libjumin_fuzz_la_SOURCES += %D%/main.c
FUZZ_LINK = $(AM_LDFLAGS)
endif

FUZZ_LIBS = libjumin-fuzz.la libjumin-testsupport.la libjumin-p11.la libjumin-p11-full.la \
	libjumin-vcard.la libjumin-core.la libjumin-base.la $(CMOCKA_LIBS)
# A card of one input is written nowhere, and time is the input's.
FUZZ_CARD_LINK = $(FUZZ_LINK) -Wl,--wrap=vc_image_save
FUZZ_WHOLE_LINK = $(FUZZ_CARD_LINK) -Wl,--wrap=jm_random \
	-Wl,--wrap=jm_soft_key_new -Wl,--wrap=jm_soft_key_load \
	-Wl,--wrap=jm_soft_key_free -Wl,--wrap=jm_soft_key_save \
	-Wl,--wrap=jm_cvc_accept
FUZZ_CLOCK_LINK = $(FUZZ_CARD_LINK) -Wl,-u,__wrap_jm_now_ms \
	-Wl,--wrap=jm_now_ms -Wl,--wrap=jm_sleep_ms
%C%_fuzz_exchange_LDADD = $(FUZZ_LIBS)
%C%_fuzz_exchange_LDFLAGS = $(FUZZ_LINK)
%C%_fuzz_card_LDADD = $(FUZZ_LIBS)
%C%_fuzz_card_LDFLAGS = $(FUZZ_CARD_LINK)
%C%_fuzz_load_LDADD = $(FUZZ_LIBS)
%C%_fuzz_load_LDFLAGS = $(FUZZ_CLOCK_LINK)
%C%_fuzz_p11_LDADD = $(FUZZ_LIBS)
%C%_fuzz_p11_LDFLAGS = $(FUZZ_CLOCK_LINK) -Wl,--wrap=jm_conf_load
%C%_fuzz_x509_LDADD = $(FUZZ_LIBS)
%C%_fuzz_x509_LDFLAGS = $(FUZZ_LINK)
%C%_fuzz_vcard_LDADD = $(FUZZ_LIBS)
%C%_fuzz_vcard_CPPFLAGS = $(libjumin_fuzz_la_CPPFLAGS)
%C%_fuzz_vcard_SOURCES = %D%/fuzz_vcard.c %D%/whole.c %D%/whole.h
%C%_fuzz_vcard_LDFLAGS = $(FUZZ_WHOLE_LINK)
%C%_fuzz_conf_LDADD = $(FUZZ_LIBS)
%C%_fuzz_conf_LDFLAGS = $(FUZZ_LINK)
%C%_fuzz_cache_LDADD = $(FUZZ_LIBS)
%C%_fuzz_cache_LDFLAGS = $(FUZZ_LINK)
%C%_fuzz_attr_LDADD = $(FUZZ_LIBS)
%C%_fuzz_attr_LDFLAGS = $(FUZZ_CLOCK_LINK)
%C%_fuzz_pinpad_LDADD = $(FUZZ_LIBS)
%C%_fuzz_pinpad_LDFLAGS = $(FUZZ_LINK)
%C%_fuzz_sm_LDADD = $(FUZZ_LIBS)
%C%_fuzz_sm_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_assertion_LDADD = $(FUZZ_LIBS)
%C%_fuzz_assertion_LDFLAGS = $(FUZZ_LINK)
%C%_fuzz_manifest_LDADD = libjumin-manifest.la $(FUZZ_LIBS)
%C%_fuzz_manifest_LDFLAGS = $(FUZZ_LINK)
%C%_fuzz_proof_LDADD = $(FUZZ_LIBS)
%C%_fuzz_proof_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += %D%/corpus_tool
CLEANFILES += %D%/corpus_tool$(EXEEXT)
%C%_corpus_tool_LDADD = $(FUZZ_LIBS)

EXTRA_DIST += %D%/card.image %D%/full.image %D%/operator.image %D%/x509.dict %D%/conf.dict
EXTRA_DIST += %D%/corpus/exchange.txt %D%/corpus/card.txt \
	%D%/corpus/load.txt %D%/corpus/p11.txt %D%/corpus/x509.txt \
	%D%/corpus/vcard.txt %D%/corpus/conf.txt \
	%D%/corpus/cache.txt %D%/corpus/pinpad.txt %D%/corpus/attr.txt %D%/corpus/sm.txt

# What is read of service identities.
fuzz_programs += %D%/fuzz_nym_scope
%C%_fuzz_nym_scope_LDADD = $(FUZZ_LIBS)
%C%_fuzz_nym_scope_LDFLAGS = $(FUZZ_LINK)
EXTRA_DIST += %D%/corpus/nym_scope.txt %D%/nym_scope.dict

fuzz_programs += %D%/fuzz_nym_vault
%C%_fuzz_nym_vault_LDADD = $(FUZZ_LIBS)
%C%_fuzz_nym_vault_LDFLAGS = $(FUZZ_LINK)
EXTRA_DIST += %D%/corpus/nym_vault.txt
EXTRA_DIST += %D%/corpus/assertion.txt %D%/corpus/manifest.txt \
	%D%/corpus/proof.txt

# The Windows minidriver, with the shim of tests/minidriver.
fuzz_programs += %D%/fuzz_minidriver
%C%_fuzz_minidriver_CPPFLAGS = $(MD_CPPFLAGS)
%C%_fuzz_minidriver_CFLAGS = $(MD_CFLAGS)
%C%_fuzz_minidriver_SOURCES = %D%/fuzz_minidriver.c %D%/md_stage.c \
	%D%/md_stage.h %D%/md_stage_args.c
%C%_fuzz_minidriver_LDADD = libjumin-md.la $(FUZZ_LIBS)
%C%_fuzz_minidriver_LDFLAGS = $(FUZZ_CLOCK_LINK) -Wl,--wrap=jm_conf_load \
	-Wl,--wrap=md_sigcache_load -Wl,--wrap=md_sigcache_forget
EXTRA_DIST += %D%/corpus/minidriver.txt %D%/minidriver.dict
