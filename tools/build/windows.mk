# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds for Windows, with mingw-w64 and GNU make, in windows/ of the build
# folder; called from there by the targets of the top Makefile as
#   make -f .../tools/build/windows.mk srcdir=... VERSION=... TARGET
# What is built is in windows-files.mk.

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += -rR

include $(srcdir)/tools/build/windows-files.mk

W = windows
HOST_x86_64 = x86_64-w64-mingw32
HOST_i686 = i686-w64-mingw32
ARCHES = x86_64 i686

Q = $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@echo "  $(1)" "$@";)

# --- flags -------------------------------------------------------------------

# Nothing of the machine or of the hour goes into a file: two builds are equal.
# The warnings are those of configure.ac.
CFLAGS = -O2 -g
WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
	-Wwrite-strings -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wundef \
	-Wpointer-arith -Wformat=2 -Wswitch-enum -Wframe-larger-than=2047
COMPILE = -std=c11 -fvisibility=hidden -ffunction-sections -fdata-sections \
	-fstack-protector-strong -ffile-prefix-map=$(srcdir)/= \
	-fdebug-prefix-map=$(CURDIR)=. $(WARNINGS) \
	$(if $(filter yes,$(WERROR)),-Werror) \
	-D_GNU_SOURCE -D_WIN32_WINNT=0x0601 -DUNICODE -D_UNICODE \
	-D__USE_MINGW_ANSI_STDIO=1 \
	-I$(srcdir)/src -I$(srcdir) -I$(W)/include
LINK = -static -fstack-protector-strong -Wl,--dynamicbase,--nxcompat \
	-Wl,--no-insert-timestamp -Wl,--gc-sections

# The callers of a 32-bit DLL align the stack to four bytes only.
COMPILE_x86_64 =
COMPILE_i686 = -mstackrealign
LINK_x86_64 = -Wl,--high-entropy-va
LINK_i686 = -Wl,--kill-at,--enable-stdcall-fixup
LIBS = -lwinscard -lbcrypt -lcrypt32 -lncrypt -lshell32 -lole32 -lshlwapi -ladvapi32
LIBS_ossl = $(LIBS) -lws2_32

# --- how ---------------------------------------------------------------------

# Of a file in windows/ARCH/.
arch = $(word 2,$(subst /, ,$@))
tool = $(HOST_$(arch))

# objects ARCH,SOURCES
objects = $(patsubst %.c,$(W)/$(1)/%.o,$(filter %.c,$(2)))

compile = $(call say,CC      )mkdir -p $(@D) && $(tool)-gcc $(COMPILE) \
	$(COMPILE_$(arch)) $(CPPFLAGS_OF) $(CFLAGS) -MMD -MP -c -o $@ $<

# link LIBS,OPTIONS[,SUFFIX]: of the objects and archives that the target stands
# on; SUFFIX is behind its name
link = $(call say,LD      )mkdir -p $(@D) && $(call link_now,$(1),$(2),$(3))
link_now = $(tool)-gcc $(2) $(LINK) $(LINK_$(arch)) -o $@$(3) \
	$(filter %.o %.def,$^) -Wl,--start-group $(filter %.a,$^) \
	-Wl,--end-group $(1)

# release LIBS,OPTIONS: the same without symbols, which are in a file beside it;
# linked twice, for strip writes the hour into what it makes
release = $(call link,$(1),$(2),-t) && \
	$(tool)-objcopy --only-keep-debug $@-t $@.debug && \
	$(call link_now,$(1),-s $(2),-t) && mv $@-t $@

# --- the core, the driver and its set-up -------------------------------------

# The release that the programs tell.
$(W)/include/config.h: $(srcdir)/configure.ac
	$(call say,GEN     )mkdir -p $(@D) && \
	echo '#define PACKAGE_VERSION "$(VERSION)"' >$@

# The table of the cards is made by the top Makefile, or is in the tarball.
source = $(firstword $(wildcard $(1) $(srcdir)/$(1)) $(srcdir)/$(1))

$(W)/%.rc: $(srcdir)/drivers/minidriver/%.rc.in $(srcdir)/configure.ac
	$(call say,GEN     )mkdir -p $(@D) && sed -e 's/@VERSION[@]/$(VERSION)/g' \
		-e 's/@NUMBERS[@]/$(subst .,$(comma),$(VERSION)),0/g' $< >$@
comma = ,

define arch_rules
$(W)/$(1)/%.o: $(srcdir)/%.c | $(W)/include/config.h
	$$(compile)
