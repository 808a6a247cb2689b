/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/token.h"

#include <stdlib.h>

#include "base/os.h"
#include "objects/token_impl.h"
#include "transport/link_pcsc.h"
#include "transport/trace.h"

#define RESETS_MAX 4 /* in a row, before a card counts as unusable */

const struct jm_policy jm_policy_default = {
	.guard = { .allow_sha1 = 1, .allow_raw = 0 },
	.consent = { [JM_PAIR_AUTH] = JM_CONSENT_SESSION,
	    [JM_PAIR_SIGN] = JM_CONSENT_EACH },
	.idle_ms = 5 * 60 * 1000,
	.pss = 1,
};

/* Another program reset the card, it left, or is not what it was taken for:
 * what was known is void. */
static void
forget_logins(struct jm_token *t)
{
	for (int u = 0; u < JM_USERS; u++) {
		jm_pinbox_drop(t->box, (enum jm_user)u);
		atomic_store(&t->on_card[u], 0);
	}
	for (int id = 0; id < JM_PINS; id++) {
		t->counter_at[id] = 0;
		jm_tok_tell(t, (enum jm_pin_id)id);
	}
}

static void
note_link_state(struct jm_token *t, jm_err e)
{
	if (e == JM_GONE)
		t->dead = 1;
	if (t->dead || e == JM_RESET)
		forget_logins(t);
}

static jm_err
begin_transaction(struct jm_token *t)
{
	jm_err e = JM_RESET;

	if (t->dead)
		return JM_GONE;
	for (int i = 0; e == JM_RESET && i < RESETS_MAX; i++) {
		t->transactions++;
		e = jm_card_begin(t->card);
		if (e == JM_RESET)
			jm_tok_host_reset(t);
		note_link_state(t, e);
	}
	return e == JM_RESET ? JM_LINK : e;
}

jm_err
jm_tok_begin_bare(struct jm_token *t)
{
	if (t->dead)
		return JM_GONE;
	if (atomic_load(&t->held))
		jm_tok_hold_end(t);
	return begin_transaction(t);
}

jm_err
jm_tok_begin_in(struct jm_token *t, enum jm_app app)
{
	jm_err e;

	if (!t->dead && atomic_load(&t->held) && app == JM_APP_JPKI &&
	    jm_tok_hold_wanted(t))
		return JM_OK;
	if ((e = jm_tok_begin_bare(t)) != JM_OK)
		return e;
	if ((e = jm_tok_host_begin(t)) != JM_OK)
		return jm_tok_end(t, e);
	/* It was identified by the JPKI application, so it has that one. */
	if ((e = jm_card_select_app(t->card, app)) != JM_OK)
		return jm_tok_end(t, e == JM_NO_CARD ? JM_CARD : e);
	return JM_OK;
}

jm_err
jm_tok_begin(struct jm_token *t)
{
	return jm_tok_begin_in(t, JM_APP_JPKI);
}

jm_err
jm_tok_end(struct jm_token *t, jm_err e)
{
	note_link_state(t, e);
	if (t->policy.host_keeps)
		jm_tok_host_end(t);
	else if (jm_card_stands(t->card) && jm_tok_hold_wanted(t))
		atomic_store(&t->held, 1);
	else
		jm_tok_hold_end(t);
	atomic_store(&t->modes, jm_card_modes(t->card));
	/* A reset in mid-transaction: nothing is retried that may have sent a
	 * VERIFY, so to the caller it is a failure of the reader. */
	return e == JM_RESET ? JM_LINK : e;
}

jm_err
jm_tok_query(struct jm_token *t, enum jm_pin_id id)
{
	struct jm_pin_state s;
	jm_err e;

	if ((e = jm_card_pin_query(t->card, id, &s)) != JM_OK)
		return e;
	t->counter[id] = s;
	t->counter_at[id] = jm_now_ms();
	t->counter_in[id] = t->transactions;
	jm_tok_tell(t, id);
	/* "Verified" is no counter: a wrong PIN need not end that status, and
	 * whoever left it there is not asked. */
	if (s.verified)
		return JM_OK;
	if (jm_pin_full(&s))
		jm_pinbox_forgive(t->box, id);
	else if (t->doubt[id] > 0 && s.tries == t->doubt[id])
		jm_pinbox_forgive_last(t->box, id);
	t->doubt[id] = 0;
	return JM_OK;
}

/* --- the counter in one word ---------------------------------------------- */

/* From the lowest bit: tries + 1 (8), limit (7), verified (1), time (48). */
void
jm_tok_tell(struct jm_token *t, enum jm_pin_id id)
{
	const struct jm_pin_state *s = &t->counter[id];
	uint64_t word = 0;

	if (t->counter_at[id] != 0)
		word = t->counter_at[id] << 16 |
		       (uint64_t)(s->verified != 0) << 15 |
		       (uint64_t)(s->limit & 0x7f) << 8 |
		       (uint64_t)((s->tries + 1) & 0xff);
	atomic_store(&t->counter_told[id], word);
}

