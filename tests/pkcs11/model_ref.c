/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is promised of each call, and whether it was kept. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pkcs11/model.h"

#define RECORD 40 /* lines that a failure prints */

static char record[RECORD][160];
static unsigned long recorded;
static unsigned apdus[M_READERS];

/* --- the record ----------------------------------------------------------- */

static void JM_PRINTF(1, 0)
add_line(const char *format, va_list ap)
{
	(void)vsnprintf(
	    record[recorded++ % RECORD], sizeof record[0], format, ap);
}

void
m_note(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_line(format, ap);
	va_end(ap);
}

static void
note_seen(CK_RV rv)
{
	static const char letter[] = { 'Q', 'V', 'C', 'S' };
	char *line = record[(recorded - 1) % RECORD];
	size_t at = strlen(line);

	at += (size_t)snprintf(
	    line + at, sizeof record[0] - at, " = %lx", (unsigned long)rv);
	for (size_t i = 0; i < m.seen_len && at < sizeof record[0]; i++) {
		const struct m_seen *s = &m.seen[i];

		at += (size_t)snprintf(line + at, sizeof record[0] - at,
		    " %c%d:%s:%u-%u", letter[s->what], (int)s->pair, s->pin,
		    s->before, s->after);
	}
}

_Noreturn void
m_fail(const char *format, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	for (unsigned long i = recorded > RECORD ? recorded - RECORD : 0;
	     i < recorded; i++)
		fprintf(stderr, "%s\n", record[i % RECORD]);
	fprintf(stderr, "repeat with JM_MODEL_SEED=%llu JM_MODEL_CALLS=1\n",
	    (unsigned long long)m.seed);
	fail_msg("%s", what);
	abort();
}

/* --- PINs and logins ------------------------------------------------------ */

CK_RV
m_form(enum jm_pair pair, const char *text, size_t len, int fresh,
    char out[M_TEXT])
{
	int digits = 0, letters = 0;

	memset(out, 0, M_TEXT);
	if (pair == AUTH ? len != 4 : len < 6 || len > 16)
		return CKR_PIN_LEN_RANGE;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (pair == SIGN && c >= 'a' && c <= 'z')
			c = (char)(c - 32);
		if (c >= '0' && c <= '9')
			digits = 1;
		else if (pair == SIGN && c >= 'A' && c <= 'Z')
			letters = 1;
		else
			return fresh ? CKR_PIN_INVALID : CKR_PIN_INCORRECT;
		out[i] = c;
	}
	if (fresh && pair == SIGN && !(digits && letters))
		return CKR_PIN_INVALID;
	return CKR_OK;
}

int
m_listed(char list[][M_TEXT], size_t n, const char *pin)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], pin) == 0)
			return 1;
	return 0;
}

struct m_login *
m_login(unsigned reader, enum jm_pair pair)
{
	return &m.reader[reader].slot[pair].login;
}

void
m_drop(struct m_login *l)
{
	memset(l, 0, sizeof *l);
}

int
m_holds(struct m_login *l)
{
	if (l->on && m.policy.idle_ms != 0 && m.now - l->used_at >= M_IDLE_MS) {
		for (unsigned i = 0; i < M_READERS; i++)
			m.reader[i].lapsed = 1;
		m_drop(l);
	}
	return l->on;
}

void
m_hold(struct m_login *l, const char *pin, const struct m_ref *r)
{
	m_renew(l, pin, r);
	l->on = l->fresh = 1;
	l->number = ++m.logins;
}

void
m_renew(struct m_login *l, const char *pin, const struct m_ref *r)
{
	(void)snprintf(l->pin, sizeof l->pin, "%s", pin);
	l->used_at = m.now;
	l->changes = r->changes;
}

void
m_forget_sessions(unsigned reader, int pair)
{
	struct m_reader *r = &m.reader[reader];

	for (size_t i = 0; i < M_SESSIONS; i++) {
		struct m_session *s = &m.session[i];

		if (s->h == 0 || s->reader != reader ||
		    (pair >= 0 && (int)s->pair != pair))
			continue;
		m.dead = s->h;
		*s = (struct m_session){ .h = 0 };
	}
	for (int p = 0; p < JM_PAIRS; p++) {
		if (pair >= 0 && p != pair)
			continue;
		m_drop(&r->slot[p].login);
		r->slot[p].claimed = 0;
		r->slot[p].key = 0;
	}
}

void
m_notice(void)
{
	for (unsigned i = 0; i < M_READERS; i++) {
		if (m.reader[i].known != m.reader[i].insertion)
			m_forget_sessions(i, -1);
		m.reader[i].known = m.reader[i].insertion;
	}
}

int
m_stale(unsigned reader)
{
	return m.reader[reader].known != m.reader[reader].insertion ||
	       m.reader[reader].card < 0;
}

void
m_removed(const struct m_session *s, CK_RV rv)
{
	if (s != NULL && s->h != 0 && m_stale(s->reader) &&
	    (rv == CKR_DEVICE_REMOVED || rv == CKR_SESSION_HANDLE_INVALID))
		m_forget_sessions(s->reader, -1);
}

/* --- a call --------------------------------------------------------------- */

void
m_allow(struct m_want *w, CK_RV rv)
{
	if (w->n == NELEM(w->rv))
		m_fail("too many answers are allowed");
	w->rv[w->n++] = rv;
}

int
m_want_session(struct m_want *w, struct m_session *s)
{
	if (s == NULL || !m.started) {
		m_allow(w, m.started ? CKR_SESSION_HANDLE_INVALID
				     : CKR_CRYPTOKI_NOT_INITIALIZED);
		return 0;
	}
	w->reader = s->reader;
	w->pair = s->pair;
	if (m_stale(s->reader)) {
		m_allow(w, CKR_DEVICE_REMOVED);
		m_allow(w, CKR_SESSION_HANDLE_INVALID);
	}
	return 1;
}

