# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h

# One file per card generation; the table made of them travels in the tarball.
JM_PROFILES =

EXTRA_DIST += $(JM_PROFILES)
MAINTAINERCLEANFILES += src/card/profile_tab.c

src/card/profile_tab.c: $(JM_PROFILES) tools/build/profile.awk
	$(AM_V_GEN)$(MKDIR_P) src/card && rm -f $@ $@-t && \
	files= && for f in $(JM_PROFILES); do \
		files="$$files $(srcdir)/$$f"; done && \
	LC_ALL=C $(AWK) -f $(srcdir)/tools/build/profile.awk $$files \
		> $@-t && mv -f $@-t $@
