/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model at a counter; what it takes over from a card, and where a card
 * differs from it. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/vc_ref.h"

/* --- the counter ---------------------------------------------------------- */

enum vc_life
ref_life_after(enum ref_counter what)
{
	switch (what) {
	case REF_SUSPEND: return VC_SUSPENDED;
	case REF_RESET_PIN:
	case REF_ISSUE:
	case REF_RESUME: return VC_ISSUED;
	case REF_RETURN: return VC_RETURNED;
	case REF_END_LIFE: return VC_TERMINATED;
	}
	return VC_TERMINATED;
}

/* "personalised -> issued; issued <-> suspended; issued|suspended -> returned;
 * any -> terminated" */
static int
may_follow(enum vc_life from, enum ref_counter what)
{
	switch (what) {
	case REF_RESET_PIN: return from == VC_ISSUED || from == VC_PERSONALISED;
	case REF_ISSUE: return from == VC_PERSONALISED;
	case REF_SUSPEND: return from == VC_ISSUED;
	case REF_RESUME: return from == VC_SUSPENDED;
	case REF_RETURN: return from == VC_ISSUED || from == VC_SUSPENDED;
	case REF_END_LIFE: return from != VC_TERMINATED;
	}
	return 0;
}

int
ref_counter(struct ref *r, const struct ref_job *job)
{
	const struct ref_row *o = &r->app[job->app]->row[job->row];
	struct ref_pin *p = &r->pin[job->app][job->row];

	/* First PINs need no operator. */
	const int alone =
	    job->what == REF_RESET_PIN && r->life == VC_PERSONALISED;

	ref_power_off(r);
	if ((!job->authorised && !alone) || !may_follow(r->life, job->what))
		return 0;
	if (job->what != REF_RESET_PIN) {
		r->life = ref_life_after(job->what);
		return 1;
	}
	if (job->len < o->min || job->len > o->max ||
	    !ref_form_fits(o->form, job->value, job->len))
		return 0;
	memcpy(p->value, job->value, job->len);
	p->len = job->len;
	p->tries = o->tries;
	return 1;
}

/* --- the card ------------------------------------------------------------- */

static const struct vc_file *
file_of(const struct vc_card *card, size_t app, unsigned id)
{
	const struct vc_app *a = &card->app[app];

	for (size_t i = 0; i < a->def->file_count; i++)
		if (a->def->files[i].id == id)
			return &a->file[i];
	return NULL;
}

void
ref_start(struct ref *r, const struct vc_card *card)
{
	*r = (struct ref){ .life = card->life, .ef = -1 };
	for (size_t i = 0; i < card->app_count; i++)
		for (size_t k = 0; k < ref_known_len; k++) {
			if (strcmp(ref_known[k].name, card->app[i].def->name) !=
			    0)
				continue;
			r->app[r->apps] = &ref_known[k];
			r->index[r->apps++] = i;
		}
	for (size_t i = 0; i < r->apps; i++)
		for (size_t k = 0; r->app[i]->row[k].kind != REF_END; k++) {
			const struct vc_file *f =
			    file_of(card, r->index[i], r->app[i]->row[k].id);
			struct ref_pin *p = &r->pin[i][k];

			if (f == NULL || r->app[i]->row[k].kind != REF_PIN)
				continue;
			memcpy(p->value, f->pin, sizeof p->value);
			p->len = f->pin_len;
			p->tries = f->tries;
		}
}

static const char *
compare_pin(const struct ref *r, size_t i, size_t k, const struct vc_card *card)
{
	static char text[120];
	const struct ref_pin *p = &r->pin[i][k];
	const struct vc_app *a = &card->app[r->index[i]];
	const struct ref_row *o = &r->app[i]->row[k];
	const struct vc_file *f = file_of(card, r->index[i], o->id);
	const char *what = NULL;

	if (f == NULL)
		what = "is not there";
	else if (f->tries != p->tries)
		what = "has another counter";
	else if ((a->verified >> (f - a->file) & 1) != (unsigned)p->verified)
		what = "has another status";
	else if (f->pin_len != p->len || memcmp(f->pin, p->value, p->len) != 0)
		what = "is another one";
	if (what == NULL)
		return NULL;
	snprintf(text, sizeof text, "PIN %04X of %s %s: %u, model %u", o->id,
	    r->app[i]->name, what, f == NULL ? 99 : f->tries, p->tries);
	return text;
}

const char *
ref_compare(const struct ref *r, const struct vc_card *card)
{
	const char *what;

	if (card->life != r->life)
		return "another state of its life";
	if (card->v.current != r->index[r->cur])
		return "another current application";
	for (size_t i = 0; i < r->apps; i++) {
		for (size_t k = 0; r->app[i]->row[k].kind != REF_END; k++)
			if (r->app[i]->row[k].kind == REF_PIN &&
			    (what = compare_pin(r, i, k, card)) != NULL)
				return what;
		if (i != r->cur && card->app[r->index[i]].verified != 0)
			return "a status in an application that is not current";
	}
	return NULL;
}
