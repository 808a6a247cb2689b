/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inside of a job, for src/holder alone. */
#ifndef JM_HOLDER_HOLDER_IMPL_H
#define JM_HOLDER_HOLDER_IMPL_H

#include "holder/holder.h"

/* What a refused T is where the profile was settled before: an answer that
 * nobody expected. */
static inline jm_err
nym_job_settled(jm_err e)
{
	return e == JM_UNSUPPORTED ? JM_CARD : e;
}

/* The file of this card, once; what the work wants there is judged.  The
 * certificate has to be there. */
jm_err nym_job_find(struct nym_job *j, struct nym_card *c) JM_MUST_USE;

/* Is the vault one of the card with this certificate? */
jm_err nym_job_is_of(const struct nym_vault_ref *ref,
    const struct jm_cert *cert, int *same) JM_MUST_USE;

/* The next generation at this time.  JM_SPACE: there is none. */
jm_err nym_job_next(int64_t time, uint32_t *g) JM_MUST_USE;

/* What is left of an earlier registration, or of another period: entry, whose
 * period and epoch are given, goes on from there.  JM_CLOCK. */
jm_err nym_job_go_on(const struct nym_entry *left, int64_t time,
    struct nym_entry *entry) JM_MUST_USE;

/* --- vault.  One signature each (of which a refused one is none) ---------- */

/* Those that were found: this card's vault, and the import. */
jm_err nym_job_open(struct nym_job *j, struct nym_card *c) JM_MUST_USE;
/* Where there is none: profile X, and S if the card refuses that. */
jm_err nym_job_create(struct nym_job *j, struct nym_card *c) JM_MUST_USE;
/* RESET with new_secret: the open vault under a new id, with one more L, *l its
 * number. */
jm_err nym_job_rewrap(
    struct nym_job *j, struct nym_card *c, unsigned *l) JM_MUST_USE;

jm_err nym_job_carry(struct nym_job *j, struct nym_card *c) JM_MUST_USE;
jm_err nym_job_wrap(struct nym_job *j, struct nym_card *c) JM_MUST_USE;

#endif