$(W)/$(1)/src/card/profile_tab.o: $(call source,src/card/profile_tab.c) | \
		$(W)/include/config.h
	$$(compile)
$(W)/$(1)/%.rc.o: $(W)/%.rc
	$$(call say,RC      )mkdir -p $$(@D) && \
	$(HOST_$(1))-windres -O coff -o $$@ $$<

$(W)/$(1)/libcore.a: $(call objects,$(1),$(windows_core))
$(W)/$(1)/libcng.a: $(call objects,$(1),$(windows_cng))
$(W)/$(1)/libossl.a: $(call objects,$(1),$(windows_ossl))
$(W)/$(1)/libdriver.a: $(call objects,$(1),$(windows_driver))
$(W)/$(1)/lib%.a:
	$$(call say,AR      )rm -f $$@ && $(HOST_$(1))-ar rcsD $$@ $$^

$(W)/$(1)/juminmd.dll: $(call objects,$(1),$(windows_driver)) \
		$(srcdir)/drivers/minidriver/juminmd.def \
		$(W)/$(1)/juminmd.rc.o $(W)/$(1)/libcore.a $(W)/$(1)/libcng.a
	$$(call release,$$(LIBS),-shared)
endef
$(foreach a,$(ARCHES),$(eval $(call arch_rules,$(a))))
R = $(W)/x86_64

$(R)/juminmd-setup.exe: $(call objects,x86_64,$(windows_setup)) \
		$(R)/libdriver.a $(R)/libcore.a $(R)/libcng.a
	$(call release,$(LIBS))

# --- jumin.exe, with OpenSSL -------------------------------------------------

# Of all that OpenSSL can, libcrypto alone, and no more than we call.  Its own
# default for where a configuration is looked for is left as it is, for it looks
# for none.
OPENSSL = $(patsubst %/Configure,%,$(firstword \
	$(wildcard $(SOURCES)/openssl-*/openssl-*/Configure)))
CMOCKA = $(patsubst %/src/cmocka.c,%,$(firstword \
	$(wildcard $(SOURCES)/cmocka-*/cmocka-*/src/cmocka.c)))
need_sources = $(if $(1),,$(error configure has no \
	--with-windows-sources: tools/windows-sources fetches them))

OPENSSL_OFF = shared module dso engine static-engine legacy tests ssl tls dtls \
	cms ct ocsp ts cmp srp psk comp sock ui-console idea bf cast rc2 rc4 \
	des md4 mdc2 rmd160 whirlpool seed camellia aria sm2 sm3 sm4 blake2 \
	chacha poly1305 siphash dsa dh ec2m scrypt ocb gost autoload-config \
	err multiblock srtp nextprotoneg async rfc3779
$(R)/openssl/configdata.pm: | $(OPENSSL:%=%/Configure)
	$(call need_sources,$(OPENSSL))
	$(call say,CONFIG  )mkdir -p $(@D) && cd $(@D) && \
	perl $(OPENSSL)/Configure mingw64 -D_WIN32_WINNT=0x0601 \
		--cross-compile-prefix=$(HOST_x86_64)- \
		$(OPENSSL_OFF:%=no-%) >configure.log 2>&1 || \
	{ tail -n 20 configure.log; false; }
$(R)/openssl/built_headers: $(R)/openssl/configdata.pm
	$(call say,GEN     )$(MAKE) -C $(@D) -s build_generated \
		>$(@D)/make.log 2>&1 && : >$@
$(R)/openssl/libcrypto.a: $(R)/openssl/built_headers
	$(call say,MAKE    )SOURCE_DATE_EPOCH=0 $(MAKE) -C $(@D) -s \
		libcrypto.a >>$(@D)/make.log 2>&1 && touch $@

openssl_headers = -isystem $(R)/openssl/include -isystem $(OPENSSL)/include
ossl_objects = $(call objects,x86_64,$(windows_ossl) $(windows_cli))
$(ossl_objects): CPPFLAGS_OF = $(openssl_headers)
$(ossl_objects): | $(R)/openssl/built_headers

$(R)/jumin.exe: $(call objects,x86_64,$(windows_cli)) $(R)/libcore.a \
		$(R)/src/nym/manifest_text.o $(R)/libunistring.a \
		$(R)/libossl.a $(R)/openssl/libcrypto.a
	$(call release,$(LIBS_ossl))

# What a manifest's texts are asked for: of libunistring the few files that tell
# the form NFC and what cannot be seen, so that both systems refuse the same.
UNISTRING = $(patsubst %/lib/uninorm/nfc.c,%/lib,$(firstword $(wildcard \
	$(SOURCES)/libunistring-*/libunistring-*/lib/uninorm/nfc.c)))
