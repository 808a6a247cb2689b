# SPDX-License-Identifier: LGPL-2.1-or-later
#
# libjumin-p11.la is a module without its exports and its flavour, so that tests
# can link it (a sanitized program cannot load a module by name).
# Add a file: libjumin_p11_la_SOURCES += %D%/x.c %D%/x.h

noinst_LTLIBRARIES += libjumin-p11.la
libjumin_p11_la_SOURCES = \
	%D%/attr.c %D%/attr_tab.c %D%/attr.h \
	%D%/enter.c %D%/enter.h \
	%D%/entry.h \
	%D%/entry_digest.c \
	%D%/entry_general.c \
	%D%/entry_mech.c \
	%D%/entry_object.c \
	%D%/entry_other.c \
	%D%/entry_random.c \
	%D%/entry_session.c \
	%D%/entry_sign.c \
	%D%/entry_slot.c \
	%D%/find.c \
	%D%/flavour.h \
	%D%/funclist.c \
	%D%/logfile.c %D%/logfile.h \
	%D%/login.c \
	%D%/mech.c %D%/mech.h \
	%D%/module.c %D%/module.h \
	%D%/object.c %D%/object.h \
	%D%/op.c %D%/op.h \
	%D%/op_sign.c %D%/op_verify.c %D%/op_digest.c \
	%D%/p11.h %D%/p11_v3.h \
	%D%/nym.c %D%/nym.h \
	%D%/nym_cert.c %D%/nym_cert.h \
	%D%/part.c %D%/part.h \
	%D%/rv.c %D%/rv.h \
	%D%/session.c %D%/session.h \
	%D%/slot.c %D%/slot.h \
	%D%/text.c %D%/text.h
libjumin_p11_la_LIBADD = libjumin-core.la

# Flags of every shipped module; its exports are those of exports.map alone.
JM_MODULE_FLAGS = $(AM_LDFLAGS) $(JM_MODULE_LDFLAGS) -module -avoid-version \
	-shared -no-undefined -Wl,--version-script=$(srcdir)/pkcs11/exports.map
EXTRA_DIST += %D%/exports.map %D%/jumin.module.in

# Three modules, of one object each: with both key pairs, and with one.
pkcs11_LTLIBRARIES += jumin-pkcs11.la jumin-pkcs11-auth.la \
	jumin-pkcs11-sign.la
jumin_pkcs11_la_SOURCES = %D%/flavour_full.c
jumin_pkcs11_la_LIBADD = libjumin-p11.la
jumin_pkcs11_la_LDFLAGS = $(JM_MODULE_FLAGS)
jumin_pkcs11_la_DEPENDENCIES = libjumin-p11.la %D%/exports.map
jumin_pkcs11_auth_la_SOURCES = %D%/flavour_auth.c
jumin_pkcs11_auth_la_LIBADD = libjumin-p11.la
jumin_pkcs11_auth_la_LDFLAGS = $(JM_MODULE_FLAGS)
jumin_pkcs11_auth_la_DEPENDENCIES = libjumin-p11.la %D%/exports.map
jumin_pkcs11_sign_la_SOURCES = %D%/flavour_sign.c
jumin_pkcs11_sign_la_LIBADD = libjumin-p11.la
jumin_pkcs11_sign_la_LDFLAGS = $(JM_MODULE_FLAGS)
jumin_pkcs11_sign_la_DEPENDENCIES = libjumin-p11.la %D%/exports.map

# p11-kit takes a module outside of its own folder by its full path.  It is
# told of the first alone: the others show the same tokens.
p11kitconfig_DATA = %D%/jumin.module
%D%/jumin.module: %D%/jumin.module.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && $(SED) \
		-e 's|@MODULE[@]|$(pkcs11dir)/jumin-pkcs11.so|' \
		$(srcdir)/%D%/jumin.module.in > $@.tmp && mv $@.tmp $@
CLEANFILES += %D%/jumin.module
