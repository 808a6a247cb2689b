# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h

libjumin_core_la_SOURCES += %D%/card.c %D%/card.h %D%/card_impl.h
libjumin_core_la_SOURCES += %D%/match.c %D%/profile_tab.c %D%/profile.h
libjumin_core_la_SOURCES += %D%/atr.c %D%/atr.h
libjumin_core_la_SOURCES += %D%/file.c %D%/file.h
libjumin_core_la_SOURCES += %D%/pin.c %D%/pin.h
libjumin_core_la_SOURCES += %D%/key.c %D%/key.h
libjumin_core_la_SOURCES += %D%/random.c %D%/random.h

# One file per card generation; the table made of them travels in the tarball.
JM_PROFILES = profiles/mynumber-2016.profile
JM_PROFILES += profiles/juki.profile
JM_PROFILES += profiles/android.profile
JM_PROFILES += profiles/mynumber-next.profile

EXTRA_DIST += $(JM_PROFILES) profiles/README.md tools/build/profile.awk
MAINTAINERCLEANFILES += src/card/profile_tab.c

src/card/profile_tab.c: $(JM_PROFILES) tools/build/profile.awk
	$(AM_V_GEN)$(MKDIR_P) src/card && rm -f $@ $@-t && \
	files= && for f in $(JM_PROFILES); do \
		files="$$files $(srcdir)/$$f"; done && \
	LC_ALL=C $(AWK) -f $(srcdir)/tools/build/profile.awk $$files \
		> $@-t && mv -f $@-t $@
