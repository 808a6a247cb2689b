/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/nym.h"

#include <stdlib.h>
#include <string.h>

#include "pkcs11/flavour.h"
#include "pkcs11/module.h"
#include "pkcs11/object.h"
#include "pkcs11/rv.h"

#define TRIES_MAX 3

/* --- what is shown -------------------------------------------------------- */

static int
wanted(void)
{
	return (p11_module.conf.slots & p11_flavour.slots & JM_SLOT_NYM) != 0;
}

void
p11_nym_start(void)
{
	struct p11_module *m = &p11_module;
	const char *scope = jm_getenv("JUMIN_SCOPE");

	m->only_set = scope != NULL;
	m->only[0] = '\0';
	/* What is no scope, the empty one too, is none that is registered. */
	if (scope != NULL && strlen(scope) < sizeof m->only)
		memcpy(m->only, scope, strlen(scope) + 1);
	atomic_store(&m->nym_seen, 0);
	p11_nym_look();
}

void
p11_nym_look(void)
{
	if (wanted() && !atomic_load(&p11_module.nym_seen) && nym_index_any())
		atomic_store(&p11_module.nym_seen, 1);
}

int
p11_nym_shown(void)
{
	return wanted() && atomic_load(&p11_module.nym_seen);
}

static int
may_show(const struct nym_index_entry *e)
{
	const struct p11_module *m = &p11_module;

	return jm_conf_shows(&m->conf, e->scope) &&
	       (!m->only_set || strcmp(m->only, e->scope) == 0);
}

/* --- views ---------------------------------------------------------------- */

void
p11_nym_free(struct p11_nym **view)
{
	struct p11_nym *v = *view;

	while (v != NULL) {
		struct p11_nym *before = v->before;

		free(v->row);
		free(v);
		v = before;
	}
	*view = NULL;
}

/* Which entry it is, whatever became of its certificate. */
static int
by_identity(const void *a, const void *b)
{
	const struct nym_index_entry *x =
	    ((const struct p11_nym_row *)a)->entry;
	const struct nym_index_entry *y =
	    ((const struct p11_nym_row *)b)->entry;
	const int c = memcmp(x->nid, y->nid, sizeof x->nid);

	return c != 0 ? c : strcmp(x->scope, y->scope);
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t x = ((const struct p11_nym_row *)a)->number;
	const uint32_t y = ((const struct p11_nym_row *)b)->number;

	return (x > y) - (x < y);
}

/* The numbers of old entries from the view before, new ones for the rest. */
static void
number(struct p11_nym *v, const struct p11_nym_row *old, size_t old_len)
{
	for (size_t i = 0; i < v->len; i++) {
		const struct p11_nym_row *same =
		    old_len == 0 ? NULL
				 : bsearch(&v->row[i], old, old_len,
				       sizeof *old, by_identity);

		v->row[i].number =
		    same != NULL ? same->number : p11_object_next_number();
	}
	qsort(v->row, v->len, sizeof *v->row, by_number);
}

/* A copy of the rows, in order of identity; NULL for want of memory. */
static struct p11_nym_row *
sorted(const struct p11_nym *v)
{
	struct p11_nym_row *row = malloc(v->len * sizeof *row);

	if (row == NULL)
		return NULL;
	memcpy(row, v->row, v->len * sizeof *row);
	qsort(row, v->len, sizeof *row, by_identity);
	return row;
}

static jm_err
make(
    const struct nym_index *index, struct p11_nym *before, struct p11_nym **out)
{
	const size_t n = index != NULL ? index->len : 0;
	const size_t old_len = before != NULL ? before->len : 0;
	struct p11_nym_row *old = NULL;
	struct p11_nym *v = calloc(1, sizeof *v);

	*out = NULL;
	if (v == NULL ||
	    (n > 0 && (v->row = calloc(n, sizeof *v->row)) == NULL))
		goto nomem;
	if (n > 0 && old_len > 0 && (old = sorted(before)) == NULL)
		goto nomem;
	v->from = index;
	v->before = before;
	for (size_t i = 0; i < n; i++)
		if (may_show(&index->entry[i]))
			v->row[v->len++].entry = &index->entry[i];
	if (v->len > 0)
		number(v, old, old != NULL ? old_len : 0);
	free(old);
	*out = v;
	return JM_OK;
nomem:
	if (v != NULL)
		free(v->row);
	free(v);
	return JM_NOMEM;
}

/* --- a card's ------------------------------------------------------------- */

const struct p11_nym *
p11_nym_of(const struct p11_card *card)
{
	const struct p11_nym *v;

	p11_lock();
	v = card->nym;
	p11_unlock();
	return v;
}

/* io held, so nobody else changes the view. */
static jm_err
adopt(struct p11_card *card, const struct nym_index *index)
{
	struct p11_nym *v;
	jm_err e;

	if (card->nym != NULL && card->nym->from == index)
		return JM_OK;
	if ((e = make(index, card->nym, &v)) != JM_OK)
		return e;
	p11_lock();
	card->nym = v;
	p11_unlock();
	return JM_OK;
}

/* io held */
static CK_RV
ask(struct p11_reader *r, struct p11_card *card)
{
	const struct nym_index *index;
	jm_err e;

	e = jm_token_nym_index(card->token, &index);
	if (e == JM_OK)
		e = adopt(card, index);
	if (e == JM_FORMAT || e == JM_CARD || e == JM_LINK)
		card->nym_tries++;
	return e == JM_OK ? CKR_OK : p11_card_failed(r, card, e);
}

CK_RV
p11_nym_refresh(struct p11_reader *r, struct p11_card *card)
{
	CK_RV rv = CKR_OK;

	if (!p11_nym_shown() || !jm_token_has(card->token, JM_PAIR_AUTH))
		return CKR_OK;
	if (p11_nym_of(card) == NULL)
		jm_mutex_lock(&r->io);
	else if (!jm_mutex_trylock(&r->io))
		return CKR_OK;
	if (card->nym_tries < TRIES_MAX)
		rv = ask(r, card);
	jm_mutex_unlock(&r->io);
	return rv;
}

const struct nym_index_entry *
p11_nym_entry(const struct p11_nym *view, uint32_t number)
{
	const struct p11_nym_row key = { .number = number };
	const struct p11_nym_row *row;

	if (view == NULL || view->len == 0)
		return NULL;
	row = bsearch(&key, view->row, view->len, sizeof key, by_number);
	return row != NULL ? row->entry : NULL;
}
