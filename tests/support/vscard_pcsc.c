/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SCard functions of contexts and readers; see vscard.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/os.h"
#include "tests/support/vscard_impl.h"

#define PNP "\\\\?PnP?\\Notification"

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0,
	sizeof(SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1,
	sizeof(SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardRawPci = { SCARD_PROTOCOL_RAW,
	sizeof(SCARD_IO_REQUEST) };

/* --- contexts ------------------------------------------------------------- */

/* vs locked.  A context of a service that stopped since is dead. */
LONG
vs_context_of(SCARDCONTEXT id, struct vs_context **out)
{
	*out = NULL;
	for (size_t i = 0; id != 0 && i < VS_CONTEXTS; i++) {
		struct vs_context *c = &vs.contexts[i];

		if (c->id != id)
			continue;
		if (c->pid != getpid())
			vs.foreign++;
		if (vs.stopped || c->life != vs.life)
			return SCARD_E_NO_SERVICE;
		*out = c;
		return SCARD_S_SUCCESS;
	}
	return SCARD_E_INVALID_HANDLE;
}

/* Both locks taken in their order; on failure neither. */
LONG
vs_enter(SCARDCONTEXT id, struct vs_context **c)
{
	LONG rv;

	vs_lock();
	rv = vs_context_of(id, c);
	vs_unlock();
	if (rv != SCARD_S_SUCCESS)
		return rv;
	(void)pthread_mutex_lock(&(*c)->lock);
	vs_lock();
	rv = vs_context_of(id, c);
	if (rv == SCARD_S_SUCCESS)
		return rv;
	vs_unlock();
	for (size_t i = 0; i < VS_CONTEXTS; i++)
		if (vs.contexts[i].id == id)
			(void)pthread_mutex_unlock(&vs.contexts[i].lock);
	return rv;
}

LONG
vs_leave(struct vs_context *c, LONG rv)
{
	vs_unlock();
	(void)pthread_mutex_unlock(&c->lock);
	return rv;
}

LONG
SCardEstablishContext(
    DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT out)
{
	LONG rv = SCARD_E_NO_MEMORY;

	(void)scope;
	(void)reserved1;
	(void)reserved2;
	vs_lock();
	if (vs.stopped)
		rv = SCARD_E_NO_SERVICE;
	for (size_t i = 0; rv == SCARD_E_NO_MEMORY && i < VS_CONTEXTS; i++) {
		struct vs_context *c = &vs.contexts[i];

		if (c->id != 0)
			continue;
		(void)pthread_mutex_init(&c->lock, NULL);
		c->id = vs.next_id++;
		c->pid = getpid();
		c->life = vs.life;
		c->cancelled = 0;
		*out = c->id;
		rv = SCARD_S_SUCCESS;
	}
	vs_unlock();
	return rv;
}

void
vs_drop_handle(struct vs_handle *h)
{
	struct vs_reader *r = &vs.readers[h->reader];

	if (r->holder == h->id) {
		r->holder = 0;
		r->depth = 0;
	}
	if (h->exclusive)
		r->exclusive = 0;
	h->id = 0;
	vs_changed();
}

LONG
SCardReleaseContext(SCARDCONTEXT id)
{
	struct vs_context *c;
	LONG rv = SCARD_E_INVALID_HANDLE;

	vs_lock();
	(void)vs_context_of(id, &c);
	for (size_t i = 0; id != 0 && i < VS_CONTEXTS; i++) {
		if (vs.contexts[i].id != id)
			continue;
		for (size_t j = 0; j < VS_HANDLES; j++)
			if (vs.handles[j].id != 0 && vs.handles[j].context == i)
				vs_drop_handle(&vs.handles[j]);
		vs.contexts[i].id = 0;
		rv = SCARD_S_SUCCESS;
	}
	vs_unlock();
	return rv;
}

LONG
SCardIsValidContext(SCARDCONTEXT id)
{
	struct vs_context *c;
	LONG rv;

	vs_lock();
	rv = vs_context_of(id, &c);
	vs_unlock();
	return rv;
}

LONG
SCardCancel(SCARDCONTEXT id)
{
	struct vs_context *c;
	LONG rv;

	vs_lock();
	if ((rv = vs_context_of(id, &c)) == SCARD_S_SUCCESS) {
		c->cancelled = 1;
		vs_changed();
	}
	vs_unlock();
	return rv;
}

LONG
SCardFreeMemory(SCARDCONTEXT id, LPCVOID mem)
{
	union {
		LPCVOID c;
		void *v;
	} u = { .c = mem };

	(void)id;
	free(u.v);
	return SCARD_S_SUCCESS;
}

/* --- readers -------------------------------------------------------------- */

LONG
SCardListReaders(SCARDCONTEXT id, LPCSTR groups, LPSTR out, LPDWORD len)
{
	char all[VS_READERS * VS_NAME_MAX + 1];
	struct vs_context *c;
	size_t n = 0;
	LONG rv;

	(void)groups;
	if ((rv = vs_enter(id, &c)) != SCARD_S_SUCCESS)
		return rv;
	for (unsigned i = 0; i < vs.readers_len; i++) {
		const size_t l = strlen(vs.readers[i].name) + 1;

		if (!vs.readers[i].plugged)
			continue;
		memcpy(all + n, vs.readers[i].name, l);
		n += l;
	}
	if (n == 0)
		return vs_leave(c, SCARD_E_NO_READERS_AVAILABLE);
	all[n++] = '\0';
	if (out != NULL && *len == SCARD_AUTOALLOCATE) {
		char *mem = malloc(n);

		if (mem == NULL)
			return vs_leave(c, SCARD_E_NO_MEMORY);
		memcpy(out, &mem, sizeof mem);
		out = mem;
		*len = n;
	}
	if (out != NULL && *len < n)
		rv = SCARD_E_INSUFFICIENT_BUFFER;
	else if (out != NULL)
		memcpy(out, all, n);
	*len = n;
	return vs_leave(c, rv);
}

struct vs_reader *
vs_reader_of(const char *name)
{
	for (unsigned i = 0; i < vs.readers_len; i++)
		if (vs.readers[i].plugged &&
		    strcmp(vs.readers[i].name, name) == 0)
			return &vs.readers[i];
	return NULL;
}

int
vs_in_use(const struct vs_reader *r)
{
	for (size_t i = 0; i < VS_HANDLES; i++)
		if (vs.handles[i].id != 0 &&
		    &vs.readers[vs.handles[i].reader] == r)
			return 1;
	return r->holder == VS_OTHER;
}

/* 1: differs from what the caller knows. */
static int
fill_state(SCARD_READERSTATE *s, unsigned plugs)
{
	const DWORD known =
	    s->dwCurrentState & 0xffff & ~(DWORD)SCARD_STATE_CHANGED;
	const struct vs_reader *r = vs_reader_of(s->szReader);
	DWORD now;

	s->dwEventState = 0;
	if (known & SCARD_STATE_IGNORE)
		return 0;
	if (strcmp(s->szReader, PNP) == 0) {
		if (plugs == vs.plugs)
			return 0;
		s->dwEventState = SCARD_STATE_CHANGED;
		return 1;
	}
	if (r == NULL) {
		now = SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE;
	} else if (!r->present) {
		now = SCARD_STATE_EMPTY;
	} else {
		now = SCARD_STATE_PRESENT;
		now |= r->mute ? SCARD_STATE_MUTE : 0;
		now |= r->exclusive ? SCARD_STATE_EXCLUSIVE : 0;
		now |= vs_in_use(r) ? SCARD_STATE_INUSE : 0;
	}
	s->cbAtr = 0;
	if (r != NULL && r->present && !r->mute)
		s->cbAtr = r->card.atr(r->card.self, s->rgbAtr);
	s->dwEventState = now;
	if (r != NULL)
		s->dwEventState |= (DWORD)(r->events & 0xffff) << 16;
	if (known == now &&
	    (s->dwCurrentState >> 16 == 0 ||
		s->dwCurrentState >> 16 == s->dwEventState >> 16))
		return 0;
	s->dwEventState |= SCARD_STATE_CHANGED;
	return 1;
}

LONG
SCardGetStatusChange(
    SCARDCONTEXT id, DWORD timeout, SCARD_READERSTATE *states, DWORD n)
{
	const uint64_t until = jm_now_ms() + timeout;
	struct vs_context *c;
	unsigned plugs;
	LONG rv;

	if ((rv = vs_enter(id, &c)) != SCARD_S_SUCCESS)
		return rv;
	plugs = vs.plugs;
	c->cancelled = 0;
	for (;;) {
		int changed = 0;

		for (DWORD i = 0; i < n; i++)
			changed |= fill_state(&states[i], plugs);
		if (changed)
			return vs_leave(c, SCARD_S_SUCCESS);
		if (timeout != INFINITE && jm_now_ms() >= until)
			return vs_leave(c, SCARD_E_TIMEOUT);
		vs_wait();
		if (vs.stopped || c->life != vs.life)
			return vs_leave(c, SCARD_E_NO_SERVICE);
		if (c->cancelled)
			return vs_leave(c, SCARD_E_CANCELLED);
	}
}
