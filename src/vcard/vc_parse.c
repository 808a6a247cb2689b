/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The card's own parser of commands.  It is written from the standard and
 * shares nothing with the middleware's encoder on purpose.
 */
#include "vcard/vc_cmd.h"

#include <stdio.h>
#include <string.h>

#define PSO 0x2a /* signatures */

/* Body of short length fields: [Lc data] [Le]. */
static int
short_body(const uint8_t *b, size_t n, struct vc_cmd *c)
{
	if (n == 1) {
		c->ne = b[0] == 0 ? 256 : b[0];
		return 1;
	}
	c->nc = b[0];
	if (c->nc == 0 || n - 1 < c->nc)
		return 0;
	c->data = b + 1;
	n -= 1 + c->nc;
	if (n == 1) {
		b += 1 + c->nc;
		c->ne = b[0] == 0 ? 256 : b[0];
		n = 0;
	}
	return n == 0;
}

/* Body of extended ones, n >= 3, b[0] == 0: 00 [Lc Lc data] [Le Le]. */
static int
extended_body(const uint8_t *b, size_t n, struct vc_cmd *c)
{
	size_t v = (size_t)b[1] << 8 | b[2];

	c->extended = 1;
	if (n == 3) {
		c->ne = v == 0 ? 65536 : v;
		return 1;
	}
	if (v == 0 || n - 3 < v)
		return 0;
	c->nc = v;
	c->data = b + 3;
	n -= 3 + v;
	if (n == 2) {
		b += 3 + v;
		v = (size_t)b[0] << 8 | b[1];
		c->ne = v == 0 ? 65536 : v;
		n = 0;
	}
	return n == 0;
}

unsigned
vc_parse(const uint8_t *cmd, size_t cmd_len, int extended, struct vc_cmd *out)
{
	struct vc_cmd c = { 0 };
	int ok;

	memset(out, 0, sizeof *out);
	if (cmd_len < 4)
		return 0x6700;
	c.cla = cmd[0];
	c.ins = cmd[1];
	c.p1 = cmd[2];
	c.p2 = cmd[3];
	cmd += 4;
	cmd_len -= 4;
	if (cmd_len == 0)
		ok = 1;
	else if (cmd[0] != 0 || cmd_len == 1)
		ok = short_body(cmd, cmd_len, &c);
	else
		ok =
		    extended && cmd_len >= 3 && extended_body(cmd, cmd_len, &c);
	if (!ok)
		return 0x6700;
	*out = c;
	return 0x9000;
}

unsigned
vc_class_sw(uint8_t cla, unsigned sm_sw)
{
	if ((cla & 0x60) != 0) /* further interindustry, or no class of ours */
		return (cla & 0xc0) == 0x40 ? 0x6881 : 0x6e00;
	if ((cla & 0x0c) != 0)
		return sm_sw;
	if ((cla & 0x03) != 0)
		return 0x6881;
	return 0x9000;
}

static int
secret(uint8_t ins)
{
	/* VERIFY, CHANGE, RESET RETRY COUNTER, JICSAP CHANGE KEY, PSO, UPDATE
	 * BINARY and RECORD, STORE DATA, LOAD */
	static const uint8_t tab[] = { 0x20, 0x24, 0x2c, 0x32, PSO, 0xd6, 0xdc,
		0xe2, 0xe6 };

	return memchr(tab, ins, sizeof tab) != NULL;
}

struct line {
	char *s;
	size_t left; /* with the NUL */
};

static void
add_hex(struct line *l, const uint8_t *b, size_t n)
{
	static const char digit[] = "0123456789ABCDEF";

	for (; n > 0 && l->left > 2; n--, b++) {
		*l->s++ = digit[*b >> 4];
		*l->s++ = digit[*b & 0xf];
		l->left -= 2;
	}
	*l->s = '\0';
}

static void
add_note(struct line *l, size_t n, const char *what)
{
	int w = snprintf(l->s, l->left, "[%zu bytes %s]", n, what);

	if (w > 0 && (size_t)w < l->left) {
		l->s += w;
		l->left -= (size_t)w;
	}
}

void
vc_cmd_text(const uint8_t *cmd, size_t cmd_len, char *out, size_t cap)
{
	struct line l = { out, cap };
	struct vc_cmd c;
	size_t head;

	if (cap == 0)
		return;
	*out = '\0';
	if (cmd_len > 5 && secret(cmd[1])) {
		/* With nonsense lengths what is a PIN cannot be told. */
		head = 5;
		if (vc_parse(cmd, cmd_len, 1, &c) == 0x9000 && c.nc > 0)
			head = (size_t)(c.data - cmd);
		else
			c.nc = 0;
		if (cmd[1] != PSO || c.nc == 0)
			c.nc = cmd_len - head; /* what looks like Le as well */
		add_hex(&l, cmd, head);
		add_note(&l, c.nc, "redacted");
		add_hex(&l, cmd + head + c.nc, cmd_len - head - c.nc);
		return;
	}
	if (cmd_len <= 261) {
		add_hex(&l, cmd, cmd_len);
		return;
	}
	add_hex(&l, cmd, 16);
	add_note(&l, cmd_len - 16, "more");
}
