/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PINs: the rules that keep software from costing a try nobody gave.  Every
 * VERIFY of a PIN that is known here is sent by verify or jm_token_change_pin.
 */
#include "base/log.h"
#include "base/os.h"
#include "base/wipe.h"
#include "objects/token_impl.h"

void
jm_tok_drop_logins(struct jm_token *t, enum jm_pin_id id)
{
	for (int u = 0; u < JM_USERS; u++)
		if (jm_user_pin((enum jm_user)u) == id)
			jm_pinbox_drop(t->box, (enum jm_user)u);
}

void
jm_tok_note_counter(struct jm_token *t, enum jm_pin_id id, jm_err e, int tries)
{
	struct jm_pin_state *s = &t->counter[id];
	const int limit = jm_card_profile(t->card)->pin[id].tries;

	*s = (struct jm_pin_state){ .tries = tries, .limit = limit };
	if (e == JM_OK)
		s->tries = limit > 0 ? limit : -1; /* it is restored */
	if (e == JM_PIN_BLOCKED)
		s->tries = 0;
	s->blocked = s->tries == 0;
	t->counter_at[id] = s->tries < 0 ? 0 : jm_now_ms();
	t->counter_in[id] = t->transactions;
	jm_tok_tell(t, id);
}

static int
counter_fresh(const struct jm_token *t, enum jm_pin_id id, unsigned max_age_ms)
{
	return t->counter_at[id] != 0 &&
	       jm_now_ms() - t->counter_at[id] < max_age_ms;
}

/*
 * Did the card answer a VERIFY at all?  Where its answer was lost, the PIN
 * counts as one that failed until the counter shows that it did not: a program
 * that repeats a call after a reader failure must not pay twice.
 */
static int
fate_unknown(jm_err e)
{
	return e != JM_PIN_WRONG && e != JM_PIN_BLOCKED && e != JM_NOT_FOUND;
}

/*
 * The counter before a VERIFY, in case its answer is lost; *before is 0 if not
 * known.  Only one of this very transaction will do, since other programs log
 * in between two.  One that was full when last seen is not asked for: there is
 * nothing to tell apart then.  One that is blocked, from the start as on a card
 * without PINs or since, is asked for each time and gets no VERIFY.
 */
static jm_err
look_before(struct jm_token *t, enum jm_pin_id id, int *before)
{
	const struct jm_pin_state *s = &t->counter[id];
	const int full = t->counter_at[id] != 0 && jm_pin_full(s);
	jm_err e;

	*before = 0;
	if (t->counter_in[id] != t->transactions || s->blocked) {
		if (full)
			return JM_OK;
		e = jm_tok_query(t, id);
		if (e != JM_OK)
			return jm_tok_refused(e) ? JM_OK : e;
	}
	if (t->counter_at[id] == 0 || s->verified)
		return JM_OK;
	if (s->blocked)
		return JM_PIN_BLOCKED;
	if (s->tries > 0)
		*before = s->tries;
	return JM_OK;
}

/* A VERIFY did not succeed: whether this PIN may be sent again. */
static void
note_failure(struct jm_token *t, enum jm_pin_id id, const struct jm_pin *pin,
    jm_err e, int before)
{
	/* Also the one that took the last try. */
	if (e == JM_PIN_WRONG || e == JM_PIN_BLOCKED || fate_unknown(e))
		jm_pinbox_failed(t->box, id, pin);
	if (fate_unknown(e))
		t->doubt[id] = before;
}

/* One VERIFY, and what its answer says of counter and PIN. */
static jm_err
verify(
    struct jm_token *t, enum jm_pin_id id, const struct jm_pin *pin, int *tries)
{
	int before;
	jm_err e;

	*tries = -1;
	if ((e = look_before(t, id, &before)) != JM_OK) {
		if (e == JM_PIN_BLOCKED)
			*tries = 0;
		return e; /* nothing was sent */
	}
	e = jm_card_pin_verify(t->card, id, pin, tries);
	jm_tok_note_counter(t, id, e, *tries);
	t->doubt[id] = 0;
	if (e == JM_OK) {
		*tries = t->counter[id].tries;
		jm_pinbox_forgive(t->box, id);
		return e;
	}
	note_failure(t, id, pin, e, before);
	return e;
}

jm_err
jm_tok_verify(
    struct jm_token *t, enum jm_pin_id id, const struct jm_pin *pin, int *tries)
{
	const jm_err e = verify(t, id, pin, tries);

	if (e != JM_OK)
		jm_tok_drop_logins(t, id);
	return e;
}

jm_err
jm_token_pin_fits(const struct jm_token *t, enum jm_pin_id id, const void *pin,
    size_t pin_len, int is_new)
{
	struct jm_pin p = { .len = 0 };
	jm_err e = JM_NOT_FOUND;

	if (jm_tok_has_pin(t, id))
		e = jm_pin_form(
		    &jm_token_profile(t)->pin[id], pin, pin_len, is_new, &p);
	jm_wipe(&p, sizeof p);
	return e;
}

