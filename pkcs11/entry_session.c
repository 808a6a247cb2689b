/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/enter.h"
#include "pkcs11/entry.h"
#include "pkcs11/module.h"
#include "pkcs11/op.h"

static CK_RV
open_session(CK_SLOT_ID id, CK_FLAGS flags, CK_SESSION_HANDLE *out)
{
	struct p11_reader *r;
	struct p11_card *card;
	enum p11_part part;
	CK_RV rv;

	if (out == NULL)
		return CKR_ARGUMENTS_BAD;
	if ((rv = p11_slot_find(id, &r, &part)) != CKR_OK)
		return rv;
	if ((flags & CKF_SERIAL_SESSION) == 0)
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	p11_slots_refresh(p11_module.pcsc);
	if ((rv = p11_slot_card(r, part, &card)) != CKR_OK)
		return rv;
	/* R/W sessions are accepted on a write-protected token: OpenSSH opens
	 * nothing else. */
	rv = p11_session_new(
	    r, part, flags & (CKF_SERIAL_SESSION | CKF_RW_SESSION), out);
	p11_card_put(&card);
	return rv;
}

CK_RV
p11_C_OpenSession(CK_SLOT_ID slot_id, CK_FLAGS flags, void *application,
    CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
	CK_RV rv;

	(void)application; /* there is nothing to call back for */
	(void)notify;
	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	return p11_end(open_session(slot_id, flags, session));
}

CK_RV
p11_C_CloseSession(CK_SESSION_HANDLE session)
{
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	return p11_end(p11_session_close(session));
}

CK_RV
p11_C_CloseAllSessions(CK_SLOT_ID slot_id)
{
	struct p11_reader *r;
	enum p11_part part;
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	if ((rv = p11_slot_find(slot_id, &r, &part)) == CKR_OK)
		p11_sessions_close_slot(r, part);
	return p11_end(rv);
}

/* state[R/W][logged in] */
static const CK_STATE state_of[2][2] = {
	{ CKS_RO_PUBLIC_SESSION, CKS_RO_USER_FUNCTIONS },
	{ CKS_RW_PUBLIC_SESSION, CKS_RW_USER_FUNCTIONS },
};

static CK_RV
session_info(struct p11_session *s, CK_SESSION_INFO *info)
{
	struct p11_card *card;
	CK_RV rv;

	if (info == NULL)
		return CKR_ARGUMENTS_BAD;
	/* NSS learns of a removal by this call alone. */
	p11_slots_refresh(p11_module.pcsc);
	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	*info = (CK_SESSION_INFO){
		.slotID = p11_slot_id(s->reader, s->part),
		.flags = s->flags,
		.state = state_of[(s->flags & CKF_RW_SESSION) != 0]
				 [p11_part_logged_in(card, s->part)],
	};
	p11_card_put(&card);
	return CKR_OK;
}

CK_RV
p11_C_GetSessionInfo(CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter_look(session, &s)) != CKR_OK)
		return rv;
	return p11_leave_look(s, session_info(s, info));
}

CK_RV
p11_C_SessionCancel(CK_SESSION_HANDLE session, CK_FLAGS flags)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	if ((flags & CKF_FIND_OBJECTS) != 0)
		p11_find_end(&s->find);
	if ((flags & CKF_SIGN) != 0)
		p11_sign_end(s);
	if ((flags & CKF_VERIFY) != 0)
		p11_op_end(&s->verify);
	if ((flags & CKF_DIGEST) != 0)
		p11_op_end(&s->digest);
	return p11_leave(s, CKR_OK);
}
