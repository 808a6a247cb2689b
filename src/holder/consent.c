/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Receipts.  Their fields after ISO/IEC TS 27560: the hash is the record's
 * identifier and its label the version of the schema; the scope is the PII
 * controller; purpose, time and act are theirs, the act the kind of event; what
 * leaves is hashed in the disclosure set.
 */
#include "holder/consent.h"

#include <string.h>

#include "base/wipe.h"
#include "holder/vault_impl.h"
#include "nym/enc.h"

#define DROP_AT_ONCE 1024

static void
be16(uint8_t out[2], unsigned v)
{
	out[0] = (uint8_t)(v >> 8 & 0xff);
	out[1] = (uint8_t)(v & 0xff);
}

static void
be32(uint8_t out[4], uint32_t v)
{
	be16(out, v >> 16);
	be16(out + 2, v & 0xffff);
}

jm_err
nym_disclosure_hash(const struct nym_disclosure *d, uint8_t out[32])
{
	uint8_t period[2];
	const struct nym_field f[] = { { d->scope, strlen(d->scope) },
		{ period, sizeof period }, { &d->rate, 1 }, { &d->flags, 1 },
		{ &d->level, 1 },
		{ d->manifest, d->manifest == NULL ? 0 : 32 } };

	be16(period, d->period);
	return nym_enc_hash("NYM1/disclosure", f, NELEM(f), out);
}

static jm_err
receipt_hash(const struct nym_receipt *r, uint8_t out[32])
{
	const uint8_t act = (uint8_t)r->act;
	uint8_t time[8], generation[4], period[2];
	const struct nym_field f[] = { { r->previous, 32 }, { &act, 1 },
		{ time, sizeof time }, { r->scope, strlen(r->scope) },
		{ r->purpose, strlen(r->purpose) },
		{ generation, sizeof generation }, { period, sizeof period },
		{ &r->flags, 1 }, { &r->level, 1 }, { r->disclosure, 32 } };

	be32(time, (uint32_t)((uint64_t)r->time >> 32));
	be32(time + 4, (uint32_t)((uint64_t)r->time & 0xffffffff));
	be32(generation, r->generation);
	be16(period, r->period);
	return nym_enc_hash("NYM1/receipt", f, NELEM(f), out);
}

size_t
nym_receipts_len(const struct nym_vault *v)
{
	return v->receipts.len;
}

uint64_t
nym_receipts_dropped(const struct nym_vault *v)
{
	return v->dropped;
}

void
nym_receipt_at(const struct nym_vault *v, size_t n, struct nym_receipt *out)
{
	memcpy(out, vault_item(&v->receipts, n), sizeof *out);
}

/* The oldest go; the chain then begins at the last of them. */
static void
make_room(struct nym_vault *v)
{
	struct vault_vec *x = &v->receipts;
	const struct nym_receipt *last;

	if (x->len < x->max)
		return;
	last = vault_item(x, DROP_AT_ONCE - 1);
	memcpy(v->anchor, last->hash, sizeof v->anchor);
	v->dropped += DROP_AT_ONCE;
	x->len -= DROP_AT_ONCE;
	memmove(x->mem, vault_item(x, DROP_AT_ONCE), x->len * x->elem);
	jm_wipe(vault_item(x, x->len), DROP_AT_ONCE * x->elem);
}

jm_err
nym_receipt_add(struct nym_vault *v, struct nym_receipt *r)
{
	const struct nym_receipt *last = NULL;
	jm_err e;

	if (r->time < 0)
		return JM_ARG;
	make_room(v);
	if ((e = vault_room(&v->receipts, 1)) != JM_OK)
		return e;
	if (v->receipts.len > 0)
		last = vault_item(&v->receipts, v->receipts.len - 1);
	memcpy(r->previous, last != NULL ? last->hash : v->anchor,
	    sizeof r->previous);
	if ((e = receipt_hash(r, r->hash)) != JM_OK)
		return e;
	memcpy(vault_push(&v->receipts), r, sizeof *r);
	return JM_OK;
}

jm_err
nym_receipts_check(const struct nym_vault *v, size_t *n)
{
	const uint8_t *before = v->anchor;
	uint8_t hash[32];
	jm_err e;

	for (*n = 0; *n < v->receipts.len; ++*n) {
		const struct nym_receipt *r = vault_item(&v->receipts, *n);

		if ((e = receipt_hash(r, hash)) != JM_OK)
			return e;
		if (memcmp(hash, r->hash, sizeof hash) != 0 ||
		    memcmp(before, r->previous, sizeof hash) != 0)
			return JM_DAMAGED;
		before = r->hash;
	}
	return JM_OK;
}
