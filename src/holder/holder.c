/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One use of the card: which key, by whose word, and what is remembered. */
#include "holder/holder.h"

#include <string.h>

#include "base/secret.h"
#include "base/wipe.h"
#include "holder/holder_impl.h"

static const struct {
	int scope;       /* is of one */
	int may_be_none; /* goes on without a vault of this card */
} works[] = {
	[NYM_WORK_OPEN] = { 0, 0 },
	[NYM_WORK_KEY] = { 1, 0 },
	[NYM_WORK_REGISTER] = { 1, 1 },
	[NYM_WORK_RESET] = { 1, 0 },
	[NYM_WORK_CARRY] = { 0, 0 },
	[NYM_WORK_WRAP] = { 0, 1 },
};

/* --- before the VERIFY ---------------------------------------------------- */

static int
is_raw(enum nym_scheme scheme)
{
	return scheme == NYM_SSH || scheme == NYM_P11;
}

/* Does this binding keep something of its scopes? */
static int
wants_vault(const struct nym_job *j)
{
	return j->mode != NYM_MODE_SITE && j->mode != NYM_MODE_NONE;
}

static jm_err
check_mode(const struct nym_job *j, enum nym_scheme scheme)
{
	switch (j->mode) {
	case NYM_MODE_HOLDER: return JM_OK;
	case NYM_MODE_SITE:
		if (scheme != NYM_KIOSK || j->work == NYM_WORK_RESET)
			return JM_MODE;
		return j->site_l != NULL ? JM_OK : JM_ARG;
	case NYM_MODE_CARD2:
	case NYM_MODE_NONE: return j->work == NYM_WORK_RESET ? JM_MODE : JM_OK;
	}
	return j->mode == 0 && j->work != NYM_WORK_REGISTER ? JM_OK : JM_ARG;
}

/* The period is the caller's where no vault tells it. */
static jm_err
check_time(const struct nym_job *j)
{
	uint32_t epoch;
	jm_err e;

	if ((e = nym_epoch(0, j->time, &epoch)) != JM_OK ||
	    (e = nym_epoch(j->period, j->time, &epoch)) != JM_OK)
		return e;
	return j->use == NYM_USE_RAW && j->period != 0 ? JM_ARG : JM_OK;
}

static jm_err
check(struct nym_job *j)
{
	enum nym_scheme scheme;
	size_t len;
	jm_err e;

	if ((unsigned)j->work >= NELEM(works))
		return JM_ARG;
	if (j->work == NYM_WORK_WRAP && j->code_vault == NULL)
		return JM_ARG;
	if (j->file != NULL && j->work != NYM_WORK_OPEN)
		return JM_ARG;
	if (!works[j->work].scope)
		return j->mode == 0 ? JM_OK : JM_ARG;
	if (j->scope == NULL)
		return JM_ARG;
	len = strlen(j->scope);
	if ((e = nym_scope_check(j->scope, len, &scheme)) != JM_OK ||
	    (e = nym_scope_hash(j->scope, len, j->sh)) != JM_OK)
		return e;
	j->use = is_raw(scheme) ? NYM_USE_RAW : NYM_USE_ASSERT;
	if ((e = check_mode(j, scheme)) != JM_OK)
		return e;
	return check_time(j);
}

static int
may_be_missing(const struct nym_job *j)
{
	return works[j->work].may_be_none || j->file != NULL ||
	       (j->work == NYM_WORK_KEY && j->mode == NYM_MODE_CARD2);
}

/* The file to be imported is opened by the card it was made for alone. */
static jm_err
find_import(struct nym_job *j, struct nym_card *c)
{
	struct nym_vault_ref *ref = &j->secret->file;
	int same;
	jm_err e;

	if (j->file == NULL)
		return JM_OK;
	if ((e = nym_vault_head(j->file, ref)) != JM_OK ||
	    (e = nym_job_is_of(ref, c->cert, &same)) != JM_OK)
		return e;
	return same ? JM_OK : JM_DAMAGED;
}

