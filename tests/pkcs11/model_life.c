/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random calls of sessions, slots, objects and the module's life. */
#include <string.h>

#include "pkcs11/module.h"
#include "tests/pkcs11/model.h"

#define COUNTER                                                                \
	(CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED)

/* --- sessions ------------------------------------------------------------- */

/* Public where a fault or a reset may have ended a login is believed. */
static void
judge_state(struct m_session *s, CK_STATE state, int lenient)
{
	struct m_login *l = m_login(s->reader, s->pair);
	const int user =
	    state == CKS_RO_USER_FUNCTIONS || state == CKS_RW_USER_FUNCTIONS;

	if (user && !m_holds(l))
		m_fail("a login that was not made, or is used up");
	if (!user && m_holds(l)) {
		if (!lenient)
			m_fail("a login ended by itself");
		m_drop(l);
	}
}

static void
ask_state(struct m_session *s, int lenient)
{
	struct m_want w = { .n = 0 };
	CK_SESSION_INFO got;
	CK_RV rv;

	if (m_want_session(&w, s) && !m_stale(s->reader))
		m_allow(&w, CKR_OK);
	m_begin(
	    "C_GetSessionInfo %lu (%u %d)", m_handle(s), w.reader, (int)w.pair);
	rv = m_end(&w, p11->C_GetSessionInfo(m_handle(s), &got));
	if (rv == CKR_OK)
		judge_state(
		    s, got.state, lenient || m.reader[s->reader].was_reset);
	if (rv == CKR_OK || rv == CKR_DEVICE_REMOVED)
		m_notice();
	m_removed(s, rv);
}

void
m_ask_state(struct m_session *s)
{
	ask_state(s, 0);
}

/* A call that met a fault: what became of the logins is asked. */
static void
look_after(unsigned reader)
{
	if (!vs_present(reader) && m.reader[reader].card >= 0)
		m_took_out(reader);
	for (int p = 0; p < JM_PAIRS; p++) {
		for (size_t i = 0; i < M_SESSIONS; i++) {
			struct m_session *s = &m.session[i];

			if (s->h == 0 || s->reader != reader ||
			    (int)s->pair != p)
				continue;
			ask_state(s, 1);
			break;
		}
	}
}

/* A fault that was planned is over; the model looks what became of it. */
void
m_end_fault(unsigned reader)
{
	const int fired = m.faulty && !vs_fault_waits(reader);

	if (m.faulty)
		vs_fault_at(reader, 0, VS_NO_FAULT, NULL, 0);
	m.faulty = 0;
	m.stats.faults += (unsigned)fired;
	m.reader[reader].failed_last |= fired;
	if (fired)
		look_after(reader);
}

static void
call_open(void)
{
	struct m_want w = { .n = 0 };
	const unsigned reader = m_random(M_READERS);
	const enum jm_pair pair = m_chance(50) ? AUTH : SIGN;
	const int rw = m_chance(50);
	CK_SESSION_HANDLE h = 0;
	size_t i;

	for (i = 0; i < M_SESSIONS && m.session[i].h != 0; i++)
		;
	if (i == M_SESSIONS)
		return;
	w.reader = reader;
	if (m.started)
		m_notice();
	m_allow(&w, !m.started                  ? CKR_CRYPTOKI_NOT_INITIALIZED
		    : m.reader[reader].card < 0 ? CKR_TOKEN_NOT_PRESENT
						: CKR_OK);
	if (m.started)
		m_fault(reader);
	m_begin("C_OpenSession (%u %d)%s", reader, (int)pair, rw ? " R/W" : "");
	if (m_end(&w, p11->C_OpenSession(m.reader[reader].slot[pair].id,
			  CKF_SERIAL_SESSION | (rw ? CKF_RW_SESSION : 0), NULL,
			  NULL, &h)) == CKR_OK)
		m.session[i] = (struct m_session){
			.h = h, .reader = reader, .pair = pair, .rw = rw
		};
	m_end_fault(reader);
}

static void
call_close(struct m_session *s)
{
	struct m_want w = { .n = 0 };
	size_t left = 0;
	unsigned reader;
	enum jm_pair pair;
	CK_RV rv;

	if (m_want_session(&w, s))
		m_allow(&w, CKR_OK);
	m_begin("C_CloseSession %lu", m_handle(s));
	rv = m_end(&w, p11->C_CloseSession(m_handle(s)));
	if (rv != CKR_OK)
		return;
	reader = s->reader;
	pair = s->pair;
	m.dead = s->h;
	*s = (struct m_session){ .h = 0 };
	for (size_t i = 0; i < M_SESSIONS; i++)
		left += m.session[i].h != 0 && m.session[i].reader == reader &&
			m.session[i].pair == pair;
	if (left == 0) /* the login ends with the last one */
		m_forget_sessions(reader, (int)pair);
}

static void
call_close_all(void)
{
	struct m_want w = { .n = 0 };
	const unsigned reader = m_random(M_READERS);
	const enum jm_pair pair = m_chance(50) ? AUTH : SIGN;

	m_allow(&w, m.started ? CKR_OK : CKR_CRYPTOKI_NOT_INITIALIZED);
	m_begin("C_CloseAllSessions (%u %d)", reader, (int)pair);
	if (m_end(&w, p11->C_CloseAllSessions(
			  m.reader[reader].slot[pair].id)) == CKR_OK)
		m_forget_sessions(reader, (int)pair);
}

/* --- slots ---------------------------------------------------------------- */

