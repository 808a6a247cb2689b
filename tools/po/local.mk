# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Catalogues are built where bindtextdomain finds them, so a program can be
# tried before it is installed.

EXTRA_DIST += %D%/ja.po

if ENABLE_NLS
jamodir = $(localedir)/ja/LC_MESSAGES
jamo_DATA = %D%/ja/LC_MESSAGES/jumin.mo
CLEANFILES += %D%/ja/LC_MESSAGES/jumin.mo
endif

%D%/ja/LC_MESSAGES/jumin.mo: %D%/ja.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	$(MSGFMT) -c -o $@ $(srcdir)/tools/po/ja.po

# For maintainers, after messages changed: collects them and merges them into
# each catalogue of the source folder.
EXTRA_DIST += %D%/extract.sh
.PHONY: update-po
update-po:
	XGETTEXT='$(XGETTEXT)' $(srcdir)/tools/po/extract.sh \
		$(abs_top_builddir)/jumin.pot
	cd $(srcdir) && $(MSGMERGE) --update --backup=none \
		tools/po/ja.po $(abs_top_builddir)/jumin.pot
	rm -f jumin.pot