unistring_files = uninorm/canonical-decomposition uninorm/composition \
	uninorm/decompose-internal uninorm/decomposition-table uninorm/nfc \
	uninorm/nfd uninorm/u8-normalize unictype/categ_none \
	unictype/categ_of unictype/categ_test unictype/combiningclass \
	unictype/pr_default_ignorable_code_point unistr/u8-cpy \
	unistr/u8-mbtouc-unsafe unistr/u8-mbtouc-unsafe-aux \
	unistr/u8-uctomb unistr/u8-uctomb-aux
# Its configure would make as much of these headers.
$(R)/unistring/config.h: | $(UNISTRING:%=%/unistr.in.h)
	$(call need_sources,$(UNISTRING))
	$(call say,GEN     )mkdir -p $(@D)/unistring && cd $(@D) && \
	for h in uninorm unictype unistr unitypes; do \
		cp $(UNISTRING)/$$h.in.h $$h.h || exit; done && \
	cp $(UNISTRING)/unistring/cdefs.h $(UNISTRING)/unistring/inline.h \
		unistring && \
	echo '#include <stdint.h>' >unistring/stdint.h && \
	echo '#include <stdbool.h>' >unistring/stdbool.h && \
	echo '#define LIBUNISTRING_DLL_VARIABLE' >unistring/woe32dll.h && \
	echo '#define _GL_ATTRIBUTE_FALLTHROUGH __attribute__((fallthrough))' \
		>config.h
