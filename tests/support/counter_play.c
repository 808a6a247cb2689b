/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/counter_play.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"

#define BYTES_MAX 5000
#define NOW       1795309323 /* 2026-11-22 01:02:03 */

unsigned play_asked, play_verifies;

static struct {
	const struct play *list;
	size_t n, at, replace_at;
	const char *replace_by;
	int replace, stopped;
	struct play_set *set;
} play;

/* As the header of the library has it; here only the card it is of. */
struct jm_sm {
	char who;
	jm_err state;
};

static char
who_is(const void *x)
{
	if (x == play.set->card.x)
		return 'r';
	return x == play.set->op.x ? 'o' : 's';
}

static jm_err
answer(char who, const char *cmd, uint8_t *rsp, size_t room, size_t *len)
{
	const struct play *p = &play.list[play.at];
	const char *reply;

	*len = 0;
	if (play.stopped)
		fail_msg("sent after it had failed: %c %s", who, cmd);
	if (play.at == play.n)
		fail_msg("one too many: %c %s", who, cmd);
	if (p->who != who || strcmp(p->cmd, cmd) != 0)
		fail_msg("command %zu is %c %s, not %c %s", play.at, who, cmd,
		    p->who, p->cmd);
	reply = p->reply;
	if (play.replace && play.at == play.replace_at) {
		reply = play.replace_by;
		play.stopped = 1;
	}
	play.at++;
	if (reply == NULL)
		return JM_GONE;
	assert_int_equal(jm_hex_decode(reply, rsp, room, len), JM_OK);
	assert_true(*len >= 2);
	return JM_OK;
}

static void
count(const uint8_t *cmd, size_t len)
{
	play_verifies += len > 5 && cmd[1] == 0x20;
}

/* Plain commands: the link ------------------------------------------------*/

static jm_err
begin(void *self)
{
	(void)self;
	return JM_OK;
}

static void
end(void *self, enum jm_end how)
{
	(void)self;
	assert_int_equal(how, JM_END_POWER_DOWN);
}

static jm_err
transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	static char text[2 * BYTES_MAX + 1];

	count(cmd, cmd_len);
	assert_int_equal(jm_hex_encode(cmd, cmd_len, text, sizeof text), JM_OK);
	return answer(*(const char *)self, text, rsp, *rsp_len, rsp_len);
}

static void
close_link(void *self)
{
	(void)self;
}

/* Commands in a channel -----------------------------------------------------*/

jm_err __wrap_jm_sm_open(const struct jm_link *link, struct jm_xbuf *x,
    const uint8_t *aid, size_t aid_len, const struct jm_sm_ident *me,
    struct jm_sm **out, struct jm_cvc *card, unsigned *sw);
jm_err __wrap_jm_sm_send(struct jm_sm *s, const struct jm_capdu *c,
    struct jm_wbuf *data, unsigned *sw);
jm_err __wrap_jm_sm_state(const struct jm_sm *s);
void __wrap_jm_sm_free(struct jm_sm **s);

jm_err
__wrap_jm_sm_open(const struct jm_link *link, struct jm_xbuf *x,
    const uint8_t *aid, size_t aid_len, const struct jm_sm_ident *me,
    struct jm_sm **out, struct jm_cvc *card, unsigned *sw)
{
	uint8_t rsp[16];
	size_t len;
	jm_err e;

	(void)link;
	(void)aid;
	(void)aid_len;
	(void)me;
	*out = NULL;
	*card = (struct jm_cvc){ .last_day = "20361231" };
	*sw = 0;
	if ((e = answer(who_is(x), "!open", rsp, sizeof rsp, &len)) != JM_OK)
		return e;
	*sw = (unsigned)rsp[len - 2] << 8 | rsp[len - 1];
	if (*sw != 0x9000)
		return JM_CARD;
	*out = calloc(1, sizeof **out);
	assert_non_null(*out);
	(*out)->who = (char)(who_is(x) - 'a' + 'A');
	return JM_OK;
}

jm_err
__wrap_jm_sm_send(struct jm_sm *s, const struct jm_capdu *c,
    struct jm_wbuf *data, unsigned *sw)
{
	static uint8_t cmd[BYTES_MAX], rsp[BYTES_MAX];
	static char text[2 * BYTES_MAX + 1];
	size_t len, rsp_len;

	*sw = 0;
	jm_wbuf_init(data, data->mem, data->cap);
	assert_int_equal(s->state, JM_OK);
	assert_int_equal(jm_capdu_encode(c, cmd, sizeof cmd, &len), JM_OK);
	count(cmd, len);
	assert_int_equal(jm_hex_encode(cmd, len, text, sizeof text), JM_OK);
	s->state = answer(s->who, text, rsp, sizeof rsp, &rsp_len);
	if (s->state != JM_OK)
		return s->state;
	*sw = (unsigned)rsp[rsp_len - 2] << 8 | rsp[rsp_len - 1];
	jm_put(data, rsp, rsp_len - 2);
	return JM_OK;
}

jm_err
__wrap_jm_sm_state(const struct jm_sm *s)
{
	return s->state;
}

void
__wrap_jm_sm_free(struct jm_sm **s)
{
	free(*s);
	*s = NULL;
}

/* The set -----------------------------------------------------------------*/

static jm_err
ask(void *arg, enum counter_who who, int tries, struct counter_pin *out)
{
	(void)arg;
	assert_true(tries > 0 || tries == -1);
	play_asked++;
	memcpy(out->value, who == COUNTER_PIN_OPERATOR ? "4321" : "1234", 4);
	out->len = 4;
	return JM_OK;
}

static time_t
now(void)
{
	return NOW;
}

static void
put_in(struct counter_card *k, const char *name, const char *who)
{
	static const struct jm_link_ops ops = { .begin = begin,
		.end = end,
		.transmit = transmit,
		.close = close_link };
	union { /* a link has no const */
		const char *in;
		void *out;
	} self = { who };
	struct jm_link link = { &ops, self.out };

	assert_int_equal(counter_card_init(k, name, &link), JM_OK);
}

void
play_start(struct play_set *s, const struct play *list, size_t n)
{
	memset(s, 0, sizeof *s);
	memset(&play, 0, sizeof play);
	play.list = list;
	play.n = n;
	play.set = s;
	play_asked = play_verifies = 0;
	put_in(&s->card, "resident", "r");
	put_in(&s->successor, "successor", "s");
	put_in(&s->op, "operator", "o");
	s->c.id = "T1";
	s->c.op = &s->op;
	s->c.reason = "why";
	s->c.ask = ask;
	s->c.now = now;
}

void
play_replace(size_t nth, const char *reply)
{
	play.replace = 1;
	play.replace_at = nth;
	play.replace_by = reply;
}

void
play_channel(struct play_set *s, const struct counter_app *app)
{
	s->card.sm = calloc(1, sizeof *s->card.sm);
	assert_non_null(s->card.sm);
	s->card.sm->who = 'R';
	s->card.app = app;
}

size_t
play_end(struct play_set *s, int all)
{
	counter_card_free(&s->card);
	counter_card_free(&s->successor);
	counter_card_free(&s->op);
	if (all)
		assert_int_equal(play.at, play.n);
	return play.at;
}
