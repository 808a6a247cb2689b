# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a page: dist_man_MANS += %D%/x.1; a text: EXTRA_DIST

EXTRA_DIST += %D%/design.md %D%/spec-map.md %D%/bench.md %D%/bench.svg
dist_doc_DATA += %D%/nym.md %D%/minidriver.md %D%/clients.md %D%/threats.md %D%/vcard.md
dist_doc_DATA += %D%/jumin.conf.example
dist_doc_DATA += %D%/example/service.c
dist_man_MANS += %D%/jumin.1 %D%/jumin-vcard.1 %D%/jumin.conf.5
dist_man_MANS += %D%/jumin-pkcs11.7
if OPENSC
dist_man_MANS += %D%/opensc-jumin.5
endif
EXTRA_DIST += %D%/opensc-jumin.5

# The services' library: three pages, and a link for each other function.
dist_man_MANS += %D%/nym_verify.3 %D%/nym_xl_build.3 %D%/nym_trust_new.3
NYM_VERIFY_LINKS = nym_challenge nym_context nym_decode nym_text nym_parse \
	nym_scope_of nym_strerror nym_errname
NYM_XL_LINKS = nym_xl_free nym_xl_root nym_xl_proof nym_xl_check
NYM_TRUST_LINKS = nym_trust_free nym_trust_add nym_trust_revoke \
	nym_batch_new nym_batch_free nym_batch_note
.PHONY: install-nym-links uninstall-nym-links
install-nym-links: install-man
	cd $(DESTDIR)$(man3dir) && \
	for f in $(NYM_VERIFY_LINKS); do ln -sf nym_verify.3 $$f.3; done && \
	for f in $(NYM_XL_LINKS); do ln -sf nym_xl_build.3 $$f.3; done && \
	for f in $(NYM_TRUST_LINKS); do ln -sf nym_trust_new.3 $$f.3; done
uninstall-nym-links:
	for f in $(NYM_VERIFY_LINKS) $(NYM_XL_LINKS) $(NYM_TRUST_LINKS); do \
		rm -f $(DESTDIR)$(man3dir)/$$f.3; done
install-data-hook: install-nym-links
uninstall-hook: uninstall-nym-links
