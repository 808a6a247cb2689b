# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The minidriver on Linux: its sources, and those of src/transport that speak
# to PC/SC, compiled with the shim of Windows (shim/windows.h).
# Add a test: four lines as those of test_md_acquire.

MD_CPPFLAGS = -I$(top_srcdir)/%D%/shim $(AM_CPPFLAGS)
MD_CFLAGS = $(AM_CFLAGS) -fshort-wchar

check_LTLIBRARIES += libjumin-md.la
libjumin_md_la_CPPFLAGS = $(MD_CPPFLAGS)
libjumin_md_la_CFLAGS = $(MD_CFLAGS)
libjumin_md_la_SOURCES = %D%/md_host.c %D%/md_host.h %D%/shim.c %D%/shim.h \
	%D%/shim/windows.h %D%/shim/wincrypt.h %D%/shim/winscard.h
libjumin_md_la_SOURCES += src/transport/link_borrowed.c \
	src/transport/scard_err.c src/transport/scard_io.c
libjumin_md_la_SOURCES += drivers/minidriver/entry.h \
	drivers/minidriver/md_interface.h
libjumin_md_la_SOURCES += drivers/minidriver/acquire.c
libjumin_md_la_SOURCES += drivers/minidriver/cardid.c drivers/minidriver/cardid.h
libjumin_md_la_SOURCES += drivers/minidriver/containers.c \
	drivers/minidriver/containers.h
libjumin_md_la_SOURCES += drivers/minidriver/crypt.c
libjumin_md_la_SOURCES += drivers/minidriver/ctx.c drivers/minidriver/ctx.h
libjumin_md_la_SOURCES += drivers/minidriver/files.c
libjumin_md_la_SOURCES += drivers/minidriver/md_err.c drivers/minidriver/md_err.h
libjumin_md_la_SOURCES += drivers/minidriver/names.h
libjumin_md_la_SOURCES += drivers/minidriver/pin.c
libjumin_md_la_SOURCES += drivers/minidriver/props.c
libjumin_md_la_SOURCES += drivers/minidriver/readonly.c
libjumin_md_la_SOURCES += drivers/minidriver/sigcache.c \
	drivers/minidriver/sigcache.h

libjumin_md_la_SOURCES += drivers/minidriver/setup.c drivers/minidriver/setup.h
libjumin_md_la_SOURCES += drivers/minidriver/setup_args.c \
	drivers/minidriver/setup_card.c drivers/minidriver/setup_pin.c \
	drivers/minidriver/setup_say.c
libjumin_md_la_SOURCES += %D%/md_try.c %D%/md_try.h
EXTRA_DIST += drivers/minidriver/setup_main.c

MD_ADD = libjumin-md.la $(LDADD)
EXTRA_DIST += drivers/minidriver/juminmd.def

check_PROGRAMS += %D%/test_md_acquire
%C%_test_md_acquire_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_acquire_CFLAGS = $(MD_CFLAGS)
%C%_test_md_acquire_LDADD = $(MD_ADD)
%C%_test_md_acquire_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)

check_PROGRAMS += %D%/test_md_props
%C%_test_md_props_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_props_CFLAGS = $(MD_CFLAGS)
%C%_test_md_props_LDADD = $(MD_ADD)

check_PROGRAMS += %D%/test_md_files
%C%_test_md_files_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_files_CFLAGS = $(MD_CFLAGS)
%C%_test_md_files_LDADD = $(MD_ADD)

check_PROGRAMS += %D%/test_md_card
%C%_test_md_card_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_card_CFLAGS = $(MD_CFLAGS)
%C%_test_md_card_LDADD = $(MD_ADD)
check_PROGRAMS += %D%/test_md_pin
%C%_test_md_pin_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_pin_CFLAGS = $(MD_CFLAGS)
%C%_test_md_pin_LDADD = $(MD_ADD)
%C%_test_md_pin_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_md_change
%C%_test_md_change_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_change_CFLAGS = $(MD_CFLAGS)
%C%_test_md_change_LDADD = $(MD_ADD)
check_PROGRAMS += %D%/test_md_sign
%C%_test_md_sign_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_sign_CFLAGS = $(MD_CFLAGS)
%C%_test_md_sign_LDADD = $(MD_ADD)
check_PROGRAMS += %D%/test_md_sign_ec
%C%_test_md_sign_ec_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_sign_ec_CFLAGS = $(MD_CFLAGS)
%C%_test_md_sign_ec_LDADD = $(MD_ADD)
check_PROGRAMS += %D%/test_md_guard
%C%_test_md_guard_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_guard_CFLAGS = $(MD_CFLAGS)
%C%_test_md_guard_LDADD = $(MD_ADD)
check_PROGRAMS += %D%/test_md_cost
%C%_test_md_cost_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_cost_CFLAGS = $(MD_CFLAGS)
%C%_test_md_cost_LDADD = $(MD_ADD)
check_PROGRAMS += %D%/test_md_replaced
%C%_test_md_replaced_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_replaced_CFLAGS = $(MD_CFLAGS)
%C%_test_md_replaced_LDADD = $(MD_ADD)
check_PROGRAMS += %D%/test_md_sigcache
%C%_test_md_sigcache_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_sigcache_CFLAGS = $(MD_CFLAGS)
%C%_test_md_sigcache_LDADD = $(MD_ADD)
%C%_test_md_sigcache_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=time
check_PROGRAMS += %D%/test_md_setup
%C%_test_md_setup_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_setup_CFLAGS = $(MD_CFLAGS)
%C%_test_md_setup_LDADD = libjumin-md.la libjumin-term.la $(LDADD)
%C%_test_md_setup_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_sleep_ms

check_PROGRAMS += %D%/test_md_containers
%C%_test_md_containers_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_containers_CFLAGS = $(MD_CFLAGS)
%C%_test_md_containers_LDADD = $(MD_ADD)

check_PROGRAMS += %D%/test_md_readonly
%C%_test_md_readonly_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_readonly_CFLAGS = $(MD_CFLAGS)
%C%_test_md_readonly_LDADD = $(MD_ADD)
libjumin_md_la_SOURCES += %D%/md_codes.h %D%/md_peek.c %D%/md_peek.h
check_PROGRAMS += %D%/test_md_sweep
%C%_test_md_sweep_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_sweep_CFLAGS = $(MD_CFLAGS)
%C%_test_md_sweep_LDADD = $(MD_ADD)
%C%_test_md_sweep_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=vc_image_save
check_PROGRAMS += %D%/test_md_model
%C%_test_md_model_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_model_CFLAGS = $(MD_CFLAGS)
%C%_test_md_model_SOURCES = %D%/test_md_model.c %D%/md_quick.c
%C%_test_md_model_LDADD = $(MD_ADD)
%C%_test_md_model_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=vc_image_save \
	-Wl,--wrap=jm_now_ms -Wl,--wrap=jm_soft_key_sign_raw
check_PROGRAMS += %D%/test_md_threads
%C%_test_md_threads_CPPFLAGS = $(MD_CPPFLAGS)
%C%_test_md_threads_CFLAGS = $(MD_CFLAGS)
%C%_test_md_threads_LDADD = $(MD_ADD)
%C%_test_md_threads_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=vc_image_save
