/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two copies of what one holder keeps become one (nym1.md, section 4.3,
 * "Copies").  Nothing of either is lost: an entry that is not current any more
 * stays as an earlier one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "holder/vault_impl.h"

struct merge {
	struct nym_vault *v;
	const struct nym_vault *from;
	unsigned *l; /* from's numbers in v */
	unsigned older;
};

static jm_err
merge_ls(struct merge *m)
{
	struct nym_vault *v = m->v;
	jm_err e;

	for (size_t i = 0; i < m->from->ls.len; i++) {
		const void *l = vault_item(&m->from->ls, i);
		size_t n = 0;

		while (n < v->ls.len &&
		       !jm_ct_equal(vault_item(&v->ls, n), l, NYM_L_LEN))
			n++;
		m->l[i] = (unsigned)n;
		if (n < v->ls.len)
			continue;
		if ((e = vault_room(&v->ls, 1)) != JM_OK)
			return e;
		memcpy(vault_push(&v->ls), l, NYM_L_LEN);
	}
	return JM_OK;
}

/* The higher of two epochs, counted in periods of to. */
static void
raise_epoch(struct nym_entry *to, const struct nym_entry *other)
{
	uint64_t days = (uint64_t)other->epoch * other->period;

	if (to->period == 0)
		return;
	days /= to->period;
	if (days > to->epoch)
		to->epoch = (uint32_t)days; /* both below 2^32 seconds */
}

static int
same_key(const struct nym_entry *a, const struct nym_entry *b)
{
	return a->generation == b->generation && a->l == b->l &&
	       a->mode == b->mode && a->profile == b->profile;
}

/* Keep an entry that is not current, once. */
static jm_err
keep_earlier(struct nym_vault *v, const struct vault_slot *old)
{
	struct vault_slot slot = { .e = old->e };

	if (slot.e.state == NYM_FORGOTTEN)
		return JM_OK;
	slot.e.state = NYM_EARLIER;
	slot.e.carried = 0;
	for (size_t n = 0; n < v->slots.len; n++) {
		const struct vault_slot *s = vault_item(&v->slots, n);

		if (s->e.state == NYM_EARLIER && same_key(&s->e, &slot.e) &&
		    memcmp(s->e.sh, slot.e.sh, NYM_SH_LEN) == 0)
			return JM_OK;
	}
	return vault_add(v, &slot);
}

/* Both have an entry of the scope, and theirs is the newer. */
static jm_err
take_theirs(
    struct merge *m, struct vault_slot *ours, const struct vault_slot *theirs)
{
	const struct nym_entry was = ours->e;
	struct vault_slot copy;
	jm_err e;

	copy = *ours;
	*ours = *theirs;
	/* The backup is not to keep what is dropped here. */
	m->v->purge |= was.carried || theirs->e.state == NYM_FORGOTTEN;
	raise_epoch(&ours->e, &was);
	e = keep_earlier(m->v, &copy);
	jm_wipe(&copy, sizeof copy);
	return e;
}

static jm_err
merge_slot(struct merge *m, const struct vault_slot *theirs)
{
	struct vault_slot *ours;

	ours = vault_find_slot(m->v, theirs->e.sh);
	if (theirs->e.state == NYM_EARLIER)
		return ours != NULL && ours->e.state == NYM_FORGOTTEN
			   ? JM_OK
			   : keep_earlier(m->v, theirs);
	if (ours == NULL)
		return vault_add(m->v, theirs);
	if (theirs->e.generation > ours->e.generation)
		return take_theirs(m, ours, theirs);
	raise_epoch(&ours->e, &theirs->e);
	if (theirs->e.state == NYM_FORGOTTEN)
		return JM_OK;
	if (ours->e.state == NYM_FORGOTTEN ||
	    ours->e.generation > theirs->e.generation)
		m->older++;
	/* What was forgotten here leaves nothing more behind. */
	if (ours->e.state == NYM_FORGOTTEN || same_key(&ours->e, &theirs->e))
		return JM_OK;
	return keep_earlier(m->v, theirs);
}

static jm_err
merge_slots(struct merge *m)
{
	struct vault_slot slot;
	jm_err e = JM_OK;

	for (size_t n = 0; e == JM_OK && n < m->from->slots.len; n++) {
		memcpy(&slot, vault_item(&m->from->slots, n), sizeof slot);
		slot.e.l = m->l[slot.e.l];
		e = merge_slot(m, &slot);
	}
	jm_wipe(&slot, sizeof slot);
	return e;
}

static jm_err
merge_earlier(struct merge *m)
{
	jm_err e;

	for (size_t n = 0; n < m->from->earlier.len; n++) {
		const struct vault_earlier *x =
		    vault_item(&m->from->earlier, n);
		const struct vault_slot *s = vault_find_slot(m->v, x->sh);

		if (s == NULL || s->e.state == NYM_FORGOTTEN)
			continue;
		e = nym_vault_put_earlier(m->v, x->sh, x->generation, x->x);
		if (e != JM_OK)
			return e;
	}
	return JM_OK;
}

static int
same_receipt(const struct nym_receipt *a, const struct nym_receipt *b)
{
	return a->time == b->time && a->act == b->act &&
	       a->generation == b->generation && a->period == b->period &&
	       memcmp(a->disclosure, b->disclosure, 32) == 0 &&
	       strcmp(a->scope, b->scope) == 0;
}

static int
has_receipt(const struct nym_vault *v, const struct nym_receipt *r)
{
	for (size_t n = 0; n < v->receipts.len; n++)
		if (same_receipt(vault_item(&v->receipts, n), r))
			return 1;
	return 0;
}

/* Those that are only in the other copy, chained behind ours. */
static jm_err
merge_receipts(struct merge *m)
{
	struct nym_receipt r;
	jm_err e = JM_OK;

	for (size_t n = 0; e == JM_OK && n < m->from->receipts.len; n++) {
		memcpy(&r, vault_item(&m->from->receipts, n), sizeof r);
		if (!has_receipt(m->v, &r))
			e = nym_receipt_add(m->v, &r);
	}
	jm_wipe(&r, sizeof r);
	return e;
}

jm_err
nym_vault_merge(
    struct nym_vault *v, const struct nym_vault *from, unsigned *older)
{
	struct merge m = { .v = v, .from = from };
	jm_err e;

	*older = 0;
	if ((m.l = calloc(from->ls.len + 1, sizeof *m.l)) == NULL)
		return JM_NOMEM;
	if ((e = merge_ls(&m)) != JM_OK || (e = merge_slots(&m)) != JM_OK ||
	    (e = merge_earlier(&m)) != JM_OK ||
	    (e = merge_receipts(&m)) != JM_OK)
		goto out;
	if (v->writes < from->writes)
		v->writes = from->writes;
	*older = m.older;
out:
	free(m.l);
	return e;
}