jm_err
nym_job_find(struct nym_job *j, struct nym_card *c)
{
	struct nym_vault_ref *ref = &j->secret->ref;
	jm_err e;

	if (j->looked || !wants_vault(j))
		return JM_OK;
	e = nym_vault_find(c->cert->der, c->cert->der_len, ref, &j->backup);
	if (e == JM_NOT_FOUND && !may_be_missing(j))
		return e;
	/* What can be opened by code alone replaces what cannot be read. */
	if (e == JM_DAMAGED && j->work != NYM_WORK_WRAP)
		return e;
	if (e != JM_OK && e != JM_NOT_FOUND && e != JM_DAMAGED)
		return e;
	j->found = e == JM_OK;
	if (j->found && j->work == NYM_WORK_WRAP &&
	    memcmp(ref->id, nym_vault_ref_of(j->code_vault)->id,
		sizeof ref->id) != 0)
		return JM_EXISTS;
	if ((e = find_import(j, c)) == JM_OK)
		j->looked = 1;
	return e;
}

jm_err
nym_job_before(struct nym_job *j, struct nym_card *c)
{
	void *mem = NULL;
	jm_err e;

	if (j->secret != NULL)
		return JM_ARG;
	if ((e = check(j)) != JM_OK ||
	    (e = jm_secret_new(sizeof *j->secret, &mem)) != JM_OK)
		return e;
	j->secret = mem;
	if (c->cert != NULL && (e = nym_job_find(j, c)) != JM_OK)
		return e;
	if (j->mode == NYM_MODE_CARD2 &&
	    (e = nym_card_l2(c, j->sh, j->secret->l)) != JM_OK)
		return e;
	j->prepared = 1;
	return JM_OK;
}

/* --- keys ----------------------------------------------------------------- */

/* The key of prk for j->which. */
static jm_err
key_of(struct nym_job *j)
{
	jm_err e;

	e = nym_key_of(j->secret->prk, j->sh, &j->which, &j->secret->key);
	j->has_key = e == JM_OK;
	return e;
}

/* Without a vault: L as it stands in secret, generation 0. */
static jm_err
derive_bare(struct nym_job *j, struct nym_card *c)
{
	enum nym_profile profile = NYM_PROFILE_X;
	uint32_t epoch;
	jm_err e;

	if (j->mode == NYM_MODE_SITE) {
		memcpy(j->secret->l, j->site_l, NYM_L_LEN);
		if (j->site_profile != 0)
			profile = j->site_profile;
	}
	if ((e = nym_epoch(j->period, j->time, &epoch)) != JM_OK)
		return e;
	j->which = (struct nym_which){
		.use = j->use, .period = j->period, .epoch = epoch
	};
	e = nym_card_prk(c, profile, j->sh, j->secret->l, j->secret->prk);
	return e == JM_OK ? key_of(j) : e;
}

/* By the entry's word.  The generation of card2 is 0; what the entry has was
 * another binding's. */
static void
which_of(const struct nym_entry *entry, struct nym_which *which)
{
	*which = (struct nym_which){
		.use = entry->use,
		.period = entry->period,
		.epoch = entry->epoch,
		.generation =
		    entry->mode == NYM_MODE_CARD2 ? 0 : entry->generation,
	};
}

/* The entry's key of now, by the card. */
static jm_err
derive(struct nym_job *j, struct nym_card *c, const struct nym_entry *entry)
{
	jm_err e = JM_OK;

	if (entry->mode == NYM_MODE_HOLDER)
		e = nym_vault_l(j->vault, entry->l, j->secret->l);
	if (e != JM_OK)
		return JM_DAMAGED;
	which_of(entry, &j->which);
	e = nym_card_prk(
	    c, entry->profile, j->sh, j->secret->l, j->secret->prk);
	if (e != JM_OK)
		return nym_job_settled(e);
	return key_of(j);
}

