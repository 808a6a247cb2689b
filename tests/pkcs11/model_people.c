/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people and other programs do while the module is at work. */
#include <stdio.h>
#include <string.h>

#include "tests/pkcs11/model.h"

static size_t
copied(const char *from, char out[2 * M_TEXT])
{
	return (size_t)snprintf(out, 2 * M_TEXT, "%s", from);
}

size_t
m_some_pin(unsigned reader, enum jm_pair pair, char out[2 * M_TEXT])
{
	static const char *const bad[] = { "", "123", "12345", "12a4", "ABC12",
		"ABCDEFGH123456789", "ABC-12", "1 34", "\xef\xbc\x91\x32" };
	const unsigned dice = m_random(100);
	const enum jm_pair other = pair == AUTH ? SIGN : AUTH;
	const struct m_ref *r = m_ref(reader, pair);
	size_t n;

	if (dice < 45)
		return copied(r != NULL ? r->pin : m_pool(pair), out);
	if (dice < 70)
		return copied(m_pool(pair), out);
	if (dice < 76)
		return copied(
		    m.card[m_random(M_CARDS)].ref[m_random(2)].pin, out);
	if (dice < 80)
		return copied(m_pool(other), out);
	if (dice < 88 && r != NULL && r->remembered_len > 0)
		return copied(
		    r->remembered[m_random((unsigned)r->remembered_len)], out);
	if (dice < 94) {
		n = copied(r != NULL ? r->pin : m_pool(pair), out);
		for (size_t i = 0; i < n; i++)
			if (out[i] >= 'A' && out[i] <= 'Z')
				out[i] = (char)(out[i] + 32);
		return n;
	}
	return copied(bad[m_random(NELEM(bad))], out);
}

void
m_took_out(unsigned reader)
{
	m.reader[reader].card = -1;
	m.reader[reader].insertion++;
}

static void
take_out(unsigned reader)
{
	vs_remove(reader);
	m_took_out(reader);
}

/* A card of those that lie on the table. */
static int
free_card(void)
{
	int c;

	do {
		c = (int)m_random(M_CARDS);
		for (unsigned i = 0; i < M_READERS; i++)
			if (m.reader[i].card == c)
				c = -1;
	} while (c < 0);
	return c;
}

static unsigned
send_pin(unsigned reader, const char *head, const char *pin)
{
	char hex[80];
	size_t at;

	at = (size_t)snprintf(hex, sizeof hex, "%s%02zX", head, strlen(pin));
	for (size_t i = 0; pin[i] != '\0'; i++)
		at += (size_t)snprintf(
		    hex + at, sizeof hex - at, "%02X", (unsigned)pin[i]);
	return vs_other_send(reader, hex);
}

void
m_end_neighbour(struct m_reader *r)
{
	jm_token_free(&r->neighbour);
	for (int p = 0; p < JM_PAIRS; p++)
		m_drop(&r->neighbour_login[p]);
}

/* By its own route: one VERIFY, and with fresh a change, then it logs out. */
static void
other_program(
    unsigned reader, enum jm_pair pair, const char *pin, const char *fresh)
{
	static const char *const select_pin[JM_PAIRS] = { "00A4020C020018",
		"00A4020C02001B" };
	unsigned sw;

	m_note("other: PIN %d of reader %u: %s%s%s", (int)pair, reader, pin,
	    fresh != NULL ? " to " : "", fresh != NULL ? fresh : "");
	if (vs_other_send(reader, "00A4040C0AD392F000260100000001") != 0x9000 ||
	    vs_other_send(reader, select_pin[pair]) != 0x9000)
		m_fail("the card does not select");
	sw = send_pin(reader, "00200080", pin);
	if (sw == 0x9000 && fresh != NULL)
		(void)send_pin(reader, "00240180", fresh);
	(void)vs_other_send(reader, "00A4040C07A0000001510000");
	m_check_cards();
}

