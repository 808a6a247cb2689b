/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Service identities: transaction and PIN around src/holder. */
#include "objects/nym.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "objects/token_impl.h"

#define LOCK_MS 1000 /* longer than any file takes to be written */

/* --- one use of the card -------------------------------------------------- */

/* The text application is selected for this binding, which drops what a kept
 * transaction has verified. */
static int
leaves_jpki(const struct nym_job *job)
{
	return job->mode == NYM_MODE_CARD2;
}

static jm_err
begin(struct jm_token *t, const struct nym_job *job)
{
	return leaves_jpki(job) ? jm_tok_begin_bare(t) : jm_tok_begin(t);
}

/* Inside the bracket, before the VERIFY: what can be known without a PIN. */
static jm_err
prepare(struct jm_token *t, struct nym_job *job, struct nym_card *c)
{
	jm_err e = JM_OK;

	if (atomic_load(&t->cert_state[JM_CERT_AUTH]) == JM_CERT_UNREAD)
		e = jm_tok_read_cert(t, JM_CERT_AUTH);
	if (e != JM_OK)
		return e == JM_FORMAT ? JM_NOT_FOUND : e;
	*c = (struct nym_card){ .card = t->card,
		.cert = jm_token_cert_loaded(t, JM_CERT_AUTH) };
	if (c->cert == NULL &&
	    atomic_load(&t->cert_state[JM_CERT_AUTH]) != JM_CERT_HIDDEN)
		return JM_NOT_FOUND;
	return nym_job_before(job, c);
}

/* The same, after it. */
static jm_err
finish(struct jm_token *t, struct nym_job *job, struct nym_card *c)
{
	jm_err e;

	if ((e = jm_tok_read_hidden(t, JM_PAIR_AUTH)) != JM_OK)
		return e;
	c->cert = jm_token_cert_loaded(t, JM_CERT_AUTH);
	if (c->cert == NULL)
		return JM_NOT_FOUND;
	if ((e = nym_job_run(job, c)) == JM_BAD_SIG)
		jm_tok_distrust(t);
	return e;
}

static jm_err
end(struct jm_token *t, jm_err e)
{
	e = jm_tok_end(t, e);
	jm_tok_save(t);
	return e;
}

jm_err
jm_token_nym(struct jm_token *t, struct nym_job *job, const void *pin,
    size_t pin_len, int *tries)
{
	struct jm_pin p = { .len = 0 };
	struct nym_card c;
	jm_err e;

	e = jm_tok_admit_pin(t, JM_PIN_AUTH, pin, pin_len, &p, tries);
	if (e != JM_OK || (e = begin(t, job)) != JM_OK)
		goto out;
	if ((e = prepare(t, job, &c)) == JM_OK)
		e = jm_tok_verify(t, JM_PIN_AUTH, &p, tries);
	jm_wipe(&p, sizeof p); /* the signatures take their time */
	if (e == JM_OK)
		e = finish(t, job, &c);
	e = end(t, e);
out:
	jm_wipe(&p, sizeof p);
	return e;
}

jm_err
jm_token_nym_at_reader(struct jm_token *t, struct nym_job *job, int *tries)
{
	struct nym_card c;
	jm_err e;

	*tries = -1;
	if (leaves_jpki(job) && !t->dead && atomic_load(&t->held))
		jm_tok_hold_end(t);
	if ((e = jm_tok_begin_at_reader(t, JM_PIN_AUTH, tries)) != JM_OK)
		return e;
	if ((e = prepare(t, job, &c)) == JM_OK &&
	    (e = jm_tok_ask_once(t, JM_PIN_AUTH, tries)) == JM_OK)
		e = finish(t, job, &c);
	return end(t, e);
}

/* --- index ---------------------------------------------------------------- */

const struct nym_index *
jm_token_nym_known(const struct jm_token *t)
{
	return atomic_load(&t->nym);
}

static jm_err
load(struct jm_token *t, const uint8_t hint[NYM_HINT_LEN])
{
	struct jm_nym_seen *s;
	jm_err e;

	t->nym_stamp = nym_index_stamp(hint); /* a change from here on shows */
	memcpy(t->nym_hint, hint, NYM_HINT_LEN);
	if ((s = calloc(1, sizeof *s)) == NULL)
		return JM_NOMEM;
	if ((e = nym_index_load(hint, &s->index)) != JM_OK) {
		free(s);
		return e;
	}
	s->next = t->nym_seen;
	t->nym_seen = s;
	atomic_store(&t->nym, s->index);
	return JM_OK;
}

