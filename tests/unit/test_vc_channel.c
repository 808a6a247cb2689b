/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The card's end of the channel, by terminals that deviate. */
#include "vcard/vc_channel.h"

#include <string.h>

#include "apdu/sm_impl.h"
#include "crypto/digest.h"
#include "tests/support/fault.h"
#include "tests/support/sm_try.h"
#include "tests/support/test.h"

/* A terminal that does as it is told, step by step. */
static struct {
	uint8_t et[JM_SM_POINT], ec[JM_SM_POINT];
	uint8_t mem[300];
	struct jm_wbuf got;
} term;

/* One step under the session; the card's status word, 0 when it did not
 * protect its answer and so ended it. */
static unsigned
step(struct sm_pair *p, uint8_t p2, const void *data, size_t len)
{
	const struct jm_capdu c = {
		.ins = 0x86, .p2 = p2, .data = data, .nc = len, .ne = 220
	};
	unsigned sw;

	jm_wbuf_init(&term.got, term.mem, sizeof term.mem);
	if (jm_sm_send(p->sm, &c, &term.got, &sw) != JM_OK)
		return 0;
	return sw;
}

/* Step 01 and the keys that follow. */
static void
begin(struct sm_pair *p)
{
	struct jm_soft_key *own;
	struct jm_ec_pub pub;
	struct jm_sm_keys k;
	uint8_t cmd[71] = { 0x00, 0x86, 0x00, 0x01, 65 }, z[JM_EC_FIELD_MAX];
	static uint8_t rsp[SM_PAIR_RSP];
	size_t n;

	sm_pair_reset(p);
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &own), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(own, &pub), JM_OK);
	memcpy(term.et, pub.point, 65);
	memcpy(cmd + 5, pub.point, 65);
	sm_pair_card(p, cmd, sizeof cmd, rsp, &n);
	assert_int_equal(n, 67);
	assert_memory_equal(rsp + 65, "\x90\x00", 2);
	memcpy(term.ec, rsp, 65);
	assert_int_equal(jm_ec_pub_set(&pub, JM_P256, rsp, 65), JM_OK);
	assert_int_equal(jm_soft_key_ecdh(own, &pub, z, &n), JM_OK);
	assert_int_equal(
	    jm_sm_derive(z, n, p->aid, p->aid_len, term.et, term.ec, &k),
	    JM_OK);
	assert_int_equal(jm_sm_new(&p->link, &p->x, &k, &p->sm), JM_OK);
	jm_soft_key_free(&own);
}

static void
proof(struct sm_pair *p, const struct jm_soft_key *key, const char *name,
    uint8_t sig[JM_EC_SIG_MAX])
{
	uint8_t text[512], hash[32];
	struct jm_wbuf w;
	size_t n;

	jm_wbuf_init(&w, text, sizeof text);
	jm_put(&w, name, strlen(name));
	jm_put(&w, p->aid, p->aid_len);
	jm_put(&w, term.et, 65);
	jm_put(&w, term.ec, 65);
	jm_put(&w, p->cvc, p->cvc_len);
	assert_int_equal(jm_hash(JM_SHA256, w.mem, w.len, hash), JM_OK);
	assert_int_equal(jm_soft_key_sign_ecdsa(key, hash, 32, sig, &n), JM_OK);
	assert_int_equal(n, 64);
}

#define TEXT "jumin channel 1 terminal"

/* An honest terminal up to (not with) this step. */
static void
go_to(struct sm_pair *p, int to, uint8_t sig[JM_EC_SIG_MAX])
{
	begin(p);
	proof(p, p->key, TEXT, sig);
	if (to > 2)
		assert_int_equal(step(p, 2, p->cvc, p->cvc_len), 0x9000);
	if (to > 3)
		assert_int_equal(step(p, 3, sig, 64), 0x9000);
	if (to > 4)
		assert_int_equal(step(p, 4, NULL, 0), 0x9000);
}

static unsigned
do_step(struct sm_pair *p, int n, const uint8_t sig[64])
{
	switch (n) {
	case 1: return step(p, 1, term.et, 65);
	case 2: return step(p, 2, p->cvc, p->cvc_len);
	case 3: return step(p, 3, sig, 64);
	default: return step(p, 4, NULL, 0);
	}
}

static void
steps_are_taken_in_order(void **state)
{
	struct sm_pair *p = *state;
	uint8_t sig[JM_EC_SIG_MAX];

	for (int at = 2; at <= 5; at++) {
		for (int next = 1; next <= 4; next++) {
			go_to(p, at, sig);
			assert_true(vc_channel_alive(p->ch));
			assert_int_equal(vc_channel_ready(p->ch), at == 5);
			assert_int_equal(
			    vc_channel_peer(p->ch) != NULL, at == 5);
			assert_int_equal(do_step(p, next, sig),
			    next == at ? 0x9000 : 0x6985);
			assert_int_equal(p->ch != NULL, next == at);
		}
	}
}