/* Another program that uses this same core: its rules are ours. */
static void
neighbour(unsigned reader, enum jm_pair pair)
{
	static const uint8_t info[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
		0x00, 0x04, 0x20 };
	struct m_reader *r = &m.reader[reader];
	struct m_login *l = &r->neighbour_login[pair];
	struct m_ref *ref = m_ref(reader, pair);
	struct m_want w = { .reader = reader, .pair = pair };
	struct jm_policy policy = m.policy;
	char name[40];
	uint8_t sig[256];
	size_t len;
	int tries;
	jm_err e;

	if (ref == NULL || (r->neighbour != NULL && m_chance(5))) {
		m_note("neighbour of reader %u ends", reader);
		m_end_neighbour(r);
		return;
	}
	snprintf(name, sizeof name, "Reader of the model %02u 00", reader);
	policy.login = JM_LOGIN_OPERATION; /* it would not return */
	m.actor = M_NEIGHBOUR;
	if (r->neighbour == NULL &&
	    jm_token_open_reader(name, &policy, &r->neighbour) != JM_OK)
		m_fail("the neighbour does not get its token");
	m.seen_len = 0;
	if (!l->on) {
		memcpy(w.pin, ref->pin, sizeof w.pin);
		e = jm_token_login(
		    r->neighbour, pair, ref->pin, strlen(ref->pin), 1, &tries);
		if (e == JM_OK)
			m_hold(l, w.pin, ref);
	} else {
		memcpy(w.pin, l->pin, sizeof w.pin);
		w.held = l;
		e = jm_token_sign(r->neighbour, pair, JM_SIGN_PKCS1, info,
		    sizeof info, sig, sizeof sig, &len);
		if (e != JM_OK || m.policy.consent[pair] != JM_CONSENT_SESSION)
			m_drop(l);
	}
	m_note("neighbour: PIN %d of reader %u: %d", (int)pair, reader, (int)e);
	w.live = w.signature = 1;
	m_allow(&w, CKR_OK);
	(void)m_end(&w, CKR_OK);
	if (e == JM_GONE)
		m_end_neighbour(r);
}

static void
cards_move(unsigned reader)
{
	struct m_reader *r = &m.reader[reader];
	const int was = r->card;

	if (was < 0) {
		m_put_in(reader, free_card());
	} else {
		take_out(reader);
		if (m_chance(40)) /* back again, before anybody looked */
			m_put_in(reader, was);
		else if (m_chance(50))
			m_put_in(reader, free_card());
	}
	m_note("reader %u: card %d, then %d", reader, was, r->card);
}

/* The PIN was forgotten: the municipal counter sets it anew. */
static void
unblock(unsigned reader, enum jm_pair pair)
{
	const int card = m.reader[reader].card, in_place = m_chance(30);
	const char *pin;

	if (card < 0)
		return;
	pin = m_chance(50) ? m_ref(reader, pair)->pin : m_pool(pair);
	m_note("unblocked: PIN %d of reader %u: %s", (int)pair, reader, pin);
	if (!in_place)
		take_out(reader);
	m_rewrite(card, pair, pin);
	if (!in_place)
		m_put_in(reader, card);
}

static void
time_passes(void)
{
	const unsigned dice = m_random(100);

	m.now += dice < 60   ? m_random(1200)
		 : dice < 92 ? M_AGE_MS + m_random(4000)
			     : M_IDLE_MS + m_random(1000);
	m_note("time %llu", (unsigned long long)m.now);
}

void
m_event(void)
{
	const unsigned reader = m_random(M_READERS), dice = m_random(100);
	const enum jm_pair pair = m_chance(60) ? AUTH : SIGN;
	const struct m_ref *r = m_ref(reader, pair);
	char pin[M_TEXT];

	m.actor = M_OTHER;
	m.seen_len = 0;
	if (dice < 34) {
		time_passes();
	} else if (dice < 42) {
		cards_move(reader);
	} else if (dice < 46 || (r != NULL && r->tries == 0 && dice < 80)) {
		unblock(reader, pair);
	} else if (r == NULL || vs_held(reader)) {
		return; /* other programs wait, and so would this one */
	} else if (dice < 52) {
		/* Right after the module took the power itself, nobody can tell
		 * the other program's reset from that one. */
		if (m.reader[reader].failed_last)
			return;
		m_note("reader %u: reset by another program", reader);
		vs_other_reset(reader);
		m.reader[reader].was_reset = 1;
	} else if (dice < 76) {
		neighbour(reader, pair);
	} else {
		m.stats.other++;
		memcpy(pin, r->pin, sizeof pin);
		other_program(reader, pair, dice < 88 ? m_pool(pair) : pin,
		    dice >= 94 ? m_pool(pair) : NULL);
	}
}
