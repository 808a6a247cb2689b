/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The secure channel with somebody between its two ends. */
#include <string.h>

#include "tests/support/sm_try.h"
#include "tests/support/test.h"

struct flip {
	enum sm_way way;
	unsigned nth;
	size_t bit, bits; /* bits: of the message, seen */
};

static void
flip_bit(void *arg, enum sm_way way, unsigned nth, uint8_t *p, size_t *len,
    size_t cap)
{
	struct flip *f = arg;

	(void)cap;
	if (way != f->way || nth != f->nth)
		return;
	f->bits = 8 * *len;
	if (f->bit < f->bits)
		p[f->bit / 8] ^= (uint8_t)(1 << f->bit % 8);
}

static void
each_changed_bit_of_a_command_is_noticed(void **state)
{
	struct sm_pair *p = *state;
	struct flip f = { .way = SM_COMMAND, .bits = 1 };
	struct jm_wbuf got;

	for (f.bit = 0; f.bit < f.bits; f.bit++) {
		sm_try_known(p);
		p->tamper = flip_bit;
		p->tamper_arg = &f;
		p->answer_len = 20;
		assert_int_equal(sm_try_send(p, 33, 20, &got), JM_CARD);
		assert_int_equal(got.len, 0);
		/* a plain class makes it a command without protection */
		if (p->carried_out > 0)
			assert_int_not_equal(p->seen.cla & 0x0c, 0x0c);
		assert_null(p->ch);
		sm_try_dead(p, JM_CARD);
	}
	assert_int_equal(f.bits, 8 * (5 + 51 + 3 + 10 + 1));
}

static void
each_changed_bit_of_a_reply_is_noticed(void **state)
{
	struct sm_pair *p = *state;
	struct flip f = { .way = SM_REPLY, .bits = 1 };
	struct jm_wbuf got;

	for (f.bit = 0; f.bit < f.bits; f.bit++) {
		sm_try_known(p);
		p->tamper = flip_bit;
		p->tamper_arg = &f;
		p->answer_len = 20;
		assert_int_equal(sm_try_send(p, 33, 20, &got), JM_FORMAT);
		assert_int_equal(got.len, 0);
		assert_int_equal(p->sw, 0);
		sm_try_dead(p, JM_FORMAT);
	}
	assert_int_equal(f.bits, 8 * (3 + 32 + 4 + 10 + 2));
}

/* The first command's Le alone is nobody's: it says how much may come back. */
static int
is_first_le(const struct flip *f)
{
	return f->way == SM_COMMAND && f->nth == 0 && f->bit / 8 == 70;
}

static void
each_changed_bit_of_an_opening_is_noticed(void **state)
{
	struct sm_pair *p = *state;
	struct flip f;
	jm_err e;

	for (unsigned i = 0; i < 8; i++) {
		f = (struct flip){ .way = i % 2 == 0 ? SM_COMMAND : SM_REPLY,
			.nth = i / 2,
			.bits = 1 };
		for (f.bit = 0; f.bit < f.bits; f.bit++) {
			if (is_first_le(&f))
				continue;
			sm_pair_reset(p);
			p->tamper = flip_bit;
			p->tamper_arg = &f;
			e = sm_pair_open(p);
			assert_int_not_equal(e, JM_OK);
			assert_null(p->sm);
			assert_int_equal(p->card.raw_len, 0);
			/* nothing after the exchange that was changed, but for
			 * a first point that is another one: the next tells */
			assert_in_range(p->sent, 1, f.nth + 2);
			if (f.nth > 0)
				assert_int_equal(p->sent, f.nth + 1);
			if (i < 7)
				assert_false(vc_channel_ready(p->ch));
		}
		assert_true(f.bits > 80);
	}
}

static void
cut_or_longer_messages_are_noticed(void **state)
{
	struct sm_pair *p = *state;
	static uint8_t cmd[JM_XCMD_MAX], rsp[SM_PAIR_RSP];
	struct jm_wbuf got;
	size_t len, n;

	sm_try_known(p);
	assert_int_equal(sm_try_send(p, 33, 20, &got), JM_OK);
	len = p->wire[0].cmd_len;
	memcpy(cmd, p->wire[0].cmd, len);
	for (size_t i = 0; i <= len + 1; i++) {
		sm_try_known(p);
		cmd[len] = 0;
		sm_pair_card(p, cmd, i, rsp, &n);
		assert_int_equal(p->carried_out, i == len);
		assert_int_equal(p->ch == NULL, i != len);
	}
}

struct replay {
	enum sm_way way;
	unsigned nth, with;
	struct sm_pair *p;
};

static void
replay(void *arg, enum sm_way way, unsigned nth, uint8_t *mem, size_t *len,
    size_t cap)
{
	const struct replay *r = arg;
	const struct sm_wire *w = &r->p->wire[r->with];

	(void)cap;
	if (way != r->way || nth != r->nth)
		return;
	*len = way == SM_COMMAND ? w->cmd_len : w->rsp_len;
	memcpy(mem, way == SM_COMMAND ? w->cmd : w->rsp, *len);
}

