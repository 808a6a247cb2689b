/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One connection: its context, its handles, one function for each op.  What
 * came over the connection is bounded here before libpcsclite sees it.
 */
#include "tests/wine/bridge.h"

#include <string.h>

#define POLL_MAX       500u /* ms: nobody waits for long in here */
#define BAD            WIN_E_INVALID_PARAMETER
#define HANDLE_INVALID ((uint32_t)SCARD_E_INVALID_HANDLE)

typedef uint32_t serve_fn(
    struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out);

static uint32_t
done(LONG rv)
{
	return bridge_code(rv, BRIDGE_PLAIN);
}

/* The rest as a name; 0 when it cannot be one. */
static int
take_name(struct jm_rbuf *in, size_t len, char name[WIRE_NAME])
{
	const uint8_t *at;

	if (len == 0 || len >= WIRE_NAME || jm_take(in, len, &at) != JM_OK ||
	    memchr(at, 0, len) != NULL)
		return 0;
	memcpy(name, at, len);
	name[len] = '\0';
	return 1;
}

/* The handle that is named next; 0 or a code. */
static uint32_t
any_handle(struct bridge *b, struct jm_rbuf *in, struct bridge_handle **h)
{
	uint32_t i;

	*h = NULL;
	if (jm_take_be32(in, &i) != JM_OK)
		return BAD;
	if (i >= NELEM(b->handle) || !b->handle[i].used)
		return HANDLE_INVALID;
	*h = &b->handle[i];
	return SCARD_S_SUCCESS;
}

/* Likewise, of a card that is still the one it was opened for. */
static uint32_t
fresh_handle(struct bridge *b, struct jm_rbuf *in, struct bridge_handle **h)
{
	const uint32_t code = any_handle(b, in, h);

	return code != SCARD_S_SUCCESS ? code : bridge_stale(*h);
}

static uint32_t
establish(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	LONG rv;

	(void)in;
	(void)out;
	if (b->has_ctx)
		return BAD;
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &b->ctx);
	b->has_ctx = rv == SCARD_S_SUCCESS;
	return done(rv);
}

void
bridge_release(struct bridge *b)
{
	for (size_t i = 0; i < NELEM(b->handle); i++) {
		if (b->handle[i].used)
			(void)SCardDisconnect(
			    b->handle[i].card, SCARD_LEAVE_CARD);
		b->handle[i].used = 0;
	}
	if (b->has_ctx)
		(void)SCardReleaseContext(b->ctx);
	b->has_ctx = 0;
}

static uint32_t
release(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	(void)in;
	(void)out;
	bridge_release(b);
	return SCARD_S_SUCCESS;
}

static uint32_t
readers(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	DWORD len = sizeof b->reply;
	char *names = (char *)b->reply;
	LONG rv;

	(void)in;
	rv = SCardListReaders(b->ctx, NULL, names, &len);
	if (rv == SCARD_S_SUCCESS && len > 0)
		jm_put(out, names, len - 1); /* less the empty last one */
	return done(rv);
}

static uint32_t
connect(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	struct bridge_handle *h = b->handle;
	uint32_t share, protocols;
	char name[WIRE_NAME];
	DWORD active;
	LONG rv;

	if (jm_take_be32(in, &share) != JM_OK ||
	    jm_take_be32(in, &protocols) != JM_OK ||
	    !take_name(in, in->left, name))
		return BAD;
	while (h < b->handle + NELEM(b->handle) && h->used)
		h++;
	if (h == b->handle + NELEM(b->handle))
		return (uint32_t)SCARD_E_NO_MEMORY;
	*h = (struct bridge_handle){ .share = share };
	rv = SCardConnect(b->ctx, name, share, bridge_protocol_in(protocols),
	    &h->card, &active);
	if (rv != SCARD_S_SUCCESS)
		return done(rv);
	h->used = 1;
	h->protocol = active;
	bridge_up_to_date(h);
	jm_put_be32(out, (uint32_t)(h - b->handle));
	jm_put_be32(out, bridge_protocol_out(active));
	return SCARD_S_SUCCESS;
}

