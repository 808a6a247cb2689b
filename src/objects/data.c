/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files as they are, all of one call in one transaction. */
#include "objects/data.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "card/file.h"
#include "objects/token_impl.h"

/* What one call reads. */
struct job {
	struct jm_token *t;
	unsigned ids;
	int need_pin;
	enum jm_pin_id pin; /* if so */
	struct jm_data_set *out;
	uint8_t *mem;    /* JM_DATA_MAX bytes for one file */
	unsigned closed; /* bits 1 << app: not there, not asked again */
	int refused;     /* a file wants a PIN still */
	int read;        /* files that are in out */
};

static void
wipe_item(struct jm_data_item *item)
{
	if (item->p != NULL)
		jm_free_secret(item->p, item->len);
	*item = (struct jm_data_item){ NULL, 0 };
}

static void
wipe_items(struct jm_data_set *set, unsigned ids)
{
	for (size_t i = 0; i < NELEM(set->item); i++)
		if ((ids & 1u << i) != 0)
			wipe_item(&set->item[i]);
}

void
jm_data_wipe(struct jm_data_set *set)
{
	wipe_items(set, ~0u);
}

const struct jm_prof_data *
jm_token_data_at(const struct jm_token *t, enum jm_data_id id)
{
	const struct jm_profile *p = jm_token_profile(t);

	return (unsigned)id < JM_DATAS && p->data[id].present ? &p->data[id]
							      : NULL;
}

/* Those of ids that the generation has, and the one PIN that they need. */
static jm_err
plan(struct job *j, unsigned ids, int with_pin)
{
	if (ids >> JM_DATAS != 0)
		return JM_ARG;
	for (int i = 0; i < JM_DATAS; i++) {
		const enum jm_data_id id = (enum jm_data_id)i;
		const struct jm_prof_data *d = jm_token_data_at(j->t, id);

		if (d == NULL || (ids & 1u << i) == 0)
			continue;
		if (d->need_pin != with_pin ||
		    (with_pin && j->ids != 0 && d->pin != j->pin))
			return JM_ARG;
		j->ids |= 1u << i;
		j->pin = d->pin;
	}
	j->need_pin = with_pin;
	return j->ids != 0 ? JM_OK : JM_NOT_FOUND;
}

static jm_err
read_file(struct job *j, const struct jm_prof_data *d, size_t *len)
{
	jm_err e;

	*len = 0;
	if ((j->closed & 1u << d->app) != 0)
		return JM_NOT_FOUND;
	if ((e = jm_card_select_app(j->t->card, d->app)) != JM_OK) {
		j->closed |= 1u << d->app;
		return e;
	}
	if (d->record)
		return jm_card_read_record(
		    j->t->card, d->app, d->ef, j->mem, JM_DATA_MAX, len);
	return jm_card_read_object(
	    j->t->card, d->app, d->ef, d->first, j->mem, JM_DATA_MAX, len);
}

/* Is it the file that is no good, and not the way to the card? */
static int
is_left_out(const struct job *j, jm_err e)
{
	if (e == JM_FORMAT)
		return jm_card_sw(j->t->card) != 0;
	return e == JM_SPACE || jm_tok_refused(e);
}

static jm_err
keep(struct job *j, size_t len, struct jm_data_item *item)
{
	if ((item->p = malloc(len)) == NULL)
		return JM_NOMEM;
	memcpy(item->p, j->mem, len);
	item->len = len;
	j->read++;
	return JM_OK;
}

static jm_err
read_all(struct job *j)
{
	for (int i = 0; i < JM_DATAS; i++) {
		size_t len;
		jm_err e;

		if ((j->ids & 1u << i) == 0)
			continue;
		e = read_file(
		    j, jm_token_data_at(j->t, (enum jm_data_id)i), &len);
		if (e == JM_OK)
			e = keep(j, len, &j->out->item[i]);
		else if (is_left_out(j, e)) {
			j->refused |= e == JM_NEED_PIN;
			e = JM_OK;
		}
		if (e != JM_OK)
			return e;
	}
	if (j->read > 0)
		return JM_OK;
	/* Its PIN was right a moment ago. */
	return j->need_pin && j->refused ? JM_CARD : JM_NOT_FOUND;
}

/* The bracket, with the one VERIFY where the files need it. */
static jm_err
run(struct job *j, const void *text, size_t len, int *tries)
{
	struct jm_token *t = j->t;
	struct jm_pin pin = { .len = 0 };
	jm_err e;

	if (!j->need_pin) {
		if ((e = jm_tok_begin_bare(t)) == JM_OK)
			e = jm_tok_end(t, read_all(j));
		return e;
	}
	e = jm_tok_admit_pin(t, j->pin, text, len, &pin, tries);
	if (e == JM_OK &&
	    (e = jm_tok_begin_in(t, jm_pin_app(j->pin))) == JM_OK) {
		if ((e = jm_tok_verify(t, j->pin, &pin, tries)) == JM_OK)
			e = read_all(j);
		e = jm_tok_end(t, e);
	}
	jm_wipe(&pin, sizeof pin);
	return e;
}

jm_err
jm_token_data(struct jm_token *t, unsigned ids, const void *pin, size_t pin_len,
    struct jm_data_set *out, int *tries)
{
	struct job j = { .t = t, .out = out };
	jm_err e;

	*tries = -1;
	wipe_items(out, ids);
	if ((e = plan(&j, ids, pin != NULL)) != JM_OK)
		return e;
	if ((j.mem = calloc(1, JM_DATA_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = run(&j, pin, pin_len, tries)) != JM_OK)
		wipe_items(out, ids);
	jm_free_secret(j.mem, JM_DATA_MAX);
	return e;
}
