/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vault by the card's word: opened, made, wrapped for another card. */
#include <string.h>

#include "base/wipe.h"
#include "holder/holder_impl.h"

/* PRK_V of a file's own scope; L is zero, for it is not known before. */
static jm_err
vault_prk(struct nym_card *c, const struct nym_vault_ref *ref,
    uint8_t prk[NYM_PRK_LEN])
{
	static const uint8_t zero[NYM_L_LEN];
	char scope[NYM_VAULT_SCOPE];
	uint8_t sh[NYM_SH_LEN];
	jm_err e;

	nym_vault_scope(ref->id, scope);
	if ((e = nym_scope_hash(scope, strlen(scope), sh)) != JM_OK)
		return e;
	return nym_card_prk(c, ref->profile, sh, zero, prk);
}

/* By the PRK in secret, which is that of the file before where that has the
 * same id. */
static jm_err
open_file(struct nym_job *j, struct nym_card *c,
    const struct nym_vault_ref *ref, int same, struct nym_vault **out)
{
	jm_err e = JM_OK;

	*out = NULL;
	if (!same)
		e = nym_job_settled(vault_prk(c, ref, j->secret->prk));
	if (e == JM_OK)
		e = nym_vault_open(ref, j->secret->prk, out);
	/* It was there a moment ago. */
	return e == JM_NOT_FOUND ? JM_DAMAGED : e;
}

jm_err
nym_job_open(struct nym_job *j, struct nym_card *c)
{
	struct nym_secrets *s = j->secret;
	const int same = j->found && s->ref.profile == s->file.profile &&
			 memcmp(s->ref.id, s->file.id, NYM_VAULT_ID) == 0;
	jm_err e = JM_OK;

	if (j->found && (e = open_file(j, c, &s->ref, 0, &j->vault)) == JM_OK)
		j->backup |= nym_vault_from_backup(j->vault);
	if (e == JM_OK && j->file != NULL)
		e = open_file(j, c, &s->file, same, &j->other);
	jm_wipe(s->prk, sizeof s->prk);
	return e;
}

/* The card's key for a vault that has none; on a card that nothing is settled
 * with yet its profile, too. */
static jm_err
give_card_key(
    struct nym_job *j, struct nym_card *c, struct nym_vault *v, int settled)
{
	jm_err e = vault_prk(c, nym_vault_ref_of(v), j->secret->prk);

	if (settled) {
		e = nym_job_settled(e);
	} else if (e == JM_UNSUPPORTED) {
		nym_vault_set_profile(v, NYM_PROFILE_S);
		e = vault_prk(c, nym_vault_ref_of(v), j->secret->prk);
	}
	if (e == JM_OK)
		e = nym_vault_wrap(v, j->secret->prk);
	jm_wipe(j->secret->prk, sizeof j->secret->prk);
	return e;
}

/* *v is the job's from JM_OK on. */
static void
take_over(struct nym_job *j, struct nym_vault **v)
{
	nym_vault_free(&j->vault);
	j->vault = *v;
	*v = NULL;
	j->created = j->changed = 1;
}

jm_err
nym_job_create(struct nym_job *j, struct nym_card *c)
{
	struct nym_vault *v;
	jm_err e;

	e = nym_vault_new(
	    NULL, NYM_PROFILE_X, c->cert->der, c->cert->der_len, &v);
	if (e == JM_OK && (e = give_card_key(j, c, v, 0)) == JM_OK)
		take_over(j, &v);
	nym_vault_free(&v);
	return e;
}

jm_err
nym_job_rewrap(struct nym_job *j, struct nym_card *c, unsigned *l)
{
	struct nym_vault *v;
	jm_err e;

	*l = 0;
	j->was = *nym_vault_ref_of(j->vault);
	e = nym_vault_new(
	    j->vault, j->was.profile, c->cert->der, c->cert->der_len, &v);
	if (e == JM_OK && (e = nym_vault_new_l(v, l)) == JM_OK &&
	    (e = give_card_key(j, c, v, 1)) == JM_OK)
		take_over(j, &v);
	nym_vault_free(&v);
	return e;
}

