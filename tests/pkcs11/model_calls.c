/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random calls with a PIN or a signature. */
#include <string.h>

#include "tests/pkcs11/model.h"

struct m_session *
m_pick(void)
{
	if (m_chance(2))
		return NULL;
	for (int i = 0; i < 4; i++) {
		struct m_session *s = &m.session[m_random(M_SESSIONS)];

		if (s->h != 0)
			return s;
	}
	return NULL;
}

CK_SESSION_HANDLE
m_handle(const struct m_session *s)
{
	return s != NULL ? s->h : m.dead;
}

/* --- PINs ----------------------------------------------------------------- */

static int
was_zero(const struct m_ref *r)
{
	for (size_t i = 0; i < r->past_len; i++)
		if (r->past[i].tries == 0)
			return 1;
	return r->tries == 0;
}

/* A PIN that could be right, for a session whose card is there. */
static void
want_verify(struct m_want *w, struct m_ref *r)
{
	const int remembered =
	    m_listed(r->remembered, r->remembered_len, w->pin);
	const int fresh = r->told_at != 0 && m.now - r->told_at < M_AGE_MS;

	w->live = 1;
	w->must = !remembered || (!fresh && m_full(r));
	if (r->tries == 0) {
		w->must = 0;
		m_allow(w, CKR_PIN_LOCKED);
	}
	if (remembered || (r->tries > 0 && strcmp(w->pin, r->pin) != 0))
		m_allow(w, CKR_PIN_INCORRECT);
	if (was_zero(r) || r->tries == 1)
		m_allow(w, CKR_PIN_LOCKED);
	if (r->tries > 0 && strcmp(w->pin, r->pin) == 0)
		m_allow(w, CKR_OK);
}

static void
want_pin(
    struct m_want *w, const struct m_session *s, const char *text, size_t len)
{
	const CK_RV form = m_form(s->pair, text, len, 0, w->pin);

	if (form != CKR_OK) {
		w->pin[0] = '\0';
		m_allow(w, form);
	} else if (m_stale(s->reader)) {
		m_allow(w, CKR_PIN_INCORRECT);
		m_allow(w, CKR_PIN_LOCKED);
	} else {
		want_verify(w, m_ref(s->reader, s->pair));
	}
}

static void
call_login(struct m_session *s)
{
	char text[2 * M_TEXT] = "1234";
	size_t len = 4;
	struct m_want w = { .n = 0 };
	CK_RV rv;

	if (s != NULL)
		len = m_some_pin(s->reader, s->pair, text);
	if (m_want_session(&w, s)) {
		if (m_holds(m_login(s->reader, s->pair)))
			m_allow(&w, CKR_USER_ALREADY_LOGGED_IN);
		else
			want_pin(&w, s, text, len);
		if (w.live)
			m_fault(s->reader);
	}
	m_begin(
	    "C_Login %lu (%u %d) %s", m_handle(s), w.reader, (int)w.pair, text);
	rv = m_end(
	    &w, p11->C_Login(m_handle(s), CKU_USER, (CK_BYTE *)text, len));
	if (rv == CKR_OK) {
		m_hold(m_login(s->reader, s->pair), w.pin,
		    m_ref(s->reader, s->pair));
		m.reader[s->reader].slot[s->pair].claimed = 1;
	}
	m_removed(s, rv);
	m_end_fault(w.reader);
}

static void
call_logout(struct m_session *s)
{
	struct m_want w = { .n = 0 };
	struct m_slot *slot;
	CK_RV rv;

	if (m_want_session(&w, s))
		m_allow(&w, m.reader[s->reader].slot[s->pair].claimed
				? CKR_OK
				: CKR_USER_NOT_LOGGED_IN);
	m_begin("C_Logout %lu (%u %d)", m_handle(s), w.reader, (int)w.pair);
	rv = m_end(&w, p11->C_Logout(m_handle(s)));
	if (s == NULL || !m.started)
		return;
	slot = &m.reader[s->reader].slot[s->pair];
	slot->claimed = 0;
	m_drop(&slot->login);
	m_removed(s, rv);
}

