/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/text_card.h"

#include <string.h>

#include "base/hex.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define TEXT_PIN 0x11

static const struct {
	enum jm_app app;
	const char *select;
} names[] = { { JM_APP_JPKI, SEL_AP }, { JM_APP_TEXT, SEL_TEXT },
	{ JM_APP_FACE, "00a4040c 0a d3921000310001010402" },
	{ JM_APP_JUKI, "00a4040c 0a d3921000310001010401" },
	{ JM_APP_COMMON, "00a4040c 0a d3921000310001010100" } };

void
text_card_new(struct text_card *c)
{
	c->apps = 1u << JM_APP_JPKI | 1u << JM_APP_TEXT | 1u << JM_APP_FACE |
		  1u << JM_APP_JUKI | 1u << JM_APP_COMMON;
	memcpy(c->pin, "1234", 4);
	c->tries = 3;
	c->selected = c->verified = 0;
	c->ef = 0;
}

static unsigned
select_name(struct text_card *c, const uint8_t *cmd, size_t n)
{
	uint8_t want[32];
	size_t len;

	c->selected = c->verified = 0;
	c->ef = 0;
	assert_int_equal(
	    jm_hex_decode(SEL_ISSUER, want, sizeof want, &len), JM_OK);
	if (n == len && memcmp(cmd, want, n) == 0)
		return 0x9000;
	for (size_t i = 0; i < NELEM(names); i++) {
		assert_int_equal(
		    jm_hex_decode(names[i].select, want, sizeof want, &len),
		    JM_OK);
		if (n != len || memcmp(cmd, want, n) != 0 ||
		    (c->apps & 1u << names[i].app) == 0)
			continue;
		c->app = names[i].app;
		c->selected = 1;
		return 0x9000;
	}
	return 0x6a82;
}

/* The current file's bytes; NULL: there is none. */
static const uint8_t *
file_of(const struct text_card *c, size_t *len)
{
	static uint8_t info[256];
	static const uint8_t pairs[] = { 0x8f, 0x8f, 0x00 };

	*len = 0;
	if (c->app == JM_APP_TEXT && c->ef >= 2 && c->ef <= 4) {
		*len = c->rec[c->ef - 2].len;
		return *len > 0 ? c->rec[c->ef - 2].mem : NULL;
	}
	if (c->app != JM_APP_JPKI)
		return NULL;
	if (c->ef == 0x08) {
		*len = sizeof pairs;
		return pairs;
	}
	if (c->ef != 0x06)
		return NULL;
	assert_int_equal(jm_hex_decode(INFO, info, sizeof info, len), JM_OK);
	*len -= 2; /* its status word */
	return info;
}

static unsigned
read_binary(struct text_card *c, const uint8_t *cmd, size_t n, uint8_t *rsp,
    size_t *rsp_len)
{
	const size_t at = (size_t)(cmd[2] & 0x7f) << 8 | cmd[3];
	const size_t ne = n == 5 && cmd[4] != 0 ? cmd[4] : 256;
	const uint8_t *p;
	size_t len;

	if ((p = file_of(c, &len)) == NULL)
		return 0x6a82;
	/* EF 0004 is free; a number is asked for by nobody. */
	if (c->app == JM_APP_TEXT && c->ef < 4 && !c->verified)
		return 0x6982;
	if (at > len)
		return 0x6b00;
	*rsp_len = len - at < ne ? len - at : ne;
	memcpy(rsp, p + at, *rsp_len);
	return 0x9000;
}

static unsigned
verify(struct text_card *c, const uint8_t *cmd, size_t n)
{
	if (c->app != JM_APP_TEXT || c->ef != TEXT_PIN)
		return c->app == JM_APP_JPKI ? 0x63c3 : 0x6a82;
	if (c->tries < 0)
		return 0x6a88;
	if (n == 4)
		return c->verified ? 0x9000 : 0x63c0u + (unsigned)c->tries;
	if (c->tries == 0)
		return 0x6984;
	if (n != 9 || memcmp(cmd + 5, c->pin, 4) != 0) {
		c->verified = 0;
		return 0x63c0u + (unsigned)--c->tries;
	}
	c->tries = 3;
	c->verified = 1;
	return 0x9000;
}

static unsigned
answer(struct text_card *c, const uint8_t *cmd, size_t n, uint8_t *rsp,
    size_t *rsp_len)
{
	if (cmd[1] == 0xa4 && cmd[2] == 0x04)
		return select_name(c, cmd, n);
	if (!c->selected)
		return 0x6d00;
	if (cmd[1] == 0xa4 && cmd[2] == 0x02 && n == 7) {
		c->ef = (unsigned)cmd[5] << 8 | cmd[6];
		assert_false(c->app == JM_APP_TEXT && c->ef == 1);
		return 0x9000;
	}
	if (cmd[1] == 0xb0)
		return read_binary(c, cmd, n, rsp, rsp_len);
	if (cmd[1] == 0x20)
		return verify(c, cmd, n);
	if (cmd[1] == 0x24 && n == 9 && c->verified) {
		memcpy(c->pin, cmd + 5, 4);
		return 0x9000;
	}
	return cmd[1] == 0x24 ? 0x6982 : 0x6d00;
}

static int
transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	size_t n = 0;
	const unsigned sw = answer(self, cmd, cmd_len, rsp, &n);

	rsp[n] = (uint8_t)(sw >> 8);
	rsp[n + 1] = (uint8_t)sw;
	*rsp_len = n + 2;
	return 0;
}

static void
reset(void *self)
{
	struct text_card *c = self;

	c->selected = c->verified = 0;
	c->ef = 0;
}

static void
power(void *self, int on)
{
	(void)on;
	reset(self);
}

static size_t
atr(void *self, uint8_t out[33])
{
	size_t len;

	(void)self;
	assert_int_equal(jm_hex_decode(ATR_PLAIN, out, 33, &len), JM_OK);
	return len;
}

struct vs_card
text_card(struct text_card *c)
{
	return (struct vs_card){ c, transmit, power, reset, atr };
}