/* X of the key goes into the entry, the one before to the earlier ones. */
static jm_err
remember(struct nym_job *j, struct nym_entry *entry, uint32_t x_generation)
{
	const uint8_t *x = j->secret->key.x;
	jm_err e;

	if (entry->x_known && memcmp(entry->x, x, NYM_X_LEN) != 0) {
		e = nym_vault_put_earlier(
		    j->vault, j->sh, x_generation, entry->x);
		if (e != JM_OK)
			return e;
	}
	memcpy(entry->x, x, NYM_X_LEN);
	entry->x_known = 1;
	j->changed = 1;
	return nym_vault_put(j->vault, entry);
}

/* --- a registered scope --------------------------------------------------- */

static jm_err
registered(const struct nym_job *j, struct nym_entry *entry)
{
	jm_err e;

	if ((e = nym_vault_get(j->vault, j->scope, entry)) != JM_OK)
		return e;
	if (entry->state != NYM_REGISTERED)
		return JM_UNKNOWN;
	if (j->mode != 0 && entry->mode != j->mode)
		return JM_MODE;
	/* Its L had to come before the PIN. */
	return j->mode == 0 && entry->mode == NYM_MODE_CARD2 ? JM_MODE : JM_OK;
}

/* A raw key stays the one that it was on the card before. */
static jm_err
use_carried(struct nym_job *j, const struct nym_entry *entry)
{
	jm_err e;

	which_of(entry, &j->which);
	e = nym_vault_carried(j->vault, j->sh, j->secret->prk);
	return e == JM_OK ? key_of(j) : e;
}

/* An assertion carries the old key over, once; in another epoch nobody knows
 * it, and it goes.  Not while the card is still the one that it is of: then it
 * is the key of now, and kept for the next. */
static jm_err
roll_over(struct nym_job *j, const struct nym_entry *entry, int same_epoch)
{
	jm_err e;

	if (!entry->carried || (!j->assertion && same_epoch))
		return JM_OK;
	if ((e = nym_vault_carried(j->vault, j->sh, j->secret->carried)) !=
	    JM_OK)
		return e;
	if (memcmp(j->secret->carried, j->secret->prk, NYM_PRK_LEN) == 0)
		return JM_OK;
	if (same_epoch) {
		which_of(entry, &j->old_which);
		e = nym_key_of(
		    j->secret->carried, j->sh, &j->old_which, &j->secret->old);
		if (e != JM_OK)
			return e;
		j->has_old = 1;
	}
	j->changed = 1;
	return nym_vault_carry(j->vault, j->sh, NULL);
}

static jm_err
work_key(struct nym_job *j, struct nym_card *c)
{
	struct nym_entry entry;
	uint32_t epoch, last;
	jm_err e;

	if ((e = registered(j, &entry)) != JM_OK ||
	    (e = nym_epoch(entry.period, j->time, &epoch)) != JM_OK)
		return e;
	if (epoch < entry.epoch)
		return JM_CLOCK;
	if (entry.use == NYM_USE_RAW && entry.carried)
		return use_carried(j, &entry);
	last = entry.epoch;
	entry.epoch = epoch;
	if ((e = derive(j, c, &entry)) != JM_OK ||
	    (e = roll_over(j, &entry, last == epoch)) != JM_OK)
		return e;
	if (entry.x_known && last == epoch) {
		/* One epoch of one generation has one key. */
		if (memcmp(entry.x, j->secret->key.x, NYM_X_LEN) != 0)
			return JM_OTHER_KEY;
		return JM_OK;
	}
	return remember(j, &entry, entry.generation);
}

/* --- a new one ------------------------------------------------------------ */

