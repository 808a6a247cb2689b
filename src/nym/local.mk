# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The identifier scheme; knows no card.  One archive for our own programs and
# for libjumin-nym.so, which is what services link.
# Add a file: libjumin_nymk_la_SOURCES += %D%/x.c %D%/x.h

noinst_LTLIBRARIES += libjumin-nymk.la
libjumin_nymk_la_SOURCES =

libjumin_nymk_la_SOURCES += %D%/enc.c %D%/enc.h
libjumin_nymk_la_SOURCES += %D%/scope.c %D%/scope.h
libjumin_nymk_la_SOURCES += %D%/scope_ip.c %D%/scope_ip.h
libjumin_nymk_la_SOURCES += %D%/derive.c %D%/text.c %D%/derive.h
libjumin_nymk_la_SOURCES += %D%/card_input.c
libjumin_nymk_la_SOURCES += %D%/cert.c %D%/cert.h
libjumin_nymk_la_SOURCES += %D%/assertion.h
libjumin_nymk_la_SOURCES += %D%/assertion.c %D%/wire.c %D%/ctx.c
libjumin_nymk_la_SOURCES += %D%/origin.c %D%/origin.h
libjumin_nymk_la_SOURCES += %D%/att.c %D%/registrar.c %D%/att.h
libjumin_nymk_la_SOURCES += %D%/xlist.c %D%/xlist.h
libjumin_nymk_la_SOURCES += %D%/xl_watch.c %D%/xl_watch.h
libjumin_nymk_la_SOURCES += %D%/verify.c %D%/verify_att.c %D%/trust.c
libjumin_nymk_la_SOURCES += %D%/service.c %D%/batch.c %D%/nym_impl.h %D%/nym.h

# What is shown before consent.  By itself, for it needs the tables of Unicode,
# and neither a module in a browser nor a service does.
noinst_LTLIBRARIES += libjumin-manifest.la
libjumin_manifest_la_SOURCES = %D%/manifest.c %D%/manifest_text.c %D%/manifest.h
libjumin_manifest_la_LIBADD = $(UNISTRING_LIBS)

# What services link: the scheme, and of what it stands on no more than it
# calls.  A caller finds it with pkg-config.
lib_LTLIBRARIES += libjumin-nym.la
jumininclude_HEADERS += %D%/nym.h
libjumin_nym_la_SOURCES = src/base/err.c src/base/wbuf.c src/base/rbuf.c \
	src/base/tlv.c src/base/wipe.c src/base/secret_posix.c \
	src/crypto/ctx_ossl.c src/crypto/digest.c src/crypto/digest_ossl.c \
	src/crypto/digest_name_ossl.c src/crypto/sha256_ossl.c \
	src/crypto/curve.c src/crypto/ec_ossl.c \
	src/crypto/ec_sig.c src/crypto/asn1_put.c src/crypto/soft_key_ossl.c \
	src/crypto/p256_verify_ossl.c src/crypto/x509_chain_ossl.c \
	src/crypto/hmac_ossl.c src/crypto/ec_key_ossl.c src/crypto/b64url.c
libjumin_nym_la_LIBADD = libjumin-nymk.la $(OPENSSL_LIBS)
libjumin_nym_la_LDFLAGS = $(AM_LDFLAGS) $(JM_MODULE_LDFLAGS) \
	-shared -no-undefined -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/%D%/exports.map
libjumin_nym_la_DEPENDENCIES = libjumin-nymk.la %D%/exports.map
EXTRA_DIST += %D%/exports.map %D%/jumin-nym.pc.in

pkgconfig_DATA += %D%/jumin-nym.pc
%D%/jumin-nym.pc: %D%/jumin-nym.pc.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && $(SED) -e 's|@prefix[@]|$(prefix)|' \
		-e 's|@libdir[@]|$(libdir)|' \
		-e 's|@includedir[@]|$(includedir)|' \
		-e 's|@VERSION[@]|$(VERSION)|' \
		$(srcdir)/%D%/jumin-nym.pc.in > $@.tmp && mv $@.tmp $@
CLEANFILES += %D%/jumin-nym.pc
