/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a card is asked before anything else: 9 commands (5 by short EF ids). */
#include "card/file.h"
#include "objects/token_impl.h"

int
jm_tok_refused(jm_err e)
{
	return e == JM_NOT_FOUND || e == JM_NEED_PIN || e == JM_PIN_BLOCKED ||
	       e == JM_UNSUPPORTED || e == JM_CARD;
}

/* EF 0008 says which pairs there are; a card without it may have both. */
static jm_err
read_file(struct jm_token *t, uint16_t ef)
{
	jm_err e;

	if (ef == 0)
		t->pairs_len = 0;
	if (ef == t->pairs_ef)
		return JM_OK;
	e = jm_card_read(
	    t->card, ef, t->pairs_raw, sizeof t->pairs_raw, 3, &t->pairs_len);
	if (e != JM_OK && !jm_tok_refused(e))
		return e;
	t->pairs_ef = ef; /* where it said no, pairs_len is 0 */
	return JM_OK;
}

jm_err
jm_tok_read_pairs(struct jm_token *t)
{
	const struct jm_profile *p = jm_card_profile(t->card);
	static const size_t at[JM_PAIRS] = {
		[JM_PAIR_AUTH] = 1, [JM_PAIR_SIGN] = 0
	};
	jm_err e;

	if ((e = read_file(t, p->avail_ef)) != JM_OK)
		return e;
	for (int i = 0; i < JM_PAIRS; i++)
		atomic_store(&t->has[i],
		    p->key[i].present &&
			p->pin[jm_pair_pin((enum jm_pair)i)].present &&
			(t->pairs_len <= at[i] ||
			    t->pairs_raw[at[i]] == p->avail_yes));
	return JM_OK;
}

/*
 * A counter that cannot be read must not make a token vanish.  A host that
 * keeps the status asks for no counter before it has a PIN, and then the one
 * that matters is looked up.
 */
static jm_err
read_counters(struct jm_token *t)
{
	if (t->policy.host_keeps)
		return JM_OK;
	for (int i = 0; i < JM_PAIRS; i++) {
		jm_err e;

		if (!atomic_load(&t->has[i]))
			continue;
		e = jm_tok_query(t, jm_pair_pin((enum jm_pair)i));
		if (e == JM_NOT_FOUND)
			atomic_store(&t->has[i], 0);
		else if (e != JM_OK && !jm_tok_refused(e))
			return e;
	}
	return JM_OK;
}

jm_err
jm_tok_identify(struct jm_token *t)
{
	const struct jm_card_memo memo = { jm_tok_recall, t };
	const struct jm_profile *p;
	jm_err e;

	t->pairs_ef = 0;
	jm_tok_forget_spares(t);
	if ((e = jm_card_identify_by(t->card, &memo)) != JM_OK ||
	    (e = jm_tok_read_pairs(t)) != JM_OK)
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
	if (e == JM_OK)
		jm_tok_believe(t, JM_PAIR_AUTH);
	return e;
}
