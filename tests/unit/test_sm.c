/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The secure channel's two ends against each other. */
#include "apdu/sm.h"

#include <string.h>

#include "apdu/sm_impl.h"
#include "tests/support/sm_try.h"
#include "tests/support/test.h"

static int
contains(const uint8_t *hay, size_t len, const void *needle, size_t n)
{
	return memmem(hay, len, needle, n) != NULL;
}

/* An honest opening -------------------------------------------------------- */

static void
both_ends_come_to_know_each_other(void **state)
{
	struct sm_pair *p = *state;
	const struct jm_cvc *peer;

	assert_int_equal(sm_pair_open(p), JM_OK);
	assert_int_equal(p->sw, 0x9000);
	assert_int_equal(p->sent, 4);
	assert_string_equal(p->card.holder, "CARD-0001");
	assert_int_equal(p->card.role, JM_CVC_CARD);
	assert_true(vc_channel_ready(p->ch));
	peer = vc_channel_peer(p->ch);
	assert_non_null(peer);
	assert_string_equal(peer->holder, "COUNTER");
	assert_int_equal(peer->role, JM_CVC_COUNTER);
	assert_int_equal(peer->rights, 0x0102);
}

static void
no_two_sessions_have_the_same_keys(void **state)
{
	struct sm_pair *p = *state;
	struct jm_sm_keys first;

	assert_int_equal(sm_pair_open(p), JM_OK);
	first = p->sm->keys;
	sm_pair_reset(p);
	assert_int_equal(sm_pair_open(p), JM_OK);
	assert_memory_not_equal(first.enc, p->sm->keys.enc, 32);
	assert_memory_not_equal(first.mac, p->sm->keys.mac, 32);
	assert_memory_not_equal(p->sm->keys.enc, p->sm->keys.mac, 32);
	assert_memory_equal(first.ssc, p->sm->keys.ssc, 16);
}

/* An eavesdropper learns neither who the card nor who the terminal is. */
static void
no_name_is_ever_sent_in_plain(void **state)
{
	struct sm_pair *p = *state;

	assert_int_equal(sm_pair_open(p), JM_OK);
	for (unsigned i = 0; i < p->sent; i++) {
		const struct sm_wire *w = &p->wire[i];

		assert_false(contains(w->cmd, w->cmd_len, "COUNTER", 7));
		assert_false(contains(w->rsp, w->rsp_len, "CARD-0001", 9));
		assert_false(
		    contains(w->rsp, w->rsp_len, p->card.pub.point + 1, 32));
		assert_int_equal(w->cmd[0], i == 0 ? 0x00 : 0x0c);
	}
}

static void
each_length_arrives_as_it_was_sent(void **state)
{
	struct sm_pair *p = *state;
	struct jm_wbuf got;

	sm_try_known(p);
	for (size_t i = 0; i < sizeof p->answer; i++)
		p->answer[i] = (uint8_t)(i * 5);
	for (size_t n = 0; n <= JM_SM_NC_MAX; n++) {
		const size_t ne = n * 7 % (JM_SM_NE_MAX + 1);

		p->sent = 0;
		p->answer_len = ne;
		p->answer_sw = 0x9000 + (unsigned)n;
		assert_int_equal(sm_try_send(p, n, ne, &got), JM_OK);
		assert_int_equal(p->sw, p->answer_sw);
		assert_int_equal(got.len, ne);
		assert_memory_equal(got.mem, p->answer, ne);
		assert_int_equal(p->seen.cla, 0x80);
		assert_int_equal(p->seen.ins, 0xd6);
		assert_int_equal(p->seen.p1, 1);
		assert_int_equal(p->seen.p2, 2);
		assert_int_equal(p->seen.nc, n);
		assert_int_equal(p->seen.ne, ne);
		if (n > sizeof SM_TRY_MARK) {
			assert_memory_equal(
			    p->seen_data, SM_TRY_MARK, sizeof SM_TRY_MARK);
			assert_false(contains(p->wire[0].cmd,
			    p->wire[0].cmd_len, SM_TRY_MARK, 16));
		}
		if (ne > 32)
			assert_false(contains(
			    p->wire[0].rsp, p->wire[0].rsp_len, p->answer, 16));
		/* short length fields as far as they reach */
		if (n <= JM_SM_SHORT && ne <= JM_SM_SHORT) {
			assert_in_range(p->wire[0].cmd_len, 0, 261);
			assert_in_range(p->wire[0].rsp_len, 0, 258);
			assert_int_not_equal(p->wire[0].cmd[4], 0);
		}
	}
	assert_int_equal(jm_sm_state(p->sm), JM_OK);
}

static void
status_words_without_data_arrive_too(void **state)
{
	static const unsigned sw[] = { 0x9000, 0x6982, 0x63c2, 0x6a82, 0x6282,
		0x6987, 0x6988, 0x6f00 };
	struct sm_pair *p = *state;
	struct jm_wbuf got;

	sm_try_known(p);
	for (size_t i = 0; i < NELEM(sw); i++) {
		p->answer_sw = sw[i];
		assert_int_equal(sm_try_send(p, 9, 10, &got), JM_OK);
		assert_int_equal(p->sw, sw[i]);
		assert_int_equal(got.len, 0);
	}
}