$(R)/libunistring.a: $(R)/unistring/config.h
	$(call say,CC      )for f in $(unistring_files); do \
		$(HOST_x86_64)-gcc -O2 -w -DIN_LIBUNISTRING -DHAVE_CONFIG_H \
		-ffile-prefix-map=$(UNISTRING)/= -I$(<D) -I$(UNISTRING) \
		-c $(UNISTRING)/$$f.c -o $(<D)/$${f##*/}.o || exit; done && \
	rm -f $@ && $(HOST_x86_64)-ar rcsD $@ \
		$(patsubst %,$(<D)/%.o,$(notdir $(unistring_files)))
$(R)/src/nym/manifest_text.o: CPPFLAGS_OF = -isystem $(R)/unistring
$(R)/src/nym/manifest_text.o: | $(R)/unistring/config.h

# --- tests -------------------------------------------------------------------

cmocka_flags = -I$(CMOCKA)/include
$(R)/libcmocka.a: | $(CMOCKA:%=%/src/cmocka.c)
	$(call need_sources,$(CMOCKA))
	$(call say,CC      )mkdir -p $(@D) && $(HOST_x86_64)-gcc -O1 -w \
		-DHAVE_MALLOC_H -DHAVE_INTTYPES_H -DHAVE_SIGNAL_H \
		-DHAVE_GCC_THREAD_LOCAL_STORAGE \
		$(cmocka_flags) -I$(CMOCKA) -c -o $(R)/cmocka.o $| && \
	rm -f $@ && $(HOST_x86_64)-ar rcsD $@ $(R)/cmocka.o

# A unit test is a program of one file, with what it calls of libtest.a.  Those
# in windows_unit_ossl, too, sign with OpenSSL what they verify with CNG.
unit_programs = $(windows_unit:%.c=$(R)/%.exe)
unit_objects = $(call objects,x86_64,$(windows_unit) $(windows_support))
# Paths of Windows on the stack.
$(unit_objects): CPPFLAGS_OF = -isystem $(CMOCKA)/include -Wno-frame-larger-than
$(unit_programs): %.exe: %.o $(R)/libtest.a $(R)/libcore.a $(R)/libcng.a \
		$(R)/libcmocka.a
	$(call link,$(LIBS_ossl),$(windows_link_$(notdir $*)))
unit_ossl_objects = $(call objects,x86_64,$(windows_unit_ossl) \
	$(windows_unit_sign))
$(unit_ossl_objects): CPPFLAGS_OF = -isystem $(CMOCKA)/include \
	-Wno-frame-larger-than $(openssl_headers)
$(unit_ossl_objects): | $(R)/openssl/built_headers
$(windows_unit_ossl:%.c=$(R)/%.exe): $(R)/openssl/libcrypto.a \
	$(call objects,x86_64,$(windows_unit_sign))
$(R)/libtest.a: $(call objects,x86_64,$(windows_support))

# Adds to test_programs.
test_programs = $(unit_programs)
-include $(srcdir)/tests/wine/windows.mk

-include $(wildcard $(addprefix $(W)/*/,src/*/*.d drivers/*/*.d tools/*/*.d \
	tests/*/*.d))

# --- what registers it -------------------------------------------------------

# DriverVer of an INF wants a day; it must not fall from release to release.
RELEASE_DATE = 2026-11-23
REGISTRATION = $(W)/juminmd.inf $(W)/juminmd-system.inf $(W)/juminmd.reg \
	$(W)/juminmd-remove.reg
profiles = $(sort $(wildcard $(srcdir)/profiles/*.profile))
templates = $(srcdir)/drivers/minidriver
KIND = store
$(W)/juminmd-system.inf: KIND = system

$(W)/juminmd.inf $(W)/juminmd-system.inf: $(templates)/juminmd.inf.in
$(W)/juminmd.reg: $(templates)/juminmd.inf.in $(templates)/juminmd.reg.in
$(W)/juminmd-remove.reg: $(templates)/juminmd-remove.reg.in
# Windows reads other alphabets from these in UTF-16 alone.
$(REGISTRATION): $(srcdir)/tools/build/calais.awk $(profiles)
	$(call say,GEN     )mkdir -p $(@D) && LC_ALL=C awk \
		-v VERSION='$(VERSION)' -v DATE=$(RELEASE_DATE) -v KIND=$(KIND) \
		-f $< $(profiles) $(filter %.in,$^) >$@.utf8 && \
	{ printf '\377\376' && sed 's/$$/\r/' $@.utf8 | \
		iconv -f UTF-8 -t UTF-16LE; } >$@-t && rm $@.utf8 && mv $@-t $@

# --- targets -----------------------------------------------------------------

-include $(wildcard $(addprefix $(W)/*/,src/*/*.d drivers/*/*.d tools/*/*.d \
	tests/*/*.d))

.PHONY: minidriver jumin-exe windows-tests
minidriver: $(REGISTRATION)
minidriver: $(foreach a,$(ARCHES),$(W)/$(a)/libcore.a $(W)/$(a)/libcng.a)
ifneq ($(strip $(windows_driver)),)
minidriver: $(foreach a,$(ARCHES),$(W)/$(a)/juminmd.dll)
endif
ifneq ($(strip $(windows_setup)),)
minidriver: $(R)/juminmd-setup.exe
endif
jumin-exe: $(R)/openssl/libcrypto.a
ifneq ($(strip $(windows_cli)),)
jumin-exe: $(R)/jumin.exe
endif
windows-tests: $(test_programs)

# --- what is given to people ---------------------------------------------------

# No hour and no owner in it, and the files in one order.  The names are those of
# the INF files, which ask for all beside them.
ZIP = $(W)/jumin-$(VERSION)-windows.zip
.PHONY: minidriver-zip
minidriver-zip: $(ZIP)
zip_programs = $(R)/juminmd-setup.exe $(if $(OPENSSL),$(R)/jumin.exe)
# What is in jumin.exe of libunistring has our own licence; OpenSSL has another.
zip_licences = $(srcdir)/LICENSE $(OPENSSL:%=$(W)/LICENSE-openssl.txt)
$(W)/LICENSE-openssl.txt: | $(OPENSSL:%=%/Configure)
	mkdir -p $(@D) && cp $(OPENSSL)/LICENSE.txt $@
# Notepad on older Windows knows UTF-8 by its mark alone.
for_notepad = { printf '\357\273\277' && sed 's/$$/\r/' $(1); } >$(2)
$(ZIP): minidriver $(zip_programs) $(templates)/README.txt \
		$(srcdir)/doc/minidriver.md $(zip_licences)
	$(call say,ZIP     )rm -rf $@ $(W)/zip && mkdir -p $(W)/zip && \
	cp $(zip_programs) $(R)/juminmd.dll $(REGISTRATION) \
		$(zip_licences) $(W)/zip && \
	cp $(W)/i686/juminmd.dll $(W)/zip/juminmd32.dll && \
	$(call for_notepad,$(templates)/README.txt,$(W)/zip/README.txt) && \
	$(call for_notepad,$(srcdir)/doc/minidriver.md,$(W)/zip/minidriver.txt) && \
	cd $(W)/zip && find . -exec touch -d '2000-01-01 00:00:00 UTC' {} + && \
	find . -type f | LC_ALL=C sort | TZ=UTC zip -X -q -@ ../$(@F)
