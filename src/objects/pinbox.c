/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/pinbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/os.h"
#include "base/secret.h"
#include "base/wipe.h"

struct pins {
	int on;             /* logged in */
	struct jm_pin held; /* len 0: none */
	int fresh;          /* the login's own consent is not used up */
	unsigned long consent[JM_PINBOX_CONSENTS]; /* oldest first; 0: none */
};

struct failed {
	struct jm_pin pin[JM_PINBOX_FAILED];
	size_t next; /* where the next one goes */
};

struct secrets { /* in locked memory; a child after fork sees it all zero */
	struct pins pins[JM_USERS];
	struct failed failed[JM_PINS];
};

struct jm_pinbox {
	struct jm_mutex lock;
	unsigned idle_ms;
	uint64_t used_at[JM_USERS];
	int suspended[JM_USERS]; /* a PIN was held, and is being changed */
	struct pins *pins;       /* those of secrets */
	struct secrets *secrets;
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
	if ((e = jm_secret_new(sizeof *box->secrets, &mem)) != JM_OK)
		goto out;
	box->secrets = mem;
	box->pins = box->secrets->pins;
	box->idle_ms = idle_ms;
	if ((e = jm_mutex_init(&box->lock)) != JM_OK) {
		jm_secret_free(&mem, sizeof *box->secrets);
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
	mem = (*box)->secrets;
	jm_secret_free(&mem, sizeof *(*box)->secrets);
	jm_mutex_destroy(&(*box)->lock);
	free(*box);
	*box = NULL;
}

static void
end_locked(struct jm_pinbox *box, enum jm_user user)
{
	struct pins *p = &box->pins[user];

	jm_wipe(&p->held, sizeof p->held);
	memset(p->consent, 0, sizeof p->consent);
	p->on = p->fresh = 0;
	box->suspended[user] = 0;
}

void
jm_pinbox_hold(
    struct jm_pinbox *box, enum jm_user user, const struct jm_pin *pin)
{
	jm_mutex_lock(&box->lock);
	end_locked(box, user);
	if (pin != NULL)
		box->pins[user].held = *pin;
	box->pins[user].on = box->pins[user].fresh = 1;
	box->used_at[user] = jm_now_ms();
	jm_mutex_unlock(&box->lock);
}

/* There is no thread that could watch the clock: whoever asks next notices. */
static int
holds_locked(struct jm_pinbox *box, enum jm_user user)
{
	if (!box->pins[user].on)
		return 0;
	if (box->idle_ms != 0 &&
	    jm_now_ms() - box->used_at[user] >= box->idle_ms) {
		end_locked(box, user);
		return 0;
	}
	return 1;
}

int
jm_pinbox_holds(struct jm_pinbox *box, enum jm_user user)
{
	int yes;

	jm_mutex_lock(&box->lock);
	yes = holds_locked(box, user);
	jm_mutex_unlock(&box->lock);
	return yes;
}

jm_err
jm_pinbox_take(struct jm_pinbox *box, enum jm_user user, struct jm_pin *out)
{
	jm_err e = JM_NEED_PIN;

	*out = (struct jm_pin){ .len = 0 };
	jm_mutex_lock(&box->lock);
	if (holds_locked(box, user) && box->pins[user].held.len != 0) {
		*out = box->pins[user].held;
		box->used_at[user] = jm_now_ms();
		e = JM_OK;
	}
	jm_mutex_unlock(&box->lock);
	return e;
}

jm_err
jm_pinbox_use(struct jm_pinbox *box, enum jm_user user)
{
	jm_err e = JM_NEED_PIN;

	jm_mutex_lock(&box->lock);
	if (holds_locked(box, user)) {
		box->used_at[user] = jm_now_ms();
		e = JM_OK;
	}
	jm_mutex_unlock(&box->lock);
	return e;
}

void
jm_pinbox_drop(struct jm_pinbox *box, enum jm_user user)
{
	jm_mutex_lock(&box->lock);
	end_locked(box, user);
	jm_mutex_unlock(&box->lock);
}

/* --- consents ------------------------------------------------------------- */

/* Its place; JM_PINBOX_CONSENTS: there is none. */
static size_t
find_locked(const struct pins *p, unsigned long by)
{
	size_t i = 0;

	while (i < JM_PINBOX_CONSENTS && (by == 0 || p->consent[i] != by))
		i++;
	return i;
}

static void
remove_locked(struct pins *p, unsigned long by)
{
	const size_t i = find_locked(p, by);

	if (i < JM_PINBOX_CONSENTS) {
		memmove(&p->consent[i], &p->consent[i + 1],
		    (JM_PINBOX_CONSENTS - 1 - i) * sizeof p->consent[0]);
		p->consent[JM_PINBOX_CONSENTS - 1] = 0;
	}
	if (!p->fresh && p->consent[0] == 0)
		jm_wipe(&p->held, sizeof p->held);
}

void
jm_pinbox_grant(struct jm_pinbox *box, enum jm_user user,
    const struct jm_pin *pin, unsigned long by)
{
	struct pins *p = &box->pins[user];
	size_t i = 0;

	jm_mutex_lock(&box->lock);
	if (holds_locked(box, user) && by != 0) {
		remove_locked(p, by);
		if (p->consent[JM_PINBOX_CONSENTS - 1] != 0)
			remove_locked(p, p->consent[0]);
		while (p->consent[i] != 0)
			i++;
		p->consent[i] = by;
		if (pin != NULL)
			p->held = *pin;
		box->used_at[user] = jm_now_ms();
	}
	jm_mutex_unlock(&box->lock);
}

int
jm_pinbox_granted(struct jm_pinbox *box, enum jm_user user, unsigned long by)
{
	const struct pins *p = &box->pins[user];
	int yes;

	jm_mutex_lock(&box->lock);
	yes = holds_locked(box, user) &&
	      (p->fresh || find_locked(p, by) < JM_PINBOX_CONSENTS);
	jm_mutex_unlock(&box->lock);
	return yes;
}

void
jm_pinbox_spend(struct jm_pinbox *box, enum jm_user user, unsigned long by)
{
	jm_mutex_lock(&box->lock);
	box->pins[user].fresh = 0;
	remove_locked(&box->pins[user], by);
	jm_mutex_unlock(&box->lock);
}

void
jm_pinbox_revoke(struct jm_pinbox *box, enum jm_user user, unsigned long by)
{
	jm_mutex_lock(&box->lock);
	remove_locked(&box->pins[user], by);
	jm_mutex_unlock(&box->lock);
}

void
jm_pinbox_deny(struct jm_pinbox *box, enum jm_user user)
{
	struct pins *p = &box->pins[user];

	jm_mutex_lock(&box->lock);
	p->fresh = 0;
	memset(p->consent, 0, sizeof p->consent);
	jm_wipe(&p->held, sizeof p->held);
	jm_mutex_unlock(&box->lock);
}

/* --- a change of the PIN -------------------------------------------------- */

void
jm_pinbox_suspend(struct jm_pinbox *box, enum jm_user user)
{
	struct pins *p = &box->pins[user];

	jm_mutex_lock(&box->lock);
	box->suspended[user] = holds_locked(box, user) && p->held.len != 0;
	if (box->suspended[user])
		p->on = 0;
	jm_wipe(&p->held, sizeof p->held);
	jm_mutex_unlock(&box->lock);
}

void
jm_pinbox_resume(
    struct jm_pinbox *box, enum jm_user user, const struct jm_pin *pin)
{
	jm_mutex_lock(&box->lock);
	if (box->suspended[user]) {
		struct pins *p = &box->pins[user];

		if (p->fresh || p->consent[0] != 0)
			p->held = *pin;
		p->on = 1;
		box->used_at[user] = jm_now_ms();
		box->suspended[user] = 0;
	}
	jm_mutex_unlock(&box->lock);
}

/* --- PINs that failed ----------------------------------------------------- */

void
jm_pinbox_failed(
    struct jm_pinbox *box, enum jm_pin_id id, const struct jm_pin *pin)
{
	struct failed *f;

