/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Searches.  Two passes over the few objects of a pair: the first, from memory,
 * tells which certificates could still match; they are read in one transaction,
 * and the second pass decides.  Service identities are all in memory.
 */
#include <stdlib.h>

#include "pkcs11/attr.h"
#include "pkcs11/nym.h"

#define ROOM_FIRST 16

static CK_RV
add(struct p11_find *f, CK_OBJECT_HANDLE h)
{
	if (f->len == f->room) {
		const size_t room = f->room > 0 ? 2 * f->room : ROOM_FIRST;
		CK_OBJECT_HANDLE *more = realloc(f->hit, room * sizeof *more);

		if (more == NULL)
			return CKR_HOST_MEMORY;
		f->hit = more;
		f->room = room;
	}
	f->hit[f->len++] = h;
	return CKR_OK;
}

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
run_pair(struct p11_session *s, const struct p11_card *card,
    const CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	struct p11_object o;
	unsigned certs = 0;
	CK_RV rv = CKR_OK;

	for (int k = 1; k <= P11_KINDS; k++)
		if (match_object(s, card, (enum p11_kind)k, tmpl, len, &o) < 0)
			certs |= 1u << o.cert_id;
	if (certs != 0 && (rv = p11_object_read(s, certs)) != CKR_OK)
		return rv;

	for (int k = 1; rv == CKR_OK && k <= P11_KINDS; k++)
		if (match_object(s, card, (enum p11_kind)k, tmpl, len, &o) > 0)
			rv = add(
			    &s->find, p11_object_handle(s, (enum p11_kind)k));
	return rv;
}

/* The objects of one service identity. */
static CK_RV
run_row(struct p11_find *f, const struct p11_nym_row *row, int private,
    const CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	CK_RV rv = CKR_OK;

	for (int k = P11_CERT; rv == CKR_OK && k <= P11_PRIVKEY; k++) {
		const struct p11_object o =
		    p11_object_of_nym(row->entry, (enum p11_kind)k);

		if ((k == P11_PRIVKEY && !private) ||
		    match_all(&o, tmpl, len) <= 0)
			continue;
		rv = add(f, p11_object_nym_handle(row->number, o.kind));
	}
	return rv;
}

static CK_RV
run_nym(struct p11_session *s, const struct p11_card *card,
    const CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	const int private = p11_part_logged_in(card, s->part);
	const struct p11_nym *view = p11_nym_of(card);
	struct p11_object o;
	CK_RV rv = CKR_OK;

	if (match_object(s, card, P11_PROFILE, tmpl, len, &o) > 0)
		rv = add(&s->find, p11_object_handle(s, P11_PROFILE));
	for (size_t i = 0; rv == CKR_OK && view != NULL && i < view->len; i++)
		rv = run_row(&s->find, &view->row[i], private, tmpl, len);
	return rv;
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
	p11_find_end(&s->find);
	rv = s->part == P11_PART_NYM ? run_nym(s, card, tmpl, len)
				     : run_pair(s, card, tmpl, len);
	p11_card_put(&card);
	if (rv == CKR_OK)
		s->find.active = 1;
	else
		p11_find_end(&s->find);
	return rv;
}
