/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/scard_io.h"

#include <string.h>

#include "transport/scard_err.h"

#define HEADER_LEN 5  /* CLA INS P1 P2 Lc */
#define ATR_ROOM   36 /* what PC/SC may give, on each platform */

jm_err
jm_scard_connected_err(LONG rv)
{
	const jm_err e = jm_scard_err(rv);

	if (e == JM_NO_CARD || e == JM_NOT_FOUND || e == JM_NO_SERVICE)
		return JM_GONE;
	return e;
}

/* Bytes to send over T=0: a short command of case 4 loses its Le. */
static size_t
t0_len(const uint8_t *cmd, size_t len)
{
	if (len > HEADER_LEN && cmd[4] != 0 &&
	    len - HEADER_LEN == (size_t)cmd[4] + 1)
		return len - 1;
	return len;
}

jm_err
jm_scard_transmit(SCARDHANDLE card, DWORD proto, const uint8_t *cmd,
    size_t cmd_len, uint8_t *rsp, size_t *rsp_len, LONG *raw)
{
	const int t0 = proto == SCARD_PROTOCOL_T0;
	const size_t room = *rsp_len;
	DWORD n = (DWORD)room;
	LONG rv;
	jm_err e;

	*rsp_len = 0;
	if (t0)
		cmd_len = t0_len(cmd, cmd_len);
	rv = SCardTransmit(card, t0 ? SCARD_PCI_T0 : SCARD_PCI_T1, cmd,
	    (DWORD)cmd_len, NULL, rsp, &n);
	if (raw != NULL)
		*raw = rv;
	e = jm_scard_connected_err(rv);
	if (e == JM_OK && n > room)
		return JM_SPACE;
	if (e == JM_OK)
		*rsp_len = n;
	return e;
}

size_t
jm_scard_status(SCARDHANDLE card, uint8_t *atr, size_t room, DWORD *proto)
{
	uint8_t buf[ATR_ROOM];
	DWORD atr_len = sizeof buf, name_len = 0, state, active;

	if (SCardStatus(card, NULL, &name_len, &state, &active, buf,
		&atr_len) != SCARD_S_SUCCESS)
		return 0;
	if (active == SCARD_PROTOCOL_T0 || active == SCARD_PROTOCOL_T1)
		*proto = active;
	if (atr_len > room)
		return 0;
	memcpy(atr, buf, atr_len);
	return atr_len;
}

jm_err
jm_scard_probe(SCARDHANDLE card)
{
	uint8_t atr[ATR_ROOM];
	DWORD atr_len = sizeof atr, name_len = 0, state, active;

	return jm_scard_connected_err(
	    SCardStatus(card, NULL, &name_len, &state, &active, atr, &atr_len));
}
