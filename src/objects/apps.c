/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which applications a card has: there is no list to read, so each is asked. */
#include "objects/token_impl.h"

/* The text entry last: its PIN is asked about while it is selected. */
static const enum jm_app asked[] = { JM_APP_FACE, JM_APP_JUKI, JM_APP_COMMON,
	JM_APP_LICENCE, JM_APP_TEXT };

static jm_err
ask_for_each(struct jm_token *t, unsigned *found)
{
	jm_err e = JM_NOT_FOUND;

	for (size_t i = 0; i < NELEM(asked); i++) {
		e = jm_card_select_app(t->card, asked[i]);
		if (e == JM_OK)
			*found |= 1u << asked[i];
		else if (e != JM_NOT_FOUND && e != JM_CARD)
			return e;
	}
	if (e != JM_OK || !jm_tok_has_pin(t, JM_PIN_TEXT))
		return JM_OK;
	e = jm_tok_query(t, JM_PIN_TEXT);
	return jm_tok_refused(e) ? JM_OK : e;
}

jm_err
jm_token_apps(struct jm_token *t, unsigned *found)
{
	unsigned bits = 1u << JM_APP_JPKI;
	jm_err e;

	*found = 0;
	if ((e = jm_tok_begin_bare(t)) != JM_OK)
		return e;
	e = jm_tok_end(t, ask_for_each(t, &bits));
	if (e == JM_OK)
		*found = bits;
	return e;
}