/* No index, no vault of this card, no certificate to tell whose it is. */
static int
is_none(jm_err e)
{
	return e == JM_NOT_FOUND || e == JM_NEED_PIN || e == JM_DAMAGED ||
	       e == JM_IO || e == JM_FORMAT;
}

static jm_err
look(struct jm_token *t)
{
	const struct jm_cert *cert;
	struct nym_vault_ref ref;
	int damaged;
	jm_err e;

	if ((e = jm_token_cert(t, JM_CERT_AUTH, &cert)) == JM_OK)
		e = nym_vault_find(cert->der, cert->der_len, &ref, &damaged);
	return e == JM_OK ? load(t, ref.hint) : e;
}

jm_err
jm_token_nym_index(struct jm_token *t, const struct nym_index **out)
{
	jm_err e;

	*out = NULL;
	if (t->dead)
		return JM_GONE;
	if (t->nym_stamp != 0 && nym_index_stamp(t->nym_hint) == t->nym_stamp) {
		*out = jm_token_nym_known(t);
		return JM_OK;
	}
	e = nym_index_any() ? look(t) : JM_NOT_FOUND;
	if (e != JM_OK) {
		t->nym_stamp = 0;
		atomic_store(&t->nym, NULL);
	}
	*out = jm_token_nym_known(t);
	return is_none(e) ? JM_OK : e;
}

/* --- login and signature -------------------------------------------------- */

jm_err
jm_token_nym_login(
    struct jm_token *t, const void *pin, size_t pin_len, int keep, int *tries)
{
	return jm_tok_login(t, JM_USER_NYM, pin, pin_len, keep, tries);
}

jm_err
jm_token_nym_login_at_reader(struct jm_token *t, int keep, int *tries)
{
	return jm_tok_login_at_reader(t, JM_USER_NYM, keep, tries);
}

void
jm_token_nym_logout(struct jm_token *t)
{
	jm_pinbox_drop(t->box, JM_USER_NYM);
}

int
jm_token_nym_logged_in(struct jm_token *t)
{
	return jm_pinbox_holds(t->box, JM_USER_NYM);
}

/* The key of e's scope into the job, by the PIN that is held.  JM_BUSY: nothing
 * happened. */
static jm_err
fetch(struct jm_token *t, struct nym_job *job)
{
	struct nym_card c;
	jm_err e;

	if ((e = begin(t, job)) == JM_BUSY)
		return e;
	/* Once more: a reset that is noticed at begin ends a login. */
	if (e == JM_OK && !jm_token_nym_logged_in(t))
		return end(t, JM_NEED_PIN);
	if (e == JM_OK) {
		if ((e = prepare(t, job, &c)) == JM_OK &&
		    (e = jm_tok_become(t, JM_USER_NYM)) == JM_OK)
			e = finish(t, job, &c);
		jm_token_nym_logout(t);
		return end(t, e);
	}
	jm_token_nym_logout(t);
	return e;
}

jm_err
jm_token_nym_sign(struct jm_token *t, const struct nym_index_entry *e,
    const uint8_t *hash, size_t hash_len, uint8_t sig[JM_P256_SIG])
{
	struct nym_job job = { .work = NYM_WORK_KEY, .scope = e->scope };
	struct nym_lock *lock = NULL;
	jm_err err;

	memset(sig, 0, JM_P256_SIG);
	if ((err = jm_guard_hash(&t->policy.guard, hash_len)) != JM_OK)
		return err;
	if (t->dead)
		return JM_GONE;
	if (!jm_token_nym_logged_in(t))
		return JM_NEED_PIN;
	/* Nothing is written here.  Who has the lock for longer has a person
	 * type a PIN, and the file that is there is whole. */
	err = nym_lock_take(LOCK_MS, &lock);
	if (err != JM_OK && err != JM_FILE_BUSY)
		return err;
	if ((err = fetch(t, &job)) != JM_OK)
		goto out;
	/* The vault is the truth, the index a hint that anybody may change. */
	if (job.secret == NULL ||
	    memcmp(job.secret->key.pk, e->pk, sizeof e->pk) != 0)
		err = JM_OTHER_KEY;
	else
		err = jm_p256_sign(job.secret->key.d, hash, hash_len, sig);
out:
	nym_job_end(&job);
	nym_lock_free(&lock);
	return err;
}