static void
want_set_pin(struct m_want *w, const struct m_session *s, const char *old,
    size_t old_len, const char *new, size_t new_len)
{
	char fresh[M_TEXT];
	const CK_RV form = m_form(s->pair, new, new_len, 1, fresh);

	if (!s->rw)
		m_allow(w, CKR_SESSION_READ_ONLY);
	else if (form != CKR_OK)
		m_allow(w, form);
	else
		want_pin(w, s, old, old_len);
}

static void
call_set_pin(struct m_session *s)
{
	char old[2 * M_TEXT] = "1234", new[2 * M_TEXT] = "1111";
	size_t old_len = 4, new_len = 4;
	struct m_want w = { .n = 0 };
	struct m_login *l;
	CK_RV rv;

	if (s != NULL) {
		old_len = m_some_pin(s->reader, s->pair, old);
		new_len = m_some_pin(s->reader, s->pair, new);
	}
	if (m_want_session(&w, s)) {
		want_set_pin(&w, s, old, old_len, new, new_len);
		if (w.live)
			m_fault(s->reader);
	}
	m_begin("C_SetPIN %lu (%u %d) %s to %s", m_handle(s), w.reader,
	    (int)w.pair, old, new);
	rv = m_end(&w, p11->C_SetPIN(m_handle(s), (CK_BYTE *)old, old_len,
			   (CK_BYTE *)new, new_len));
	if (w.live) {
		l = m_login(s->reader, s->pair);
		/* The login goes on with the new PIN; it ends where the card
		 * was asked and said no. */
		if (rv == CKR_OK && m_holds(l))
			m_renew(l, m_ref(s->reader, s->pair)->pin,
			    m_ref(s->reader, s->pair));
		else if (rv != CKR_OK && m.seen_len > 0 &&
			 m.seen[m.seen_len - 1].what == M_VERIFY)
			m_drop(l);
	}
	m_removed(s, rv);
	m_end_fault(w.reader);
}

/* --- consent to one signature --------------------------------------------- */

static int
by_context(const struct m_session *s)
{
	return m.policy.consent[s->pair] == JM_CONSENT_CONTEXT;
}

static int
agreed(const struct m_session *s, const struct m_login *l)
{
	return !by_context(s) || l->fresh || s->consent == l->number;
}

static void
consented_or_not(struct m_session *s, const struct m_want *w, CK_RV rv)
{
	struct m_login *l = m_login(s->reader, s->pair);
	const int sent =
	    m.seen_len > 0 && m.seen[m.seen_len - 1].what == M_VERIFY;

	if (rv == CKR_OK) {
		m_renew(l, w->pin, m_ref(s->reader, s->pair));
		s->consent = l->number;
	} else if (sent && rv == CKR_PIN_INCORRECT) {
		l->fresh = 0; /* nothing is agreed to any more */
		l->number = ++m.logins;
	} else if (sent) {
		m_drop(l);
	}
}

static void
call_consent(struct m_session *s)
{
	char text[2 * M_TEXT] = "1234";
	size_t len = 4;
	struct m_want w = { .n = 0 };
	CK_RV rv;

	if (s != NULL)
		len = m_some_pin(s->reader, s->pair, text);
	if (m_want_session(&w, s)) {
		if (s->op == M_NONE || !by_context(s) ||
		    !m_holds(m_login(s->reader, s->pair))) {
			m_allow(&w, CKR_OPERATION_NOT_INITIALIZED);
		} else {
			want_pin(&w, s, text, len);
			if (m.reader[s->reader].was_reset)
				m_allow(&w, CKR_OPERATION_NOT_INITIALIZED);
		}
		if (w.live)
			m_fault(s->reader);
	}
	m_begin("C_Login for this %lu (%u %d) %s", m_handle(s), w.reader,
	    (int)w.pair, text);
	rv = m_end(&w, p11->C_Login(m_handle(s), CKU_CONTEXT_SPECIFIC,
			   (CK_BYTE *)text, len));
	if (w.live)
		consented_or_not(s, &w, rv);
	m_removed(s, rv);
	m_end_fault(w.reader);
}

