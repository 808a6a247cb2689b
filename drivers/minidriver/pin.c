/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PINs: what the host asks for is done, and nothing else.  A PIN that cannot be
 * right, or that failed before, is wrong for the host without being sent: it
 * shows its dialog again with the tries that are left, whereas any other code
 * would end the operation.  PIN bytes go from the host's memory to the token
 * and stand nowhere between.
 */
#include "drivers/minidriver/containers.h"
#include "drivers/minidriver/entry.h"

/* CardChangeAuthenticator's own values of dwFlags. */
#define BY_CHALLENGE 1u
#define BY_PIN       2u

#define SESSION_FLAGS                                                          \
	(CARD_AUTHENTICATE_GENERATE_SESSION_PIN | CARD_AUTHENTICATE_SESSION_PIN)

#define CHALLENGE_LEN 8 /* bytes; hosts take multiples of a DES block */

#define UNKNOWN       ((DWORD)-1)
#define ALL_PINS      ((1u << MAX_PINS) - 1)

static const WCHAR user_name[] = L"user";

static int
is_user(LPCWSTR name)
{
	size_t i = 0;

	if (name == NULL)
		return 0;
	while (name[i] != 0 && name[i] == user_name[i])
		i++;
	return name[i] == user_name[i];
}

/* Nothing in it: that would be the question for the counter. */
static int
is_empty(const BYTE *pin, DWORD len)
{
	return pin == NULL || len == 0;
}

static void
set_tries(PDWORD out, int tries)
{
	if (out != NULL)
		*out = tries < 0 ? UNKNOWN : (DWORD)tries;
}

/* Of memory: a PIN that is not sent costs no command either. */
static int
tries_known(const struct jm_token *t, enum jm_pin_id id)
{
	struct jm_pin_state s;

	return jm_token_pin_known(t, id, JM_COUNTER_AGE_MS, &s) ? s.tries : -1;
}

/* What came of a PIN that the user gave. */
static DWORD
leave(struct md_ctx *c, jm_err e, int tries, PDWORD out)
{
	set_tries(out, e == JM_PIN_BLOCKED ? 0 : tries);
	return md_leave(c, e);
}

static DWORD
authenticate(
    CARD_DATA *card, PIN_ID id, const BYTE *text, DWORD len, PDWORD tries_out)
{
	enum jm_pin_id pin;
	enum jm_pair pair;
	struct md_ctx *c;
	int tries = -1;
	DWORD rc;
	jm_err e;

	if ((rc = md_enter(card, MD_CARD, &c)) != ERROR_SUCCESS)
		return rc;
	if (!md_pin_of(c, id, &pin) || !jm_pin_pair(pin, &pair))
		return md_leave_code(c, (DWORD)SCARD_E_INVALID_PARAMETER);
	/* What cannot be right leaves everything as it is. */
	e = jm_token_pin_fits(c->token, pin, text, len, 0);
	if (e != JM_OK)
		tries = tries_known(c->token, pin);
	else {
		c->sent = 1;
		e = jm_token_login(c->token, pair, text, len, 1, &tries);
	}
	return leave(c, e, tries, tries_out);
}

DWORD WINAPI
md_authenticate_pin(
    CARD_DATA *card, LPWSTR user, PBYTE pin, DWORD pin_len, PDWORD tries)
{
	set_tries(tries, -1);
	if (!is_user(user) || is_empty(pin, pin_len))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return authenticate(card, ROLE_USER, pin, pin_len, tries);
}

DWORD WINAPI
md_authenticate_ex(CARD_DATA *card, PIN_ID id, DWORD flags, PBYTE pin,
    DWORD pin_len, PBYTE *session_pin, PDWORD session_len, PDWORD tries)
{
	set_tries(tries, -1);
	if (session_pin != NULL)
		*session_pin = NULL;
	if (session_len != NULL)
		*session_len = 0;
	if ((flags & ~(SESSION_FLAGS | CARD_PIN_SILENT_CONTEXT)) != 0)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((flags & SESSION_FLAGS) != 0)
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	if (is_empty(pin, pin_len))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return authenticate(card, id, pin, pin_len, tries);
}