	if (jm_pinbox_has_failed(box, id, pin))
		return;
	jm_mutex_lock(&box->lock);
	f = &box->secrets->failed[id];
	f->pin[f->next] = *pin;
	f->next = (f->next + 1) % JM_PINBOX_FAILED;
	jm_mutex_unlock(&box->lock);
}

int
jm_pinbox_has_failed(
    struct jm_pinbox *box, enum jm_pin_id id, const struct jm_pin *pin)
{
	int yes = 0;

	jm_mutex_lock(&box->lock);
	for (size_t i = 0; i < JM_PINBOX_FAILED; i++) {
		const struct jm_pin *f = &box->secrets->failed[id].pin[i];

		/* Unused bytes are zero, so the whole array compares. */
		yes |= f->len != 0 && f->len == pin->len &&
		       jm_ct_equal(f->v, pin->v, sizeof f->v);
	}
	jm_mutex_unlock(&box->lock);
	return yes;
}

void
jm_pinbox_remember(
    struct jm_pinbox *box, enum jm_pin_id id, struct jm_pinbox *other)
{
	struct failed *from = &other->secrets->failed[id];

	/* One lock at a time: its own box is no other thread's business yet. */
	jm_mutex_lock(&other->lock);
	box->secrets->failed[id] = *from;
	jm_mutex_unlock(&other->lock);
}

void
jm_pinbox_forgive(struct jm_pinbox *box, enum jm_pin_id id)
{
	struct failed *f;

	jm_mutex_lock(&box->lock);
	f = &box->secrets->failed[id];
	jm_wipe(f->pin, sizeof f->pin);
	f->next = 0;
	jm_mutex_unlock(&box->lock);
}

void
jm_pinbox_forgive_last(struct jm_pinbox *box, enum jm_pin_id id)
{
	struct failed *f;

	jm_mutex_lock(&box->lock);
	f = &box->secrets->failed[id];
	f->next = (f->next + JM_PINBOX_FAILED - 1) % JM_PINBOX_FAILED;
	jm_wipe(&f->pin[f->next], sizeof f->pin[f->next]);
	jm_mutex_unlock(&box->lock);
}
