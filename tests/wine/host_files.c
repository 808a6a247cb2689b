/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <stdio.h>

/* host.exe reader: no driver, only what is under it. */
static void
reader(int argc, WCHAR **argv)
{
	static const BYTE select[] = { 0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3, 0x92,
		0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };
	BYTE reply[258];
	DWORD len = sizeof reply;
	struct counts n;
	struct host h;

	(void)argc;
	(void)argv;
	(void)counts_anew();
	host_connect(&h, 0);
	note("%ls", h.reader);
	check(h.atr_len > 2 && h.atr[0] == 0x3b, "the card has an ATR");
	check(host_driver(&h) != NULL, "the registry knows a driver for it");
	host_begin(&h);
	is(SCARD_S_SUCCESS,
	    (DWORD)SCardTransmit(
		h.card, SCARD_PCI_T1, select, sizeof select, NULL, reply, &len),
	    "SCardTransmit");
	same("\x90", 2, reply, len, "the application is there");
	fault(WIRE_SW, 1, 0x6a82);
	len = sizeof reply;
	(void)SCardTransmit(
	    h.card, SCARD_PCI_T1, select, sizeof select, NULL, reply, &len);
	same("\x6a\x82", 2, reply, len, "a fault is a fault");
	fault(WIRE_REMOVED, 2, 0);
	len = sizeof reply;
	is(SCARD_S_SUCCESS,
	    (DWORD)SCardTransmit(
		h.card, SCARD_PCI_T1, select, sizeof select, NULL, reply, &len),
	    "the first of two");
	len = sizeof reply;
	is((DWORD)SCARD_W_REMOVED_CARD,
	    (DWORD)SCardTransmit(
		h.card, SCARD_PCI_T1, select, sizeof select, NULL, reply, &len),
	    "the second of them");
	is((DWORD)SCARD_W_REMOVED_CARD, (DWORD)SCardBeginTransaction(h.card),
	    "and what comes then");
	host_end(&h);
	host_reconnect(&h);
	is(SCARD_S_SUCCESS, (DWORD)SCardBeginTransaction(h.card),
	    "a new handle is of use");
	host_end(&h);
	n = counts_anew();
	is(2, n.apdus, "commands are counted");
	is(2, n.fired, "so are faults");
	is(0, n.verifies, "so are PINs");
	host_close(&h);
}

const struct scenario files_scenarios[] = { { L"reader", reader },
	{ NULL, NULL } };
