# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The holder's side of the identifiers: what needs a card or keeps something.
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h

libjumin_core_la_SOURCES += %D%/period.c
libjumin_core_la_SOURCES += %D%/derive_sign.h %D%/holder.h
libjumin_core_la_SOURCES += %D%/vault.c %D%/vault.h %D%/vault_impl.h
libjumin_core_la_SOURCES += %D%/vault_content.c %D%/vault_head.c
libjumin_core_la_SOURCES += %D%/vault_find.c %D%/vault_open.c
libjumin_core_la_SOURCES += %D%/vault_file.c %D%/vault_lock.c
libjumin_core_la_SOURCES += %D%/vault_merge.c
libjumin_core_la_SOURCES += %D%/consent.c %D%/consent.h
libjumin_core_la_SOURCES += %D%/index.h
libjumin_core_la_SOURCES += %D%/derive_sign.c %D%/derive_sign.h
libjumin_core_la_SOURCES += %D%/holder.c %D%/holder.h %D%/holder_impl.h
libjumin_core_la_SOURCES += %D%/renew.c %D%/holder_save.c
libjumin_core_la_SOURCES += %D%/vault.h %D%/consent.h %D%/index.h
libjumin_core_la_SOURCES += %D%/index.c %D%/index_bytes.c %D%/index_guard.c
libjumin_core_la_SOURCES += %D%/index_file.c %D%/index.h %D%/index_impl.h
