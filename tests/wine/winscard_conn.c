/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/winscard_dll.h"

#include <stdlib.h>

#define CONNS   32
#define TAG     0x4a00u /* of the number of a context */
#define GENERAL ((LONG)SCARD_F_COMM_ERROR)

static struct scard_conn conns[CONNS];

static SOCKET
dial(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	const BOOL on = TRUE;
	char port[8];
	WSADATA w;
	SOCKET s;

	if (GetEnvironmentVariableA("JM_BRIDGE_PORT", port, sizeof port) - 1 >=
		sizeof port - 1 ||
	    WSAStartup(MAKEWORD(2, 2), &w) != 0)
		return INVALID_SOCKET;
	a.sin_port = htons((u_short)strtoul(port, NULL, 10));
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if ((s = socket(AF_INET, SOCK_STREAM, 0)) == INVALID_SOCKET)
		return s;
	(void)setsockopt(
	    s, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof on);
	if (connect(s, (struct sockaddr *)&a, sizeof a) == 0)
		return s;
	closesocket(s);
	return INVALID_SOCKET;
}

LONG
scard_new(SCARDCONTEXT *ctx)
{
	const SOCKET s = dial();

	*ctx = 0;
	if (s == INVALID_SOCKET)
		return (LONG)SCARD_E_NO_SERVICE;
	for (size_t i = 0; i < NELEM(conns); i++) {
		if (InterlockedCompareExchange(&conns[i].used, 1, 0) != 0)
			continue;
		conns[i].s = s;
		conns[i].cancelled = 0;
		*ctx = TAG + i;
		return SCARD_S_SUCCESS;
	}
	closesocket(s);
	return (LONG)SCARD_E_NO_MEMORY;
}

struct scard_conn *
scard_of(SCARDCONTEXT ctx)
{
	if (ctx < TAG || ctx >= TAG + CONNS || !conns[ctx - TAG].used)
		return NULL;
	return &conns[ctx - TAG];
}

SCARDCONTEXT
scard_ctx_of(const struct scard_conn *c)
{
	return TAG + (SCARDCONTEXT)(c - conns);
}

void
scard_drop(SCARDCONTEXT ctx)
{
	struct scard_conn *c = scard_of(ctx);

	if (c == NULL)
		return;
	AcquireSRWLockExclusive(&c->lock);
	closesocket(c->s);
	InterlockedExchange(&c->used, 0);
	ReleaseSRWLockExclusive(&c->lock);
}

struct scard_conn *
scard_start(SCARDCONTEXT ctx, unsigned op)
{
	struct scard_conn *c = scard_of(ctx);

	if (c == NULL)
		return NULL;
	AcquireSRWLockExclusive(&c->lock);
	if (!c->used) {
		ReleaseSRWLockExclusive(&c->lock);
		return NULL;
	}
	c->op = op;
	jm_wbuf_init(&c->in, c->cmd + 5, sizeof c->cmd - 5);
	return c;
}

SCARDHANDLE
scard_handle(SCARDCONTEXT ctx, DWORD number)
{
	static LONG last;
	const DWORD serial = (DWORD)InterlockedIncrement(&last);

	scard_of(ctx)->serial[number & 0xff] = serial;
	return (SCARDHANDLE)serial << 24 | ctx << 8 | (number & 0xff);
}

struct scard_conn *
scard_start_card(SCARDHANDLE card, unsigned op)
{
	struct scard_conn *c = scard_start(card >> 8 & 0xffff, op);
	const DWORD number = card & 0xff;

	if (c == NULL)
		return NULL;
	if (card >> 24 == 0 || c->serial[number] != card >> 24) {
		scard_done(c);
		return NULL;
	}
	jm_put_be32(&c->in, number);
	return c;
}

static int
send_all(SOCKET s, const BYTE *p, size_t n)
{
	while (n > 0) {
		const int sent = send(s, (const char *)p, (int)n, 0);

		if (sent <= 0)
			return 0;
		p += sent;
		n -= (size_t)sent;
	}
	return 1;
}

static int
recv_all(SOCKET s, BYTE *p, size_t n)
{
	while (n > 0) {
		const int got = recv(s, (char *)p, (int)n, 0);

		if (got <= 0)
			return 0;
		p += got;
		n -= (size_t)got;
	}
	return 1;
}

LONG
scard_ask(struct scard_conn *c, struct jm_rbuf *fields)
{
	uint32_t code, reply_len;
	struct jm_rbuf head_in;
	struct jm_wbuf head;
	BYTE first[8];
	size_t len;

	*fields = (struct jm_rbuf){ c->reply, 0 };
	if (jm_wbuf_done(&c->in, &len) != JM_OK)
		return (LONG)SCARD_E_INVALID_PARAMETER;
	jm_wbuf_init(&head, c->cmd, 5);
	jm_put_u8(&head, c->op);
	jm_put_be32(&head, (uint32_t)len);
	if (!send_all(c->s, c->cmd, 5 + len) ||
	    !recv_all(c->s, first, sizeof first))
		return GENERAL;
	head_in = (struct jm_rbuf){ first, sizeof first };
	if (jm_take_be32(&head_in, &code) != JM_OK ||
	    jm_take_be32(&head_in, &reply_len) != JM_OK ||
	    reply_len > sizeof c->reply || !recv_all(c->s, c->reply, reply_len))
		return GENERAL;
	fields->left = reply_len;
	return (LONG)code;
}

void
scard_done(struct scard_conn *c)
{
	SecureZeroMemory(c->cmd, c->in.len + 5); /* maybe a PIN */
	ReleaseSRWLockExclusive(&c->lock);
}

LONG
scard_tell_card(SCARDHANDLE card, unsigned op, const DWORD *field)
{
	struct scard_conn *c = scard_start_card(card, op);
	struct jm_rbuf none;
	LONG rv;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	if (field != NULL)
		jm_put_be32(&c->in, *field);
	rv = scard_ask(c, &none);
	scard_done(c);
	return rv;
}
