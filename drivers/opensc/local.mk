# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The card driver for one release of OpenSC (configure --with-opensc-source).
# libjumin-osc.la is the driver without its exports, so that a test can link it.

OSC_CPPFLAGS = $(AM_CPPFLAGS) -DOSC_RELEASE='"$(OPENSC_RELEASE)"' \
	$(OPENSC_CPPFLAGS)

if OPENSC
noinst_LTLIBRARIES += libjumin-osc.la
libjumin_osc_la_SOURCES = $(JM_OSC_SOURCES)
libjumin_osc_la_CPPFLAGS = $(OSC_CPPFLAGS)
libjumin_osc_la_LIBADD = libjumin-core.la

opensc_LTLIBRARIES += card-jumin.la
card_jumin_la_SOURCES = %D%/module.c
card_jumin_la_CPPFLAGS = $(OSC_CPPFLAGS)
card_jumin_la_LIBADD = libjumin-osc.la $(OPENSC_LIBS)
card_jumin_la_LDFLAGS = $(AM_LDFLAGS) $(JM_MODULE_LDFLAGS) -module \
	-avoid-version -shared -no-undefined \
	-Wl,--version-script=$(srcdir)/%D%/exports.map
card_jumin_la_DEPENDENCIES = libjumin-osc.la %D%/exports.map
endif

JM_OSC_SOURCES = \
	%D%/card-jumin.c \
	%D%/link_opensc.c %D%/link_opensc.h \
	%D%/module.h \
	%D%/options.c %D%/options.h \
	%D%/osc.h \
	%D%/osc_err.c %D%/osc_err.h \
	%D%/osc_file.c \
	%D%/osc_pin.c \
	%D%/osc_sign.c \
	%D%/pkcs15-jumin.c \
	%D%/refs.c \
	%D%/view.h \
	%D%/view_data.c \
	%D%/view_file.c %D%/view_file.h \
	%D%/view_keys.c \
	%D%/view_pins.c \
	%D%/view_refresh.c
EXTRA_DIST += %D%/exports.map $(JM_OSC_SOURCES) %D%/module.c

# What OpenSC has to be told, with the full paths: by itself, and as a whole
# configuration.
OPENSC_CONFS = %D%/opensc-jumin.conf %D%/opensc.conf
if OPENSC
opensc_conf_DATA = $(OPENSC_CONFS)
endif
$(OPENSC_CONFS): Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && $(SED) \
		-e 's|@DRIVER[@]|$(openscdir)/card-jumin.so|' \
		-e 's|@CONF[@]|$(opensc_confdir)/opensc.conf|' \
		-e 's|@RELEASE[@]|$(OPENSC_RELEASE)|' \
		$(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
%D%/opensc-jumin.conf: %D%/opensc-jumin.conf.in
%D%/opensc.conf: %D%/opensc.conf.in
CLEANFILES += $(OPENSC_CONFS)
EXTRA_DIST += %D%/opensc-jumin.conf.in %D%/opensc.conf.in

# The only commands of this hook: they are run after all that it waits for.
install-data-hook:
if OPENSC
	@echo 'For OpenSC to use the driver of Jumin add this line to your profile:'
	@echo '    export OPENSC_CONF=$(opensc_confdir)/opensc.conf'
	@echo '(or the lines of opensc-jumin.conf in that folder to your own file)'
endif
