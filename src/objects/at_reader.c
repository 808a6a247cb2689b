/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PINs typed at the reader.  They are not known here: none can be held, refused
 * as one that failed, or sent again; each VERIFY has a person's entry behind
 * it.
 */
#include "objects/token_impl.h"

unsigned
jm_token_pinpad(const struct jm_token *t, enum jm_pin_id id)
{
	const unsigned can = atomic_load(&t->pinpad);

	if (!jm_tok_has_pin(t, id) || (can & JM_PINPAD_VERIFY) == 0 ||
	    jm_token_profile(t)->pin[id].chars != JM_PIN_DIGITS)
		return 0;
	return can;
}

/* Bracket, counter looked up: nobody is to type a PIN that is blocked. */
jm_err
jm_tok_begin_at_reader(struct jm_token *t, enum jm_pin_id id, int *tries)
{
	jm_err e;

	*tries = -1;
	if (t->dead)
		return JM_GONE;
	if (!jm_tok_has_pin(t, id))
		return JM_NOT_FOUND;
	if (jm_token_pinpad(t, id) == 0)
		return JM_UNSUPPORTED;
	if ((e = jm_tok_begin_in(t, jm_pin_app(id))) != JM_OK)
		return e;
	e = jm_tok_query(t, id);
	if (e == JM_OK && t->counter[id].blocked) {
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
note(struct jm_token *t, enum jm_pin_id id, jm_err e, int verified, int *tries)
{
	jm_tok_note_counter(t, id, e, *tries);
	t->doubt[id] = 0;
	if (verified) {
		*tries = t->counter[id].tries;
		jm_pinbox_forgive(t->box, id);
	}
}

jm_err
jm_tok_ask(struct jm_token *t, enum jm_pin_id id, int *tries)
{
	const jm_err e = jm_card_pin_ask(t->card, id, tries);

	note(t, id, e, e == JM_OK, tries);
	return e;
}

jm_err
jm_tok_ask_once(struct jm_token *t, enum jm_pin_id id, int *tries)
{
	const jm_err e = jm_tok_ask(t, id, tries);

	if (e != JM_OK && !not_entered(e))
		jm_tok_drop_logins(t, id);
	return e;
}

jm_err
jm_token_check_pin_at_reader(struct jm_token *t, enum jm_pin_id id, int *tries)
{
	jm_err e;

	if ((e = jm_tok_begin_at_reader(t, id, tries)) != JM_OK)
		return e;
	return jm_tok_end(t, jm_tok_ask_once(t, id, tries));
}

jm_err
jm_tok_login_at_reader(
    struct jm_token *t, enum jm_user user, int keep, int *tries)
{
	const enum jm_pin_id id = jm_user_pin(user);
	jm_err e;

	jm_pinbox_drop(t->box, user);
	atomic_store(&t->on_card[user], 0);
	if ((e = jm_tok_begin_at_reader(t, id, tries)) != JM_OK)
		return e;
	if ((e = jm_tok_ask(t, id, tries)) == JM_OK)
		e = jm_tok_read_hidden(t, jm_user_pair(user));
	if (e == JM_OK && keep)
		jm_tok_hold_keep(t, user);
	return jm_tok_end(t, e);
}

jm_err
jm_token_login_at_reader(
    struct jm_token *t, enum jm_pair pair, int keep, int *tries)
{
	return jm_tok_login_at_reader(t, jm_pair_user(pair), keep, tries);
}

jm_err
jm_token_change_pin_at_reader(struct jm_token *t, enum jm_pin_id id, int *tries)
{
	int verified = 0;
	jm_err e;

	*tries = -1;
	if (!jm_tok_can_change(id))
		return JM_UNSUPPORTED;
	if ((e = jm_tok_begin_at_reader(t, id, tries)) != JM_OK)
		return e;
	e = jm_card_pin_ask_change(t->card, id, &verified, tries);
	note(t, id, e, verified, tries);
	/* A PIN that is held is the old one. */
	for (int u = 0; u < JM_USERS; u++)
		if (jm_user_pin((enum jm_user)u) == id &&
		    (e == JM_OK ? !atomic_load(&t->on_card[u])
				: !not_entered(e) && e != JM_UNSUPPORTED))
			jm_pinbox_drop(t->box, (enum jm_user)u);
	return jm_tok_end(t, e);
}