/* --- renewal -------------------------------------------------------------- */

/* Is it a scope whose key a new card would change, and that can be carried? */
static int
is_carried_over(const struct nym_entry *entry)
{
	return entry->state == NYM_REGISTERED && entry->mode == NYM_MODE_HOLDER;
}

jm_err
nym_job_carry(struct nym_job *j, struct nym_card *c)
{
	struct nym_secrets *s = j->secret;
	struct nym_entry entry;
	jm_err e = JM_OK;

	for (size_t n = 0; n < nym_vault_len(j->vault) && e == JM_OK; n++) {
		nym_vault_at(j->vault, n, &entry);
		/* What came from an earlier card is what the service knows. */
		if (!is_carried_over(&entry) || entry.carried)
			continue;
		if (nym_vault_l(j->vault, entry.l, s->l) != JM_OK)
			return JM_DAMAGED;
		e = nym_job_settled(
		    nym_card_prk(c, entry.profile, entry.sh, s->l, s->prk));
		if (e == JM_OK)
			e = nym_vault_carry(j->vault, entry.sh, s->prk);
		jm_wipe(s->prk, sizeof s->prk);
		j->changed = 1;
	}
	jm_wipe(s->l, sizeof s->l);
	return e;
}

/* On another card each key is another one, but for those that are carried and
 * not rolled over. */
static jm_err
forget_keys(struct nym_vault *v, enum nym_profile profile)
{
	struct nym_entry entry;
	jm_err e = JM_OK;

	for (size_t n = 0; n < nym_vault_len(v) && e == JM_OK; n++) {
		nym_vault_at(v, n, &entry);
		if (entry.state != NYM_REGISTERED)
			continue;
		if (entry.mode == NYM_MODE_HOLDER)
			entry.profile = profile;
		if (entry.use != NYM_USE_RAW || !entry.carried) {
			if (entry.x_known)
				e = nym_vault_put_earlier(
				    v, entry.sh, entry.generation, entry.x);
			entry.x_known = 0;
		}
		if (e == JM_OK)
			e = nym_vault_put(v, &entry);
	}
	return e;
}

jm_err
nym_job_is_of(
    const struct nym_vault_ref *ref, const struct jm_cert *cert, int *same)
{
	uint8_t hint[NYM_HINT_LEN];
	jm_err e;

	e = nym_vault_hint(ref->id, cert->der, cert->der_len, hint);
	*same = e == JM_OK && memcmp(hint, ref->hint, sizeof hint) == 0;
	return e;
}

jm_err
nym_job_wrap(struct nym_job *j, struct nym_card *c)
{
	struct nym_vault *v = NULL;
	int same;
	jm_err e;

	j->was = *nym_vault_ref_of(j->code_vault);
	/* Of this very card: then its profile is settled. */
	if ((e = nym_job_is_of(&j->was, c->cert, &same)) != JM_OK)
		return e;
	e = nym_vault_new(j->code_vault, same ? j->was.profile : NYM_PROFILE_X,
	    c->cert->der, c->cert->der_len, &v);
	if (e == JM_OK && (e = give_card_key(j, c, v, same)) == JM_OK &&
	    (same ||
		(e = forget_keys(v, nym_vault_ref_of(v)->profile)) == JM_OK))
		take_over(j, &v);
	nym_vault_free(&v);
	return e;
}

jm_err
nym_job_merge(
    struct nym_job *j, struct nym_vault *from, int same_card, unsigned *older)
{
	jm_err e = JM_OK;

	*older = 0;
	if (j->vault == NULL)
		return JM_ARG;
	if (!same_card)
		e = forget_keys(from, nym_vault_ref_of(j->vault)->profile);
	if (e != JM_OK)
		return e;
	j->changed = 1;
	return nym_vault_merge(j->vault, from, older);
}