static uint32_t
reconnect(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	uint32_t share, protocols, init, code;
	struct bridge_handle *h;
	DWORD active;
	LONG rv;

	if ((code = any_handle(b, in, &h)) != SCARD_S_SUCCESS)
		return code;
	if (jm_take_be32(in, &share) != JM_OK ||
	    jm_take_be32(in, &protocols) != JM_OK ||
	    jm_take_be32(in, &init) != JM_OK)
		return BAD;
	rv = SCardReconnect(
	    h->card, share, bridge_protocol_in(protocols), init, &active);
	if (rv != SCARD_S_SUCCESS)
		return done(rv);
	h->share = share;
	h->protocol = active;
	bridge_up_to_date(h);
	jm_put_be32(out, bridge_protocol_out(active));
	return SCARD_S_SUCCESS;
}

static uint32_t
disconnect(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	struct bridge_handle *h;
	uint32_t how, code;

	(void)out;
	if ((code = any_handle(b, in, &h)) != SCARD_S_SUCCESS)
		return code;
	if (jm_take_be32(in, &how) != JM_OK)
		return BAD;
	h->used = 0;
	return done(SCardDisconnect(h->card, how));
}

static uint32_t
status(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	DWORD state = 0, protocol = 0, name_len = WIRE_NAME;
	uint8_t atr[MAX_ATR_SIZE];
	DWORD atr_len = sizeof atr;
	struct bridge_handle *h;
	char name[WIRE_NAME];
	uint32_t code;
	LONG rv;

	if ((code = fresh_handle(b, in, &h)) != SCARD_S_SUCCESS)
		return code;
	rv = SCardStatus(
	    h->card, name, &name_len, &state, &protocol, atr, &atr_len);
	if (rv != SCARD_S_SUCCESS)
		return done(rv);
	jm_put_be32(out, bridge_state_out(state));
	jm_put_be32(out, bridge_protocol_out(protocol));
	jm_put_be32(out, (uint32_t)atr_len);
	jm_put(out, atr, atr_len);
	jm_put(out, name, strnlen(name, name_len));
	return SCARD_S_SUCCESS;
}

static uint32_t
change(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	SCARD_READERSTATE *state = b->state;
	uint32_t ms, n, len, now;
	LONG rv;

	if (jm_take_be32(in, &ms) != JM_OK || jm_take_be32(in, &n) != JM_OK ||
	    n > WIRE_STATES)
		return BAD;
	memset(state, 0, sizeof b->state);
	for (uint32_t i = 0; i < n; i++) {
		if (jm_take_be32(in, &now) != JM_OK ||
		    jm_take_be32(in, &len) != JM_OK ||
		    !take_name(in, len, b->name[i]))
			return BAD;
		state[i].szReader = b->name[i];
		state[i].dwCurrentState = now;
	}
	rv = SCardGetStatusChange(
	    b->ctx, ms > POLL_MAX ? POLL_MAX : ms, state, n);
	/* a time-out has its answers, too */
	if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT)
		return done(rv);
	jm_put_be32(out, rv == SCARD_E_TIMEOUT);
	for (uint32_t i = 0; i < n; i++) {
		jm_put_be32(out, (uint32_t)state[i].dwEventState);
		jm_put_be32(out, (uint32_t)state[i].cbAtr);
		jm_put(out, state[i].rgbAtr, state[i].cbAtr);
	}
	return SCARD_S_SUCCESS;
}

static uint32_t
begin(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	struct bridge_handle *h;
	uint32_t code;

	(void)out;
	if ((code = fresh_handle(b, in, &h)) != SCARD_S_SUCCESS)
		return code;
	return done(SCardBeginTransaction(h->card));
}

static uint32_t
end(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	struct bridge_handle *h;
	uint32_t code, how;
	LONG rv;

	(void)out;
	if ((code = any_handle(b, in, &h)) != SCARD_S_SUCCESS)
		return code;
	if (jm_take_be32(in, &how) != JM_OK)
		return BAD;
	/* nobody else may have to wait for one whose card left */
	code = bridge_stale(h);
	rv = SCardEndTransaction(
	    h->card, code != SCARD_S_SUCCESS ? SCARD_LEAVE_CARD : how);
	return code != SCARD_S_SUCCESS ? code : done(rv);
}

