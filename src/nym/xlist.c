/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/xlist.h"

#include <stdlib.h>
#include <string.h>

#include "base/rbuf.h"
#include "base/wbuf.h"
#include "crypto/sha256.h"
#include "nym/enc.h"

#define HASH_LEN 32
#define LEAF_LEN (2 * NYM_ENTRY_LEN)

/* Every level of the tree behind one another, the leaves first. */
struct nym_xlist {
	uint8_t sh[NYM_SH_LEN];
	uint8_t root[NYM_ROOT_LEN];
	uint32_t version, leaves;
	uint8_t *entries; /* leaves + 1, sorted, with both ends */
	uint8_t *nodes;
};

void
nym_xlist_entry(uint16_t period, uint32_t epoch, const uint8_t xt[16],
    uint8_t entry[NYM_ENTRY_LEN])
{
	struct jm_wbuf w;

	jm_wbuf_init(&w, entry, NYM_ENTRY_LEN);
	jm_put_be16(&w, period);
	jm_put_be32(&w, epoch);
	jm_put(&w, xt, 16);
}

static jm_err
leaf_hash(const uint8_t leaf[LEAF_LEN], uint8_t out[HASH_LEN])
{
	uint8_t in[1 + LEAF_LEN] = { 0x00 };

	memcpy(in + 1, leaf, LEAF_LEN);
	return jm_sha256(in, sizeof in, out);
}

static jm_err
node_hash(const uint8_t *l, const uint8_t *r, uint8_t out[HASH_LEN])
{
	uint8_t in[1 + 2 * HASH_LEN] = { 0x01 };

	memcpy(in + 1, l, HASH_LEN);
	memcpy(in + 1 + HASH_LEN, r, HASH_LEN);
	return jm_sha256(in, sizeof in, out);
}

static jm_err
root_hash(const uint8_t sh[NYM_SH_LEN], uint32_t version, uint32_t leaves,
    const uint8_t top[HASH_LEN], uint8_t root[NYM_ROOT_LEN])
{
	uint8_t num[8];
	const struct nym_field f[] = { { sh, NYM_SH_LEN }, { num, 4 },
		{ num + 4, 4 }, { top, HASH_LEN } };
	struct jm_wbuf w;

	jm_wbuf_init(&w, num, sizeof num);
	jm_put_be32(&w, version);
	jm_put_be32(&w, leaves);
	return nym_enc_hash("NYM1/xl", f, NELEM(f), root);
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, NYM_ENTRY_LEN);
}

/* The two ends and the entries, sorted, each once; how many there are. */
static size_t
sorted(uint8_t *to, const uint8_t *entries, size_t n)
{
	size_t kept = 0;

	memset(to, 0x00, NYM_ENTRY_LEN);
	memset(to + NYM_ENTRY_LEN, 0xff, NYM_ENTRY_LEN);
	if (n != 0)
		memcpy(to + 2 * NYM_ENTRY_LEN, entries, n * NYM_ENTRY_LEN);
	qsort(to, n + 2, NYM_ENTRY_LEN, by_bytes);
	for (size_t i = 1; i < n + 2; i++) {
		const uint8_t *at = to + i * NYM_ENTRY_LEN;

		if (by_bytes(to + kept * NYM_ENTRY_LEN, at) != 0)
			memmove(to + ++kept * NYM_ENTRY_LEN, at, NYM_ENTRY_LEN);
	}
	return kept + 1;
}

static size_t
nodes_of(size_t leaves)
{
	size_t n = leaves;

	for (size_t m = leaves; m > 1; n += m)
		m = (m + 1) / 2;
	return n;
}

/* The leaves' hashes are there; an odd node moves up. */
static jm_err
climb(struct nym_xlist *l, const uint8_t **top)
{
	uint8_t *level = l->nodes, *next;
	jm_err e;

	for (size_t m = l->leaves; m > 1; m = (m + 1) / 2) {
		next = level + m * HASH_LEN;
		for (size_t i = 0; i + 1 < m; i += 2)
			if ((e = node_hash(level + i * HASH_LEN,
				 level + (i + 1) * HASH_LEN,
				 next + i / 2 * HASH_LEN)) != JM_OK)
				return e;
		if (m % 2 == 1)
			memcpy(next + m / 2 * HASH_LEN,
			    level + (m - 1) * HASH_LEN, HASH_LEN);
		level = next;
	}
	*top = level;
	return JM_OK;
}

jm_err
nym_xlist_build(const uint8_t sh[NYM_SH_LEN], const uint8_t *entries, size_t n,
    uint32_t version, struct nym_xlist **out)
{
	const uint8_t *top = NULL;
	struct nym_xlist *l;
	jm_err e = JM_NOMEM;
	size_t nodes;

	*out = NULL;
	if (n >= UINT32_MAX || n >= SIZE_MAX / (2 * HASH_LEN) - 64)
		return JM_ARG;
	if ((l = calloc(1, sizeof *l)) == NULL ||
	    (l->entries = malloc((n + 2) * NYM_ENTRY_LEN)) == NULL)
		goto out;
	memcpy(l->sh, sh, NYM_SH_LEN);
	l->version = version;
	l->leaves = (uint32_t)(sorted(l->entries, entries, n) - 1);
	/* There is one leaf at least, that of the empty list. */
	if ((nodes = nodes_of(l->leaves)) == 0 ||
	    (l->nodes = malloc(nodes * HASH_LEN)) == NULL)
		goto out;
	for (size_t i = 0; i < l->leaves; i++)
		if ((e = leaf_hash(l->entries + i * NYM_ENTRY_LEN,
			 l->nodes + i * HASH_LEN)) != JM_OK)
			goto out;
	if ((e = climb(l, &top)) != JM_OK ||
	    (e = root_hash(sh, version, l->leaves, top, l->root)) != JM_OK)
		goto out;
	*out = l;
	l = NULL; /* the caller's from here on */
out:
	nym_xlist_free(&l);
	return e;
}

