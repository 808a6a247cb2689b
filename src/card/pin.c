/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/pin.h"

#include <string.h>

#include "apdu/sw.h"
#include "base/wipe.h"
#include "card/card_impl.h"

#define SW_OK       0x9000
#define SW_NO_LIMIT 0x6300 /* JICSAP: a reference without a counter */

/* Not isalpha and its kin: those ask the locale. */
static int
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static int
is_upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

static int
belongs(enum jm_pin_chars chars, uint8_t c)
{
	switch (chars) {
	case JM_PIN_DIGITS: return is_digit(c);
	case JM_PIN_UPPER_ALNUM: return is_digit(c) || is_upper(c);
	}
	return 0;
}

jm_err
jm_pin_form(const struct jm_prof_pin *p, const void *text, size_t len,
    int fresh, struct jm_pin *out)
{
	const uint8_t *in = text;
	int digits = 0, letters = 0;

	memset(out, 0, sizeof *out);
	if (len < p->min || len > p->max || len > JM_PIN_MAX)
		return JM_PIN_LEN;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = in[i];

		if (p->chars == JM_PIN_UPPER_ALNUM && c >= 'a' && c <= 'z')
			c = (uint8_t)(c - 'a' + 'A');
		if (!belongs(p->chars, c)) {
			jm_wipe(out, sizeof *out);
			return JM_PIN_FORM;
		}
		digits |= is_digit(c);
		letters |= is_upper(c);
		out->v[i] = c;
	}
	if (fresh && p->chars == JM_PIN_UPPER_ALNUM && !(digits && letters)) {
		jm_wipe(out, sizeof *out);
		return JM_PIN_FORM;
	}
	out->len = len;
	return JM_OK;
}

static const struct jm_prof_pin *
pin_of(const struct jm_card *card, enum jm_pin_id id)
{
	const struct jm_profile *p = card->profile;

	if (p == NULL || (unsigned)id >= JM_PINS || !p->pin[id].present)
		return NULL;
	return &p->pin[id];
}

/*
 * Make the PIN, which is there, the one that *p2 refers to: in its application,
 * by its short EF id, or as the current EF, which sends SELECT where it is not.
 */
static jm_err
refer(struct jm_card *card, enum jm_pin_id id, int by_sfi, uint8_t *p2)
{
	const struct jm_prof_pin *pin = pin_of(card, id);
	jm_err e;

	*p2 = JM_P2_CURRENT;
	/* Another application's counter must neither be asked nor spent. */
	jm_card_disinherit(card);
	if ((e = jm_card_select_app(card, jm_pin_app(id))) != JM_OK)
		return e;
	if (!by_sfi || card->ef == pin->ef)
		return jm_card_select_ef(card, pin->ef);
	*p2 = (uint8_t)(JM_P2_CURRENT | jm_sfi(pin->ef));
	card->ef = 0; /* whether it becomes current is not known */
	return JM_OK;
}

/* What every answer to VERIFY says of the counter.  1 if it is one of them. */
static int
take_counter(unsigned sw, const struct jm_prof_pin *pin, int *tries)
{
	*tries = -1;
	if (sw == SW_OK) {
		if (pin->tries > 0)
			*tries = pin->tries;
		return 1;
	}
	if (sw == SW_NO_LIMIT)
		return 1;
	if (jm_sw_err(sw) == JM_PIN_BLOCKED) {
		*tries = 0;
		return 1;
	}
	*tries = jm_sw_tries(sw);
	return *tries >= 0;
}

/* Of a status word that is none of them. */
static jm_err
other_answer(unsigned sw)
{
	return jm_sw_err(sw) == JM_NOT_FOUND ? JM_NOT_FOUND : JM_CARD;
}

jm_err
jm_card_pin_query(
    struct jm_card *card, enum jm_pin_id id, struct jm_pin_state *out)
{
	const struct jm_prof_pin *pin = pin_of(card, id);
	struct jm_capdu c = { .ins = JM_INS_VERIFY }; /* four bytes: no Le */
	unsigned sw;
	jm_err e;

	memset(out, 0, sizeof *out);
	out->tries = -1;
	if (pin == NULL)
		return JM_NOT_FOUND;
	out->limit = pin->tries;
	for (int by_sfi = card->sfi;; by_sfi = card->sfi = 0) {
		if ((e = refer(card, id, by_sfi, &c.p2)) == JM_PIN_BLOCKED) {
			out->tries = 0; /* said when it was selected */
			out->blocked = 1;
			return JM_OK;
		}
		if (e != JM_OK ||
		    (e = jm_card_send(card, &c, NULL, &sw)) != JM_OK)
			return e;
		/* It declared short EF ids and does not know this one: a query
		 * may be asked again, it costs no try. */
		if (!by_sfi || jm_sw_err(sw) != JM_UNSUPPORTED)
			break;
	}
	if (!take_counter(sw, pin, &out->tries))
		return other_answer(sw);
	out->verified = sw == SW_OK;
	out->blocked = out->tries == 0;
	return JM_OK;
}

/* What an answer to VERIFY means. */
static jm_err
judge(struct jm_card *card, const struct jm_prof_pin *ref, int by_sfi,
    unsigned sw, int *tries)
{
	if (!take_counter(sw, ref, tries)) {
		if (by_sfi && jm_sw_err(sw) == JM_UNSUPPORTED)
			card->sfi = 0; /* for the next time, not for this one */
		return other_answer(sw);
	}
	if (sw == SW_OK)
		return JM_OK;
	return *tries == 0 ? JM_PIN_BLOCKED : JM_PIN_WRONG;
}