static DWORD
change(CARD_DATA *card, PIN_ID id, const BYTE *old_pin, DWORD old_len,
    const BYTE *new_pin, DWORD new_len, PDWORD tries_out)
{
	int tries = -1, fresh_bad = 0;
	enum jm_pin_id pin;
	struct md_ctx *c;
	DWORD rc;
	jm_err e;

	if ((rc = md_enter(card, MD_CARD, &c)) != ERROR_SUCCESS)
		return rc;
	if (!md_pin_of(c, id, &pin))
		return md_leave_code(c, (DWORD)SCARD_E_INVALID_PARAMETER);
	c->sent = 1;
	e = jm_token_change_pin(c->token, pin, old_pin, old_len, new_pin,
	    new_len, &fresh_bad, &tries);
	if (fresh_bad)
		/* Not the old one is wrong: no dialog may say so. */
		return md_leave_code(c, (DWORD)SCARD_E_INVALID_PARAMETER);
	if (e == JM_PIN_LEN || e == JM_PIN_FORM)
		tries = tries_known(c->token, pin);
	return leave(c, e, tries, tries_out);
}

DWORD WINAPI
md_change_authenticator(CARD_DATA *card, LPWSTR user, PBYTE old_pin,
    DWORD old_len, PBYTE new_pin, DWORD new_len, DWORD retries, DWORD flags,
    PDWORD tries)
{
	set_tries(tries, -1);
	if (flags == BY_CHALLENGE)
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	if (flags != BY_PIN || retries != 0 || !is_user(user) ||
	    is_empty(old_pin, old_len) || is_empty(new_pin, new_len))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return change(
	    card, ROLE_USER, old_pin, old_len, new_pin, new_len, tries);
}

DWORD WINAPI
md_change_authenticator_ex(CARD_DATA *card, DWORD flags, PIN_ID auth,
    PBYTE auth_pin, DWORD auth_len, PIN_ID target, PBYTE new_pin, DWORD new_len,
    DWORD retries, PDWORD tries)
{
	set_tries(tries, -1);
	if (flags == PIN_CHANGE_FLAG_UNBLOCK)
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	if (flags != PIN_CHANGE_FLAG_CHANGEPIN || auth != target ||
	    retries != 0 || is_empty(auth_pin, auth_len) ||
	    is_empty(new_pin, new_len))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return change(
	    card, target, auth_pin, auth_len, new_pin, new_len, tries);
}

/* The card has one log-out for both: a set that names one ends the other, too.
 * Whatever goes wrong must not be success, so that the host resets the card. */
static DWORD
deauthenticate(CARD_DATA *card, PIN_SET pins)
{
	struct md_ctx *c;
	DWORD rc;
	jm_err e;

	if ((rc = md_enter(card, MD_CARD, &c)) != ERROR_SUCCESS)
		return rc;
	if ((pins & md_pins(c)) == 0)
		return md_leave_code(c, pins == 1u << ROLE_EVERYONE
					    ? ERROR_SUCCESS
					    : (DWORD)SCARD_E_INVALID_PARAMETER);
	if ((e = jm_token_drop_status(c->token)) == JM_OK)
		c->sent = 0;
	return md_leave(c, e);
}

DWORD WINAPI
md_deauthenticate(CARD_DATA *card, LPWSTR user, DWORD flags)
{
	if (!is_user(user) || flags != 0)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return deauthenticate(card, 1u << ROLE_USER);
}

DWORD WINAPI
md_deauthenticate_ex(CARD_DATA *card, PIN_SET pins, DWORD flags)
{
	if (flags != 0 || pins == 0 || (pins & ~ALL_PINS) != 0)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return deauthenticate(card, pins);
}

/*
 * Random bytes of the card, for whoever wants them fresh.  No answer to them
 * can be given here: the key for it is the municipal counter's, so
 * CardAuthenticateChallenge is refused.
 */
static DWORD
challenge(CARD_DATA *card, PBYTE *data, PDWORD len)
{
	uint8_t bytes[CHALLENGE_LEN];
	struct md_ctx *c;
	DWORD rc;
	jm_err e;

	if ((rc = md_enter(card, MD_CARD, &c)) != ERROR_SUCCESS)
		return rc;
	if ((e = jm_token_random(c->token, bytes, sizeof bytes)) != JM_OK)
		return md_leave(c, e);
	return md_leave_code(c, md_give(card, bytes, sizeof bytes, data, len));
}

/* Where the answer goes, emptied; 0: nowhere. */
static int
can_take(PBYTE *data, PDWORD len)
{
	if (data != NULL)
		*data = NULL;
	if (len != NULL)
		*len = 0;
	return data != NULL && len != NULL;
}

DWORD WINAPI
md_get_challenge(CARD_DATA *card, PBYTE *data, PDWORD len)
{
	if (!can_take(data, len))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return challenge(card, data, len);
}

DWORD WINAPI
md_get_challenge_ex(
    CARD_DATA *card, PIN_ID pin, PBYTE *data, PDWORD len, DWORD flags)
{
	if (!can_take(data, len) || flags != 0 || pin >= MAX_PINS)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return challenge(card, data, len);
}
