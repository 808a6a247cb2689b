/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SCard functions of connected cards; see vscard.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/vscard_impl.h"

void
vs_reset_locked(struct vs_reader *r, SCARDHANDLE by)
{
	if (!r->present)
		return;
	if (r->card.reset != NULL)
		r->card.reset(r->card.self);
	for (size_t i = 0; i < VS_HANDLES; i++) {
		struct vs_handle *h = &vs.handles[i];

		if (h->id != 0 && h->id != by && &vs.readers[h->reader] == r)
			h->was_reset = 1;
	}
}

/* vs locked. */
static LONG
handle_of(SCARDHANDLE id, struct vs_handle **out)
{
	*out = NULL;
	for (size_t i = 0; id != 0 && i < VS_HANDLES; i++) {
		if (vs.handles[i].id != id)
			continue;
		if (vs.contexts[vs.handles[i].context].pid != getpid())
			vs.foreign++;
		*out = &vs.handles[i];
		return SCARD_S_SUCCESS;
	}
	/* A handle of a service that stopped was dropped with it. */
	return vs.stopped ? SCARD_E_NO_SERVICE : SCARD_E_INVALID_HANDLE;
}

/* The context's lock, then ours; the handle is looked up again between. */
static LONG
enter_handle(SCARDHANDLE id, struct vs_handle **h, struct vs_context **c)
{
	LONG rv;

	*c = NULL;
	vs_lock();
	if ((rv = handle_of(id, h)) == SCARD_S_SUCCESS)
		*c = &vs.contexts[(*h)->context];
	vs_unlock();
	if (rv != SCARD_S_SUCCESS)
		return rv;
	(void)pthread_mutex_lock(&(*c)->lock);
	vs_lock();
	return (rv = handle_of(id, h)) == SCARD_S_SUCCESS ? rv
							  : vs_leave(*c, rv);
}

static LONG
card_state(const struct vs_handle *h)
{
	const struct vs_reader *r = &vs.readers[h->reader];

	if (!r->present || r->insertion != h->insertion)
		return SCARD_W_REMOVED_CARD;
	return h->was_reset ? SCARD_W_RESET_CARD : SCARD_S_SUCCESS;
}

/* Until no other program holds a transaction.  0: the handle or service died.
 */
static int
wait_for_card(struct vs_reader *r, SCARDHANDLE by, unsigned life)
{
	r->waiting++;
	while (r->holder != 0 && r->holder != by && vs.life == life)
		vs_wait();
	r->waiting--;
	return vs.life == life;
}

static LONG
connect_locked(
    struct vs_reader *r, size_t context, DWORD share, SCARDHANDLE *out)
{
	const unsigned life = vs.life;

	if (!wait_for_card(r, 0, life))
		return SCARD_E_NO_SERVICE;
	if (!r->plugged)
		return SCARD_E_READER_UNAVAILABLE;
	if (!r->present)
		return SCARD_E_NO_SMARTCARD;
	if (r->mute)
		return SCARD_W_UNRESPONSIVE_CARD;
	if (r->exclusive || (share == SCARD_SHARE_EXCLUSIVE && vs_in_use(r)))
		return SCARD_E_SHARING_VIOLATION;
	for (size_t i = 0; i < VS_HANDLES; i++) {
		struct vs_handle *h = &vs.handles[i];

		if (h->id != 0)
			continue;
		*h = (struct vs_handle){ .id = vs.next_id++,
			.context = context,
			.reader = (unsigned)(r - vs.readers),
			.insertion = r->insertion,
			.exclusive = share == SCARD_SHARE_EXCLUSIVE };
		r->exclusive |= h->exclusive;
		*out = h->id;
		return SCARD_S_SUCCESS;
	}
	return SCARD_E_NO_MEMORY;
}

