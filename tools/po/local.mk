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
.PHONY: update-po
update-po:
	cd $(srcdir) && find tools -name '*.[ch]' | LC_ALL=C sort | \
	$(XGETTEXT) --files-from=- --language=C --from-code=UTF-8 \
		--keyword=_ --keyword=N_ --keyword=ngettext:1,2 --keyword=X:2 \
		--add-comments=TRANSLATORS: --sort-by-file \
		--package-name=$(PACKAGE_NAME) \
		--package-version=$(PACKAGE_VERSION) \
		-o $(abs_top_builddir)/jumin.pot src/base/err.h -
	cd $(srcdir) && $(MSGMERGE) --update --backup=none --no-wrap \
		tools/po/ja.po $(abs_top_builddir)/jumin.pot
	rm -f jumin.pot
