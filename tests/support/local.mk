# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a file: libjumin_testsupport_la_SOURCES += %D%/x.c %D%/x.h

check_LTLIBRARIES += libjumin-testsupport.la
libjumin_testsupport_la_SOURCES = %D%/test.h %D%/wine.h
libjumin_testsupport_la_SOURCES += %D%/cached.c %D%/cached.h
libjumin_testsupport_la_SOURCES += %D%/fault.c %D%/fault.h
libjumin_testsupport_la_SOURCES += %D%/fault_wrap.c
libjumin_testsupport_la_SOURCES += %D%/fixture.c %D%/fixture.h
libjumin_testsupport_la_SOURCES += %D%/hierarchy.c %D%/hierarchy.h
libjumin_testsupport_la_SOURCES += %D%/script.c %D%/script.h
libjumin_testsupport_la_SOURCES += %D%/attr_records.c %D%/attr_records.h
libjumin_testsupport_la_SOURCES += %D%/script_card.h
libjumin_testsupport_la_SOURCES += %D%/nym_pem.c %D%/nym_pem.h
libjumin_testsupport_la_SOURCES += %D%/nym_cards.c %D%/nym_cards.h
libjumin_testsupport_la_SOURCES += %D%/nym_job.c %D%/nym_job.h

# For a program whose own allocations are to fail in turn (fault.h).
FAULT_LINK = -Wl,-u,__wrap_malloc \
	-Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc


# A pcscd of its own for one command, in namespaces that end with it.
EXTRA_DIST += %D%/pcsc-ns.sh

# A reader in process with the virtual card in it.
libjumin_testsupport_la_SOURCES += %D%/link_vcard.c %D%/link_vcard.h

# PC/SC in process, for a program that calls vscard.h.
libjumin_testsupport_la_SOURCES += %D%/vscard.c %D%/vscard_pcsc.c
libjumin_testsupport_la_SOURCES += %D%/vscard_handle.c %D%/vscard_send.c
libjumin_testsupport_la_SOURCES += %D%/vscard_pad.c
libjumin_testsupport_la_SOURCES += %D%/vscard.h %D%/vscard_impl.h
libjumin_testsupport_la_SOURCES += %D%/vc_try.c %D%/vc_try.h
libjumin_testsupport_la_SOURCES += %D%/vc_apps.c %D%/vc_apps.h
libjumin_testsupport_la_SOURCES += %D%/vc_full.c %D%/vc_full.h
libjumin_testsupport_la_SOURCES += %D%/vc_write.c %D%/vc_write.h
libjumin_testsupport_la_SOURCES += %D%/vc_image_try.c %D%/vc_image_try.h
libjumin_testsupport_la_SOURCES += %D%/fake_vpcd.c %D%/fake_vpcd.h
libjumin_testsupport_la_SOURCES += %D%/sm_pair.c %D%/sm_pair.h
libjumin_testsupport_la_SOURCES += %D%/sm_try.c %D%/sm_try.h

# A counter's terminal before cards by script: its program lists COUNTER_PLAY
# among its sources and links with PLAY_LINK.
COUNTER_PLAY = tests/support/counter_play.c tests/support/counter_play.h
PLAY_LINK = -Wl,--wrap=jm_sm_open -Wl,--wrap=jm_sm_send \
	-Wl,--wrap=jm_sm_state -Wl,--wrap=jm_sm_free
EXTRA_DIST += $(COUNTER_PLAY)

# An authority, both cards and a terminal, in process.
libjumin_testsupport_la_SOURCES += %D%/vc_world.c %D%/vc_world.h

# Known answers of service identities, and the keys that they are made with.
libjumin_testsupport_la_SOURCES += %D%/nym_vectors.c %D%/nym_vectors.h
libjumin_testsupport_la_SOURCES += %D%/nym_keys.c %D%/nym_keys.h

# A token over a script.
libjumin_testsupport_la_SOURCES += %D%/script_token.c %D%/script_token.h
