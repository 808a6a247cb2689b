/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu/exchange.h"

#include "base/wipe.h"

#define INS_GET_RESPONSE 0xc0
#define SW_LEN           2

/* The length that a status byte or Le stands for: 00 is 256. */
static size_t
asked(unsigned byte)
{
	return byte == 0 ? 256 : byte;
}

/* One command on the wire; its reply is the first *n bytes of x->rsp. */
static jm_err
send_once(const struct jm_link *link, struct jm_xbuf *x,
    const struct jm_capdu *c, size_t *n, unsigned *sw)
{
	size_t cmd_len, rsp_len = sizeof x->rsp;
	jm_err e;

	*n = 0;
	*sw = 0;
	if ((e = jm_capdu_encode(c, x->cmd, sizeof x->cmd, &cmd_len)) != JM_OK)
		return e == JM_SPACE ? JM_ARG : e;
	e = link->ops->transmit(link->self, x->cmd, cmd_len, x->rsp, &rsp_len);
	if (e != JM_OK)
		return e;
	if (rsp_len < SW_LEN || rsp_len > sizeof x->rsp)
		return JM_FORMAT;
	*n = rsp_len - SW_LEN;
	*sw = (unsigned)x->rsp[*n] << 8 | x->rsp[*n + 1];
	return JM_OK;
}

/* Of the class only the channel says anything about GET RESPONSE, which is an
 * interindustry command whatever asked for it; chaining is over by then, and
 * the pieces of a protected reply are not protected once more. */
static uint8_t
response_class(uint8_t cla)
{
	return (cla & 0xc0) != 0x40 ? cla & 0x03 : cla & 0xef;
}

/* 6Cxx names the length to ask with.  A command that carries data is never
 * repeated (its first form may have acted), nor one that asked for nothing. */
static int
may_ask_again(const struct jm_capdu *c, size_t n)
{
	return n == 0 && c->nc == 0 && c->ne > 0;
}

jm_err
jm_exchange(const struct jm_link *link, struct jm_xbuf *x,
    const struct jm_capdu *c, struct jm_wbuf *data, unsigned *sw)
{
	struct jm_capdu next = *c;
	unsigned again = 0, more = 0;
	size_t n;
	jm_err e;

	*sw = 0;
	jm_wbuf_init(data, data->mem, data->cap);
	for (;;) {
		if ((e = send_once(link, x, &next, &n, sw)) != JM_OK)
			break;
		jm_put(data, x->rsp, n);
		if (data->full) {
			e = JM_SPACE;
			break;
		}
		if (*sw >> 8 == 0x6c && more == 0 && again++ == 0 &&
		    may_ask_again(c, n)) {
			next.ne = asked(*sw & 0xff);
			continue;
		}
		if (*sw >> 8 != 0x61)
			break;
		/* Over T=0 the first answer may be "more" alone; from then on
		 * every round has to bring some. */
		if (more == JM_XROUNDS || (n == 0 && more > 0)) {
			e = JM_FORMAT;
			break;
		}
		more++;
		next = (struct jm_capdu){ .cla = response_class(c->cla),
			.ins = INS_GET_RESPONSE,
			.ne = asked(*sw & 0xff) };
	}
	if (e != JM_OK) {
		jm_wipe(data->mem, data->len);
		data->len = 0;
		*sw = 0;
	}
	jm_wipe(x, sizeof *x);
	return e;
}
