/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/trace.h"

#include <stdio.h>
#include <stdlib.h>

#define HEADER_LEN 4
#define SHOWN_MAX                                                              \
	255           /* bytes of command data in a line, all of a short one   \
		       */
#define TAIL_MAX   40 /* " -> [65536 bytes] 9000" and its like */

#define INS_SELECT 0xa4

/* A line being built; what does not fit is left out. */
struct line {
	char *text;
	size_t cap, len;
};

static void
add_text(struct line *l, const char *s)
{
	while (*s != '\0' && l->len + 1 < l->cap)
		l->text[l->len++] = *s++;
	l->text[l->len] = '\0';
}

static void
add_hex(struct line *l, const uint8_t *p, size_t n)
{
	static const char digit[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++)
		add_text(l,
		    (const char[]){ digit[p[i] >> 4], digit[p[i] & 15], '\0' });
}

/* Where the data of a command lies: [*at, *at + *len).  Of one that cannot be
 * understood all bytes after the header count as data. */
static void
find_data(const uint8_t *cmd, size_t n, size_t *at, size_t *len)
{
	size_t lc;

	*at = n < HEADER_LEN ? n : HEADER_LEN;
	*len = n - *at;
	if (n <= HEADER_LEN + 1 || (n == HEADER_LEN + 3 && cmd[4] == 0)) {
		*at = n; /* no data: at most an Le */
		*len = 0;
	} else if (cmd[4] != 0) {
		lc = cmd[4];
		if (n - 5 == lc || n - 5 == lc + 1) {
			*at = 5;
			*len = lc;
		}
	} else if (n > 7) {
		lc = (size_t)cmd[5] << 8 | cmd[6];
		if (n - 7 == lc || n - 7 == lc + 2) {
			*at = 7;
			*len = lc;
		}
	}
}

/* Only the data of SELECT is known to be nobody's secret. */
static void
add_command(struct line *l, const uint8_t *cmd, size_t n)
{
	char text[TAIL_MAX];
	size_t at, len;

	find_data(cmd, n, &at, &len);
	add_hex(l, cmd, at);
	if (len > 0 && cmd[1] == INS_SELECT) {
		add_hex(l, cmd + at, len < SHOWN_MAX ? len : SHOWN_MAX);
		if (len > SHOWN_MAX)
			add_text(l, "..");
	} else if (len > 0) {
		(void)snprintf(text, sizeof text, "[%zu bytes redacted]", len);
		add_text(l, text);
	}
	add_hex(l, cmd + at + len, n - at - len);
}

void
jm_trace_line(const uint8_t *cmd, size_t cmd_len, const uint8_t *rsp,
    size_t rsp_len, char out[JM_TRACE_LINE_MAX])
{
	struct line l = { out, JM_TRACE_LINE_MAX, 0 };
	char text[TAIL_MAX];

	add_command(&l, cmd, cmd_len);
	if (rsp_len < 2) {
		(void)snprintf(
		    text, sizeof text, " -> [%zu bytes] no status", rsp_len);
		add_text(&l, text);
		return;
	}
	(void)snprintf(text, sizeof text, " -> [%zu bytes] ", rsp_len - 2);
	add_text(&l, text);
	add_hex(&l, rsp + rsp_len - 2, 2);
}

struct trace {
	struct jm_link inner;
	jm_trace_sink sink;
	void *arg;
};

static jm_err
trace_begin(void *self)
{
	struct trace *t = self;

	return t->inner.ops->begin(t->inner.self);
}

static void
trace_end(void *self, enum jm_end how)
{
	struct trace *t = self;

	t->inner.ops->end(t->inner.self, how);
}

static jm_err
trace_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct trace *t = self;
	char text[JM_TRACE_LINE_MAX];
	struct line l = { text, sizeof text, 0 };
	jm_err e;

	e = t->inner.ops->transmit(t->inner.self, cmd, cmd_len, rsp, rsp_len);
	if (e == JM_OK) {
		jm_trace_line(cmd, cmd_len, rsp, *rsp_len, text);
	} else {
		add_command(&l, cmd, cmd_len);
		add_text(&l, " -> ");
		add_text(&l, jm_errname(e));
	}
	t->sink(t->arg, text);
	return e;
}

static size_t
trace_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	struct trace *t = self;

	return t->inner.ops->atr(t->inner.self, out);
}

static void
trace_close(void *self)
{
	struct trace *t = self;

	jm_link_close(&t->inner);
	free(t);
}

static void
trace_abandon(void *self)
{
	struct trace *t = self;

	jm_link_abandon(&t->inner);
	free(t);
}

static unsigned
trace_pinpad(void *self)
{
	struct trace *t = self;

	return t->inner.ops->pinpad == NULL
		   ? 0
		   : t->inner.ops->pinpad(t->inner.self);
}

/* The header is all that there is to see. */
static jm_err
trace_ask_pin(
    void *self, const struct jm_pin_ask *ask, uint8_t *rsp, size_t *rsp_len)
{
	struct trace *t = self;
	char text[JM_TRACE_LINE_MAX];
	struct line l = { text, sizeof text, 0 };
	jm_err e = JM_UNSUPPORTED;

	if (t->inner.ops->ask_pin != NULL)
		e = t->inner.ops->ask_pin(t->inner.self, ask, rsp, rsp_len);
	add_hex(&l, ask->head, sizeof ask->head);
	add_text(&l, "[typed at the reader] -> ");
	if (e == JM_OK)
		add_hex(&l, rsp, *rsp_len);
	else
		add_text(&l, jm_errname(e));
	t->sink(t->arg, text);
	return e;
}

static int
trace_goes_on(void *self)
{
	struct trace *t = self;

	return t->inner.ops->goes_on != NULL &&
	       t->inner.ops->goes_on(t->inner.self);
}

static const struct jm_link_ops ops = { .begin = trace_begin,
	.end = trace_end,
	.transmit = trace_transmit,
	.atr = trace_atr,
	.close = trace_close,
	.abandon = trace_abandon,
	.pinpad = trace_pinpad,
	.ask_pin = trace_ask_pin,
	.goes_on = trace_goes_on };

jm_err
jm_trace_wrap(const struct jm_link *inner, jm_trace_sink sink, void *arg,
    struct jm_link *out)
{
	struct trace *t;

	*out = (struct jm_link){ NULL, NULL };
	if ((t = malloc(sizeof *t)) == NULL)
		return JM_NOMEM;
	*t = (struct trace){ *inner, sink, arg };
	*out = (struct jm_link){ &ops, t };
	return JM_OK;
}
