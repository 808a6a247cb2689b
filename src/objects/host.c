/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host owns the transaction and the security status in it (token.h).
 *
 * What may be verified is known of the card (jm_card_open_pins), what should be
 * of the logins; whenever a call ends, the one is made to fit the other.
 */
#include "base/wipe.h"
#include "objects/token_impl.h"

void
jm_tok_host_policy(struct jm_policy *policy)
{
	if (!policy->host_keeps)
		return;
	policy->login = JM_LOGIN_OPERATION;
	policy->idle_ms = 0; /* the host's clock counts */
	for (int pair = 0; pair < JM_PAIRS; pair++)
		if (policy->consent[pair] == JM_CONSENT_CONTEXT)
			policy->consent[pair] = JM_CONSENT_EACH;
}

static void
end_login(struct jm_token *t, enum jm_user user)
{
	jm_pinbox_drop(t->box, user);
	atomic_store(&t->on_card[user], 0);
}

static void
end_all(struct jm_token *t)
{
	for (int u = 0; u < JM_USERS; u++)
		end_login(t, (enum jm_user)u);
}

/* PINs that logins stand for, by their bits. */
static unsigned
wanted(const struct jm_token *t)
{
	unsigned pins = 0;

	for (int u = 0; u < JM_USERS; u++)
		if (atomic_load(&t->on_card[u]) &&
		    jm_pinbox_holds(t->box, (enum jm_user)u))
			pins |= 1u << jm_user_pin((enum jm_user)u);
	return pins;
}

/* One whose PIN is not verified any more is none: another application was
 * selected. */
static void
end_void_logins(struct jm_token *t)
{
	const unsigned open = jm_card_open_pins(t->card);

	for (int u = 0; u < JM_USERS; u++)
		if ((open & 1u << jm_user_pin((enum jm_user)u)) == 0)
			end_login(t, (enum jm_user)u);
}

/* Where the card refuses, what was verified is so still, and the logins that
 * stand for it are true; of a link that failed nobody knows. */
static jm_err
log_out(struct jm_token *t)
{
	const jm_err e = jm_card_drop_status(t->card);

	if (e != JM_CARD)
		end_all(t);
	return e;
}

void
jm_tok_host_reset(struct jm_token *t)
{
	if (t->policy.host_keeps)
		jm_card_shut(t->card, wanted(t));
}

/* The next transaction, or the end of this one, tries again what is refused. */
static jm_err
fit(struct jm_token *t)
{
	jm_err e = JM_OK;

	end_void_logins(t);
	if ((jm_card_open_pins(t->card) & ~wanted(t)) != 0)
		e = log_out(t);
	return e == JM_CARD ? JM_OK : e;
}

jm_err
jm_tok_host_begin(struct jm_token *t)
{
	return t->policy.host_keeps ? fit(t) : JM_OK;
}

void
jm_tok_host_end(struct jm_token *t)
{
	if (t->dead)
		jm_card_shut(t->card, ~0u); /* there is nothing to be done */
	(void)fit(t);
	jm_card_leave(t->card);
	atomic_store(&t->open, jm_card_open_pins(t->card));
}

int
jm_tok_host_stale(const struct jm_token *t)
{
	return t->policy.host_keeps && !t->dead &&
	       (atomic_load(&t->open) & ~wanted(t)) != 0;
}

jm_err
jm_tok_host_login(struct jm_token *t, enum jm_user user, const void *pin,
    size_t pin_len, int keep, int *tries)
{
	const enum jm_pin_id id = jm_user_pin(user);
	struct jm_pin p = { .len = 0 };
	jm_err e;

	/* A login that there is stays until the answer: to end it first would
	 * end the other pair's. */
	if ((e = jm_tok_admit_pin(t, id, pin, pin_len, &p, tries)) == JM_OK &&
	    (e = jm_tok_begin(t)) == JM_OK) {
		e = jm_tok_verify(t, id, &p, tries);
		if (e == JM_OK && keep)
			jm_tok_hold_keep(t, user);
		else
			end_login(t, user);
		e = jm_tok_end(t, e);
	}
	if (e != JM_OK) {
		end_login(t, user);
		jm_token_settle(t);
	}
	jm_wipe(&p, sizeof p);
	return e;
}

jm_err
jm_token_drop_status(struct jm_token *t)
{
	jm_err e;

	end_all(t);
	if ((e = jm_tok_begin_bare(t)) != JM_OK)
		return e;
	return jm_tok_end(t, log_out(t));
}

void
jm_token_remember(struct jm_token *t, const struct jm_token *before)
{
	jm_card_inherit_open(t->card, before->card);
	for (int id = 0; id < JM_PINS; id++) {
		if (t->counter_at[id] != 0 && jm_pin_full(&t->counter[id]))
			continue;
		jm_pinbox_remember(t->box, (enum jm_pin_id)id, before->box);
		t->doubt[id] = before->doubt[id];
	}
}
