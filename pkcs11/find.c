/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Searches.  Two passes over the few objects of a slot: the first, from memory,
 * tells which certificates could still match; they are read in one transaction,
 * and the second pass decides.
 */
#include "pkcs11/attr.h"

_Static_assert(P11_KINDS <= P11_FIND_MAX, "every object fits the result");

/* 1 all match, 0 one does not, -1 the certificate has to be read first. */
static int
match_all(const struct p11_object *o, const CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	int all = 1;

	for (CK_ULONG i = 0; i < len && all != 0; i++) {
		const int one = p11_attr_match(o, &tmpl[i]);

		if (one <= 0)
			all = one;
	}
	return all;
}

/* The same for whether it is there at all and may be seen. */
static int
match_object(const struct p11_session *s, const struct p11_card *card,
    enum p11_kind kind, const CK_ATTRIBUTE *tmpl, CK_ULONG len,
    struct p11_object *o)
{
	int there = p11_object_view(s, card, kind, o), match;

	if (kind == P11_PRIVKEY && !p11_part_logged_in(card, s->part))
		there = 0;
	if (there == 0 || (match = match_all(o, tmpl, len)) == 0)
		return 0;
	return there < 0 || match < 0 ? -1 : 1;
}

/* Every value is readable: a length needs a pointer. */
static CK_RV
check_template(const CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	for (CK_ULONG i = 0; i < len; i++)
		if (tmpl[i].pValue == NULL && tmpl[i].ulValueLen != 0)
			return CKR_ATTRIBUTE_VALUE_INVALID;
	return CKR_OK;
}

static CK_RV
run(struct p11_session *s, const struct p11_card *card,
    const CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	struct p11_find *f = &s->find;
	struct p11_object o;
	unsigned certs = 0;
	CK_RV rv;

	for (int k = 1; k <= P11_KINDS; k++)
		if (match_object(s, card, (enum p11_kind)k, tmpl, len, &o) < 0)
			certs |= 1u << o.cert_id;
	if (certs != 0 && (rv = p11_object_read(s, certs)) != CKR_OK)
		return rv;

	*f = (struct p11_find){ .active = 1 };
	for (int k = 1; k <= P11_KINDS; k++)
		if (match_object(s, card, (enum p11_kind)k, tmpl, len, &o) > 0)
			f->hit[f->len++] =
			    p11_object_handle(s, (enum p11_kind)k);
	return CKR_OK;
}

CK_RV
p11_find_run(struct p11_session *s, const CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	struct p11_card *card;
	CK_RV rv;

	if ((rv = check_template(tmpl, len)) != CKR_OK)
		return rv;
	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	rv = run(s, card, tmpl, len);
	p11_card_put(&card);
	return rv;
}
