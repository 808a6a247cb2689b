/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attributes: one table per kind of object says which there are and where each
 * value comes from; it answers C_GetAttributeValue, searches and
 * C_GetObjectSize alike.
 */
#ifndef P11_ATTR_H
#define P11_ATTR_H

#include "pkcs11/object.h"

enum p11_attr_state {
	P11_ATTR_NONE,  /* the object has no such attribute */
	P11_ATTR_VALUE, /* value is filled in */
	P11_ATTR_LATER, /* it is in the certificate, which was not read yet */
	P11_ATTR_SECRET /* there is one, and it never leaves the card */
};

#define P11_ATTR_MECHS_MAX 16 /* room in CKA_ALLOWED_MECHANISMS */

struct p11_attr_value {
	const void *p; /* into mem, the certificate, or static */
	CK_ULONG len;
	union {
		CK_ULONG number;
		CK_BBOOL flag;
		CK_BYTE bytes[2 + JM_EC_POINT_MAX]; /* a DER point */
		CK_MECHANISM_TYPE mechs[P11_ATTR_MECHS_MAX];
	} mem;
};

struct p11_attr_row {
	CK_ATTRIBUTE_TYPE type;
	enum p11_attr_state (*get)(
	    const struct p11_object *o, CK_ULONG arg, struct p11_attr_value *v);
	CK_ULONG arg;
};

/* All attributes of a kind (attr_tab.c). */
const struct p11_attr_row *p11_attr_rows(enum p11_kind kind, size_t *len);

/* C_GetAttributeValue's rules for one object; every attribute is processed.
 * Takes io when a value needs a certificate that was not read yet. */
CK_RV p11_attr_answer(struct p11_session *s, const struct p11_card *card,
    struct p11_object *o, CK_ATTRIBUTE *tmpl, CK_ULONG len);

/*
 * Does the object have this attribute with this value?  1, 0, or -1: cannot be
 * said before its certificate is read.  What never leaves the card matches
 * nothing.
 */
int p11_attr_match(const struct p11_object *o, const CK_ATTRIBUTE *want);

/* Bytes of all values that are known by now. */
CK_ULONG p11_attr_size(const struct p11_object *o);

#endif
