/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/readers.h"

#include <stdlib.h>
#include <string.h>

#include "base/os.h"
#include "transport/scard_call.h"
#include "transport/scard_err.h"

#define PNP       "\\\\?PnP?\\Notification"
#define SLICE_MS  1000 /* longest wait before the list is looked at again */
#define ABSENT_MS 200  /* the same without a pcscd */
#define NAP_MS    20   /* least time between two looks */
#define ATTEMPTS  3    /* readers may change while they are listed */

struct jm_readers {
	struct jm_mutex
	    lock; /* of the next three: cancel comes from elsewhere */
	SCARDCONTEXT ctx;
	int connected;
	int cancelled;

	/* The last list, and the same as PC/SC wants to see it again. */
	struct jm_reader last[JM_READERS_MAX];
	DWORD state[JM_READERS_MAX];
	size_t last_len;

	struct jm_reader now[JM_READERS_MAX]; /* room to compare in */
	jm_scard_state rs[JM_READERS_MAX + 1];
};

jm_err
jm_readers_new(struct jm_readers **out)
{
	struct jm_readers *r;
	jm_err e;

	*out = NULL;
	if ((r = calloc(1, sizeof *r)) == NULL)
		return JM_NOMEM;
	if ((e = jm_mutex_init(&r->lock)) != JM_OK) {
		free(r);
		return e;
	}
	*out = r;
	return JM_OK;
}

static void
disconnect(struct jm_readers *r)
{
	SCARDCONTEXT ctx;
	int connected;

	jm_mutex_lock(&r->lock);
	ctx = r->ctx;
	connected = r->connected;
	r->connected = 0;
	jm_mutex_unlock(&r->lock);
	if (connected)
		(void)SCardReleaseContext(ctx);
}

static jm_err
reach_service(struct jm_readers *r)
{
	SCARDCONTEXT ctx;
	jm_err e;

	if (r->connected)
		return JM_OK;
	e = jm_scard_err(
	    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx));
	if (e != JM_OK)
		return e;
	jm_mutex_lock(&r->lock);
	r->ctx = ctx;
	r->connected = 1;
	jm_mutex_unlock(&r->lock);
	return JM_OK;
}

void
jm_readers_free(struct jm_readers **r)
{
	if (*r == NULL)
		return;
	disconnect(*r);
	jm_mutex_destroy(&(*r)->lock);
	free(*r);
	*r = NULL;
}

void
jm_readers_abandon(struct jm_readers **r)
{
	free(*r);
	*r = NULL;
}

/* Names from PC/SC's list of strings.  A name without room could not be
 * connected to under its beginning, so it is left out. */
static size_t
take_names(const char *p, size_t left, struct jm_reader *list)
{
	size_t n = 0;

	while (left > 0 && *p != '\0' && n < JM_READERS_MAX) {
		const char *end = memchr(p, '\0', left);
		const size_t len = end == NULL ? left : (size_t)(end - p);

		if (len < sizeof list[n].name && end != NULL) {
			memset(&list[n], 0, sizeof list[n]);
			memcpy(list[n++].name, p, len);
		}
		if (end == NULL)
			break;
		p += len + 1;
		left -= len + 1;
	}
	return n;
}

static jm_err
list_names(struct jm_readers *r, struct jm_reader *list, size_t *n)
{
	char *names = NULL;
	size_t len;
	LONG rv;

	*n = 0;
	rv = jm_scard_names(r->ctx, &names, &len);
	if (rv == SCARD_E_NO_READERS_AVAILABLE)
		return JM_OK;
	if (rv != SCARD_S_SUCCESS)
		return jm_scard_err(rv);
	if (names != NULL)
		*n = take_names(names, len, list);
	jm_scard_names_free(r->ctx, &names);
	return JM_OK;
}

static void
take_state(struct jm_reader *to, const jm_scard_state *rs)
{
	const DWORD s = rs->dwEventState;

	to->mute =
	    (s & SCARD_STATE_PRESENT) != 0 && (s & SCARD_STATE_MUTE) != 0;
	to->present = (s & SCARD_STATE_PRESENT) != 0 && !to->mute;
	to->exclusive = (s & SCARD_STATE_EXCLUSIVE) != 0;
	to->events = (unsigned)(s >> 16 & 0xffff);
	to->atr_len = 0;
	if (to->present && rs->cbAtr <= sizeof to->atr) {
		to->atr_len = rs->cbAtr;
		memcpy(to->atr, rs->rgbAtr, to->atr_len);
	}
}

