# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Rules of tools/build/windows.mk for the programs of the tests; the lists are in
# files.mk.

include $(srcdir)/tests/wine/files.mk

# Beside each other: a program finds the winscard.dll that is in its own folder.
$(R)/wine/winscard.dll: $(call objects,x86_64,$(wine_winscard)) \
		$(srcdir)/tests/wine/winscard.def $(R)/libcore.a
	$(call say,LD      )mkdir -p $(@D) && $(HOST_x86_64)-gcc -shared \
		$(LINK) -o $@ $^ -lws2_32 -ladvapi32

$(R)/wine/host.exe: $(call objects,x86_64,$(wine_host)) $(R)/libcore.a
	$(call say,LD      )mkdir -p $(@D) && $(HOST_x86_64)-gcc -municode \
		$(LINK) -o $@ $^ -lwinscard -lbcrypt -lcrypt32 -ladvapi32

.PHONY: wine-programs
wine-programs: $(R)/wine/winscard.dll $(R)/wine/host.exe
