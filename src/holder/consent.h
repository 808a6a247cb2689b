/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a holder agreed to (nym1.md, section 7).  Receipts are chained by hash
 * inside the vault: taking one out, or changing it, shows.
 */
#ifndef JM_HOLDER_CONSENT_H
#define JM_HOLDER_CONSENT_H

#include "holder/vault.h"

enum nym_act {
	NYM_ACT_REGISTER = 1,
	NYM_ACT_ASSERT = 2,
	NYM_ACT_RESET = 3,
	NYM_ACT_FORGET = 4,
	NYM_ACT_ROLLOVER = 5,
	NYM_ACT_CHANGE = 6 /* another disclosure set */
};

/* The set of section 7: what leaves, to whom, how long one identifier lasts. */
struct nym_disclosure {
	const char *scope;
	uint16_t period;
	uint8_t rate;            /* 1 */
	uint8_t flags;           /* the manifest's */
	uint8_t level;           /* of the manifest: 0 none, 1, 2 */
	const uint8_t *manifest; /* its SHA-256, or NULL */
};
jm_err nym_disclosure_hash(
    const struct nym_disclosure *d, uint8_t out[32]) JM_MUST_USE;

#define NYM_RECEIPTS_MAX 16384 /* then the oldest make room */
#define NYM_PURPOSE_MAX  256

struct nym_receipt {
	enum nym_act act;
	int64_t time;
	char scope[NYM_SCOPE_MAX + 1];
	uint32_t generation;
	uint16_t period;
	uint8_t flags, level;
	char purpose[NYM_PURPOSE_MAX + 1]; /* the manifest's, or empty */
	uint8_t disclosure[32];
	uint8_t previous[32]; /* hash of the one before; of the last that was
				dropped; zero for the first of all */
	uint8_t hash[32];     /* of this one */
};

size_t nym_receipts_len(const struct nym_vault *v);
/* How many had to make room, since the vault began. */
uint64_t nym_receipts_dropped(const struct nym_vault *v);
void nym_receipt_at(
    const struct nym_vault *v, size_t n, struct nym_receipt *out);
/* Adds one; previous and hash are filled in here. */
jm_err nym_receipt_add(struct nym_vault *v, struct nym_receipt *r) JM_MUST_USE;
/* JM_DAMAGED, and *n the first that does not follow. */
jm_err nym_receipts_check(const struct nym_vault *v, size_t *n) JM_MUST_USE;

#endif
