# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds for Windows, with mingw-w64 and GNU make, in windows/ of the build
# folder; called from there by the targets of the top Makefile as
#   make -f .../tools/build/windows.mk srcdir=... VERSION=... TARGET
# What is built is in windows-files.mk.

.DELETE_ON_ERROR:
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
	-D_WIN32_WINNT=0x0601 -DUNICODE -D_UNICODE -D__USE_MINGW_ANSI_STDIO=1 \
	-I$(srcdir)/src -I$(srcdir) -I$(W)/include
LINK = -static -Wl,--dynamicbase,--nxcompat,--no-insert-timestamp \
	-Wl,--gc-sections

# The callers of a 32-bit DLL align the stack to four bytes only.
COMPILE_x86_64 =
COMPILE_i686 = -mstackrealign
LINK_x86_64 = -Wl,--high-entropy-va
LINK_i686 = -Wl,--kill-at
LIBS_dll = -lwinscard -lbcrypt -lcrypt32 -lncrypt -lshell32 -lole32 -ladvapi32

# --- objects -----------------------------------------------------------------

# The release that the programs and the version resource tell.
$(W)/include/config.h: $(srcdir)/configure.ac
	$(call say,GEN     )mkdir -p $(@D) && \
	echo '#define PACKAGE_VERSION "$(VERSION)"' >$@

# objects ARCH,SOURCES
objects = $(patsubst %.c,$(W)/$(1)/%.o,$(filter %.c,$(2)))

# The table of the cards is made by the top Makefile, or is in the tarball.
source = $(firstword $(wildcard $(1) $(srcdir)/$(1)) $(srcdir)/$(1))

define arch_rules
$(W)/$(1)/%.o: $(srcdir)/%.c | $(W)/include/config.h
	$$(call say,CC      )mkdir -p $$(@D) && $(HOST_$(1))-gcc $$(COMPILE) \
		$$(COMPILE_$(1)) $$(CFLAGS_$$*) $$(CFLAGS) -MMD -MP \
		-c -o $$@ $$<

$(W)/$(1)/src/card/profile_tab.o: $(call source,src/card/profile_tab.c) | \
		$(W)/include/config.h
	$$(call say,CC      )mkdir -p $$(@D) && $(HOST_$(1))-gcc $$(COMPILE) \
		$$(COMPILE_$(1)) $$(CFLAGS) -MMD -MP -c -o $$@ $$<

$(W)/$(1)/libcore.a: $(call objects,$(1),$(windows_core))
$(W)/$(1)/libcng.a: $(call objects,$(1),$(windows_cng))
$(W)/$(1)/libossl.a: $(call objects,$(1),$(windows_ossl))
$(W)/$(1)/libdriver.a: $(call objects,$(1),$(windows_driver))
$(W)/$(1)/lib%.a:
	$$(call say,AR      )rm -f $$@ && $(HOST_$(1))-ar rcsD $$@ $$^

# The release: without symbols; they are beside it in a file of their own.
$(W)/$(1)/juminmd.dll: $(call objects,$(1),$(windows_driver)) \
		$(srcdir)/drivers/minidriver/juminmd.def \
		$(W)/$(1)/libcore.a $(W)/$(1)/libcng.a
	$$(call say,LD      )$(HOST_$(1))-gcc -shared $$(LINK) $$(LINK_$(1)) \
		-o $$@-t $$(filter %.o %.def,$$^) $(W)/$(1)/libcore.a \
		$(W)/$(1)/libcng.a $(W)/$(1)/libcore.a $$(LIBS_dll) && \
	$(HOST_$(1))-objcopy --only-keep-debug $$@-t $$@.debug && \
	$(HOST_$(1))-strip -s $$@-t && mv $$@-t $$@
endef
$(foreach a,$(ARCHES),$(eval $(call arch_rules,$(a))))

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

.PHONY: minidriver objects
objects: $(foreach a,$(ARCHES),$(W)/$(a)/libcore.a $(W)/$(a)/libcng.a)
minidriver: objects $(REGISTRATION)
ifneq ($(strip $(windows_driver)),)
minidriver: $(foreach a,$(ARCHES),$(W)/$(a)/juminmd.dll)
endif