/* Without its own channel step 02 to 04 is out of order, and 01 under one. */
static void
later_steps_in_plain_are_out_of_order(void **state)
{
	struct sm_pair *p = *state;
	uint8_t cmd[] = { 0x00, 0x86, 0x00, 0x02, 0x01, 0x00, 0x00 };
	static uint8_t rsp[SM_PAIR_RSP];
	uint8_t sig[JM_EC_SIG_MAX];
	size_t n;

	for (uint8_t p2 = 2; p2 <= 4; p2++) {
		cmd[3] = p2;
		go_to(p, p2, sig);
		sm_pair_card(p, cmd, sizeof cmd, rsp, &n);
		assert_int_equal(n, 2);
		assert_int_equal(rsp[0] << 8 | rsp[1], 0x6985);
		assert_null(p->ch); /* the plain command has ended it */
	}
}

/* 1 when any reply so far tells something of the card: in plain on the wire, or
 * in what the terminal could decrypt. */
static int
card_known(const struct sm_pair *p)
{
	struct jm_ec_pub pub;
	const struct {
		const void *mem;
		size_t len;
	} tell[] = { { pub.point + 1, 32 }, { pub.point + 33, 32 },
		{ p->trust.cvc, 40 }, { "CARD-0001", 9 }, { "ROOT", 4 } };

	assert_int_equal(jm_soft_key_ec_pub(p->trust.key, &pub), JM_OK);
	for (size_t i = 0; i < NELEM(tell); i++) {
		if (memmem(term.got.mem, term.got.len, tell[i].mem,
			tell[i].len) != NULL)
			return 1;
		for (unsigned k = 0; k < p->sent; k++)
			if (memmem(p->wire[k].rsp, p->wire[k].rsp_len,
				tell[i].mem, tell[i].len) != NULL)
				return 1;
	}
	return 0;
}

static void
an_unproven_terminal_learns_nothing_of_the_card(void **state)
{
	struct sm_pair *p = *state;
	struct jm_soft_key *other;
	uint8_t sig[JM_EC_SIG_MAX], good[JM_EC_SIG_MAX];

	assert_int_equal(jm_soft_key_new_ec(JM_P256, &other), JM_OK);
	/* without a certificate, or without any proof of its key */
	for (int at = 2; at <= 3; at++) {
		for (int next = 1; next <= 4; next++) {
			go_to(p, at, sig);
			if (next == 3)
				proof(p, other, TEXT, sig);
			do_step(p, next, sig);
			assert_int_equal(term.got.len, 0);
			assert_false(card_known(p));
			assert_false(vc_channel_ready(p->ch));
		}
	}
	/* the card's own text signed by the terminal is no proof either */
	go_to(p, 3, sig);
	proof(p, p->key, "jumin channel 1 card", sig);
	assert_int_equal(step(p, 3, sig, 64), 0x6300);
	assert_int_equal(term.got.len, 0);
	assert_null(p->ch);
	/* nor one of another session */
	go_to(p, 3, good);
	go_to(p, 3, sig);
	assert_int_equal(step(p, 3, good, 64), 0x6300);
	assert_false(card_known(p));
	/* and the proven one does: the search above finds what is there */
	go_to(p, 3, sig);
	assert_int_equal(step(p, 3, sig, 64), 0x9000);
	assert_true(card_known(p));
	jm_soft_key_free(&other);
}

static void
each_changed_bit_of_a_proof_is_refused(void **state)
{
	struct sm_pair *p = *state;
	uint8_t sig[JM_EC_SIG_MAX];

	for (size_t bit = 0; bit < 8 * 64; bit += 3) {
		go_to(p, 3, sig);
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(step(p, 3, sig, 64), 0x6300);
		assert_null(p->ch);
	}
}

static void
a_terminal_s_role_has_to_be_allowed(void **state)
{
	struct sm_pair *p = *state;
	const unsigned keep = p->trust.roles;
	uint8_t cvc[JM_CVC_MAX];
	size_t len;

	for (int role = JM_CVC_CARD; role <= JM_CVC_SERVICE; role++) {
		assert_int_equal(sm_pair_certify(p->root, p->key, "T",
				     (enum jm_cvc_role)role, cvc, &len),
		    JM_OK);
		for (unsigned mask = 0; mask < 1u << 6; mask++) {
			/* cards and operators open no channel, ever */
			const int ok = (mask >> role & 1) != 0 &&
				       role != JM_CVC_CARD &&
				       role != JM_CVC_OPERATOR;

			begin(p);
			p->trust.roles = mask;
			assert_int_equal(
			    step(p, 2, cvc, len), ok ? 0x9000 : 0x6988);
			assert_int_equal(p->ch != NULL, ok);
			p->trust.roles = keep;
		}
	}
}