void
nym_xlist_free(struct nym_xlist **l)
{
	if (l == NULL || *l == NULL)
		return;
	free((*l)->nodes);
	free((*l)->entries);
	free(*l);
	*l = NULL;
}

void
nym_xlist_root(const struct nym_xlist *l, uint8_t root[NYM_ROOT_LEN])
{
	memcpy(root, l->root, NYM_ROOT_LEN);
}

uint32_t
nym_xlist_leaves(const struct nym_xlist *l)
{
	return l->leaves;
}

/* The last entry that is not above own; the high end is above every one. */
static size_t
gap_of(const struct nym_xlist *l, const uint8_t own[NYM_ENTRY_LEN])
{
	size_t lo = 0, hi = l->leaves;

	while (hi - lo > 1) {
		const size_t mid = lo + (hi - lo) / 2;

		if (by_bytes(l->entries + mid * NYM_ENTRY_LEN, own) <= 0)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

jm_err
nym_xlist_proof(const struct nym_xlist *l, const uint8_t own[NYM_ENTRY_LEN],
    uint8_t out[NYM_PROOF_MAX], size_t *len)
{
	const uint8_t *level = l->nodes, *gap;
	size_t i = gap_of(l, own);
	struct jm_wbuf w;

	*len = 0;
	gap = l->entries + i * NYM_ENTRY_LEN;
	if (by_bytes(gap, own) >= 0 || by_bytes(own, gap + NYM_ENTRY_LEN) >= 0)
		return JM_REFUSED;
	jm_wbuf_init(&w, out, NYM_PROOF_MAX);
	jm_put_be32(&w, l->version);
	jm_put_be32(&w, l->leaves);
	jm_put_be32(&w, (uint32_t)i);
	jm_put(&w, gap, LEAF_LEN);
	for (size_t m = l->leaves; m > 1; m = (m + 1) / 2) {
		if (i % 2 == 1)
			jm_put(&w, level + (i - 1) * HASH_LEN, HASH_LEN);
		else if (i + 1 < m)
			jm_put(&w, level + (i + 1) * HASH_LEN, HASH_LEN);
		level += m * HASH_LEN;
		i /= 2;
	}
	return jm_wbuf_done(&w, len);
}

/* From the leaf to the top; sides follow from index and level. */
static jm_err
walk(struct jm_rbuf *r, uint32_t leaves, uint32_t index, uint8_t at[HASH_LEN])
{
	const uint8_t *sib;
	uint64_t m = leaves;
	uint32_t i = index;
	jm_err e = JM_OK;

	for (; m > 1 && e == JM_OK; i /= 2, m = (m + 1) / 2) {
		if (i % 2 == 0 && i + (uint64_t)1 >= m)
			continue;
		if ((e = jm_take(r, HASH_LEN, &sib)) != JM_OK)
			return e;
		e = i % 2 == 1 ? node_hash(sib, at, at)
			       : node_hash(at, sib, at);
	}
	return e;
}

jm_err
nym_xlist_check(const uint8_t sh[NYM_SH_LEN], const uint8_t own[NYM_ENTRY_LEN],
    const uint8_t *proof, size_t len, const uint8_t root[NYM_ROOT_LEN])
{
	struct jm_rbuf r = { proof, len };
	uint8_t at[HASH_LEN], got[NYM_ROOT_LEN];
	uint32_t version, leaves, index;
	const uint8_t *leaf;
	jm_err e;

	if ((e = jm_take_be32(&r, &version)) != JM_OK ||
	    (e = jm_take_be32(&r, &leaves)) != JM_OK ||
	    (e = jm_take_be32(&r, &index)) != JM_OK ||
	    (e = jm_take(&r, LEAF_LEN, &leaf)) != JM_OK)
		return e;
	if (index >= leaves) /* no leaves: there is no such index */
		return JM_FORMAT;
	if ((e = leaf_hash(leaf, at)) != JM_OK ||
	    (e = walk(&r, leaves, index, at)) != JM_OK)
		return e;
	if (r.left != 0)
		return JM_FORMAT;
	if (by_bytes(leaf, own) >= 0 ||
	    by_bytes(own, leaf + NYM_ENTRY_LEN) >= 0)
		return JM_REFUSED;
	if ((e = root_hash(sh, version, leaves, at, got)) != JM_OK)
		return e;
	return memcmp(got, root, sizeof got) == 0 ? JM_OK : JM_BAD_SIG;
}
