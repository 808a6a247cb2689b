# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The card driver in the distribution's libopensc, in process.
# Add a test: four lines as those of test_osc_card.

check_LTLIBRARIES += libjumin-oschost.la
libjumin_oschost_la_SOURCES = %D%/osc_host.c %D%/osc_host.h %D%/osc_reader.c \
	%D%/osc_try.c %D%/osc_try.h \
	drivers/opensc/module.c
libjumin_oschost_la_CPPFLAGS = $(OSC_CPPFLAGS)

# libopensc finds the driver in the program itself.
OSC_HOST_LINK = $(AM_LDFLAGS) -export-dynamic
OSC_HOST_ADD = libjumin-oschost.la libjumin-osc.la $(LDADD) $(OPENSC_LIBS)

check_PROGRAMS += %D%/test_osc_card
%C%_test_osc_card_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_card_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_card_LDADD = $(OSC_HOST_ADD)
check_PROGRAMS += %D%/test_osc_link
%C%_test_osc_link_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_link_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_link_LDADD = $(OSC_HOST_ADD)

check_PROGRAMS += %D%/test_osc_err
%C%_test_osc_err_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_err_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_err_LDADD = $(OSC_HOST_ADD)

check_PROGRAMS += %D%/test_osc_view
%C%_test_osc_view_SOURCES = %D%/test_osc_view.c %D%/view_labels.h
%C%_test_osc_view_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_view_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_view_LDADD = $(OSC_HOST_ADD)

check_PROGRAMS += %D%/test_osc_files
%C%_test_osc_files_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_files_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_files_LDADD = $(OSC_HOST_ADD)
check_PROGRAMS += %D%/test_osc_pin
%C%_test_osc_pin_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_pin_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_pin_LDADD = $(OSC_HOST_ADD)

check_PROGRAMS += %D%/test_osc_sign
%C%_test_osc_sign_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_sign_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_sign_LDADD = $(OSC_HOST_ADD)

check_PROGRAMS += %D%/test_osc_view_ec
%C%_test_osc_view_ec_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_view_ec_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_view_ec_LDADD = $(OSC_HOST_ADD)
check_PROGRAMS += %D%/test_osc_sweep
%C%_test_osc_sweep_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_sweep_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_sweep_LDADD = $(OSC_HOST_ADD)
check_PROGRAMS += %D%/test_osc_safety
%C%_test_osc_safety_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_safety_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_safety_LDADD = $(OSC_HOST_ADD)

check_PROGRAMS += %D%/test_osc_view_module
%C%_test_osc_view_module_CPPFLAGS = $(OSC_CPPFLAGS)
%C%_test_osc_view_module_LDFLAGS = $(OSC_HOST_LINK)
%C%_test_osc_view_module_LDADD = $(OSC_HOST_ADD)
