/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a view has, by labels joined with "|". */
#ifndef JM_TESTS_OPENSC_VIEW_LABELS_H
#define JM_TESTS_OPENSC_VIEW_LABELS_H

#include <stdio.h>

#include "tests/opensc/osc_host.h"

#define NO_CACHE        "cache = off\n"
#define IDENTIFY        9 /* APDUs, of a card without short EF ids */

#define PINS            SC_PKCS15_TYPE_AUTH
#define PRKEYS          SC_PKCS15_TYPE_PRKEY
#define PUBKS           SC_PKCS15_TYPE_PUBKEY
#define CERTS           SC_PKCS15_TYPE_CERT
#define DATAS           SC_PKCS15_TYPE_DATA_OBJECT

#define AUTH_CERT       "User Authentication Certificate"
#define SIGN_CERT       "Digital Signature Certificate"
#define AUTH_PAIR_CERTS AUTH_CERT " CA|" AUTH_CERT
#define SIGN_PAIR_CERTS SIGN_CERT " CA|" SIGN_CERT
#define ALL_CERTS       AUTH_CERT " CA|" SIGN_CERT " CA|" AUTH_CERT "|" SIGN_CERT
/* Read at its start, and so in the order of their ids. */
#define MODULE_CERTS                                                           \
	AUTH_CERT "|" SIGN_CERT "|" AUTH_CERT " CA|" SIGN_CERT " CA"
#define PAIR_PINS  "User Authentication PIN|Digital Signature PIN"
#define OTHER_PINS "Text Entry PIN|Face Number B|Face Birth Date"
#define CLOSED                                                                 \
	"Text: name, address, birth, sex|Text: signature|"                     \
	"Face: what is printed|Face: birth date"

/* Labels of a class, joined by "|". */
static inline const char *
labels(const struct osc_host *h, unsigned type)
{
	static char text[1024];
	size_t n = 0;

	text[0] = '\0';
	for (const sc_pkcs15_object_t *o = h->p15->obj_list; o != NULL;
	     o = o->next)
		if ((o->type & SC_PKCS15_TYPE_CLASS_MASK) == type)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%s",
			    n > 0 ? "|" : "", o->label);
	return text;
}

#endif