static jm_err
work_register(struct nym_job *j, struct nym_card *c)
{
	struct nym_entry left, entry = { .state = NYM_REGISTERED,
		.mode = j->mode,
		.use = j->use,
		.period = j->period,
		.since = j->time };
	jm_err e;

	/* The slot of raw keys has to open the vault before it knows. */
	if (j->mode == NYM_MODE_CARD2 && j->use == NYM_USE_RAW)
		return JM_MODE;
	memcpy(entry.scope, j->scope, strlen(j->scope) + 1);
	memcpy(entry.sh, j->sh, sizeof entry.sh);
	entry.profile = j->mode == NYM_MODE_CARD2
			    ? NYM_PROFILE_X
			    : nym_vault_ref_of(j->vault)->profile;
	if ((e = nym_epoch(j->period, j->time, &entry.epoch)) != JM_OK)
		return e;
	e = nym_vault_get(j->vault, j->scope, &left);
	if (e == JM_OK && left.state == NYM_REGISTERED)
		return JM_EXISTS;
	if (e == JM_OK)
		e = nym_job_go_on(&left, j->time, &entry);
	else if (e == JM_UNKNOWN)
		e = JM_OK;
	if (e != JM_OK || (e = derive(j, c, &entry)) != JM_OK)
		return e;
	return remember(j, &entry, entry.generation);
}

/* --- the next generation -------------------------------------------------- */

static jm_err
work_reset(struct nym_job *j, struct nym_card *c)
{
	struct nym_entry entry;
	uint32_t epoch, before;
	jm_err e;

	if ((e = registered(j, &entry)) != JM_OK)
		return e;
	if (entry.mode != NYM_MODE_HOLDER)
		return JM_MODE;
	if ((e = nym_epoch(entry.period, j->time, &epoch)) != JM_OK)
		return e;
	if (epoch < entry.epoch)
		return JM_CLOCK;
	before = entry.generation;
	if ((e = nym_job_next(j->time, &entry.generation)) != JM_OK)
		return e;
	if (j->new_secret && (e = nym_job_rewrap(j, c, &entry.l)) != JM_OK)
		return e;
	entry.epoch = epoch;
	/* A rollover would tell who this was. */
	if ((e = nym_vault_carry(j->vault, j->sh, NULL)) != JM_OK ||
	    (e = derive(j, c, &entry)) != JM_OK)
		return e;
	return remember(j, &entry, before);
}

/* --- all ------------------------------------------------------------------ */

static jm_err
run(struct nym_job *j, struct nym_card *c)
{
	jm_err e;

	if (j->work == NYM_WORK_WRAP)
		return nym_job_wrap(j, c);
	if (!wants_vault(j) || (!j->found && j->mode == NYM_MODE_CARD2))
		return derive_bare(j, c);
	if (j->work == NYM_WORK_OPEN)
		return nym_job_open(j, c);
	e = j->found ? nym_job_open(j, c) : nym_job_create(j, c);
	if (e != JM_OK)
		return e;
	switch (j->work) {
	case NYM_WORK_KEY: return work_key(j, c);
	case NYM_WORK_REGISTER: return work_register(j, c);
	case NYM_WORK_RESET: return work_reset(j, c);
	case NYM_WORK_CARRY: return nym_job_carry(j, c);
	case NYM_WORK_OPEN:
	case NYM_WORK_WRAP: break;
	}
	return JM_OK;
}

jm_err
nym_job_run(struct nym_job *j, struct nym_card *c)
{
	jm_err e;

	if (!j->prepared || j->vault != NULL || j->has_key)
		return JM_ARG;
	if (c->cert == NULL)
		return JM_UNSUPPORTED;
	if ((e = nym_job_find(j, c)) == JM_OK)
		e = run(j, c);
	if (e != JM_OK) { /* nothing half done is to be saved, or used */
		nym_vault_free(&j->vault);
		nym_vault_free(&j->other);
		j->has_key = j->has_old = j->changed = j->created = 0;
		jm_wipe(j->secret, sizeof *j->secret);
	}
	return e;
}
