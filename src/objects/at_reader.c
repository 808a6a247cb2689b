/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PINs typed at the reader.  They are not known here: none can be held, refused
 * as one that failed, or sent again; each VERIFY has a person's entry behind
 * it.
 */
#include "objects/token_impl.h"

unsigned
jm_token_pinpad(const struct jm_token *t, enum jm_pair pair)
{
	const unsigned can = atomic_load(&t->pinpad);

	if (!jm_token_has(t, pair) || (can & JM_PINPAD_VERIFY) == 0 ||
	    jm_token_profile(t)->pin[pair].chars != JM_PIN_DIGITS)
		return 0;
	return can;
}

/* Bracket, counter looked up: nobody is to type a PIN that is blocked. */
static jm_err
begin(struct jm_token *t, enum jm_pair pair, int *tries)
{
	jm_err e;

	*tries = -1;
	if (t->dead)
		return JM_GONE;
	if (!jm_token_has(t, pair))
		return JM_NOT_FOUND;
	if (jm_token_pinpad(t, pair) == 0)
		return JM_UNSUPPORTED;
	if ((e = jm_tok_begin(t)) != JM_OK)
		return e;
	e = jm_tok_query(t, pair);
	if (e == JM_OK && t->counter[pair].blocked) {
		*tries = 0;
		e = JM_PIN_BLOCKED;
	}
	/* A card that does not tell its counter can be asked all the same. */
	return e == JM_OK || e == JM_CARD ? JM_OK : jm_tok_end(t, e);
}

/* What the reader said of its own: the card had nothing. */
static int
not_entered(jm_err e)
{
	return e == JM_TIMEOUT || e == JM_CANCELLED || e == JM_MISMATCH ||
	       e == JM_PIN_LEN;
}

/* After a VERIFY, or none: as for a PIN that is known, but for what is
 * remembered of that. */
static void
note(struct jm_token *t, enum jm_pair pair, jm_err e, int verified, int *tries)
{
	jm_tok_note_counter(t, pair, e, *tries);
	t->doubt[pair] = 0;
	if (verified) {
		*tries = t->counter[pair].tries;
		jm_pinbox_forgive(t->box, pair);
	}
}

jm_err
jm_token_login_at_reader(
    struct jm_token *t, enum jm_pair pair, int keep, int *tries)
{
	jm_err e;

	jm_pinbox_drop(t->box, pair);
	atomic_store(&t->on_card[pair], 0);
	if ((e = begin(t, pair, tries)) != JM_OK)
		return e;
	e = jm_card_pin_ask(t->card, pair, tries);
	note(t, pair, e, e == JM_OK, tries);
	if (e == JM_OK)
		e = jm_tok_read_hidden(t, pair);
	if (e == JM_OK && keep)
		jm_tok_hold_keep(t, pair);
	return jm_tok_end(t, e);
}

jm_err
jm_token_change_pin_at_reader(struct jm_token *t, enum jm_pair pair, int *tries)
{
	int verified = 0;
	jm_err e;

	if ((e = begin(t, pair, tries)) != JM_OK)
		return e;
	e = jm_card_pin_ask_change(t->card, pair, &verified, tries);
	note(t, pair, e, verified, tries);
	/* A PIN that is held is the old one. */
	if (e == JM_OK ? !atomic_load(&t->on_card[pair])
		       : !not_entered(e) && e != JM_UNSUPPORTED)
		jm_pinbox_drop(t->box, pair);
	return jm_tok_end(t, e);
}