static void
a_certificate_has_to_be_of_the_application_s_root(void **state)
{
	struct sm_pair *p = *state;
	struct jm_soft_key *other;
	uint8_t cvc[JM_CVC_MAX + 4] = { 0 };
	size_t len;

	assert_int_equal(jm_soft_key_new_ec(JM_P256, &other), JM_OK);
	assert_int_equal(sm_pair_certify(other, p->key, "COUNTER",
			     JM_CVC_COUNTER, cvc, &len),
	    JM_OK);
	begin(p);
	assert_int_equal(step(p, 2, cvc, len), 0x6988);
	assert_null(p->ch);
	jm_soft_key_free(&other);

	memcpy(cvc, p->cvc, p->cvc_len);
	begin(p);
	assert_int_equal(step(p, 2, cvc, p->cvc_len + 1), 0x6a80);
	assert_null(p->ch);
	for (size_t n = 0; n < p->cvc_len; n += 7) {
		begin(p);
		assert_int_equal(step(p, 2, cvc, n), 0x6a80);
		assert_null(p->ch);
	}
	cvc[p->cvc_len - 1] ^= 1;
	begin(p);
	assert_int_equal(step(p, 2, cvc, p->cvc_len), 0x6988);
}

static void
each_step_has_one_form(void **state)
{
	struct sm_pair *p = *state;
	struct jm_capdu c = { .ins = 0x86, .p2 = 2 };
	uint8_t sig[JM_EC_SIG_MAX];
	unsigned sw;

	go_to(p, 3, sig);
	assert_int_equal(step(p, 3, sig, 63), 0x6a80);
	go_to(p, 3, sig);
	assert_int_equal(step(p, 3, p->cvc, 65), 0x6a80);
	go_to(p, 3, sig);
	assert_int_equal(step(p, 3, NULL, 0), 0x6a80);
	go_to(p, 4, sig);
	assert_int_equal(step(p, 4, sig, 1), 0x6a80);
	for (unsigned p2 = 5; p2 <= 256; p2++) {
		go_to(p, 4, sig);
		assert_int_equal(step(p, (uint8_t)p2, NULL, 0), 0x6a86);
		assert_null(p->ch);
	}
	go_to(p, 2, sig);
	c.p1 = 1;
	assert_int_equal(jm_sm_send(p->sm, &c, &term.got, &sw), JM_OK);
	assert_int_equal(sw, 0x6a86);
	assert_null(p->ch);
	/* no room asked for where there is an answer */
	for (uint8_t p2 = 3; p2 <= 4; p2++) {
		go_to(p, p2, sig);
		c = (struct jm_capdu){ .ins = 0x86,
			.p2 = p2,
			.data = sig,
			.nc = p2 == 3 ? 64 : 0 };
		assert_int_equal(jm_sm_send(p->sm, &c, &term.got, &sw), JM_OK);
		assert_int_equal(sw, 0x6700);
		assert_null(p->ch);
	}
}

static void
a_first_step_has_one_form(void **state)
{
	/* clang-format off */
	static const struct {
		uint8_t p1, p2, lc, first, ne; unsigned sw;
	} row[] = {
		{ 0, 1, 65, 0x04, 1, 0x9000 },
		{ 0, 1, 64, 0x04, 1, 0x6a80 },
		{ 0, 1, 66, 0x04, 1, 0x6a80 },
		{ 0, 1, 97, 0x04, 1, 0x6a80 },
		{ 0, 1, 33, 0x02, 1, 0x6a80 },
		{ 0, 1, 65, 0x05, 1, 0x6a80 },
		{ 0, 1, 65, 0x00, 1, 0x6a80 },
		{ 0, 1, 65, 0x04, 0, 0x6700 },
		{ 1, 1, 65, 0x04, 1, 0x6a86 },
		{ 0, 0, 65, 0x04, 1, 0x6a86 },
		{ 0, 5, 65, 0x04, 1, 0x6a86 },
		{ 0, 2, 65, 0x04, 1, 0x6985 },
	};
	/* clang-format on */
	struct sm_pair *p = *state;
	static uint8_t rsp[SM_PAIR_RSP];
	struct jm_ec_pub pub;
	uint8_t cmd[128];
	size_t n;

	assert_int_equal(jm_soft_key_ec_pub(p->key, &pub), JM_OK);
	for (size_t i = 0; i < NELEM(row); i++) {
		const uint8_t head[5] = { 0, 0x86, row[i].p1, row[i].p2,
			row[i].lc };

		memset(cmd, 0, sizeof cmd);
		memcpy(cmd, head, 5);
		memcpy(cmd + 5, pub.point, 65);
		cmd[5] = row[i].first;
		cmd[5 + row[i].lc] = 0;
		sm_pair_reset(p);
		sm_pair_card(p, cmd, 5u + row[i].lc + row[i].ne, rsp, &n);
		assert_int_equal(rsp[n - 2] << 8 | rsp[n - 1], row[i].sw);
		assert_int_equal(n, row[i].sw == 0x9000 ? 67 : 2);
		assert_int_equal(p->ch != NULL, row[i].sw == 0x9000);
	}
	/* off the curve */
	memcpy(cmd, "\x00\x86\x00\x01\x41", 5);
	memcpy(cmd + 5, pub.point, 65);
	cmd[69] ^= 1;
	cmd[70] = 0;
	sm_pair_card(p, cmd, 71, rsp, &n);
	assert_int_equal(n, 2);
	assert_int_equal(rsp[0] << 8 | rsp[1], 0x6a80);
	assert_null(p->ch);
	/* an application without trust has no channel */
	cmd[69] ^= 1;
	n = p->trust.cvc_len;
	p->trust.cvc_len = 0;
	sm_pair_card(p, cmd, 71, rsp, &(size_t){ 0 });
	assert_int_equal(rsp[0] << 8 | rsp[1], 0x6a88);
	p->trust.cvc_len = n;
}

