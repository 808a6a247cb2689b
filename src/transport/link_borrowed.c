/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/link_borrowed.h"

#include <stdlib.h>

#include "transport/scard_io.h"

struct borrowed {
	SCARDHANDLE card;
	DWORD proto;
	int changed; /* another handle since the last begin, or a reset seen */
	uint32_t error;
};

/* What is known of the handle: the host may have connected with another
 * protocol. */
static void
look_at(struct borrowed *b)
{
	uint8_t atr[JM_ATR_MAX];

	(void)jm_scard_status(b->card, atr, sizeof atr, &b->proto);
}

static jm_err
borrowed_begin(void *self)
{
	struct borrowed *b = self;

	if (!b->changed)
		return JM_OK;
	b->changed = 0;
	look_at(b);
	return JM_RESET;
}

static void
borrowed_end(void *self, enum jm_end how)
{
	(void)self; /* the transaction is the host's, and so is the power */
	(void)how;
}

static jm_err
borrowed_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct borrowed *b = self;
	LONG raw;
	const jm_err e = jm_scard_transmit(
	    b->card, b->proto, cmd, cmd_len, rsp, rsp_len, &raw);

	if (e != JM_OK)
		b->error = (uint32_t)raw;
	if (e == JM_RESET || e == JM_GONE)
		b->changed = 1;
	return e;
}

static size_t
borrowed_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	struct borrowed *b = self;

	return jm_scard_status(b->card, out, JM_ATR_MAX, &b->proto);
}

static const struct jm_link_ops ops = { .begin = borrowed_begin,
	.end = borrowed_end,
	.transmit = borrowed_transmit,
	.atr = borrowed_atr,
	.close = free,
	.abandon = free };

jm_err
jm_link_borrowed_new(SCARDHANDLE handle, struct jm_link *out)
{
	struct borrowed *b;

	*out = (struct jm_link){ NULL, NULL };
	if ((b = calloc(1, sizeof *b)) == NULL)
		return JM_NOMEM;
	b->card = handle;
	b->proto = SCARD_PROTOCOL_T1; /* what these cards speak */
	look_at(b);
	*out = (struct jm_link){ &ops, b };
	return JM_OK;
}

void
jm_link_borrowed_handle(struct jm_link *link, SCARDHANDLE handle)
{
	struct borrowed *b = link->self;

	b->error = 0;
	if (b->card == handle)
		return;
	b->card = handle;
	b->changed = 1;
}

uint32_t
jm_link_borrowed_error(const struct jm_link *link)
{
	const struct borrowed *b = link->self;

	return b->error;
}