LONG
SCardConnect(SCARDCONTEXT id, LPCSTR reader, DWORD share, DWORD protocols,
    LPSCARDHANDLE out, LPDWORD protocol)
{
	struct vs_context *c;
	struct vs_reader *r;
	LONG rv;

	(void)protocols;
	if ((rv = vs_enter(id, &c)) != SCARD_S_SUCCESS)
		return rv;
	if ((r = vs_reader_of(reader)) == NULL)
		return vs_leave(c, SCARD_E_UNKNOWN_READER);
	r->count.connects++;
	*protocol = SCARD_PROTOCOL_T1;
	return vs_leave(
	    c, connect_locked(r, (size_t)(c - vs.contexts), share, out));
}

LONG
SCardReconnect(
    SCARDHANDLE id, DWORD share, DWORD protocols, DWORD init, LPDWORD protocol)
{
	struct vs_context *c;
	struct vs_handle *h;
	struct vs_reader *r;
	LONG rv;

	(void)share;
	(void)protocols;
	if ((rv = enter_handle(id, &h, &c)) != SCARD_S_SUCCESS)
		return rv;
	r = &vs.readers[h->reader];
	if (!wait_for_card(r, id, vs.life))
		return vs_leave(c, SCARD_E_NO_SERVICE);
	if (!r->present)
		return vs_leave(c, SCARD_E_NO_SMARTCARD);
	if (init != SCARD_LEAVE_CARD)
		vs_reset_locked(r, id);
	h->was_reset = 0;
	h->insertion = r->insertion;
	*protocol = SCARD_PROTOCOL_T1;
	return vs_leave(c, SCARD_S_SUCCESS);
}

static void
dispose(struct vs_reader *r, SCARDHANDLE by, DWORD how)
{
	if (how == SCARD_LEAVE_CARD || !r->present)
		return;
	if (how == SCARD_UNPOWER_CARD && r->card.power != NULL) {
		r->card.power(r->card.self, 0);
		r->card.power(r->card.self, 1);
	}
	vs_reset_locked(r, by);
}

LONG
SCardDisconnect(SCARDHANDLE id, DWORD how)
{
	struct vs_context *c;
	struct vs_handle *h;
	struct vs_reader *r;
	LONG rv;

	if ((rv = enter_handle(id, &h, &c)) != SCARD_S_SUCCESS)
		return rv;
	r = &vs.readers[h->reader];
	if (how == SCARD_LEAVE_CARD || wait_for_card(r, id, vs.life)) {
		if (card_state(h) != SCARD_W_REMOVED_CARD)
			dispose(r, id, how);
		vs_drop_handle(h);
	}
	return vs_leave(c, SCARD_S_SUCCESS);
}

LONG
SCardBeginTransaction(SCARDHANDLE id)
{
	struct vs_context *c;
	struct vs_handle *h;
	struct vs_reader *r;
	LONG rv;

	if ((rv = enter_handle(id, &h, &c)) != SCARD_S_SUCCESS)
		return rv;
	if ((rv = card_state(h)) != SCARD_S_SUCCESS)
		return vs_leave(c, rv);
	r = &vs.readers[h->reader];
	if (!wait_for_card(r, id, vs.life))
		return vs_leave(c, SCARD_E_NO_SERVICE);
	if ((rv = card_state(h)) != SCARD_S_SUCCESS)
		return vs_leave(c, rv);
	r->holder = id;
	r->depth++;
	return vs_leave(c, SCARD_S_SUCCESS);
}

LONG
SCardEndTransaction(SCARDHANDLE id, DWORD how)
{
	struct vs_context *c;
	struct vs_handle *h;
	struct vs_reader *r;
	LONG rv;

	if ((rv = enter_handle(id, &h, &c)) != SCARD_S_SUCCESS)
		return rv;
	r = &vs.readers[h->reader];
	if (r->holder != id)
		return vs_leave(c, card_state(h) == SCARD_W_REMOVED_CARD
				       ? SCARD_W_REMOVED_CARD
				       : SCARD_E_NOT_TRANSACTED);
	dispose(r, id, how);
	if (--r->depth == 0)
		r->holder = 0;
	vs_changed();
	return vs_leave(c, SCARD_S_SUCCESS);
}

