/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <string.h>

static const BYTE aid[] = { 0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3, 0x92, 0xf0,
	0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };

/* A status word, 0 when there was no answer. */
static unsigned
say(struct host *h, const BYTE *cmd, DWORD len)
{
	BYTE reply[600];
	DWORD got = sizeof reply;

	if (SCardTransmit(h->card, SCARD_PCI_T1, cmd, len, NULL, reply, &got) !=
		SCARD_S_SUCCESS ||
	    got < 2)
		return 0;
	return (unsigned)reply[got - 2] << 8 | reply[got - 1];
}

static unsigned
select_ef(struct host *h, BYTE ef)
{
	const BYTE cmd[] = { 0x00, 0xa4, 0x02, 0x0c, 0x02, 0x00, ef };
	const unsigned sw = say(h, aid, sizeof aid);

	return sw == 0x9000 ? say(h, cmd, sizeof cmd) : sw;
}

unsigned
raw_sign(struct host *h, BYTE container)
{
	static const BYTE cmd[] = { 0x80, 0x2a, 0x00, 0x80, 0x01, 0x31, 0x00 };
	unsigned sw;

	host_begin(h);
	sw = select_ef(h, container == 0 ? 0x17 : 0x1a);
	if (sw == 0x9000)
		sw = say(h, cmd, sizeof cmd);
	host_end(h);
	return sw;
}

unsigned
raw_tries(struct host *h, BYTE container)
{
	static const BYTE cmd[] = { 0x00, 0x20, 0x00, 0x80 };
	unsigned sw;

	host_begin(h);
	sw = select_ef(h, container == 0 ? 0x18 : 0x1b);
	if (sw == 0x9000)
		sw = say(h, cmd, sizeof cmd);
	host_end(h);
	if (sw == 0x6983 || sw == 0x6984)
		return 0;
	return (sw & 0xfff0) == 0x63c0 ? sw & 15 : 99;
}