void
m_call_pin(void)
{
	struct m_session *s = m_pick();
	const unsigned dice = m_random(100);

	if (dice < 10 || (s != NULL && s->op != M_NONE && dice < 50))
		call_consent(s);
	else if (dice < 66)
		call_login(s);
	else if (dice < 82)
		call_logout(s);
	else
		call_set_pin(s);
}

/* --- signatures ----------------------------------------------------------- */

static CK_BYTE info[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };

static void
call_sign_init(struct m_session *s)
{
	static const CK_MECHANISM_TYPE types[] = { CKM_RSA_PKCS,
		CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS };
	CK_RSA_PKCS_PSS_PARAMS pss = { CKM_SHA256, CKG_MGF1_SHA256, 32 };
	const unsigned type = m_random(NELEM(types));
	CK_MECHANISM mech = { types[type], type == 2 ? &pss : NULL,
		type == 2 ? sizeof pss : 0 };
	CK_OBJECT_HANDLE key = 0;
	struct m_want w = { .n = 0 };
	CK_RV rv;

	if (s != NULL)
		key = m.reader[s->reader].slot[s->pair].key;
	if (m_want_session(&w, s)) {
		const int held = m_holds(m_login(s->reader, s->pair));

		if (s->op != M_NONE)
			m_allow(&w, CKR_OPERATION_ACTIVE);
		else if (key == 0)
			m_allow(&w, CKR_KEY_HANDLE_INVALID);
		else
			m_allow(&w, held ? CKR_OK : CKR_USER_NOT_LOGGED_IN);
	}
	m_begin("C_SignInit %lu (%u %d) %lx key %lx", m_handle(s), w.reader,
	    (int)w.pair, mech.mechanism, key);
	rv = m_end(&w, p11->C_SignInit(m_handle(s), &mech, key));
	if (rv == CKR_OK) {
		s->op = type == 0 ? M_RAW : M_HASHED;
		s->multi = 0;
		s->fed = 0;
	}
	m_removed(s, rv);
}

static void
end_op(struct m_session *s)
{
	s->op = M_NONE;
	s->multi = 0;
	s->fed = 0;
	s->consent = 0;
}

/* The input is complete. */
static void
want_signature(struct m_want *w, struct m_session *s, int good)
{
	struct m_login *l = m_login(s->reader, s->pair);
	const struct m_ref *r = m_ref(s->reader, s->pair);

	if (s->op == M_RAW && !good) {
		m_allow(w, CKR_DATA_INVALID);
		return;
	}
	if (!m_holds(l) || !agreed(s, l)) {
		m_allow(w, CKR_USER_NOT_LOGGED_IN);
		return;
	}
	if (m_stale(s->reader))
		return;
	w->live = 1;
	if (m.policy.login == JM_LOGIN_HOLD) {
		w->signature = w->on_card = 1;
		m_allow(w, CKR_OK);
		return;
	}
	if (m.reader[s->reader].was_reset || !m_full(r)) {
		m_allow(w, CKR_USER_NOT_LOGGED_IN);
		return;
	}
	memcpy(w->pin, l->pin, sizeof w->pin);
	w->held = l;
	w->must = w->signature = 1;
	m_allow(
	    w, strcmp(l->pin, r->pin) == 0 ? CKR_OK : CKR_USER_NOT_LOGGED_IN);
}

