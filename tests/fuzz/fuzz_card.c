/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The calls of src/card in any order, against a card that lies when the input
 * says so.  hostile.c sees to it that nothing is sent outside of a transaction
 * or after the card left; here: one VERIFY for one call, lengths within what
 * was given, nobody verified after jm_card_end.
 */
#include <stdlib.h>
#include <string.h>

#include "card/atr.h"
#include "card/file.h"
#include "card/key.h"
#include "card/pin.h"
#include "tests/fuzz/hostile.h"

const char fuzz_name[] = "card";

struct stage {
	struct feed f;
	struct hostile h;
	struct jm_card *card;
	int known; /* identified */
};

static void
read_file(struct stage *s)
{
	static uint8_t out[4200];
	const uint16_t ef = (uint16_t)feed_below(&s->f, 32);
	const size_t want = feed_u16(&s->f) % sizeof out;
	const size_t cap = want < 10 ? want / 2 : want;
	size_t len = 1;
	jm_err e;

	memset(out, 0x5a, sizeof out);
	if (feed_below(&s->f, 2) == 0)
		e = jm_card_read(s->card, ef, out, cap, want, &len);
	else
		e = jm_card_read_der(s->card, ef, out, cap, &len);
	MUST(len <= cap);
	MUST(cap == sizeof out || out[cap] == 0x5a);
	MUST(e == JM_OK || len == 0);
}

static enum jm_pair
pair_of(struct stage *s)
{
	return feed_below(&s->f, 2) == 0 ? JM_PAIR_AUTH : JM_PAIR_SIGN;
}

static void
query(struct stage *s)
{
	const unsigned verifies = s->h.verifies;
	struct jm_pin_state state;

	if (jm_card_pin_query(s->card, jm_pair_pin(pair_of(s)), &state) ==
	    JM_OK) {
		MUST(state.tries >= -1 && state.tries <= 15);
		MUST(state.blocked == (state.tries == 0));
	}
	MUST(s->h.verifies == verifies);
}

static void
pin(struct stage *s, int change)
{
	const enum jm_pair pair = pair_of(s);
	const struct jm_prof_pin *p =
	    &jm_card_profile(s->card)->pin[jm_pair_pin(pair)];
	const unsigned verifies = s->h.verifies, changes = s->h.changes;
	struct jm_pin old, fresh = { .len = 0 };
	size_t len;
	const uint8_t *text = feed_pin(&s->f, &len);
	int tries = 99;
	jm_err e;

	e = jm_pin_form(p, text, len, 0, &old);
	if (e == JM_OK && change) {
		text = feed_pin(&s->f, &len);
		e = jm_pin_form(p, text, len, 1, &fresh);
	}
	MUST(e == JM_OK || fresh.len == 0);
	if (e != JM_OK)
		return;
	if (change)
		e = jm_card_pin_change(
		    s->card, jm_pair_pin(pair), &old, &fresh, &tries);
	else
		e = jm_card_pin_verify(
		    s->card, jm_pair_pin(pair), &old, &tries);
	MUST(tries >= -1 && tries <= 15);
	MUST(e != JM_PIN_WRONG || tries > 0);
	MUST(s->h.verifies - verifies <= 1);
	MUST(s->h.changes - changes <= (change ? 1u : 0u));
}

static void
sign(struct stage *s)
{
	static uint8_t sig[300];
	static const size_t room[] = { 0, 255, 256, 300 };
	const size_t cap = room[feed_below(&s->f, NELEM(room))];
	const unsigned verifies = s->h.verifies;
	const enum jm_pair pair = pair_of(s);
	const enum jm_sign_mode mode = (enum jm_sign_mode)feed_below(&s->f, 6);
	size_t in_len, sig_len = 1;
	const uint8_t *in = feed_string(&s->f, &in_len);
	jm_err e =
	    jm_card_sign(s->card, pair, mode, in, in_len, sig, cap, &sig_len);

	MUST(sig_len <= cap);
	MUST(e != JM_OK || sig_len == 256);
	MUST(e == JM_OK || sig_len == 0);
	MUST(s->h.verifies == verifies);
}

static void
identify(struct stage *s)
{
	s->known = jm_card_identify(s->card) == JM_OK;
	if (!s->known)
		return;
	MUST(jm_card_profile(s->card) != NULL);
	MUST(strlen(jm_card_get_info(s->card)->label) <= 32);
	(void)jm_card_uses_sfi(s->card);
	(void)jm_card_modes(s->card);
}

static void
inside(struct stage *s)
{
	switch (feed_below(&s->f, 10)) {
	case 0: identify(s); break;
	case 1:
	case 2:
		if (s->known)
			read_file(s);
		break;
	case 3:
		if (s->known)
			query(s);
		break;
	case 4:
	case 5:
		if (s->known)
			pin(s, 0);
		break;
	case 6:
		if (s->known)
			pin(s, 1);
		break;
	case 7:
	case 8:
		if (s->known)
			sign(s);
		break;
	default:
		if (s->known)
			(void)!jm_card_select(s->card);
		break;
	}
}

/* What the card and its surroundings do. */
static void
surprise(struct stage *s)
{
	static const jm_err begins[] = { JM_RESET, JM_GONE, JM_BUSY,
		JM_NO_SERVICE, JM_LINK };

	switch (feed_below(&s->f, 8)) {
	case 0: hostile_reset(&s->h); break;
	case 1: hostile_file(&s->h, &s->f); break;
	case 2:
		s->h.begin_next = begins[feed_below(&s->f, NELEM(begins))];
		break;
	default: hostile_arm(&s->h, &s->f); break;
	}
}

static void
atr(struct stage *s)
{
	struct jm_atr_caps caps;
	uint8_t own[JM_ATR_MAX];

	if (feed_below(&s->f, 4) == 0)
		hostile_atr(&s->h, &s->f);
	jm_atr_caps(s->h.atr, s->h.atr_len, &caps);
	MUST((caps.sfi & ~1) == 0 && (caps.extended & ~1) == 0);
	MUST(jm_card_atr(s->card, own) <= sizeof own);
	(void)jm_atr_matches(s->h.atr, s->h.atr_len, "3B 8. .. 01");
}

static void
transaction(struct stage *s)
{
	if (jm_card_begin(s->card) != JM_OK)
		return;
	while (s->f.left > 0) {
		const unsigned what = feed_below(&s->f, 8);

		if (what == 0)
			break;
		if (what == 1)
			surprise(s);
		else
			inside(s);
	}
	jm_card_end(s->card);
	MUST(!s->h.begun);
	MUST(!hostile_verified(&s->h));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage s = { .f = { data, size } };
	struct jm_link link;

	hostile_open(&s.h, &s.f);
	link = hostile_link(&s.h);
	MUST(jm_card_open(&link, &s.card) == JM_OK);
	atr(&s);
	while (s.f.left > 0) {
		if (feed_below(&s.f, 4) == 0)
			surprise(&s);
		transaction(&s);
	}
	jm_card_free(&s.card);
	hostile_close(&s.h);
	return 0;
}
