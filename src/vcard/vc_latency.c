/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How long a real card and its link would take.  No benchmark of a real card is
 * public: these are estimates from link rates and from single observations
 * (doc/vcard.md, "Latency").
 */
#include "vcard/vc_card.h"

#define READER_US 5000u /* reader and USB, each exchange */

/* The card's own share. */
static const struct share {
	uint8_t ins;
	unsigned us;
} shares[] = {
	{ 0x20, 40000 },  /* VERIFY: non-volatile memory */
	{ 0x24, 75000 },  /* CHANGE REFERENCE DATA */
	{ 0x2a, 600000 }, /* RSA-2048 signature */
	{ 0xa4, 2000 },   /* SELECT */
	{ 0xb0, 5000 },   /* READ BINARY */
};

static unsigned
card_us(const uint8_t *cmd, size_t cmd_len)
{
	if (cmd_len < 4)
		return 0;
	if (cmd[1] == 0x20 && cmd_len == 4)
		return 2000; /* the retry query writes nothing */
	for (size_t i = 0; i < NELEM(shares); i++)
		if (shares[i].ins == cmd[1])
			return shares[i].us;
	return 2000;
}

/* Bit rate adjustment factor Di of TA1; 1 without TA1 (ISO/IEC 7816-3, 8.3). */
static unsigned
atr_d(const struct vc_hex *atr)
{
	static const uint8_t d[16] = { 1, 1, 2, 4, 8, 16, 32, 64, 12, 20, 1, 1,
		1, 1, 1, 1 };

	if (atr->len < 3 || (atr->b[1] & 0x10) == 0)
		return 1;
	return d[atr->b[2] & 0xf];
}

unsigned
vc_latency_us(const struct vc_card *card, enum vc_latency model,
    const uint8_t *cmd, size_t cmd_len, size_t rsp_len)
{
	uint64_t us = card_us(cmd, cmd_len) + READER_US, bytes;

	bytes = cmd_len + rsp_len;
	switch (model) {
	case VC_LATENCY_NONE: return 0;
	case VC_LATENCY_CONTACT:
		/* T=1: 4 bytes around each block of 254, about 1 kB/s at the
		 * basic rate. */
		bytes += 4 * (2 + cmd_len / 254 + rsp_len / 254);
		us += bytes * 1000 / atr_d(&card->par.atr);
		break;
	case VC_LATENCY_CONTACTLESS:
		/* 212 kbit/s, 2 ms for each pair of 256-byte frames. */
		us += bytes * 1000 / 21; /* 21 bytes a ms */
		us += 2000 * (1 + (cmd_len + rsp_len) / 256);
		break;
	}
	return (unsigned)us;
}