static void
a_command_that_cannot_be_sent_is_not(void **state)
{
	static uint8_t mem[16];
	static const struct jm_capdu bad[] = {
		{ .cla = 0x0c, .ins = 0xb0 },
		{ .cla = 0x10, .ins = 0xb0 },
		{ .cla = 0x01, .ins = 0xb0 },
		{ .cla = 0xff, .ins = 0xb0 },
		{ .ins = 0xd6, .data = NULL, .nc = 1 },
		{ .ins = 0xd6, .data = sm_pair_aid, .nc = JM_SM_NC_MAX + 1 },
		{ .ins = 0xb0, .ne = JM_SM_NE_MAX + 1 },
	};
	struct sm_pair *p = *state;
	struct jm_wbuf got;

	sm_try_known(p);
	jm_wbuf_init(&got, mem, sizeof mem);
	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(
		    jm_sm_send(p->sm, &bad[i], &got, &p->sw), JM_ARG);
	assert_int_equal(p->sent, 0);
	assert_int_equal(sm_try_send(p, 9, 10, &got), JM_OK);
}

static void
a_plain_command_ends_the_channel(void **state)
{
	struct sm_pair *p = *state;
	static uint8_t rsp[SM_PAIR_RSP];
	struct jm_wbuf got;
	size_t n;

	assert_int_equal(sm_pair_open(p), JM_OK);
	sm_pair_card(p, (const uint8_t *)"\x00\xb0\x00\x00\x00", 5, rsp, &n);
	assert_int_equal(rsp[0] << 8 | rsp[1], 0x9000);
	assert_null(p->ch);
	assert_int_equal(sm_try_send(p, 33, 0, &got), JM_CARD);
	assert_int_equal(p->sw, 0x6882);
	sm_try_dead(p, JM_CARD);
}

struct breakage {
	struct sm_pair *p;
	unsigned nth; /* the exchange that fails */
};

static void
break_off(void *arg, enum sm_way way, unsigned nth, uint8_t *mem, size_t *len,
    size_t cap)
{
	const struct breakage *b = arg;

	(void)mem;
	(void)len;
	(void)cap;
	if (way == SM_REPLY && nth + 1 == b->nth)
		b->p->fail = JM_GONE;
}

static void
each_failure_of_the_link_ends_the_session(void **state)
{
	static const jm_err fail[] = { JM_GONE, JM_RESET, JM_LINK, JM_SPACE };
	static const struct jm_cvc none;
	struct sm_pair *p = *state;
	struct jm_wbuf got;

	for (size_t i = 0; i < NELEM(fail); i++) {
		sm_try_known(p);
		p->fail = fail[i];
		assert_int_equal(sm_try_send(p, 33, 0, &got), fail[i]);
		assert_int_equal(p->sent, 1);
		p->fail = JM_OK;
		sm_try_dead(p, fail[i]);
	}
	for (unsigned nth = 0; nth < 4; nth++) {
		struct breakage b = { p, nth };

		sm_pair_reset(p);
		p->fail = nth == 0 ? JM_GONE : JM_OK;
		p->tamper = break_off;
		p->tamper_arg = &b;
		assert_int_equal(sm_pair_open(p), JM_GONE);
		assert_int_equal(p->sent, nth + 1);
		assert_null(p->sm);
		assert_memory_equal(&p->card, &none, sizeof none);
	}
}

static void
more_data_than_room_ends_the_session(void **state)
{
	static uint8_t mem[20];
	struct sm_pair *p = *state;
	const struct jm_capdu c = { .ins = 0xb0, .ne = 100 };
	struct jm_wbuf got;

	sm_try_known(p);
	p->answer_len = 20;
	jm_wbuf_init(&got, mem, 19);
	assert_int_equal(jm_sm_send(p->sm, &c, &got, &p->sw), JM_SPACE);
	assert_int_equal(got.len, 0);
	sm_try_dead(p, JM_SPACE);
	sm_try_known(p);
	p->answer_len = 20;
	jm_wbuf_init(&got, mem, 20);
	assert_int_equal(jm_sm_send(p->sm, &c, &got, &p->sw), JM_OK);
}

static void
nothing_stays_in_the_session_s_buffers(void **state)
{
	static const struct jm_sm zero;
	struct sm_pair *p = *state;
	struct jm_wbuf got;

	sm_try_known(p);
	p->answer_len = 20;
	assert_int_equal(sm_try_send(p, 33, 20, &got), JM_OK);
	assert_memory_equal(p->sm->body, zero.body, sizeof zero.body);
	assert_memory_equal(p->sm->reply, zero.reply, sizeof zero.reply);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, sm_try_fresh)
	const struct CMUnitTest tests[] = {
		T(both_ends_come_to_know_each_other),
		T(no_two_sessions_have_the_same_keys),
		T(no_name_is_ever_sent_in_plain),
		T(each_length_arrives_as_it_was_sent),
		T(status_words_without_data_arrive_too),
		T(a_command_that_cannot_be_sent_is_not),
		T(a_plain_command_ends_the_channel),
		T(each_failure_of_the_link_ends_the_session),
		T(more_data_than_room_ends_the_session),
		T(nothing_stays_in_the_session_s_buffers),
	};

	return cmocka_run_group_tests(tests, sm_try_start, sm_try_stop);
}
