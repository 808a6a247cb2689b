/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_ functions of objects: enter, check arguments, call, leave. */
#include "pkcs11/attr.h"
#include "pkcs11/entry.h"

/* A template that cannot be read. */
static int
bad_template(const CK_ATTRIBUTE *tmpl, CK_ULONG count)
{
	return tmpl == NULL && count != 0;
}

/* --- one object --------------------------------------------------------- */

struct answer {
	CK_ATTRIBUTE *tmpl;
	CK_ULONG count;
	CK_ULONG *size;
};

static CK_RV
get_attributes(struct p11_session *s, const struct p11_card *card,
    struct p11_object *o, const struct answer *a)
{
	return p11_attr_answer(s, card, o, a->tmpl, a->count);
}

static CK_RV
get_size(struct p11_session *s, const struct p11_card *card,
    struct p11_object *o, const struct answer *a)
{
	(void)s;
	(void)card;
	*a->size = p11_attr_size(o);
	return CKR_OK;
}

/* Every object is CKA_MODIFIABLE, _COPYABLE and _DESTROYABLE false; this is the
 * value the standard has for that. */
static CK_RV
prohibit(struct p11_session *s, const struct p11_card *card,
    struct p11_object *o, const struct answer *a)
{
	(void)s;
	(void)card;
	(void)o;
	(void)a;
	return CKR_ACTION_PROHIBITED;
}

typedef CK_RV (*on_object)(struct p11_session *s, const struct p11_card *card,
    struct p11_object *o, const struct answer *a);

/* Arguments are good or not; the session's state comes first. */
static CK_RV
with_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, int bad,
    on_object f, const struct answer *a)
{
	struct p11_session *s;
	struct p11_object o;
	struct p11_card *card;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	if (bad)
		return p11_leave(s, CKR_ARGUMENTS_BAD);
	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return p11_leave(s, rv);
	if ((rv = p11_object_get(s, card, object, &o)) == CKR_OK)
		rv = f(s, card, &o, a);
	p11_card_put(&card);
	return p11_leave(s, rv);
}

CK_RV
p11_C_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *templ, CK_ULONG count)
{
	const struct answer a = { .tmpl = templ, .count = count };

	return with_object(
	    session, object, bad_template(templ, count), get_attributes, &a);
}

CK_RV
p11_C_GetObjectSize(
    CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ULONG *size)
{
	const struct answer a = { .size = size };

	return with_object(session, object, size == NULL, get_size, &a);
}

CK_RV
p11_C_SetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *templ, CK_ULONG count)
{
	return with_object(
	    session, object, bad_template(templ, count), prohibit, NULL);
}

CK_RV
p11_C_CopyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *templ, CK_ULONG count, CK_OBJECT_HANDLE *new_object)
{
	return with_object(session, object,
	    bad_template(templ, count) || new_object == NULL, prohibit, NULL);
}

CK_RV
p11_C_DestroyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	return with_object(session, object, 0, prohibit, NULL);
}

/* Of higher priority than CKR_SESSION_READ_ONLY, says the standard. */
CK_RV
p11_C_CreateObject(CK_SESSION_HANDLE session, CK_ATTRIBUTE *templ,
    CK_ULONG count, CK_OBJECT_HANDLE *object)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	return p11_leave(s, bad_template(templ, count) || object == NULL
				? CKR_ARGUMENTS_BAD
				: CKR_TOKEN_WRITE_PROTECTED);
}

/* --- searches ------------------------------------------------------------ */

CK_RV
p11_C_FindObjectsInit(
    CK_SESSION_HANDLE session, CK_ATTRIBUTE *templ, CK_ULONG count)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	if (s->find.active)
		rv = CKR_OPERATION_ACTIVE;
	else if (bad_template(templ, count))
		rv = CKR_ARGUMENTS_BAD;
	else
		rv = p11_find_run(s, templ, count);
	return p11_leave(s, rv);
}

CK_RV
p11_C_FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *object,
    CK_ULONG max_object_count, CK_ULONG *object_count)
{
	struct p11_session *s;
	struct p11_find *f;
	CK_ULONG n = 0;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	f = &s->find;
	if (!f->active)
		return p11_leave(s, CKR_OPERATION_NOT_INITIALIZED);
	if (object_count == NULL || (object == NULL && max_object_count != 0))
		return p11_leave(s, CKR_ARGUMENTS_BAD);
	while (n < max_object_count && f->next < f->len)
		object[n++] = f->hit[f->next++];
	*object_count = n;
	return p11_leave(s, CKR_OK);
}

CK_RV
p11_C_FindObjectsFinal(CK_SESSION_HANDLE session)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	if (!s->find.active)
		return p11_leave(s, CKR_OPERATION_NOT_INITIALIZED);
	p11_find_end(&s->find);
	return p11_leave(s, CKR_OK);
}
