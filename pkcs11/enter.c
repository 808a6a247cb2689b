/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/enter.h"

#include "pkcs11/module.h"

CK_RV
p11_enter_look(CK_SESSION_HANDLE h, struct p11_session **s)
{
	CK_RV rv;

	*s = NULL;
	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	if ((rv = p11_session_get(h, s)) != CKR_OK)
		return p11_end(rv);
	return CKR_OK;
}

CK_RV
p11_leave_look(struct p11_session *s, CK_RV rv)
{
	struct p11_reader *r = s->reader;

	p11_session_put(s);
	p11_reader_settle(r, 0);
	return p11_end(rv);
}

static int
is_closed(const struct p11_session *s)
{
	int closed;

	p11_lock();
	closed = s->closed;
	p11_unlock();
	return closed;
}

CK_RV
p11_enter(CK_SESSION_HANDLE h, struct p11_session **s)
{
	CK_RV rv;

	if ((rv = p11_enter_look(h, s)) != CKR_OK)
		return rv;
	jm_mutex_lock(&(*s)->lock);
	if (!is_closed(*s)) /* while this thread waited for another */
		return CKR_OK;
	rv = p11_leave(*s, CKR_SESSION_HANDLE_INVALID);
	*s = NULL;
	return rv;
}

CK_RV
p11_leave(struct p11_session *s, CK_RV rv)
{
	jm_mutex_unlock(&s->lock);
	return p11_leave_look(s, rv);
}

CK_RV
p11_session_card(struct p11_session *s, struct p11_card **card)
{
	struct p11_reader *r = s->reader;

	*card = NULL;
	p11_lock();
	if (r->card != NULL && r->insertion == s->insertion) {
		*card = r->card;
		r->card->refs++;
	}
	p11_unlock();
	return *card == NULL ? CKR_DEVICE_REMOVED : CKR_OK;
}

CK_RV
p11_card_lock(struct p11_session *s, struct p11_card **card)
{
	CK_RV rv;

	/* If it leaves while this thread waits, its link is dead. */
	if ((rv = p11_session_card(s, card)) == CKR_OK)
		jm_mutex_lock(&s->reader->io);
	return rv;
}

void
p11_card_unlock(struct p11_session *s, struct p11_card **card)
{
	jm_mutex_unlock(&s->reader->io);
	p11_card_put(card);
}
