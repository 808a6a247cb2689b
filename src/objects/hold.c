/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transactions that outlive a call: a login that lives on the card. */
#include "objects/token_impl.h"

void
jm_tok_hold_keep(struct jm_token *t, enum jm_user user)
{
	jm_pinbox_hold(t->box, user, NULL);
	atomic_store(&t->on_card[user], 1);
}

int
jm_tok_hold_wanted(const struct jm_token *t)
{
	for (int u = 0; u < JM_USERS; u++)
		if (atomic_load(&t->on_card[u]) &&
		    jm_pinbox_holds(t->box, (enum jm_user)u))
			return 1;
	return 0;
}

void
jm_tok_hold_end(struct jm_token *t)
{
	for (int u = 0; u < JM_USERS; u++)
		if (atomic_exchange(&t->on_card[u], 0))
			jm_pinbox_drop(t->box, (enum jm_user)u);
	jm_card_end(t->card);
	atomic_store(&t->held, 0);
}

int
jm_token_stale(const struct jm_token *t)
{
	return jm_tok_host_stale(t) ||
	       (atomic_load(&t->held) && !jm_tok_hold_wanted(t));
}

void
jm_token_settle(struct jm_token *t)
{
	if (!jm_token_stale(t))
		return;
	if (!t->policy.host_keeps)
		jm_tok_hold_end(t);
	else if (jm_tok_begin_bare(t) == JM_OK)
		jm_tok_host_end(t);
}
