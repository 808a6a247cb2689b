/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handles of cards. */
#include "tests/wine/winscard_dll.h"

#include <string.h>

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0,
	sizeof g_rgSCardT0Pci };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1,
	sizeof g_rgSCardT1Pci };
const SCARD_IO_REQUEST g_rgSCardRawPci = { SCARD_PROTOCOL_RAW,
	sizeof g_rgSCardRawPci };

#define BROKEN ((LONG)SCARD_F_INTERNAL_ERROR)

LONG WINAPI
SCardConnectA(SCARDCONTEXT ctx, LPCSTR reader, DWORD share, DWORD protocols,
    LPSCARDHANDLE card, LPDWORD active)
{
	struct scard_conn *c;
	uint32_t number, protocol;
	struct jm_rbuf r;
	LONG rv;

	if (reader == NULL || card == NULL || active == NULL)
		return (LONG)SCARD_E_INVALID_PARAMETER;
	*card = 0;
	*active = 0;
	if ((c = scard_start(ctx, WIRE_CONNECT)) == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	jm_put_be32(&c->in, share);
	jm_put_be32(&c->in, protocols);
	jm_put(&c->in, reader, strlen(reader));
	rv = scard_ask(c, &r);
	if (rv == SCARD_S_SUCCESS && (jm_take_be32(&r, &number) != JM_OK ||
					 jm_take_be32(&r, &protocol) != JM_OK))
		rv = BROKEN;
	if (rv == SCARD_S_SUCCESS) {
		*card = scard_handle(ctx, number);
		*active = protocol;
	}
	scard_done(c);
	return rv;
}

LONG WINAPI
SCardConnectW(SCARDCONTEXT ctx, LPCWSTR reader, DWORD share, DWORD protocols,
    LPSCARDHANDLE card, LPDWORD active)
{
	char name[WIRE_NAME];

	if (!scard_utf8(reader, name))
		return (LONG)SCARD_E_UNKNOWN_READER;
	return SCardConnectA(ctx, name, share, protocols, card, active);
}

LONG WINAPI
SCardReconnect(
    SCARDHANDLE card, DWORD share, DWORD protocols, DWORD init, LPDWORD active)
{
	struct scard_conn *c = scard_start_card(card, WIRE_RECONNECT);
	uint32_t protocol = 0;
	struct jm_rbuf r;
	LONG rv;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	jm_put_be32(&c->in, share);
	jm_put_be32(&c->in, protocols);
	jm_put_be32(&c->in, init);
	rv = scard_ask(c, &r);
	if (rv == SCARD_S_SUCCESS && jm_take_be32(&r, &protocol) != JM_OK)
		rv = BROKEN;
	if (active != NULL)
		*active = protocol;
	scard_done(c);
	return rv;
}

LONG WINAPI
SCardDisconnect(SCARDHANDLE card, DWORD how)
{
	return scard_tell_card(card, WIRE_DISCONNECT, &how);
}

LONG WINAPI
SCardBeginTransaction(SCARDHANDLE card)
{
	return scard_tell_card(card, WIRE_BEGIN, NULL);
}

LONG WINAPI
SCardEndTransaction(SCARDHANDLE card, DWORD how)
{
	return scard_tell_card(card, WIRE_END, &how);
}

static LONG
status(SCARDHANDLE card, void *name, DWORD *name_len, DWORD *state,
    DWORD *protocol, BYTE *atr, DWORD *atr_len, int wide)
{
	struct scard_conn *c = scard_start_card(card, WIRE_STATUS);
	uint32_t now, proto, n;
	char text[WIRE_NAME + 2];
	const uint8_t *at;
	struct jm_rbuf r;
	DWORD none = 0;
	LONG rv;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	rv = scard_ask(c, &r);
	if (rv != SCARD_S_SUCCESS)
		goto out;
	if (jm_take_be32(&r, &now) != JM_OK ||
	    jm_take_be32(&r, &proto) != JM_OK ||
	    jm_take_be32(&r, &n) != JM_OK || jm_take(&r, n, &at) != JM_OK ||
	    r.left > WIRE_NAME) {
		rv = BROKEN;
		goto out;
	}
	if (state != NULL)
		*state = now;
	if (protocol != NULL)
		*protocol = proto;
	memcpy(text, r.p, r.left);
	memset(text + r.left, 0, 2);
	rv = scard_give(atr, atr_len != NULL ? atr_len : &none, at, n, 1);
	if (rv == SCARD_S_SUCCESS)
		rv = scard_give_text(name, name_len != NULL ? name_len : &none,
		    text, r.left + 2, wide);
out:
	scard_done(c);
	return rv;
}

LONG WINAPI
SCardStatusA(SCARDHANDLE card, LPSTR name, LPDWORD name_len, LPDWORD state,
    LPDWORD protocol, LPBYTE atr, LPDWORD atr_len)
{
	return status(card, name, name_len, state, protocol, atr, atr_len, 0);
}

LONG WINAPI
SCardStatusW(SCARDHANDLE card, LPWSTR name, LPDWORD name_len, LPDWORD state,
    LPDWORD protocol, LPBYTE atr, LPDWORD atr_len)
{
	return status(card, name, name_len, state, protocol, atr, atr_len, 1);
}

/* What a reader gave, into the caller's memory. */
static LONG
take_reply(struct scard_conn *c, BYTE *out, DWORD *out_len)
{
	const DWORD room = *out_len;
	struct jm_rbuf r;
	LONG rv;

	*out_len = 0;
	if ((rv = scard_ask(c, &r)) != SCARD_S_SUCCESS)
		return rv;
	*out_len = (DWORD)r.left;
	if (out == NULL)
		return SCARD_S_SUCCESS;
	if (r.left > room)
		return (LONG)SCARD_E_INSUFFICIENT_BUFFER;
	memcpy(out, r.p, r.left);
	return SCARD_S_SUCCESS;
}

LONG WINAPI
SCardTransmit(SCARDHANDLE card, LPCSCARD_IO_REQUEST pci, LPCBYTE cmd,
    DWORD cmd_len, LPSCARD_IO_REQUEST pci_out, LPBYTE reply, LPDWORD reply_len)
{
	struct scard_conn *c;
	LONG rv;

	(void)pci_out;
	if (pci == NULL || cmd == NULL || reply == NULL || reply_len == NULL ||
	    *reply_len > WIRE_MAX)
		return (LONG)SCARD_E_INVALID_PARAMETER;
	if ((c = scard_start_card(card, WIRE_TRANSMIT)) == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	jm_put_be32(&c->in, pci->dwProtocol);
	jm_put_be32(&c->in, *reply_len);
	jm_put(&c->in, cmd, cmd_len);
	rv = take_reply(c, reply, reply_len);
	scard_done(c);
	return rv;
}

LONG WINAPI
SCardControl(SCARDHANDLE card, DWORD code, LPCVOID in, DWORD in_len, LPVOID out,
    DWORD room, LPDWORD out_len)
{
	struct scard_conn *c = scard_start_card(card, WIRE_CONTROL);
	LONG rv;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	jm_put_be32(&c->in, code);
	jm_put_be32(&c->in, room);
	jm_put(&c->in, in, in_len);
	rv = take_reply(c, out, &room);
	if (out_len != NULL)
		*out_len = room;
	scard_done(c);
	return rv;
}

LONG WINAPI
SCardGetAttrib(SCARDHANDLE card, DWORD id, LPBYTE out, LPDWORD len)
{
	struct scard_conn *c = scard_start_card(card, WIRE_ATTRIB);
	LONG rv = (LONG)SCARD_E_INVALID_PARAMETER;
	struct jm_rbuf r;

	if (c == NULL)
		return (LONG)SCARD_E_INVALID_HANDLE;
	if (len != NULL) {
		jm_put_be32(&c->in, id);
		jm_put_be32(&c->in, 1024);
		rv = scard_ask(c, &r);
		if (rv == SCARD_S_SUCCESS)
			rv = scard_give(out, len, r.p, r.left, 1);
	}
	scard_done(c);
	return rv;
}