static void
call_slot_list(void)
{
	struct m_want w = { .n = 0 };
	CK_SLOT_ID list[8];
	CK_ULONG n = NELEM(list), want = 0;

	m_allow(&w, m.started ? CKR_OK : CKR_CRYPTOKI_NOT_INITIALIZED);
	m_begin("C_GetSlotList");
	if (m_end(&w, p11->C_GetSlotList(CK_TRUE, list, &n)) != CKR_OK)
		return;
	m_notice();
	for (unsigned i = 0; i < M_READERS; i++)
		want += m.reader[i].card < 0 ? 0 : 2;
	if (n != want)
		m_fail("%lu slots with a token, not %lu", n, want);
}

static CK_FLAGS
flags_of(unsigned tries, unsigned limit)
{
	return (tries < limit ? CKF_USER_PIN_COUNT_LOW : 0) |
	       (tries == 1 ? CKF_USER_PIN_FINAL_TRY : 0) |
	       (tries == 0 ? CKF_USER_PIN_LOCKED : 0);
}

/* The counter told is one that the card had in the last two seconds, and not
 * before the module was told another one. */
static void
judge_flags(const struct m_ref *r, CK_FLAGS flags)
{
	flags &= COUNTER;
	if (flags == flags_of(r->tries, r->limit))
		return;
	for (size_t i = 0; i < r->past_len; i++)
		if (m.now - r->past[i].until < M_AGE_MS &&
		    flags == flags_of(r->past[i].tries, r->limit))
			return;
	m_fail("flags %lx where %u tries are left", (unsigned long)flags,
	    r->tries);
}

static void
call_token_info(void)
{
	struct m_want w = { .n = 0 };
	const unsigned reader = m_random(M_READERS);
	const enum jm_pair pair = m_chance(50) ? AUTH : SIGN;
	CK_TOKEN_INFO got;

	w.reader = reader;
	m_allow(&w, !m.started                  ? CKR_CRYPTOKI_NOT_INITIALIZED
		    : m.reader[reader].card < 0 ? CKR_TOKEN_NOT_PRESENT
						: CKR_OK);
	if (m.started) {
		m_notice();
		m_fault(reader);
	}
	m_begin("C_GetTokenInfo (%u %d)", reader, (int)pair);
	if (m_end(&w, p11->C_GetTokenInfo(
			  m.reader[reader].slot[pair].id, &got)) == CKR_OK)
		judge_flags(m_ref(reader, pair), got.flags);
	m_end_fault(reader);
}

/* --- objects -------------------------------------------------------------- */

static void
call_find(struct m_session *s)
{
	CK_OBJECT_CLASS class =
	    m_chance(80) ? CKO_PRIVATE_KEY : CKO_CERTIFICATE;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	struct m_want w = { .n = 0 }, ok = { .n = 1, .rv = { CKR_OK } };
	CK_OBJECT_HANDLE key[4];
	CK_ULONG n = 0;
	CK_RV rv;

	if (m_want_session(&w, s))
		m_allow(&w, CKR_OK);
	if (m.started && s != NULL && class == CKO_CERTIFICATE)
		m_fault(s->reader);
	m_begin("C_FindObjectsInit %lu (%u %d) %lu", m_handle(s), w.reader,
	    (int)w.pair, class);
	rv = m_end(&w, p11->C_FindObjectsInit(m_handle(s), &t, 1));
	if (rv == CKR_OK) {
		m_begin("C_FindObjects");
		(void)m_end(&ok, p11->C_FindObjects(s->h, key, 4, &n));
		m_begin("C_FindObjectsFinal");
		(void)m_end(&ok, p11->C_FindObjectsFinal(s->h));
	}
	if (rv == CKR_OK && class == CKO_PRIVATE_KEY) {
		if ((n == 1) != m_holds(m_login(s->reader, s->pair)))
			m_fail("%lu private keys", n);
		if (n == 1)
			m.reader[s->reader].slot[s->pair].key = key[0];
	}
	m_removed(s, rv);
	m_end_fault(w.reader);
}

/* --- the module ----------------------------------------------------------- */

static void
initialize(void)
{
	struct m_want w = { .n = 1, .rv = { CKR_OK } };
	CK_SLOT_ID list[8];
	CK_ULONG n = NELEM(list);

	m_begin("C_Initialize");
	(void)m_end(&w, p11->C_Initialize(NULL));
	p11_module.policy = m.policy;
	m_begin("C_GetSlotList");
	(void)m_end(&w, p11->C_GetSlotList(CK_FALSE, list, &n));
	if (n != M_READERS * JM_PAIRS)
		m_fail("%lu slots", n);
	for (unsigned i = 0; i < n; i++)
		m.reader[i / JM_PAIRS].slot[i % JM_PAIRS].id = list[i];
	m.started = 1;
	m_notice();
}

/* PINs that failed are forgotten, too: that much a new start costs. */
static void
finalize(void)
{
	struct m_want w = { .n = 1, .rv = { CKR_OK } };

	m_begin("C_Finalize");
	(void)m_end(&w, p11->C_Finalize(NULL));
	m.started = 0;
	for (unsigned i = 0; i < M_READERS; i++) {
		m_forget_sessions(i, -1);
		m.reader[i].was_reset = 0;
		for (int p = 0; p < JM_PAIRS; p++) {
			struct m_ref *r = m_ref(i, (enum jm_pair)p);

			if (r == NULL)
				continue;
			r->failed_len = r->remembered_len = r->past_len = 0;
			r->told_at = 0;
		}
	}
}

void
m_call_life(void)
{
	const unsigned dice = m_random(1000);

	if (!m.started && dice < 700)
		initialize();
	else if (m.started && dice < 4)
		finalize();
	else if (dice < 200)
		call_open();
	else if (dice < 260)
		call_close(m_pick());
	else if (dice < 268)
		call_close_all();
	else if (dice < 290)
		call_slot_list();
	else if (dice < 480)
		call_token_info();
	else if (dice < 720)
		m_ask_state(m_pick());
	else
		call_find(m_pick());
}
