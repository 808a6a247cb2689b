# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h

libjumin_core_la_SOURCES += \
	%D%/cache.c %D%/cache.h %D%/cache_file.c \
	%D%/cert.c \
	%D%/data.c %D%/data.h \
	%D%/guard.c %D%/guard.h \
	%D%/hold.c %D%/host.c \
	%D%/ident.c %D%/ident.h \
	%D%/identify.c \
	%D%/login.c \
	%D%/nym.c %D%/nym_seen.c %D%/nym.h \
	%D%/at_reader.c \
	%D%/apps.c \
	%D%/attr.c %D%/attr_read.c %D%/attr.h \
	%D%/pinbox.c %D%/pinbox.h \
	%D%/random.c \
	%D%/policy.c %D%/policy.h \
	%D%/recall.c \
	%D%/registered.c \
	%D%/sign.c \
	%D%/token.c %D%/token.h %D%/token_impl.h
