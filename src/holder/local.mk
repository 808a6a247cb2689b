# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The holder's side of the identifiers: what needs a card or keeps something.
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h

libjumin_core_la_SOURCES += %D%/derive_sign.h %D%/holder.h
libjumin_core_la_SOURCES += %D%/vault.h %D%/consent.h %D%/index.h