static void
the_card_s_point_is_new_each_time(void **state)
{
	struct sm_pair *p = *state;
	uint8_t first[JM_SM_POINT];

	begin(p);
	memcpy(first, term.ec, sizeof first);
	begin(p);
	assert_memory_not_equal(first, term.ec, sizeof first);
}

static void
nothing_else_is_done_before_both_have_proven_themselves(void **state)
{
	static const struct jm_capdu cmd[] = { { .ins = 0xb0, .ne = 10 },
		{ .cla = 0x80, .ins = 0x86, .p2 = 2 },
		{ .ins = 0xa4, .p1 = 4 } };
	struct sm_pair *p = *state;
	uint8_t sig[JM_EC_SIG_MAX];
	unsigned sw;

	for (int at = 2; at <= 5; at++) {
		for (size_t i = 0; i < NELEM(cmd); i++) {
			go_to(p, at, sig);
			p->carried_out = 0;
			assert_int_equal(
			    jm_sm_send(p->sm, &cmd[i], &term.got, &sw),
			    at == 5 ? JM_OK : JM_CARD);
			assert_int_equal(sw, at == 5 ? 0x9000 : 0x6985);
			assert_int_equal(p->ch != NULL, at == 5);
			assert_int_equal(p->carried_out, at == 5);
		}
	}
}

/* Every allocation of every step failed in turn. */
static void
memory_that_runs_out_ends_the_channel(void **state)
{
	struct sm_pair *p = *state;
	uint8_t sig[JM_EC_SIG_MAX];
	struct jm_ec_pub pub;
	unsigned fired = 0;

	assert_int_equal(jm_soft_key_ec_pub(p->key, &pub), JM_OK);
	for (int n = 1; n <= 4; n++) {
		for (unsigned nth = 0;; nth++, fired++) {
			uint8_t mem[300];
			struct vc_cmd c = {
				.ins = 0x86, .p2 = (uint8_t)n, .ne = 256
			};
			struct jm_wbuf out;
			unsigned sw;
			jm_err e;

			sm_pair_reset(p);
			if (n > 1)
				go_to(p, n, sig);
			c.data = n == 1 ? pub.point : n == 2 ? p->cvc : sig;
			c.nc = n == 1 ? 65 : n == 2 ? p->cvc_len : 64;
			if (n == 4)
				c.nc = 0;
			jm_wbuf_init(&out, mem, sizeof mem);
			fault_arm(nth);
			e = vc_channel_auth(&p->ch, &p->trust, p->aid,
			    p->aid_len, &c, &out, &sw);
			if (!fault_fired()) {
				assert_int_equal(e, JM_OK);
				assert_int_equal(sw, 0x9000);
				break;
			}
			assert_int_equal(e, JM_NOMEM);
			assert_false(vc_channel_alive(p->ch));
		}
	}
	assert_int_equal(fired, 2 + 1 + 1 + 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, sm_try_fresh)
	const struct CMUnitTest tests[] = {
		T(steps_are_taken_in_order),
		T(later_steps_in_plain_are_out_of_order),
		T(an_unproven_terminal_learns_nothing_of_the_card),
		T(each_changed_bit_of_a_proof_is_refused),
		T(a_terminal_s_role_has_to_be_allowed),
		T(a_certificate_has_to_be_of_the_application_s_root),
		T(each_step_has_one_form),
		T(a_first_step_has_one_form),
		T(the_card_s_point_is_new_each_time),
		T(nothing_else_is_done_before_both_have_proven_themselves),
		T(memory_that_runs_out_ends_the_channel),
	};

	return cmocka_run_group_tests(tests, sm_try_start, sm_try_stop);
}
