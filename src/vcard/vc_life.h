/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of a card (doc/vcard.md, "Life cycle"). */
#ifndef JM_VCARD_VC_LIFE_H
#define JM_VCARD_VC_LIFE_H

#include <stddef.h>

#include "base/err.h"

/* In the order of SET STATUS; values are part of it: append only. */
enum vc_life {
	VC_MANUFACTURED, /* keys of the maker alone, no holder yet */
	VC_PERSONALISED, /* has its contents, is not yet handed out */
	VC_ISSUED,       /* in its holder's hands */
	VC_SUSPENDED,
	VC_RETURNED,
	VC_TERMINATED
};

/* Its word in the image: "issued".  Never NULL. */
const char *vc_life_name(enum vc_life life);
jm_err vc_life_find(const char *name, enum vc_life *out) JM_MUST_USE;

#endif
