/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/pinbox.h"

#include <stdlib.h>

#include "base/os.h"
#include "base/secret.h"
#include "base/wipe.h"

struct pins { /* in locked memory; a child after fork sees it all zero */
	struct jm_pin held; /* len 0: none */
	struct jm_pin failed[JM_PINBOX_FAILED];
	size_t next; /* where the next failed one goes */
};

struct jm_pinbox {
	struct jm_mutex lock;
	unsigned idle_ms;
	uint64_t used_at[JM_PAIRS];
	int suspended[JM_PAIRS]; /* a PIN was held, and is being changed */
	struct pins *pins;       /* JM_PAIRS of them */
};

jm_err
jm_pinbox_new(unsigned idle_ms, struct jm_pinbox **out)
{
	struct jm_pinbox *box;
	void *mem;
	jm_err e;

	*out = NULL;
	if ((box = calloc(1, sizeof *box)) == NULL)
		return JM_NOMEM;
	if ((e = jm_secret_new(JM_PAIRS * sizeof *box->pins, &mem)) != JM_OK)
		goto out;
	box->pins = mem;
	box->idle_ms = idle_ms;
	if ((e = jm_mutex_init(&box->lock)) != JM_OK) {
		jm_secret_free(&mem, JM_PAIRS * sizeof *box->pins);
		goto out;
	}
	*out = box;
	box = NULL; /* the caller's from here on */
out:
	free(box);
	return e;
}

void
jm_pinbox_free(struct jm_pinbox **box)
{
	void *mem;

	if (*box == NULL)
		return;
	mem = (*box)->pins;
	jm_secret_free(&mem, JM_PAIRS * sizeof *(*box)->pins);
	jm_mutex_destroy(&(*box)->lock);
	free(*box);
	*box = NULL;
}

static void
hold_locked(struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin)
{
	box->pins[pair].held = *pin;
	box->used_at[pair] = jm_now_ms();
	box->suspended[pair] = 0;
}

void
jm_pinbox_hold(
    struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin)
{
	jm_mutex_lock(&box->lock);
	hold_locked(box, pair, pin);
	jm_mutex_unlock(&box->lock);
}

/* There is no thread that could watch the clock: whoever asks next notices. */
static int
holds_locked(struct jm_pinbox *box, enum jm_pair pair)
{
	struct pins *p = &box->pins[pair];

	if (p->held.len == 0)
		return 0;
	if (box->idle_ms != 0 &&
	    jm_now_ms() - box->used_at[pair] >= box->idle_ms) {
		jm_wipe(&p->held, sizeof p->held);
		return 0;
	}
	return 1;
}

int
jm_pinbox_holds(struct jm_pinbox *box, enum jm_pair pair)
{
	int yes;

	jm_mutex_lock(&box->lock);
	yes = holds_locked(box, pair);
	jm_mutex_unlock(&box->lock);
	return yes;
}

jm_err
jm_pinbox_take(struct jm_pinbox *box, enum jm_pair pair, struct jm_pin *out)
{
	jm_err e = JM_NEED_PIN;

	*out = (struct jm_pin){ .len = 0 };
	jm_mutex_lock(&box->lock);
	if (holds_locked(box, pair)) {
		*out = box->pins[pair].held;
		box->used_at[pair] = jm_now_ms();
		e = JM_OK;
	}
	jm_mutex_unlock(&box->lock);
	return e;
}

void
jm_pinbox_drop(struct jm_pinbox *box, enum jm_pair pair)
{
	jm_mutex_lock(&box->lock);
	jm_wipe(&box->pins[pair].held, sizeof box->pins[pair].held);
	box->suspended[pair] = 0;
	jm_mutex_unlock(&box->lock);
}

void
jm_pinbox_suspend(struct jm_pinbox *box, enum jm_pair pair)
{
	jm_mutex_lock(&box->lock);
	box->suspended[pair] = holds_locked(box, pair);
	jm_wipe(&box->pins[pair].held, sizeof box->pins[pair].held);
	jm_mutex_unlock(&box->lock);
}

void
jm_pinbox_resume(
    struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin)
{
	jm_mutex_lock(&box->lock);
	if (box->suspended[pair])
		hold_locked(box, pair, pin);
	jm_mutex_unlock(&box->lock);
}

void
jm_pinbox_failed(
    struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin)
{
	struct pins *p;

	if (jm_pinbox_has_failed(box, pair, pin))
		return;
	jm_mutex_lock(&box->lock);
	p = &box->pins[pair];
	p->failed[p->next] = *pin;
	p->next = (p->next + 1) % JM_PINBOX_FAILED;
	jm_mutex_unlock(&box->lock);
}

int
jm_pinbox_has_failed(
    struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin)
{
	int yes = 0;

	jm_mutex_lock(&box->lock);
	for (size_t i = 0; i < JM_PINBOX_FAILED; i++) {
		const struct jm_pin *f = &box->pins[pair].failed[i];

		/* Unused bytes are zero, so the whole array compares. */
		yes |= f->len != 0 && f->len == pin->len &&
		       jm_ct_equal(f->v, pin->v, sizeof f->v);
	}
	jm_mutex_unlock(&box->lock);
	return yes;
}

void
jm_pinbox_forgive(struct jm_pinbox *box, enum jm_pair pair)
{
	struct pins *p;

	jm_mutex_lock(&box->lock);
	p = &box->pins[pair];
	jm_wipe(p->failed, sizeof p->failed);
	p->next = 0;
	jm_mutex_unlock(&box->lock);
}

void
jm_pinbox_forgive_last(struct jm_pinbox *box, enum jm_pair pair)
{
	struct pins *p;

	jm_mutex_lock(&box->lock);
	p = &box->pins[pair];
	p->next = (p->next + JM_PINBOX_FAILED - 1) % JM_PINBOX_FAILED;
	jm_wipe(&p->failed[p->next], sizeof p->failed[p->next]);
	jm_mutex_unlock(&box->lock);
}
