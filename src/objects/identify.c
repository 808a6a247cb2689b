/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a card is asked before anything else: 9 commands (5 by short EF ids). */
#include "card/file.h"
#include "objects/token_impl.h"

/* A refusal by the card itself, as against a link that failed. */
static int
card_said_no(jm_err e)
{
	return e == JM_NOT_FOUND || e == JM_NEED_PIN || e == JM_UNSUPPORTED ||
	       e == JM_CARD;
}

/* EF 0008 says which pairs there are; a card without it may have both. */
static jm_err
read_availability(struct jm_token *t)
{
	const struct jm_profile *p = jm_card_profile(t->card);
	static const size_t at[JM_PAIRS] = {
		[JM_PAIR_AUTH] = 1, [JM_PAIR_SIGN] = 0
	};
	uint8_t buf[16];
	size_t len = 0;
	jm_err e = JM_OK;

	if (p->avail_ef != 0)
		e = jm_card_read(
		    t->card, p->avail_ef, buf, sizeof buf, 3, &len);
	if (e != JM_OK && !card_said_no(e))
		return e;
	/* Where it said no, len is 0: nothing is known. */
	for (int i = 0; i < JM_PAIRS; i++)
		atomic_store(&t->has[i],
		    p->key[i].present && p->pin[i].present &&
			(len <= at[i] || buf[at[i]] == p->avail_yes));
	return JM_OK;
}

/* A counter that cannot be read must not make a token vanish. */
static jm_err
read_counters(struct jm_token *t)
{
	for (int i = 0; i < JM_PAIRS; i++) {
		jm_err e;

		if (!atomic_load(&t->has[i]))
			continue;
		e = jm_tok_query(t, (enum jm_pair)i);
		if (e == JM_NOT_FOUND)
			atomic_store(&t->has[i], 0);
		else if (e != JM_OK && !card_said_no(e))
			return e;
	}
	return JM_OK;
}

jm_err
jm_tok_identify(struct jm_token *t)
{
	const struct jm_profile *p;
	jm_err e;

	if ((e = jm_card_identify(t->card)) != JM_OK ||
	    (e = read_availability(t)) != JM_OK)
		return e;
	e = read_counters(t);
	p = jm_card_profile(t->card);
	for (int i = 0; i < JM_PAIRS; i++)
		atomic_store(&t->bits[i], p->key[i].bits);
	for (int i = 0; i < JM_CERTS; i++)
		atomic_store(
		    &t->cert_state[i], !p->cert[i].present   ? JM_CERT_ABSENT
				       : p->cert[i].need_pin ? JM_CERT_HIDDEN
							     : JM_CERT_UNREAD);
	return e;
}
