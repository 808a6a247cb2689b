/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A stolen batch key shows when more identifiers come with it than the batch
 * has cards (nym1.md, section 5.2).  A set of identifiers, open addressing, the
 * place by a multiplication with random odd numbers: whoever makes identifiers
 * as he likes cannot aim them at one place.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/soft_key.h"
#include "nym/nym_impl.h"

#define FIRST 1024 /* places at the start; a power of two, as all sizes */

struct seen {
	uint8_t nid[32], batch[8];
	uint32_t epoch;
	uint8_t used;
};

struct group {
	uint8_t batch[8];
	uint32_t epoch;
	size_t count;
};

struct nym_batch_stat {
	size_t limit;
	uint64_t mul[2];
	struct seen *seen;
	size_t places, filled;
	struct group *groups;
	size_t n_groups;
};

int
nym_batch_new(size_t limit, nym_batch_stat **out)
{
	nym_batch_stat *s;

	if (out == NULL)
		return NYM_ARG;
	*out = NULL;
	if (limit == 0)
		return NYM_ARG;
	if ((s = calloc(1, sizeof *s)) == NULL ||
	    (s->seen = calloc(FIRST, sizeof *s->seen)) == NULL) {
		nym_batch_free(s);
		return NYM_NOMEM;
	}
	s->limit = limit;
	s->places = FIRST;
	if (jm_random((uint8_t *)s->mul, sizeof s->mul) != JM_OK) {
		nym_batch_free(s);
		return NYM_INTERNAL;
	}
	s->mul[0] |= 1;
	s->mul[1] |= 1;
	*out = s;
	return NYM_OK;
}

void
nym_batch_free(nym_batch_stat *s)
{
	if (s == NULL)
		return;
	free(s->groups);
	free(s->seen);
	free(s);
}

/* Where nid is, or the free place where it belongs. */
static struct seen *
place_of(const nym_batch_stat *s, struct seen *table, size_t places,
    const struct seen *one)
{
	uint64_t a, b;
	size_t at;

	memcpy(&a, one->nid, sizeof a);
	memcpy(&b, one->nid + sizeof a, sizeof b);
	at = (size_t)((a * s->mul[0] ^ b * s->mul[1]) >> 32);
	for (;; at++) {
		struct seen *p = &table[at & (places - 1)];

		if (!p->used ||
		    (memcmp(p->nid, one->nid, sizeof p->nid) == 0 &&
			memcmp(p->batch, one->batch, sizeof p->batch) == 0 &&
			p->epoch == one->epoch))
			return p;
	}
}

/* Half of the places stay free. */
static int
make_room(nym_batch_stat *s)
{
	struct seen *more;

	if (s->filled < s->places / 2)
		return 1;
	if (s->places > SIZE_MAX / 2 / sizeof *more ||
	    (more = calloc(s->places * 2, sizeof *more)) == NULL)
		return 0;
	for (size_t i = 0; i < s->places; i++)
		if (s->seen[i].used)
			*place_of(s, more, s->places * 2, &s->seen[i]) =
			    s->seen[i];
	free(s->seen);
	s->seen = more;
	s->places *= 2;
	return 1;
}

/* The count of this batch and epoch; NULL without memory. */
static struct group *
group_of(nym_batch_stat *s, const struct seen *one)
{
	struct group *g;

	for (size_t i = 0; i < s->n_groups; i++) {
		g = &s->groups[i];
		if (memcmp(g->batch, one->batch, sizeof g->batch) == 0 &&
		    g->epoch == one->epoch)
			return g;
	}
	if ((g = realloc(s->groups, (s->n_groups + 1) * sizeof *g)) == NULL)
		return NULL;
	s->groups = g;
	g += s->n_groups++;
	memset(g, 0, sizeof *g);
	memcpy(g->batch, one->batch, sizeof g->batch);
	g->epoch = one->epoch;
	return g;
}

int
nym_batch_note(nym_batch_stat *s, const nym_result *r)
{
	struct seen one = { .used = 1 }, *p;
	struct group *g;

	if (s == NULL || r == NULL)
		return NYM_ARG;
	if (r->att_kind != NYM_CARD)
		return NYM_OK;
	memcpy(one.nid, r->nid, sizeof one.nid);
	memcpy(one.batch, r->batch, sizeof one.batch);
	one.epoch = r->epoch;
	if (!make_room(s) || (g = group_of(s, &one)) == NULL)
		return NYM_NOMEM;
	p = place_of(s, s->seen, s->places, &one);
	if (!p->used) {
		*p = one;
		s->filled++;
		g->count++;
	}
	return g->count > s->limit ? NYM_BATCH : NYM_OK;
}
