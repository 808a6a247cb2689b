# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a page: dist_man_MANS += %D%/x.1; a text: EXTRA_DIST

EXTRA_DIST += %D%/design.md %D%/spec-map.md %D%/bench.md %D%/bench.svg
dist_doc_DATA += %D%/nym.md %D%/clients.md %D%/threats.md %D%/vcard.md
dist_doc_DATA += %D%/jumin.conf.example
EXTRA_DIST += %D%/example/service.c
dist_man_MANS += %D%/jumin.1 %D%/jumin-vcard.1 %D%/jumin.conf.5
dist_man_MANS += %D%/jumin-pkcs11.7
