/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Logins and PINs.  Each call sends what jm_token_login or jm_token_change_pin
 * sends, once: one VERIFY at most.  No loop and no second try in here.
 */
#include "pkcs11/enter.h"
#include "pkcs11/entry.h"
#include "pkcs11/module.h"
#include "pkcs11/object.h"
#include "pkcs11/rv.h"

/* A card whose key has no PIN is one where no login can be made. */
static CK_RV
pin_failed(struct p11_session *s, struct p11_card *card, jm_err e)
{
	if (e == JM_NOT_FOUND)
		return CKR_USER_PIN_NOT_INITIALIZED;
	return p11_card_failed(s->reader, card, e);
}

/* What C_Login may answer without the card, which another program may hold. */
static CK_RV
answer_at_once(struct p11_session *s, const CK_UTF8CHAR *pin, CK_ULONG pin_len)
{
	struct p11_card *card;
	jm_err e;
	CK_RV rv;

	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	if (p11_part_logged_in(card, s->part)) {
		rv = CKR_USER_ALREADY_LOGGED_IN;
	} else if (pin != NULL) {
		e = jm_token_pin_fits(
		    card->token, p11_part_pin(s->part), pin, pin_len, 0);
		if (e == JM_PIN_LEN || e == JM_PIN_FORM)
			rv = p11_rv(e);
	}
	p11_card_put(&card);
	return rv;
}

/* The same for C_SetPIN. */
static CK_RV
refuse_forms(struct p11_session *s, const CK_BYTE *old_pin, CK_ULONG old_len,
    const CK_BYTE *new_pin, CK_ULONG new_len)
{
	struct p11_card *card;
	jm_err e;
	CK_RV rv;

	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	e = jm_token_pin_fits(
	    card->token, p11_part_pin(s->part), new_pin, new_len, 1);
	if (e == JM_PIN_FORM)
		rv = CKR_PIN_INVALID;
	else if (e == JM_OK)
		e = jm_token_pin_fits(
		    card->token, p11_part_pin(s->part), old_pin, old_len, 0);
	if (rv == CKR_OK && (e == JM_PIN_LEN || e == JM_PIN_FORM))
		rv = p11_rv(e);
	p11_card_put(&card);
	return rv;
}

/* Can the slot's PIN be typed at the reader (protected authentication path)? */
static int
has_keys(struct p11_session *s)
{
	struct p11_card *card;
	int yes;

	if (p11_session_card(s, &card) != CKR_OK)
		return 0;
	yes = jm_token_pinpad(card->token, p11_part_pin(s->part)) != 0;
	p11_card_put(&card);
	return yes;
}

/*
 * Consent to the signature that the session has under way.  Without one, with a
 * key that wants none, and when the login ended since (2.40 has no other value
 * for it), there is nothing to consent to.
 */
static CK_RV
consent(struct p11_session *s, const CK_UTF8CHAR *pin, CK_ULONG pin_len)
{
	struct p11_card *card;
	enum jm_pair pair;
	int tries;
	CK_RV rv;
	jm_err e;

	if (s->sign.mech == NULL || !p11_part_pair(s->part, &pair) ||
	    !p11_part_always_authenticate(s->part))
		return CKR_OPERATION_NOT_INITIALIZED;
	if (pin == NULL)
		return CKR_ARGUMENTS_BAD;
	if ((rv = p11_card_lock(s, &card)) != CKR_OK)
		return rv;
	e = jm_token_consent(
	    card->token, pair, s->handle, pin, pin_len, &tries);
	if (e == JM_NEED_PIN)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	else if (e != JM_OK)
		rv = pin_failed(s, card, e);
	p11_card_unlock(s, &card);
	return rv;
}

static CK_RV
login(struct p11_session *s, CK_USER_TYPE type, const CK_UTF8CHAR *pin,
    CK_ULONG pin_len)
{
	struct p11_card *card;
	CK_RV rv;
	jm_err e;

	if (type == CKU_CONTEXT_SPECIFIC)
		return consent(s, pin, pin_len);
	if (type != CKU_USER)
		return CKR_USER_TYPE_INVALID;
	if (pin == NULL && !has_keys(s))
		return CKR_ARGUMENTS_BAD;
	if ((rv = answer_at_once(s, pin, pin_len)) != CKR_OK)
		return rv;
	if ((rv = p11_card_lock(s, &card)) != CKR_OK)
		return rv;
	if (p11_part_logged_in(card, s->part)) {
		rv = CKR_USER_ALREADY_LOGGED_IN;
		goto out;
	}
	e = p11_part_login(card, s->part, pin, pin_len);
	if (e != JM_OK) {
		rv = pin_failed(s, card, e);
		goto out;
	}
	p11_lock();
	card->claimed[s->part] = 1;
	p11_unlock();
out:
	p11_card_unlock(s, &card);
	return rv;
}