int
jm_token_pin_known(const struct jm_token *t, enum jm_pin_id id,
    unsigned max_age_ms, struct jm_pin_state *out)
{
	const uint64_t word = atomic_load(&t->counter_told[id]);

	*out = (struct jm_pin_state){ .tries = -1 };
	if (word == 0 || !jm_tok_has_pin(t, id) ||
	    jm_now_ms() - (word >> 16) >= max_age_ms)
		return 0;
	out->tries = (int)(word & 0xff) - 1;
	out->limit = (int)(word >> 8 & 0x7f);
	out->verified = (int)(word >> 15 & 1);
	out->blocked = out->tries == 0;
	return 1;
}

/* --- life ----------------------------------------------------------------- */

static jm_err
identify_once(struct jm_token *t)
{
	jm_err e;

	if ((e = begin_transaction(t)) != JM_OK)
		return e;
	e = jm_tok_identify(t);
	if (e == JM_OK)
		atomic_store(&t->pinpad, jm_card_pinpad(t->card));
	note_link_state(t, e);
	jm_card_end(t->card);
	atomic_store(&t->modes, jm_card_modes(t->card));
	return e;
}

jm_err
jm_token_open(const struct jm_link *link, const struct jm_policy *policy,
    struct jm_token **out)
{
	struct jm_token *t;
	struct jm_link copy = *link;
	jm_err e = JM_RESET;

	*out = NULL;
	if ((t = calloc(1, sizeof *t)) == NULL)
		return JM_NOMEM;
	t->policy = *policy;
	jm_tok_host_policy(&t->policy);
	if ((e = jm_pinbox_new(t->policy.idle_ms, &t->box)) != JM_OK)
		goto out;
	if ((e = jm_card_open(&copy, &t->card)) != JM_OK)
		goto out;
	/* No PIN is involved yet, so a reset half way may start over. */
	e = JM_RESET;
	for (int i = 0; e == JM_RESET && i < RESETS_MAX; i++)
		e = identify_once(t);
	if (e == JM_RESET)
		e = JM_LINK;
	if (e != JM_OK) {
		jm_card_release(&t->card); /* the link stays the caller's */
		goto out;
	}
	*out = t;
	t = NULL; /* the caller's from here on */
out:
	if (t != NULL)
		jm_token_free(&t);
	return e;
}

static void
trace_to_log(void *arg, const char *line)
{
	(void)arg;
	jm_log(JM_LOG_DEBUG, "%s", line);
}

jm_err
jm_token_open_reader(
    const char *reader, const struct jm_policy *policy, struct jm_token **out)
{
	struct jm_link link, plain;
	jm_err e;

	*out = NULL;
	if ((e = jm_link_pcsc_open(reader, &link)) != JM_OK)
		return e;
	plain = link;
	if (policy->trace) /* link: the trace's from JM_OK on */
		e = jm_trace_wrap(&plain, trace_to_log, NULL, &link);
	if (e == JM_OK)
		e = jm_token_open(&link, policy, out);
	else
		link = plain;
	if (e != JM_OK)
		jm_link_close(&link);
	return e;
}

void
jm_token_free(struct jm_token **t)
{
	if (*t == NULL)
		return;
	jm_card_free(&(*t)->card);
	jm_pinbox_free(&(*t)->box);
	for (int i = 0; i < JM_CERTS; i++)
		free(atomic_load(&(*t)->cert[i]));
	jm_tok_forget_spares(*t);
	jm_tok_registered_free(*t);
	jm_tok_nym_free(*t);
	free(*t);
	*t = NULL;
}

void
jm_token_abandon(struct jm_token **t)
{
	if (*t == NULL)
		return;
	jm_card_abandon(&(*t)->card);
	jm_token_free(t);
}

const struct jm_card_info *
jm_token_info(const struct jm_token *t)
{
	return jm_card_get_info(t->card);
}

const struct jm_profile *
jm_token_profile(const struct jm_token *t)
{
	return jm_card_profile(t->card);
}

size_t
jm_token_atr(const struct jm_token *t, uint8_t out[JM_ATR_MAX])
{
	return jm_card_atr(t->card, out);
}

int
jm_token_has(const struct jm_token *t, enum jm_pair pair)
{
	return atomic_load(&t->has[pair]);
}

int
jm_tok_has_pin(const struct jm_token *t, enum jm_pin_id id)
{
	enum jm_pair pair;

	return jm_pin_pair(id, &pair) ? jm_token_has(t, pair)
				      : jm_token_profile(t)->pin[id].present;
}

unsigned
jm_token_key_bits(const struct jm_token *t, enum jm_pair pair)
{
	return atomic_load(&t->bits[pair]);
}

enum jm_key_alg
jm_token_key_alg(const struct jm_token *t, enum jm_pair pair)
{
	return jm_card_profile(t->card)->key[pair].alg;
}

size_t
jm_token_sig_len(const struct jm_token *t, enum jm_pair pair)
{
	const size_t len = (jm_token_key_bits(t, pair) + 7) / 8;

	return jm_token_key_alg(t, pair) == JM_KEY_EC ? 2 * len : len;
}

int
jm_token_has_pss(const struct jm_token *t)
{
	return t->policy.pss && (atomic_load(&t->modes) >> 4 & 1u) != 0;
}
