/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/attr.h"

#include <string.h>

static enum p11_attr_state
get_value(const struct p11_object *o, CK_ATTRIBUTE_TYPE type,
    struct p11_attr_value *v)
{
	const struct p11_attr_row *row;
	size_t len;

	v->p = NULL;
	v->len = 0;
	row = p11_attr_rows(o->kind, &len);
	for (size_t i = 0; i < len; i++)
		if (row[i].type == type)
			return row[i].get(o, row[i].arg, v);
	return P11_ATTR_NONE;
}

/* The rules of C_GetAttributeValue, PKCS#11 2.40, section 5.7, numbered there.
 */
static CK_RV
answer_one(const struct p11_object *o, CK_ATTRIBUTE *a)
{
	const CK_ULONG room = a->ulValueLen;
	struct p11_attr_value v;

	a->ulValueLen = CK_UNAVAILABLE_INFORMATION;
	switch (get_value(o, a->type, &v)) {
	case P11_ATTR_SECRET: return CKR_ATTRIBUTE_SENSITIVE; /* 1 */
	case P11_ATTR_NONE:                                   /* 2 */
	case P11_ATTR_LATER: return CKR_ATTRIBUTE_TYPE_INVALID;
	case P11_ATTR_VALUE: break;
	}
	if (a->pValue != NULL) {
		if (room < v.len)
			return CKR_BUFFER_TOO_SMALL; /* 5 */
		if (v.len > 0)
			memcpy(a->pValue, v.p, v.len); /* 4 */
	}
	a->ulValueLen = v.len; /* 3 and 4 */
	return CKR_OK;
}

static int
needs_certificate(
    const struct p11_object *o, const CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	struct p11_attr_value v;

	for (CK_ULONG i = 0; i < len; i++)
		if (get_value(o, tmpl[i].type, &v) == P11_ATTR_LATER)
			return 1;
	return 0;
}

CK_RV
p11_attr_answer(struct p11_session *s, const struct p11_card *card,
    struct p11_object *o, CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	CK_RV rv = CKR_OK, one;

	if (needs_certificate(o, tmpl, len)) {
		if ((rv = p11_object_read(s, 1u << o->cert_id)) != CKR_OK)
			return rv;
		(void)p11_object_view(s, card, o->kind, o);
	}
	for (CK_ULONG i = 0; i < len; i++)
		if ((one = answer_one(o, &tmpl[i])) != CKR_OK && rv == CKR_OK)
			rv = one; /* the first of several: any will do */
	return rv;
}

int
p11_attr_match(const struct p11_object *o, const CK_ATTRIBUTE *want)
{
	struct p11_attr_value v;

	switch (get_value(o, want->type, &v)) {
	case P11_ATTR_NONE:
	case P11_ATTR_SECRET: return 0;
	case P11_ATTR_LATER: return -1;
	case P11_ATTR_VALUE: break;
	}
	if (want->ulValueLen != v.len)
		return 0;
	return v.len == 0 || memcmp(want->pValue, v.p, v.len) == 0;
}

CK_ULONG
p11_attr_size(const struct p11_object *o)
{
	const struct p11_attr_row *row;
	struct p11_attr_value v;
	CK_ULONG sum = 0;
	size_t len;

	row = p11_attr_rows(o->kind, &len);
	for (size_t i = 0; i < len; i++)
		if (get_value(o, row[i].type, &v) == P11_ATTR_VALUE)
			sum += v.len;
	return sum;
}
