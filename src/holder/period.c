/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a scope comes after what: generations, epochs, periods.  No pair of
 * generation and epoch that was over comes back. */
#include <string.h>

#include "holder/holder_impl.h"

#define RESET_UNIT 60 /* seconds; a generation that no copy was in before */

/* Not g + 1 alone: after an older copy of the vault was restored that may be
 * one that was in use. */
jm_err
nym_job_next(int64_t time, uint32_t *g)
{
	const int64_t by_time = time / RESET_UNIT;

	if (*g == UINT32_MAX)
		return JM_SPACE;
	*g += 1;
	if (by_time > (int64_t)*g)
		*g = (uint32_t)by_time; /* the time is below 2^32 */
	return JM_OK;
}

jm_err
nym_job_go_on(
    const struct nym_entry *left, int64_t time, struct nym_entry *entry)
{
	const uint64_t used = (uint64_t)left->epoch * left->period;
	const uint64_t ends = ((uint64_t)entry->epoch + 1) * entry->period;

	entry->generation = left->generation;
	entry->l = left->l;
	if (left->period == entry->period)
		return entry->epoch < left->epoch ? JM_CLOCK : JM_OK;
	/* A static identifier remembers no epoch: those before it are over with
	 * their generation. */
	if (left->period != 0 && entry->period == 0)
		return nym_job_next(time, &entry->generation);
	/* Other epochs: not one that was over when the last one was used. */
	if (left->period != 0 && ends <= used)
		return JM_CLOCK;
	return JM_OK;
}

jm_err
nym_job_change(struct nym_job *j, struct nym_entry *e, uint16_t period)
{
	struct nym_entry next = *e;
	struct nym_which which = j->which;
	jm_err err;

	if (j->vault == NULL || !j->has_key || e->use == NYM_USE_RAW)
		return JM_ARG;
	next.period = period;
	if ((err = nym_epoch(period, j->time, &next.epoch)) != JM_OK ||
	    (err = nym_job_go_on(e, j->time, &next)) != JM_OK)
		return err;
	which.period = period;
	which.epoch = next.epoch;
	if (e->mode != NYM_MODE_CARD2) /* which has generation 0 alone */
		which.generation = next.generation;
	err = nym_key_of(j->secret->prk, e->sh, &which, &j->secret->key);
	if (err == JM_OK && e->x_known)
		err =
		    nym_vault_put_earlier(j->vault, e->sh, e->generation, e->x);
	if (err != JM_OK)
		return err;
	j->which = which;
	next.x_known = 1;
	memcpy(next.x, j->secret->key.x, sizeof next.x);
	*e = next;
	return nym_vault_put(j->vault, e);
}