jm_err
jm_token_pin_state(struct jm_token *t, enum jm_pin_id id, unsigned max_age_ms,
    struct jm_pin_state *out)
{
	jm_err e = JM_OK;

	*out = (struct jm_pin_state){ .tries = -1 };
	if (t->dead)
		return JM_GONE;
	if (!jm_tok_has_pin(t, id))
		return JM_NOT_FOUND;
	if (!counter_fresh(t, id, max_age_ms)) {
		if ((e = jm_tok_begin_in(t, jm_pin_app(id))) == JM_OK)
			e = jm_tok_end(t, jm_tok_query(t, id));
	}
	if (e == JM_OK)
		*out = t->counter[id];
	return e;
}

jm_err
jm_tok_admit_pin(struct jm_token *t, enum jm_pin_id id, const void *text,
    size_t len, struct jm_pin *out, int *tries)
{
	struct jm_pin_state s;
	jm_err e;

	*tries = -1;
	if (t->dead)
		return JM_GONE;
	if (!jm_tok_has_pin(t, id)) {
		*out = (struct jm_pin){ .len = 0 };
		return JM_NOT_FOUND;
	}
	e = jm_pin_form(&jm_card_profile(t->card)->pin[id], text, len, 0, out);
	if (e != JM_OK || !jm_pinbox_has_failed(t->box, id, out))
		return e;
	/* It failed before.  A counter that is full again (looked up without
	 * cost, and not more often than its age allows) gives it a new chance:
	 * somebody may have changed the PIN to this very one. */
	e = jm_token_pin_state(t, id, JM_COUNTER_AGE_MS, &s);
	if (e == JM_OK && jm_pinbox_has_failed(t->box, id, out)) {
		*tries = s.tries;
		e = s.blocked ? JM_PIN_BLOCKED : JM_PIN_REPEATED;
	}
	if (e != JM_OK)
		jm_wipe(out, sizeof *out);
	return e;
}

jm_err
jm_tok_read_hidden(struct jm_token *t, enum jm_pair pair)
{
	const enum jm_cert_id id = jm_ident_pair_cert(pair);
	jm_err e;

	if (atomic_load(&t->cert_state[id]) != JM_CERT_HIDDEN)
		return JM_OK;
	e = jm_tok_read_cert(t, id);
	if (e == JM_OK || e == JM_GONE || e == JM_RESET || e == JM_LINK)
		return e;
	jm_log(JM_LOG_WARNING, "%s certificate: %s", jm_ident_cert_name(id),
	    jm_strerror(e));
	return JM_OK;
}

jm_err
jm_tok_login(struct jm_token *t, enum jm_user user, const void *pin,
    size_t pin_len, int keep, int *tries)
{
	const enum jm_pin_id id = jm_user_pin(user);
	const int hold = t->policy.login == JM_LOGIN_HOLD;
	struct jm_pin p = { .len = 0 };
	jm_err e;

	if (t->policy.host_keeps)
		return jm_tok_host_login(t, user, pin, pin_len, keep, tries);
	jm_pinbox_drop(t->box, user);
	atomic_store(&t->on_card[user], 0);
	if ((e = jm_tok_admit_pin(t, id, pin, pin_len, &p, tries)) != JM_OK ||
	    (e = jm_tok_begin(t)) != JM_OK)
		goto out;
	if ((e = jm_tok_verify(t, id, &p, tries)) == JM_OK)
		e = jm_tok_read_hidden(t, jm_user_pair(user));
	if (e == JM_OK && keep && hold)
		jm_tok_hold_keep(t, user);
	if ((e = jm_tok_end(t, e)) != JM_OK)
		goto out;
	if (keep && !hold)
		jm_pinbox_hold(t->box, user, &p);
out:
	jm_wipe(&p, sizeof p);
	return e;
}

jm_err
jm_token_login(struct jm_token *t, enum jm_pair pair, const void *pin,
    size_t pin_len, int keep, int *tries)
{
	return jm_tok_login(t, jm_pair_user(pair), pin, pin_len, keep, tries);
}

/* What a consent that failed leaves of the login, and of those of others by the
 * same PIN. */
static void
consent_failed(struct jm_token *t, enum jm_user user, jm_err e)
{
	/* A PIN that the card refused lowered its counter: what is held is not
	 * sent any more.  The standard leaves the session as it is. */
	for (int u = 0; u < JM_USERS; u++)
		if (u != (int)user &&
		    jm_user_pin((enum jm_user)u) == jm_user_pin(user))
			jm_pinbox_drop(t->box, (enum jm_user)u);
	if (e == JM_PIN_WRONG)
		jm_pinbox_deny(t->box, user);
	else
		jm_pinbox_drop(t->box, user);
}

