/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/script.h"

#include <string.h>

#include "base/hex.h"
#include "tests/support/fault.h"
#include "tests/support/test.h"

#define REPLY_MAX 5000
#define BIG       65538

static struct {
	const struct step *step;
	size_t n, at;
	int loose; /* order and number no longer matter */
	int held, gone, reset;
	int replace; /* 0: none */
	unsigned replace_at;
	const char *replace_by;
	uint8_t atr[JM_ATR_MAX];
	size_t atr_len;
	unsigned apdus, verifies, begins, power_downs, closes, abandons;
} script;

static jm_err
special(const char *reply)
{
	if (reply == NULL)
		return JM_LINK;
	if (strcmp(reply, "!gone") == 0) {
		script.gone = 1;
		return JM_GONE;
	}
	if (strcmp(reply, "!reset") == 0) {
		script.reset = 1;
		return JM_RESET;
	}
	if (strcmp(reply, "!busy") == 0)
		return JM_BUSY;
	return JM_OK;
}

static jm_err
play_begin(void *self)
{
	jm_err e = JM_OK;

	assert_ptr_equal(self, &script);
	assert_false(script.held);
	if (script.gone)
		return JM_GONE;
	script.reset = 0;
	if (script.at < script.n &&
	    strcmp(script.step[script.at].cmd, "!begin") == 0)
		e = special(script.step[script.at++].reply);
	script.held = e == JM_OK;
	script.begins += e == JM_OK;
	return e;
}

static void
play_end(void *self, enum jm_end how)
{
	assert_ptr_equal(self, &script);
	assert_true(script.held);
	script.held = 0;
	script.power_downs += how == JM_END_POWER_DOWN;
}

static int
fits(const char *pattern, const uint8_t *cmd, size_t len)
{
	size_t pattern_len = strlen(pattern);
	static uint8_t want[REPLY_MAX];
	static char head[2 * REPLY_MAX];
	size_t n;

	if (pattern[0] == '!')
		return 0;
	if (pattern_len == 0 || pattern[pattern_len - 1] != '*') {
		assert_int_equal(
		    jm_hex_decode(pattern, want, sizeof want, &n), JM_OK);
		return n == len && memcmp(want, cmd, n) == 0;
	}
	assert_true(pattern_len <= sizeof head);
	memcpy(head, pattern, --pattern_len);
	while (pattern_len > 0 && head[pattern_len - 1] == ' ')
		pattern_len--;
	head[pattern_len] = '\0';
	assert_int_equal(jm_hex_decode(head, want, sizeof want, &n), JM_OK);
	return n <= len && memcmp(want, cmd, n) == 0;
}

static const char *
any_reply(const uint8_t *cmd, size_t len)
{
	for (size_t i = 0; i < script.n; i++)
		if (fits(script.step[i].cmd, cmd, len))
			return script.step[i].reply;
	return len > 4 && cmd[1] == 0xa4 && cmd[2] == 0x04 ? "9000" : "6d00";
}

static const char *
next_reply(const uint8_t *cmd, size_t len)
{
	const struct step *s = &script.step[script.at];
	static char text[2 * REPLY_MAX + 1];

	if (jm_hex_encode(cmd, len, text, sizeof text) != JM_OK)
		fail_msg("APDU %u has %zu bytes", script.apdus, len);
	if (script.at == script.n)
		fail_msg("APDU %u is one too many: %s", script.apdus, text);
	if (!fits(s->cmd, cmd, len))
		fail_msg("APDU %u is %s, not %s", script.apdus, text, s->cmd);
	script.at++;
	return s->reply;
}

static jm_err
hand_out(const char *reply, uint8_t *rsp, size_t room, size_t *rsp_len)
{
	jm_err e;

	if ((e = special(reply)) != JM_OK)
		return e;
	if (strcmp(reply, "!big") == 0) {
		if (room < BIG)
			return JM_SPACE;
		memset(rsp, 0x90, BIG);
		*rsp_len = BIG;
		return JM_OK;
	}
	e = jm_hex_decode(reply, rsp, room, rsp_len);
	if (e == JM_ARG)
		fail_msg("not a reply: %s", reply);
	return e;
}

static jm_err
play_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	const size_t room = *rsp_len;
	const unsigned nth = script.apdus++;
	const char *reply;

	assert_ptr_equal(self, &script);
	*rsp_len = 0;
	assert_true(script.held);
	if (script.gone || script.reset)
		fail_msg("APDU %u goes to a card that left", nth);
	assert_true(cmd_len >= 4);
	script.verifies += cmd[1] == 0x20 && cmd_len > 5;
	reply =
	    script.loose ? any_reply(cmd, cmd_len) : next_reply(cmd, cmd_len);
	if (fault_point()) {
		script.loose = 1;
		return JM_LINK;
	}
	if (script.replace && nth == script.replace_at) {
		script.loose = 1;
		reply = script.replace_by;
	}
	return hand_out(reply, rsp, room, rsp_len);
}

static size_t
play_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	assert_ptr_equal(self, &script);
	memcpy(out, script.atr, script.atr_len);
	return script.atr_len;
}

static void
play_close(void *self)
{
	assert_ptr_equal(self, &script);
	assert_false(script.held);
	script.closes++;
}

/* Also inside a transaction: it is the parent's. */
static void
play_abandon(void *self)
{
	assert_ptr_equal(self, &script);
	script.held = 0;
	script.abandons++;
}

static const struct jm_link_ops ops = { .begin = play_begin,
	.end = play_end,
	.transmit = play_transmit,
	.atr = play_atr,
	.close = play_close,
	.abandon = play_abandon };

void
script_start(struct jm_link *out, const struct step *steps, size_t n)
{
	memset(&script, 0, sizeof script);
	script.step = steps;
	script.n = n;
	*out = (struct jm_link){ &ops, &script };
}

void
script_atr(const char *hex)
{
	assert_int_equal(
	    jm_hex_decode(hex, script.atr, sizeof script.atr, &script.atr_len),
	    JM_OK);
}

void
script_replace(unsigned nth, const char *reply)
{
	script.replace = 1;
	script.replace_at = nth;
	script.replace_by = reply;
}

void
script_end(void)
{
	assert_false(script.held);
	if (!script.loose && script.at < script.n)
		fail_msg("never sent: %s", script.step[script.at].cmd);
}

unsigned
script_apdus(void)
{
	return script.apdus;
}

unsigned
script_verifies(void)
{
	return script.verifies;
}

unsigned
script_begins(void)
{
	return script.begins;
}

unsigned
script_power_downs(void)
{
	return script.power_downs;
}

unsigned
script_closes(void)
{
	return script.closes;
}

unsigned
script_abandons(void)
{
	return script.abandons;
}

int
script_replaced(void)
{
	return script.loose;
}