/* A VERIFY is about to be sent.  Was the PIN verified, as far as is known? */
static unsigned
note_sending(struct jm_card *card, enum jm_pin_id id)
{
	const unsigned was = card->open & 1u << id;

	card->open |= 1u << id;
	return was;
}

/* What became of it: none was sent, or the card refused it. */
static jm_err
note_sent(struct jm_card *card, enum jm_pin_id id, unsigned was, jm_err e)
{
	const int refused = e == JM_PIN_WRONG || e == JM_PIN_BLOCKED;

	if (was == 0 && (refused || jm_card_not_entered(e)))
		jm_card_shut(card, 1u << id);
	return e;
}

/* One VERIFY on the wire at most, whatever comes back. */
static jm_err
verify(struct jm_card *card, enum jm_pin_id id, int by_sfi,
    const struct jm_pin *pin, int *tries)
{
	const struct jm_prof_pin *ref = pin_of(card, id);
	struct jm_capdu c = {
		.ins = JM_INS_VERIFY, .data = pin->v, .nc = pin->len
	};
	unsigned sw, was;
	jm_err e;

	*tries = -1;
	if (ref == NULL)
		return JM_NOT_FOUND;
	if (pin->len < ref->min || pin->len > ref->max || pin->len > JM_PIN_MAX)
		return JM_PIN_LEN; /* would read as a query if it were 0 */
	if ((e = refer(card, id, by_sfi, &c.p2)) != JM_OK)
		return e;
	was = note_sending(card, id);
	if ((e = jm_card_send(card, &c, NULL, &sw)) == JM_OK)
		e = judge(card, ref, by_sfi, sw, tries);
	return note_sent(card, id, was, e);
}

/* The same, typed at the reader. */
static jm_err
ask(struct jm_card *card, enum jm_pin_id id, int by_sfi, int *tries)
{
	const struct jm_prof_pin *ref = pin_of(card, id);
	struct jm_pin_ask a = { .head = { 0, JM_INS_VERIFY } };
	unsigned sw, was;
	jm_err e;

	*tries = -1;
	if (ref == NULL)
		return JM_NOT_FOUND;
	a.min = ref->min;
	a.max = ref->max;
	if ((e = refer(card, id, by_sfi, &a.head[3])) != JM_OK)
		return e;
	was = note_sending(card, id);
	if ((e = jm_card_ask(card, &a, &sw)) == JM_OK)
		e = judge(card, ref, by_sfi, sw, tries);
	return note_sent(card, id, was, e);
}

jm_err
jm_card_pin_ask(struct jm_card *card, enum jm_pin_id id, int *tries)
{
	return ask(card, id, card->sfi, tries);
}

/* What an answer to CHANGE REFERENCE DATA means. */
static jm_err
judge_change(unsigned sw)
{
	if (sw == SW_OK)
		return JM_OK;
	return jm_sw_err(sw) == JM_UNSUPPORTED ? JM_UNSUPPORTED : JM_CARD;
}

jm_err
jm_card_pin_ask_change(
    struct jm_card *card, enum jm_pin_id id, int *verified, int *tries)
{
	const struct jm_prof_pin *ref = pin_of(card, id);
	struct jm_pin_ask a = {
		.head = { 0, JM_INS_CHANGE, 0x01, JM_P2_CURRENT }, .fresh = 1
	};
	unsigned sw;
	jm_err e;

	*tries = -1;
	*verified = 0;
	if (ref == NULL)
		return JM_NOT_FOUND;
	if ((jm_card_pinpad(card) & JM_PINPAD_MODIFY) == 0)
		return JM_UNSUPPORTED; /* before anybody types anything */
	if ((e = ask(card, id, 0, tries)) != JM_OK)
		return e;
	*verified = 1;
	a.min = ref->min;
	a.max = ref->max;
	if ((e = jm_card_ask(card, &a, &sw)) != JM_OK)
		return e;
	return judge_change(sw);
}

jm_err
jm_card_pin_verify(struct jm_card *card, enum jm_pin_id id,
    const struct jm_pin *pin, int *tries)
{
	return verify(card, id, card->sfi, pin, tries);
}

jm_err
jm_card_pin_change(struct jm_card *card, enum jm_pin_id id,
    const struct jm_pin *old_pin, const struct jm_pin *new_pin, int *tries)
{
	const struct jm_prof_pin *ref = pin_of(card, id);
	const struct jm_capdu c = { .ins = JM_INS_CHANGE,
		.p1 = 0x01, /* the new value alone */
		.p2 = JM_P2_CURRENT,
		.data = new_pin->v,
		.nc = new_pin->len };
	unsigned sw;
	jm_err e;

	*tries = -1;
	if (ref == NULL)
		return JM_NOT_FOUND;
	if (new_pin->len < ref->min || new_pin->len > ref->max ||
	    new_pin->len > JM_PIN_MAX)
		return JM_PIN_LEN;
	/* CHANGE is known with the current EF only, so VERIFY uses it too. */
	if ((e = verify(card, id, 0, old_pin, tries)) != JM_OK)
		return e;
	if ((e = jm_card_send(card, &c, NULL, &sw)) != JM_OK)
		return e;
	return judge_change(sw);
}