CK_RV
p11_C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user_type, CK_BYTE *pin,
    CK_ULONG pin_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	return p11_leave(s, login(s, user_type, pin, pin_len));
}

CK_RV
p11_C_LoginUser(CK_SESSION_HANDLE session, CK_USER_TYPE type, CK_UTF8CHAR *pin,
    CK_ULONG pin_len, CK_UTF8CHAR *name, CK_ULONG name_len)
{
	struct p11_session *s;
	CK_RV rv;

	(void)name;
	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	/* A resident card has one user, without a name. */
	return p11_leave(s,
	    name_len != 0 ? CKR_ARGUMENTS_BAD : login(s, type, pin, pin_len));
}

/*
 * A login that a signature used up, or that idle time ended, is the program's
 * until it logs out: its first C_Logout is no error.
 */
static CK_RV
logout(struct p11_session *s)
{
	struct p11_card *card;
	int claimed;
	CK_RV rv;

	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	p11_lock();
	claimed = card->claimed[s->part];
	card->claimed[s->part] = 0;
	p11_unlock();
	p11_part_logout(card, s->part);
	p11_card_put(&card);
	p11_reader_settle(s->reader, 1);
	return claimed ? CKR_OK : CKR_USER_NOT_LOGGED_IN;
}

CK_RV
p11_C_Logout(CK_SESSION_HANDLE session)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter_look(session, &s)) != CKR_OK)
		return rv;
	return p11_leave_look(s, logout(s));
}

static CK_RV
set_pin(struct p11_session *s, const CK_BYTE *old_pin, CK_ULONG old_len,
    const CK_BYTE *new_pin, CK_ULONG new_len)
{
	struct p11_card *card;
	const int typed = old_pin == NULL && new_pin == NULL;
	int new_is_bad = 0, tries;
	CK_RV rv;
	jm_err e;

	if ((s->flags & CKF_RW_SESSION) == 0)
		return CKR_SESSION_READ_ONLY;
	/* It is the authentication key's PIN, to be changed at its token. */
	if (s->part == P11_PART_NYM)
		return CKR_FUNCTION_NOT_SUPPORTED;
	if (typed ? !has_keys(s) : old_pin == NULL || new_pin == NULL)
		return CKR_ARGUMENTS_BAD;
	if (!typed && (rv = refuse_forms(
			   s, old_pin, old_len, new_pin, new_len)) != CKR_OK)
		return rv;
	if ((rv = p11_card_lock(s, &card)) != CKR_OK)
		return rv;
	if (typed)
		e = jm_token_change_pin_at_reader(
		    card->token, p11_part_pin(s->part), &tries);
	else
		e = jm_token_change_pin(card->token, p11_part_pin(s->part),
		    old_pin, old_len, new_pin, new_len, &new_is_bad, &tries);
	if (e == JM_PIN_FORM && new_is_bad)
		rv = CKR_PIN_INVALID;
	else if (e != JM_OK)
		rv = pin_failed(s, card, e);
	p11_card_unlock(s, &card);
	return rv;
}

CK_RV
p11_C_SetPIN(CK_SESSION_HANDLE session, CK_BYTE *old_pin, CK_ULONG old_len,
    CK_BYTE *new_pin, CK_ULONG new_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	return p11_leave(s, set_pin(s, old_pin, old_len, new_pin, new_len));
}

/* Only the municipal counter and the kiosk can unblock or issue a card. */
CK_RV
p11_C_InitPIN(CK_SESSION_HANDLE session, CK_BYTE *pin, CK_ULONG pin_len)
{
	struct p11_session *s;
	CK_RV rv;

	(void)pin;
	(void)pin_len;
	if ((rv = p11_enter_look(session, &s)) != CKR_OK)
		return rv;
	return p11_leave_look(s, CKR_FUNCTION_NOT_SUPPORTED);
}

CK_RV
p11_C_InitToken(
    CK_SLOT_ID slot_id, CK_BYTE *pin, CK_ULONG pin_len, CK_BYTE *label)
{
	struct p11_reader *r;
	enum p11_part part;
	CK_RV rv;

	(void)pin;
	(void)pin_len;
	(void)label;
	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	if ((rv = p11_slot_find(slot_id, &r, &part)) == CKR_OK)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	return p11_end(rv);
}