static void
signed_or_not(struct m_session *s, const struct m_want *w, CK_RV rv)
{
	const unsigned reader = s->reader;
	struct m_login *l = m_login(reader, s->pair);
	int made = 0;

	end_op(s);
	for (size_t i = 0; i < m.seen_len; i++)
		made |= m.seen[i].what == M_SIGNATURE;
	if (!w->live) {
		m_removed(s, rv);
		return;
	}
	if (rv == CKR_OK)
		l->used_at = m.now;
	if (made)
		l->fresh = 0;
	if (rv == CKR_USER_NOT_LOGGED_IN ||
	    (made && m.policy.consent[s->pair] == JM_CONSENT_EACH))
		m_drop(l);
	m_removed(s, rv);
	m_end_fault(reader);
}

/* C_Sign, or C_SignFinal with data NULL. */
static void
call_sign(struct m_session *s, int final)
{
	const int garbage = m_chance(6), ask = m_chance(8);
	struct m_want w = { .n = 0 };
	CK_BYTE sig[256];
	CK_ULONG len = m_chance(96) ? sizeof sig : 255;
	int whole = 0;
	CK_RV rv;

	if (m_want_session(&w, s)) {
		if (s->op == M_NONE) {
			m_allow(&w, CKR_OPERATION_NOT_INITIALIZED);
		} else if (!final && s->multi) {
			m_allow(&w, CKR_OPERATION_ACTIVE);
		} else if (ask || len < sizeof sig) {
			m_allow(&w, ask ? CKR_OK : CKR_BUFFER_TOO_SMALL);
		} else {
			whole = 1;
			want_signature(
			    &w, s, final ? s->fed == sizeof info : !garbage);
			if (w.live)
				m_fault(s->reader);
		}
	}
	m_begin("C_Sign%s %lu (%u %d)%s", final ? "Final" : "", m_handle(s),
	    w.reader, (int)w.pair, garbage ? " garbage" : "");
	rv = final ? p11->C_SignFinal(m_handle(s), ask ? NULL : sig, &len)
		   : p11->C_Sign(m_handle(s), info,
			 garbage ? sizeof info - 1 : sizeof info,
			 ask ? NULL : sig, &len);
	(void)m_end(&w, rv);
	if (whole)
		signed_or_not(s, &w, rv);
	else
		m_removed(s, rv);
}

static void
call_update(struct m_session *s)
{
	struct m_want w = { .n = 0 };
	CK_RV rv;

	if (m_want_session(&w, s))
		m_allow(&w, s->op == M_NONE ? CKR_OPERATION_NOT_INITIALIZED
			    : s->op == M_RAW && s->fed + sizeof info > 245
				? CKR_DATA_LEN_RANGE
				: CKR_OK);
	m_begin("C_SignUpdate %lu (%u %d)", m_handle(s), w.reader, (int)w.pair);
	rv = m_end(&w, p11->C_SignUpdate(m_handle(s), info, sizeof info));
	if (rv == CKR_OK) {
		s->multi = 1;
		s->fed += sizeof info;
	} else if (s != NULL && rv != CKR_CRYPTOKI_NOT_INITIALIZED) {
		end_op(s);
	}
	m_removed(s, rv);
}

static void
call_cancel(struct m_session *s)
{
	struct m_want w = { .n = 0 };

	if (m_want_session(&w, s))
		m_allow(&w, CKR_OK);
	m_begin("C_SessionCancel %lu", m_handle(s));
	if (m_end(&w, p11_3->C_SessionCancel(m_handle(s), CKF_SIGN)) == CKR_OK)
		end_op(s);
}

void
m_call_sign(void)
{
	struct m_session *s = m_pick();
	const unsigned dice = m_random(100);

	if (s == NULL || s->op == M_NONE ? dice < 85 : dice < 10)
		call_sign_init(s);
	else if (dice < 70)
		call_sign(
		    s, s != NULL && s->multi ? m_chance(90) : m_chance(5));
	else if (dice < 90)
		call_update(s);
	else
		call_cancel(s);
}
