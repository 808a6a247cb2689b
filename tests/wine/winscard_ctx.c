/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Contexts, readers, and waiting for them. */
#include "tests/wine/winscard_dll.h"

#include <string.h>

#define POLL_MS 200u

LONG WINAPI
SCardEstablishContext(
    DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT out)
{
	struct scard_conn *c;
	struct jm_rbuf none;
	LONG rv;

	(void)scope;
	(void)reserved1;
	(void)reserved2;
	if (out == NULL)
		return (LONG)SCARD_E_INVALID_PARAMETER;
	if ((rv = scard_new(out)) != SCARD_S_SUCCESS)
		return rv;
	c = scard_start(*out, WIRE_ESTABLISH);
	rv = scard_ask(c, &none);
	scard_done(c);
	if (rv != SCARD_S_SUCCESS) {
		scard_drop(*out);
		*out = 0;
	}
	return rv;
}

LONG WINAPI
SCardReleaseContext(SCARDCONTEXT ctx)
{
	struct scard_conn *c = scard_start(ctx, WIRE_RELEASE);
	struct jm_rbuf none;
	LONG rv;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	rv = scard_ask(c, &none);
	scard_done(c);
	scard_drop(ctx);
	return rv;
}

LONG WINAPI
SCardIsValidContext(SCARDCONTEXT ctx)
{
	return scard_of(ctx) != NULL ? SCARD_S_SUCCESS
				     : (LONG)SCARD_E_INVALID_HANDLE;
}

LONG WINAPI
SCardCancel(SCARDCONTEXT ctx)
{
	struct scard_conn *c = scard_of(ctx);

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	InterlockedExchange(&c->cancelled, 1);
	return SCARD_S_SUCCESS;
}

LONG WINAPI
SCardFreeMemory(SCARDCONTEXT ctx, LPCVOID mem)
{
	(void)ctx;
	(void)HeapFree(GetProcessHeap(), 0, (void *)(ULONG_PTR)mem);
	return SCARD_S_SUCCESS;
}

HANDLE WINAPI
SCardAccessStartedEvent(void)
{
	return CreateEventW(NULL, TRUE, TRUE, NULL); /* it runs always */
}

void WINAPI
SCardReleaseStartedEvent(void)
{
}

static LONG
list(SCARDCONTEXT ctx, void *out, DWORD *len, int wide)
{
	struct scard_conn *c = scard_start(ctx, WIRE_READERS);
	struct jm_rbuf names;
	char text[1024];
	LONG rv;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	rv = scard_ask(c, &names);
	if (rv == SCARD_S_SUCCESS && names.left == 0)
		rv = (LONG)SCARD_E_NO_READERS_AVAILABLE;
	if (rv == SCARD_S_SUCCESS && names.left >= sizeof text)
		rv = (LONG)SCARD_F_INTERNAL_ERROR;
	if (rv == SCARD_S_SUCCESS) {
		memcpy(text, names.p, names.left);
		text[names.left] = '\0';
		rv = scard_give_text(out, len, text, names.left + 1, wide);
	}
	scard_done(c);
	return rv;
}

LONG WINAPI
SCardListReadersA(SCARDCONTEXT ctx, LPCSTR groups, LPSTR readers, LPDWORD len)
{
	(void)groups;
	return list(ctx, readers, len, 0);
}

LONG WINAPI
SCardListReadersW(SCARDCONTEXT ctx, LPCWSTR groups, LPWSTR readers, LPDWORD len)
{
	(void)groups;
	return list(ctx, readers, len, 1);
}

/* One look, at most ms long; *timeout: nothing has changed. */
static LONG
look(SCARDCONTEXT ctx, DWORD ms, LPSCARD_READERSTATEA state, DWORD n,
    int *timeout)
{
	struct scard_conn *c = scard_start(ctx, WIRE_CHANGE);
	uint32_t late, now, atr_len;
	const uint8_t *atr;
	struct jm_rbuf r;
	LONG rv;

	*timeout = 0;
	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	jm_put_be32(&c->in, ms);
	jm_put_be32(&c->in, n);
	for (DWORD i = 0; i < n; i++) {
		jm_put_be32(&c->in, state[i].dwCurrentState);
		jm_put_be32(&c->in, (uint32_t)strlen(state[i].szReader));
		jm_put(&c->in, state[i].szReader, strlen(state[i].szReader));
	}
	rv = scard_ask(c, &r);
	if (rv == SCARD_S_SUCCESS && jm_take_be32(&r, &late) != JM_OK)
		rv = (LONG)SCARD_F_INTERNAL_ERROR;
	for (DWORD i = 0; rv == SCARD_S_SUCCESS && i < n; i++) {
		if (jm_take_be32(&r, &now) != JM_OK ||
		    jm_take_be32(&r, &atr_len) != JM_OK ||
		    atr_len > sizeof state[i].rgbAtr ||
		    jm_take(&r, atr_len, &atr) != JM_OK) {
			rv = (LONG)SCARD_F_INTERNAL_ERROR;
			break;
		}
		state[i].dwEventState = now;
		state[i].cbAtr = atr_len;
		memcpy(state[i].rgbAtr, atr, atr_len);
		*timeout = late != 0;
	}
	scard_done(c);
	return rv;
}

LONG WINAPI
SCardGetStatusChangeA(
    SCARDCONTEXT ctx, DWORD ms, LPSCARD_READERSTATEA state, DWORD n)
{
	const ULONGLONG from = GetTickCount64();
	struct scard_conn *c = scard_of(ctx);
	int timeout;
	LONG rv;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	if (n > WIRE_STATES || (n > 0 && state == NULL))
		return (LONG)SCARD_E_INVALID_PARAMETER;
	for (DWORD i = 0; i < n; i++)
		if (state[i].szReader == NULL)
			return (LONG)SCARD_E_INVALID_PARAMETER;
	for (;;) {
		rv = look(ctx, ms < POLL_MS ? ms : POLL_MS, state, n, &timeout);
		if (rv != SCARD_S_SUCCESS || !timeout)
			return rv;
		if (InterlockedExchange(&c->cancelled, 0))
			return (LONG)SCARD_E_CANCELLED;
		if (ms != INFINITE && GetTickCount64() - from >= ms)
			return (LONG)SCARD_E_TIMEOUT;
	}
}

LONG WINAPI
SCardGetStatusChangeW(
    SCARDCONTEXT ctx, DWORD ms, LPSCARD_READERSTATEW state, DWORD n)
{
	SCARD_READERSTATEA a[WIRE_STATES];
	struct scard_conn *c = scard_of(ctx);
	LONG rv;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	if (n > WIRE_STATES || (n > 0 && state == NULL))
		return (LONG)SCARD_E_INVALID_PARAMETER;
	memset(a, 0, sizeof a);
	for (DWORD i = 0; i < n; i++) {
		if (!scard_utf8(state[i].szReader, c->name[i]))
			return (LONG)SCARD_E_INVALID_PARAMETER;
		a[i].szReader = c->name[i];
		a[i].dwCurrentState = state[i].dwCurrentState;
	}
	rv = SCardGetStatusChangeA(ctx, ms, a, n);
	for (DWORD i = 0; i < n; i++) {
		state[i].dwEventState = a[i].dwEventState;
		state[i].cbAtr = a[i].cbAtr;
		memcpy(state[i].rgbAtr, a[i].rgbAtr, sizeof a[i].rgbAtr);
	}
	return rv;
}
