/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The input is a command and the card's replies to whatever jm_exchange makes
 * of it.  A command with data goes out once, rounds are bounded, every command
 * is well-formed, and a failure leaves nothing behind.
 */
#include <string.h>

#include "apdu/exchange.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_name[] = "exchange";

struct wire {
	struct feed *feed;
	unsigned sent, with_data;
};

/* Four cases, short and extended: does the length say what is there? */
static int
well_formed(const uint8_t *cmd, size_t len)
{
	size_t lc;

	if (len == 4 || len == 5)
		return 1;
	if (len < 4)
		return 0;
	if (cmd[4] != 0) {
		lc = cmd[4];
		return len == 5 + lc || len == 6 + lc;
	}
	if (len == 7)
		return 1;
	if (len < 7)
		return 0;
	lc = (size_t)cmd[5] << 8 | cmd[6];
	return lc > 0 && (len == 7 + lc || len == 9 + lc);
}

static jm_err
wire_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	static const jm_err failure[] = { JM_GONE, JM_RESET, JM_LINK,
		JM_SPACE };
	struct wire *w = self;
	const size_t room = *rsp_len;
	const uint8_t *p;
	size_t len;
	unsigned how;

	MUST(well_formed(cmd, cmd_len));
	w->sent++;
	w->with_data += cmd_len > 5 && (cmd_len != 7 || cmd[4] != 0);
	*rsp_len = 0;
	if (w->feed->left == 0)
		return JM_GONE;
	/* 0: so many zeros and the status; the rest: bytes as they are */
	how = feed_below(w->feed, 16);
	if (how >= 12)
		return failure[how - 12];
	p = feed_string(w->feed, &len);
	if (how == 0) {
		const size_t zeros = feed_u16(w->feed) % (JM_XRSP_MAX + 2);

		if (zeros + len > room)
			return JM_SPACE;
		memset(rsp, 0, zeros);
		memcpy(rsp + zeros, p, len);
		*rsp_len = zeros + len;
		return JM_OK;
	}
	if (len > room)
		return JM_SPACE;
	memcpy(rsp, p, len);
	*rsp_len = len;
	return JM_OK;
}

static int
is_zero(const void *mem, size_t len)
{
	const uint8_t *p = mem;

	while (len > 0 && p[len - 1] == 0)
		len--;
	return len == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct jm_link_ops ops = { .transmit = wire_transmit };
	static const unsigned room[] = { 0, 1, 2, 16, 255, 256, 257, 4096 };
	static uint8_t body[700], memory[4096];
	static struct jm_xbuf x;
	struct feed f = { data, size };
	struct wire w = { &f, 0, 0 };
	const struct jm_link link = { &ops, &w };
	struct jm_capdu c = { .data = body };
	struct jm_wbuf out;
	unsigned sw = 1;
	size_t cap;
	jm_err e;

	c.cla = (uint8_t)feed_u8(&f);
	c.ins = (uint8_t)feed_u8(&f);
	c.nc = feed_u16(&f) % sizeof body;
	c.ne = feed_u16(&f);
	cap = room[feed_below(&f, NELEM(room))];
	jm_wbuf_init(&out, memory, cap);
	e = jm_exchange(&link, &x, &c, &out, &sw);
	MUST(w.with_data <= 1);
	MUST(w.sent <= 2 + JM_XROUNDS);
	MUST(c.nc == 0 || w.with_data == (w.sent > 0));
	MUST(out.len <= cap);
	MUST(e == JM_OK || (out.len == 0 && sw == 0));
	MUST(e != JM_OK || (sw <= 0xffff && w.sent > 0));
	MUST(is_zero(&x, sizeof x));
	return 0;
}