jm_err
jm_token_consent(struct jm_token *t, enum jm_pair pair, unsigned long by,
    const void *pin, size_t pin_len, int *tries)
{
	const enum jm_user user = jm_pair_user(pair);
	struct jm_pin p = { .len = 0 };
	int on_card;
	jm_err e;

	*tries = -1;
	if (t->policy.consent[pair] != JM_CONSENT_CONTEXT || by == 0)
		return JM_ARG;
	if (!jm_pinbox_holds(t->box, user))
		return JM_NEED_PIN;
	e = jm_tok_admit_pin(t, jm_pair_pin(pair), pin, pin_len, &p, tries);
	if (e == JM_PIN_BLOCKED)
		jm_pinbox_drop(t->box, user);
	if (e != JM_OK || (e = jm_tok_begin(t)) != JM_OK)
		goto out;
	on_card =
	    atomic_load(&t->on_card[user]) || t->policy.login == JM_LOGIN_HOLD;
	e = verify(t, jm_pair_pin(pair), &p, tries);
	if (e == JM_OK) {
		jm_pinbox_grant(t->box, user, on_card ? NULL : &p, by);
		atomic_store(&t->on_card[user], on_card);
	} else {
		atomic_store(&t->on_card[user], 0);
		consent_failed(t, user, e);
	}
	e = jm_tok_end(t, e);
	if (e == JM_OK && !jm_pinbox_holds(t->box, user))
		e = JM_NEED_PIN; /* another thread logged out */
out:
	jm_wipe(&p, sizeof p);
	return e;
}

void
jm_token_no_consent(struct jm_token *t, enum jm_pair pair, unsigned long by)
{
	jm_pinbox_revoke(t->box, jm_pair_user(pair), by);
}

void
jm_token_logout(struct jm_token *t, enum jm_pair pair)
{
	jm_pinbox_drop(t->box, jm_pair_user(pair));
}

int
jm_token_logged_in(struct jm_token *t, enum jm_pair pair)
{
	return jm_pinbox_holds(t->box, jm_pair_user(pair));
}

jm_err
jm_token_check_pin(struct jm_token *t, enum jm_pin_id id, const void *pin,
    size_t pin_len, int *tries)
{
	struct jm_pin p = { .len = 0 };
	jm_err e;

	if ((e = jm_tok_admit_pin(t, id, pin, pin_len, &p, tries)) == JM_OK &&
	    (e = jm_tok_begin_in(t, jm_pin_app(id))) == JM_OK)
		e = jm_tok_end(t, jm_tok_verify(t, id, &p, tries));
	jm_wipe(&p, sizeof p);
	return e;
}

jm_err
jm_token_change_pin(struct jm_token *t, enum jm_pin_id id, const void *old_pin,
    size_t old_len, const void *new_pin, size_t new_len, int *fresh_bad,
    int *tries)
{
	struct jm_pin from = { .len = 0 }, to = { .len = 0 };
	int before;
	jm_err e;

	*fresh_bad = 0;
	*tries = -1;
	if (!jm_tok_has_pin(t, id))
		return JM_NOT_FOUND;
	if (!jm_tok_can_change(id))
		return JM_UNSUPPORTED;
	e = jm_pin_form(
	    &jm_card_profile(t->card)->pin[id], new_pin, new_len, 1, &to);
	if (e != JM_OK) {
		*fresh_bad = 1;
		goto out;
	}
	e = jm_tok_admit_pin(t, id, old_pin, old_len, &from, tries);
	if (e != JM_OK || (e = jm_tok_begin_in(t, jm_pin_app(id))) != JM_OK)
		goto out;
	if ((e = look_before(t, id, &before)) != JM_OK) {
		if (e == JM_PIN_BLOCKED)
			*tries = 0;
		e = jm_tok_end(t, e);
		goto out;
	}
	/* Whatever follows, the old one must not be sent from memory. */
	for (int u = 0; u < JM_USERS; u++)
		if (jm_user_pin((enum jm_user)u) == id)
			jm_pinbox_suspend(t->box, (enum jm_user)u);
	e = jm_card_pin_change(t->card, id, &from, &to, tries);
	jm_tok_note_counter(t, id, e, *tries);
	t->doubt[id] = 0;
	/* With a counter that is known, the old PIN was judged by the card. */
	if (e == JM_PIN_WRONG || e == JM_PIN_BLOCKED ||
	    (e != JM_OK && *tries < 0))
		note_failure(t, id, &from, e, before);
	if (e != JM_OK)
		jm_tok_drop_logins(t, id);
	if ((e = jm_tok_end(t, e)) != JM_OK)
		goto out;
	*tries = t->counter[id].tries;
	jm_pinbox_forgive(t->box, id);
	for (int u = 0; u < JM_USERS; u++)
		if (jm_user_pin((enum jm_user)u) == id)
			jm_pinbox_resume(t->box, (enum jm_user)u, &to);
out:
	jm_wipe(&from, sizeof from);
	jm_wipe(&to, sizeof to);
	return e;
}