void
m_begin(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_line(format, ap);
	va_end(ap);
	m.actor = M_MODULE;
	m.seen_len = 0;
	m.stats.calls++;
	for (unsigned i = 0; i < M_READERS; i++)
		apdus[i] = vs_counted(i).apdus;
}

void
m_fault(unsigned reader)
{
	static const enum vs_fault kinds[] = { VS_REMOVE_BEFORE,
		VS_REMOVE_AFTER, VS_RESET_BEFORE, VS_LOST_BEFORE, VS_LOST_AFTER,
		VS_LOST_AFTER };
	enum vs_fault f;
	unsigned nth;

	if (!m_chance(4) || m.reader[reader].card < 0)
		return;
	f = kinds[m_random(NELEM(kinds))];
	nth = 1 + m_random(7);
	m_note("fault %d at command %u in reader %u", (int)f, nth, reader);
	vs_fault_at(reader, nth, f, NULL, 0);
	m.faulty = 1;
}

/* --- the check ------------------------------------------------------------ */

/* A VERIFY that repeats one of before: right by all that was known. */
static void
check_again(const struct m_want *w, size_t i)
{
	const struct m_seen *v = &m.seen[i];
	const struct m_ref *r = m_ref(w->reader, w->pair);

	m.stats.again++;
	if (i == 0 || v[-1].what != M_QUERY || v[-1].pair != v->pair ||
	    v[-1].before != r->limit)
		m_fail("a PIN was sent again to a counter not seen full");
	if (v->ok)
		return;
	if (r->changes == w->held->changes)
		m_fail("a PIN that was right and was not changed failed");
	m.stats.exceptions++;
}

static void
check_verify(const struct m_want *w, size_t i)
{
	const struct m_seen *v = &m.seen[i];

	m.stats.verifies++;
	m.stats.wrong += !v->ok && v->before > 0;
	if (!w->live || w->pin[0] == '\0')
		m_fail("a VERIFY that nobody asked for");
	if (v->card != m.reader[w->reader].card || v->pair != w->pair)
		m_fail("a VERIFY for another PIN");
	if (strcmp(v->pin, w->pin) != 0)
		m_fail("%s was sent, and %s was given", v->pin, w->pin);
	if (m.actor == M_MODULE && v->failed_before)
		m_fail("%s was sent again after it failed", v->pin);
	if (w->held != NULL)
		check_again(w, i);
}

/* The commands of a call. */
static void
check_seen(const struct m_want *w, CK_RV rv)
{
	size_t verifies = 0, signatures = 0, right = 0;

	for (size_t i = 0; i < m.seen_len; i++) {
		const struct m_seen *s = &m.seen[i];

		if (s->what == M_VERIFY) {
			verifies++;
			right += s->ok != 0;
			check_verify(w, i);
		}
		if (s->what == M_SIGNATURE) {
			signatures++;
			if (!w->signature || (right == 0 && !w->on_card))
				m_fail("a signature that nobody asked for");
		}
	}
	m.stats.signatures += signatures;
	if (verifies > 1 || signatures > 1)
		m_fail("%zu VERIFY, %zu signatures", verifies, signatures);
	if (w->pin[0] != '\0' && m.actor == M_MODULE) {
		if (rv == CKR_OK && right != 1)
			m_fail("a PIN was taken that the card did not see");
		if (w->must && verifies == 0 && !m.faulty)
			m_fail("the PIN was not sent");
		if (verifies == 0)
			m.stats.refused++;
	}
	m_check_cards();
}

/* What a reader or a card that fails may look like. */
static void
allow_failure(struct m_want *w)
{
	m_allow(w, CKR_DEVICE_ERROR);
	m_allow(w, CKR_DEVICE_REMOVED);
	m_allow(w, CKR_TOKEN_NOT_PRESENT);
	m_allow(w, CKR_USER_NOT_LOGGED_IN);
}

static void
check_rv(const struct m_want *want, CK_RV rv)
{
	struct m_want w = *want;
	char text[120];
	size_t at = 0;

	if (m.faulty && !vs_fault_waits(w.reader))
		allow_failure(&w);
	text[0] = '\0';
	for (size_t i = 0; i < w.n; i++) {
		if (w.rv[i] == rv)
			return;
		at += (size_t)snprintf(text + at, sizeof text - at, " %lx",
		    (unsigned long)w.rv[i]);
	}
	m_fail("%lx, and not one of%s", (unsigned long)rv, text);
}

static void
note_commands(void)
{
	for (unsigned i = 0; i < M_READERS; i++) {
		struct m_reader *r = &m.reader[i];

		if (vs_counted(i).apdus == apdus[i])
			continue;
		if (!m.faulty)
			r->failed_last = 0;
		if (!r->was_reset)
			continue;
		r->was_reset = 0;
		for (int p = 0; p < JM_PAIRS; p++)
			m_drop(&r->slot[p].login);
	}
}

CK_RV
m_end(const struct m_want *w, CK_RV rv)
{
	struct m_ref *r = m_ref(w->reader, w->pair);

	note_seen(rv);
	check_rv(w, rv);
	if (m.actor == M_MODULE)
		note_commands();
	check_seen(w, rv);
	/* A VERIFY may have been on its way when the reader failed. */
	if (m.faulty && r != NULL && w->pin[0] != '\0' &&
	    !m_listed(r->remembered, r->remembered_len, w->pin) &&
	    r->remembered_len < M_FAILED)
		memcpy(r->remembered[r->remembered_len++], w->pin, M_TEXT);
	m.actor = M_OTHER;
	return rv;
}