static uint32_t
transmit(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	uint32_t protocol, room, code;
	struct bridge_handle *h;
	size_t len;

	if ((code = fresh_handle(b, in, &h)) != SCARD_S_SUCCESS)
		return code;
	if (jm_take_be32(in, &protocol) != JM_OK ||
	    jm_take_be32(in, &room) != JM_OK || room > sizeof b->reply)
		return BAD;
	code =
	    bridge_transmit(h, protocol, in->p, in->left, b->reply, room, &len);
	jm_put(out, b->reply, len);
	return code;
}

static uint32_t
control(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	uint32_t ctl, room, code;
	struct bridge_handle *h;
	DWORD len = 0;
	LONG rv;

	if ((code = fresh_handle(b, in, &h)) != SCARD_S_SUCCESS)
		return code;
	if (jm_take_be32(in, &ctl) != JM_OK || jm_take_be32(in, &room) != JM_OK)
		return BAD;
	rv = SCardControl(h->card, bridge_control_in(ctl), in->p,
	    (DWORD)in->left, b->reply,
	    room < sizeof b->reply ? room : sizeof b->reply, &len);
	if (rv == SCARD_S_SUCCESS)
		jm_put(out, b->reply, len);
	return bridge_code(rv, BRIDGE_DRIVER);
}

static uint32_t
attrib(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	struct bridge_handle *h;
	uint32_t id, room, code;
	DWORD len;
	LONG rv;

	if ((code = fresh_handle(b, in, &h)) != SCARD_S_SUCCESS)
		return code;
	if (jm_take_be32(in, &id) != JM_OK || jm_take_be32(in, &room) != JM_OK)
		return BAD;
	len = room < sizeof b->reply ? room : sizeof b->reply;
	rv = SCardGetAttrib(h->card, id, b->reply, &len);
	if (rv == SCARD_S_SUCCESS)
		jm_put(out, b->reply, len);
	return bridge_code(rv, BRIDGE_DRIVER);
}

static uint32_t
counts(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	uint32_t anew, value[WIRE_COUNT_MAX];

	(void)b;
	if (jm_take_be32(in, &anew) != JM_OK)
		return BAD;
	bridge_counts(anew != 0, value);
	for (size_t i = 0; i < NELEM(value); i++)
		jm_put_be32(out, value[i]);
	return SCARD_S_SUCCESS;
}

static uint32_t
fault(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	struct bridge_fault f = { .how = WIRE_NONE };

	(void)b;
	(void)out;
	if (jm_take_be32(in, &f.how) != JM_OK || f.how > WIRE_REMOVED ||
	    jm_take_be32(in, &f.nth) != JM_OK || f.nth == 0 ||
	    jm_take_be32(in, &f.value) != JM_OK || in->left > sizeof f.say)
		return BAD;
	memcpy(f.say, in->p, in->left);
	f.say_len = in->left;
	bridge_arm(&f);
	return SCARD_S_SUCCESS;
}

static uint32_t
outside(struct bridge *b, struct jm_rbuf *in, struct jm_wbuf *out)
{
	return bridge_outside(b->outside, *in, out);
}

static const struct {
	serve_fn *serve;
	int needs_ctx;
} ops[] = {
	[WIRE_ESTABLISH] = { establish, 0 },
	[WIRE_RELEASE] = { release, 1 },
	[WIRE_READERS] = { readers, 1 },
	[WIRE_CONNECT] = { connect, 1 },
	[WIRE_RECONNECT] = { reconnect, 1 },
	[WIRE_DISCONNECT] = { disconnect, 1 },
	[WIRE_STATUS] = { status, 1 },
	[WIRE_CHANGE] = { change, 1 },
	[WIRE_BEGIN] = { begin, 1 },
	[WIRE_END] = { end, 1 },
	[WIRE_TRANSMIT] = { transmit, 1 },
	[WIRE_CONTROL] = { control, 1 },
	[WIRE_ATTRIB] = { attrib, 1 },
	[WIRE_COUNTS] = { counts, 0 },
	[WIRE_FAULT] = { fault, 0 },
	[WIRE_OUTSIDE] = { outside, 0 },
};

uint32_t
bridge_serve(
    struct bridge *b, unsigned op, struct jm_rbuf in, struct jm_wbuf *out)
{
	if (op >= NELEM(ops) || ops[op].serve == NULL)
		return BAD;
	if (ops[op].needs_ctx && !b->has_ctx)
		return HANDLE_INVALID;
	return ops[op].serve(b, &in, out);
}