LONG
SCardTransmit(SCARDHANDLE id, const SCARD_IO_REQUEST *send, LPCBYTE cmd,
    DWORD cmd_len, SCARD_IO_REQUEST *recv, LPBYTE rsp, LPDWORD rsp_len)
{
	size_t len = VC_REPLY_MAX;
	struct vs_context *c;
	struct vs_handle *h;
	struct vs_reader *r;
	uint8_t *mem;
	LONG rv;

	(void)send;
	(void)recv;
	if ((mem = malloc(VC_REPLY_MAX)) == NULL)
		return SCARD_E_NO_MEMORY;
	if ((rv = enter_handle(id, &h, &c)) != SCARD_S_SUCCESS)
		goto out;
	r = &vs.readers[h->reader];
	if ((rv = card_state(h)) == SCARD_S_SUCCESS && r->holder != 0 &&
	    r->holder != id)
		rv = SCARD_E_SHARING_VIOLATION;
	if (rv == SCARD_S_SUCCESS)
		rv = vs_send(r, id, cmd, cmd_len, mem, &len);
	if (rv == SCARD_S_SUCCESS && len > *rsp_len)
		rv = SCARD_E_INSUFFICIENT_BUFFER;
	else if (rv == SCARD_S_SUCCESS)
		memcpy(rsp, mem, len);
	*rsp_len = len;
	(void)vs_leave(c, rv);
out:
	free(mem);
	return rv;
}

LONG
SCardStatus(SCARDHANDLE id, LPSTR name, LPDWORD name_len, LPDWORD state,
    LPDWORD protocol, LPBYTE atr, LPDWORD atr_len)
{
	struct vs_context *c;
	struct vs_handle *h;
	struct vs_reader *r;
	uint8_t now[33];
	size_t n;
	LONG rv;

	if ((rv = enter_handle(id, &h, &c)) != SCARD_S_SUCCESS)
		return rv;
	if ((rv = card_state(h)) != SCARD_S_SUCCESS)
		return vs_leave(c, rv);
	r = &vs.readers[h->reader];
	n = r->card.atr(r->card.self, now);
	if (atr != NULL && atr_len != NULL && *atr_len >= n)
		memcpy(atr, now, n);
	if (atr_len != NULL)
		*atr_len = n;
	if (name_len != NULL) {
		if (name != NULL && *name_len > strlen(r->name) + 1) {
			memset(name, 0, *name_len);
			memcpy(name, r->name, strlen(r->name));
		}
		*name_len = strlen(r->name) + 2;
	}
	if (state != NULL)
		*state = SCARD_PRESENT | SCARD_POWERED | SCARD_NEGOTIABLE;
	if (protocol != NULL)
		*protocol = SCARD_PROTOCOL_T1;
	return vs_leave(c, SCARD_S_SUCCESS);
}

LONG
SCardControl(SCARDHANDLE id, DWORD code, LPCVOID in, DWORD in_len, LPVOID out,
    DWORD room, LPDWORD out_len)
{
	size_t len = room;
	struct vs_context *c;
	struct vs_handle *h;
	struct vs_reader *r;
	LONG rv;

	*out_len = 0;
	if ((rv = enter_handle(id, &h, &c)) != SCARD_S_SUCCESS)
		return rv;
	r = &vs.readers[h->reader];
	if ((rv = card_state(h)) == SCARD_S_SUCCESS && r->holder != 0 &&
	    r->holder != id)
		rv = SCARD_E_SHARING_VIOLATION;
	if (rv == SCARD_S_SUCCESS)
		rv = vs_pad_control(r, id, code, in, in_len, out, &len);
	if (rv == SCARD_S_SUCCESS)
		*out_len = len;
	return vs_leave(c, rv);
}

LONG
SCardGetAttrib(SCARDHANDLE id, DWORD attr, LPBYTE out, LPDWORD len)
{
	(void)id;
	(void)attr;
	(void)out;
	*len = 0;
	return SCARD_E_UNSUPPORTED_FEATURE;
}