/* One look: names, then their states without waiting. */
static jm_err
look(struct jm_readers *r, struct jm_reader *list, size_t *n)
{
	LONG rv;
	jm_err e;

	if ((e = list_names(r, list, n)) != JM_OK || *n == 0)
		return e;
	memset(r->rs, 0, sizeof r->rs);
	for (size_t i = 0; i < *n; i++) {
		r->rs[i].szReader = list[i].name;
		r->rs[i].dwCurrentState = SCARD_STATE_UNAWARE;
	}
	rv = jm_scard_wait(r->ctx, 0, r->rs, *n);
	if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT)
		return jm_scard_err(rv);
	for (size_t i = 0; i < *n; i++)
		take_state(&list[i], &r->rs[i]);
	return JM_OK;
}

/* Looks until it is not disturbed.  *n is 0 on failure. */
static jm_err
look_well(struct jm_readers *r, struct jm_reader *list, size_t *n)
{
	jm_err e = JM_OK;

	for (int i = 0; i < ATTEMPTS; i++) {
		if ((e = reach_service(r)) != JM_OK)
			break;
		if ((e = look(r, list, n)) == JM_OK)
			return JM_OK;
		/* A reader that left meanwhile is no trouble of the service;
		 * anything else may be a pcscd that was restarted. */
		if (e != JM_NOT_FOUND)
			disconnect(r);
	}
	*n = 0;
	return e;
}

jm_err
jm_readers_list(
    struct jm_readers *r, struct jm_reader *list, size_t *n, jm_err *why)
{
	jm_err e;

	*n = 0;
	e = look_well(r, list, n);
	for (size_t i = 0; i < *n; i++) {
		r->last[i] = list[i];
		r->state[i] = r->rs[i].dwEventState;
	}
	r->last_len = *n;
	if (why != NULL)
		*why = e;
	return JM_OK;
}

static int
same_reader(const struct jm_reader *a, const struct jm_reader *b)
{
	return strcmp(a->name, b->name) == 0 && a->present == b->present &&
	       a->mute == b->mute && a->exclusive == b->exclusive &&
	       a->events == b->events && a->atr_len == b->atr_len &&
	       memcmp(a->atr, b->atr, a->atr_len) == 0;
}

/* Does the present differ from the last list?  An absent pcscd has no reader.
 */
static int
differs(struct jm_readers *r, jm_err *e)
{
	size_t n;

	*e = look_well(r, r->now, &n);
	if (n != r->last_len)
		return 1;
	for (size_t i = 0; i < n; i++) {
		if (!same_reader(&r->now[i], &r->last[i]))
			return 1;
		/* What changed besides is nothing to wake up for again. */
		r->state[i] = r->rs[i].dwEventState;
	}
	return 0;
}

/* Sleep until PC/SC reports anything, ms at most. */
static void
sleep_on_service(struct jm_readers *r, unsigned ms)
{
	const size_t n = r->last_len;
	uint64_t from;

	memset(r->rs, 0, sizeof r->rs);
	for (size_t i = 0; i < n; i++) {
		r->rs[i].szReader = r->last[i].name;
		r->rs[i].dwCurrentState =
		    r->state[i] & ~(DWORD)SCARD_STATE_CHANGED;
	}
	r->rs[n].szReader = PNP;
	r->rs[n].dwCurrentState = (DWORD)n << 16;
	from = jm_now_ms();
	(void)jm_scard_wait(r->ctx, ms, r->rs, n + 1);
	/* Woken at once, again and again: by failures, or by what we do not
	 * look at. */
	if (jm_now_ms() - from < NAP_MS)
		jm_sleep_ms(ms < NAP_MS ? ms : NAP_MS);
}

static int
take_cancel(struct jm_readers *r)
{
	int cancelled;

	jm_mutex_lock(&r->lock);
	cancelled = r->cancelled;
	r->cancelled = 0;
	jm_mutex_unlock(&r->lock);
	return cancelled;
}

jm_err
jm_readers_wait(struct jm_readers *r, unsigned timeout_ms)
{
	const uint64_t until = jm_now_ms() + timeout_ms;

	for (;;) {
		uint64_t now;
		unsigned ms, most;
		jm_err e;

		if (take_cancel(r) || differs(r, &e))
			return JM_OK;
		if ((now = jm_now_ms()) >= until)
			return JM_OK;
		/* PC/SC tells of readers that come while it is asked, not of
		 * those that came just before: hence the slices. */
		most = e == JM_OK ? SLICE_MS : ABSENT_MS;
		ms = until - now < most ? (unsigned)(until - now) : most;
		if (e == JM_OK)
			sleep_on_service(r, ms);
		else
			jm_sleep_ms(ms);
	}
}

void
jm_readers_cancel(struct jm_readers *r)
{
	jm_mutex_lock(&r->lock);
	r->cancelled = 1;
	if (r->connected)
		(void)SCardCancel(r->ctx);
	jm_mutex_unlock(&r->lock);
}