static void
a_message_counts_once(void **state)
{
	struct sm_pair *p = *state;
	struct jm_wbuf got;

	for (unsigned way = 0; way < 2; way++) {
		for (unsigned with = 0; with < 3; with++) {
			struct replay r = { (enum sm_way)way, 3, with, p };

			sm_try_known(p);
			for (int i = 0; i < 3; i++)
				assert_int_equal(
				    sm_try_send(p, 33, 0, &got), JM_OK);
			p->tamper = replay;
			p->tamper_arg = &r;
			assert_int_equal(sm_try_send(p, 33, 0, &got),
			    way == SM_COMMAND ? JM_CARD : JM_FORMAT);
			assert_int_equal(
			    p->carried_out, way == SM_COMMAND ? 3 : 4);
			assert_int_equal(p->sent, 4);
		}
	}
}

static void
a_reply_is_no_command(void **state)
{
	struct sm_pair *p = *state;
	static uint8_t cmd[64], rsp[SM_PAIR_RSP];
	struct jm_wbuf got;
	size_t n;

	sm_try_known(p);
	assert_int_equal(sm_try_send(p, 0, 0, &got), JM_OK);
	/* 99 02 9000 8E 08 ...: the card's own objects sent back to it */
	memcpy(cmd, "\x0c\xd6\x01\x02\x0e", 5);
	memcpy(cmd + 5, p->wire[0].rsp, 14);
	cmd[19] = 0;
	sm_pair_card(p, cmd, 20, rsp, &n);
	assert_int_equal(n, 2);
	assert_int_equal(rsp[0] << 8 | rsp[1], 0x6988);
	assert_null(p->ch);
}

static void
drop_second(void *arg, enum sm_way way, unsigned nth, uint8_t *mem, size_t *len,
    size_t cap)
{
	(void)arg;
	(void)cap;
	if (way != SM_COMMAND || nth != 1)
		return;
	mem[*len] = 0; /* the card never sees this one */
	*len = 0;
}

static void
a_command_that_was_dropped_is_missed(void **state)
{
	struct sm_pair *p = *state;
	static uint8_t second[JM_XCMD_MAX], rsp[SM_PAIR_RSP];
	struct jm_wbuf got;
	size_t second_len, n;

	/* two commands in a row, of which the second arrives alone */
	sm_try_known(p);
	assert_int_equal(sm_try_send(p, 33, 0, &got), JM_OK);
	assert_int_equal(sm_try_send(p, 33, 0, &got), JM_OK);
	second_len = p->wire[1].cmd_len;
	memcpy(second, p->wire[1].cmd, second_len);
	sm_try_known(p);
	sm_pair_card(p, second, second_len, rsp, &n);
	assert_int_equal(rsp[0] << 8 | rsp[1], 0x6988);
	assert_int_equal(p->carried_out, 0);
	assert_null(p->ch);

	sm_try_known(p);
	assert_int_equal(sm_try_send(p, 33, 0, &got), JM_OK);
	p->tamper = drop_second;
	assert_int_equal(sm_try_send(p, 33, 0, &got), JM_CARD);
	sm_try_dead(p, JM_CARD);
}

/* The same keys and counter, but between other places: nothing of one session
 * is worth anything in another. */
static void
nothing_of_one_session_counts_in_another(void **state)
{
	struct sm_pair *p = *state;
	static struct sm_wire old[5];
	struct jm_wbuf got;

	assert_int_equal(sm_pair_open(p), JM_OK);
	assert_int_equal(sm_try_send(p, 33, 0, &got), JM_OK);
	memcpy(old, p->wire, sizeof old);
	for (unsigned i = 1; i < NELEM(old); i++) {
		static uint8_t rsp[SM_PAIR_RSP];
		size_t n;

		sm_pair_reset(p);
		assert_int_equal(sm_pair_open(p), JM_OK);
		sm_pair_card(p, old[i].cmd, old[i].cmd_len, rsp, &n);
		assert_int_equal(rsp[0] << 8 | rsp[1], 0x6988);
		assert_null(p->ch);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, sm_try_fresh)
	const struct CMUnitTest tests[] = {
		T(each_changed_bit_of_a_command_is_noticed),
		T(each_changed_bit_of_a_reply_is_noticed),
		T(each_changed_bit_of_an_opening_is_noticed),
		T(cut_or_longer_messages_are_noticed),
		T(a_message_counts_once),
		T(a_reply_is_no_command),
		T(a_command_that_was_dropped_is_missed),
		T(nothing_of_one_session_counts_in_another),
	};

	return cmocka_run_group_tests(tests, sm_try_start, sm_try_stop);
}
