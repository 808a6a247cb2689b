/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages without attestation: what is accepted, and each way not to be. */
#include <string.h>

#include "base/wbuf.h"
#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/unit/nym_try.h"

#define DAY 86400u

static uint8_t wire[TRY_WIRE];
static size_t wire_len;

/* A good message by the key of the vectors, changed as r says. */
static void
make(const struct nym_request *r, uint32_t generation)
{
	struct nym_key key;

	try_key(TRY_SCOPE, r->period, r->time, generation, &key);
	assert_int_equal(
	    nym_assert(r, &key, NULL, NULL, NULL, wire, sizeof wire, &wire_len),
	    JM_OK);
}

static int
verdict(const nym_policy *p, nym_result *r)
{
	return nym_verify(
	    p, try_challenge, sizeof try_challenge, wire, wire_len, r);
}

static int
verdict_of(const nym_policy *p)
{
	static const nym_result none;
	nym_result r;
	int why = verdict(p, &r);

	if (why != NYM_OK)
		assert_memory_equal(&r, &none, sizeof r);
	return why;
}

static void
a_message_tells_the_known_identifier(void **state)
{
	const struct nym_request q = try_request();
	const nym_policy p = try_policy();
	char text[NYM_TEXT_SIZE];
	uint8_t nid[32];
	nym_result r;
	(void)state;

	make(&q, 0);
	assert_int_equal(wire_len, 4 + 2 + 120 + 2 + 64 + 1);
	assert_int_equal(verdict(&p, &r), NYM_OK);
	assert_int_equal(nym_text(r.nid, text), NYM_OK);
	assert_string_equal(
	    text, "nym1elwowxjmkrdkqak4ljbv2mfomwvafazksos4eul2gnhltt3fodaq");
	assert_int_equal(nym_parse(text, nid), NYM_OK);
	assert_memory_equal(nid, r.nid, sizeof nid);
	assert_int_equal(r.att_kind, 0);
	assert_int_equal(r.has_roll, 0);
	assert_int_equal(r.time, TRY_TIME);
	text[10] = 'A';
	assert_int_equal(nym_parse(text, nid), NYM_MALFORMED);
}

static void
a_message_is_for_one_service_and_challenge(void **state)
{
	struct nym_request q = try_request();
	nym_policy p = try_policy();
	uint8_t chal[64];
	nym_result r;
	(void)state;

	make(&q, 0);
	p.scope = "web:example.com";
	assert_int_equal(verdict_of(&p), NYM_SCOPE);
	p.scope = "web:www.example.jp";
	assert_int_equal(verdict_of(&p), NYM_SCOPE);
	p = try_policy();
	memcpy(chal, try_challenge, 32);
	assert_int_equal(
	    nym_verify(&p, chal, 31, wire, wire_len, &r), NYM_CHALLENGE);
	for (size_t i = 0; i < 32; i++) { /* replayed into another session */
		chal[i] ^= 0x80;
		assert_int_equal(nym_verify(&p, chal, 32, wire, wire_len, &r),
		    NYM_CHALLENGE);
		chal[i] ^= 0x80;
	}
	p.period = 28;
	assert_int_equal(verdict_of(&p), NYM_PERIOD);
}

static void
five_minutes_are_the_limit(void **state)
{
	const struct nym_request q = try_request();
	nym_policy p = try_policy();
	(void)state;

	make(&q, 0);
	p.now = TRY_TIME + 300;
	assert_int_equal(verdict_of(&p), NYM_OK);
	p.now = TRY_TIME - 300;
	assert_int_equal(verdict_of(&p), NYM_OK);
	p.now = TRY_TIME + 301;
	assert_int_equal(verdict_of(&p), NYM_TIME);
	p.now = TRY_TIME - 301;
	assert_int_equal(verdict_of(&p), NYM_TIME);
	p.now = 0;
	assert_int_equal(verdict_of(&p), NYM_TIME);
	p.now = UINT32_MAX;
	assert_int_equal(verdict_of(&p), NYM_TIME);
	p.now = TRY_TIME + 11;
	p.skew = 10;
	assert_int_equal(verdict_of(&p), NYM_TIME);
	p.skew = 301;
	assert_int_equal(verdict_of(&p), NYM_ARG);
}

/* A message with the epoch e, whatever its time says; signed as it should. */
static void
make_epoch(uint16_t period, uint32_t time, uint32_t e)
{
	struct nym_request q = try_request();
	uint8_t hash[32], num[4];
	struct nym_assertion a;
	struct nym_key key;
	struct jm_wbuf w;
	size_t at;

	q.period = period;
	q.time = time;
	make(&q, 0);
	assert_int_equal(nym_wire_parse(wire, wire_len, &a), JM_OK);
	try_key(TRY_SCOPE, period, time, 0, &key);
	at = (size_t)(a.challenge.len + (const uint8_t *)a.challenge.p - wire) +
	     3 + 4 + 2;
	jm_wbuf_init(&w, num, sizeof num);
	jm_put_be32(&w, e);
	memcpy(wire + at, num, 4);
	assert_int_equal(jm_hash(JM_SHA256, a.body.p, a.body.len, hash), JM_OK);
	assert_int_equal(
	    jm_p256_sign(key.d, hash, 32, wire + wire_len - 65), JM_OK);
}

static void
the_epoch_is_that_of_the_messages_own_time(void **state)
{
	static const uint16_t periods[] = { 7, 28, 91 };
	nym_policy p = try_policy();
	nym_result r, before;
	(void)state;

	for (size_t i = 0; i < NELEM(periods); i++) {
		const uint32_t len = periods[i] * DAY;
		const uint32_t e = TRY_TIME / len, edge = (e + 1) * len;
		struct nym_request q = try_request();

		p.period = q.period = periods[i];
		/* one second before the boundary, seen after it */
		q.time = edge - 1;
		p.now = edge + 60;
		make(&q, 0);
		assert_int_equal(verdict(&p, &before), NYM_OK);
		assert_int_equal(before.epoch, e);
		/* at it, seen by a clock that is behind */
		q.time = edge;
		p.now = edge - 60;
		make(&q, 0);
		assert_int_equal(verdict(&p, &r), NYM_OK);
		assert_int_equal(r.epoch, e + 1);
		assert_memory_not_equal(r.nid, before.nid, sizeof r.nid);
		/* the epoch of the other side of it */
		make_epoch(periods[i], edge, e);
		assert_int_equal(verdict_of(&p), NYM_EPOCH);
		make_epoch(periods[i], edge - 1, e + 1);
		assert_int_equal(verdict_of(&p), NYM_EPOCH);
		make_epoch(periods[i], edge, e + 1); /* the helper is right */
		assert_int_equal(verdict_of(&p), NYM_OK);
	}
	p = try_policy();
	make_epoch(0, TRY_TIME, 1); /* there is no such epoch at all */
	assert_int_equal(verdict_of(&p), NYM_MALFORMED);
}

static void
a_context_is_one_of_those_expected(void **state)
{
	struct nym_request q = try_request();
	nym_policy p = try_policy();
	uint8_t some[3][32];
	(void)state;

	assert_int_equal(
	    nym_context("https://example.jp", NULL, 0, NULL, 0, some[0]),
	    NYM_OK);
	assert_int_equal(
	    nym_context("https://www.example.jp", NULL, 0, NULL, 0, some[1]),
	    NYM_OK);
	assert_int_equal(
	    nym_context("https://evil.example.jp", NULL, 0, NULL, 0, some[2]),
	    NYM_OK);
	assert_int_equal(nym_context(NULL, NULL, 0, NULL, 0, some[2]), NYM_ARG);
	assert_int_equal(
	    nym_context("https://evil.example.jp", NULL, 0, NULL, 0, some[2]),
	    NYM_OK);
	make(&q, 0);
	assert_int_equal(verdict_of(&p), NYM_OK);
	p.ctx = some[0];
	assert_int_equal(verdict_of(&p), NYM_CONTEXT); /* empty is refused */
	p.n_ctx = 2;
	assert_int_equal(verdict_of(&p), NYM_CONTEXT);

	q.ctx = some[1];
	make(&q, 0);
	assert_int_equal(verdict_of(&p), NYM_OK);
	p.n_ctx = 1;
	assert_int_equal(verdict_of(&p), NYM_CONTEXT);
	p.n_ctx = 0; /* counts as one */
	assert_int_equal(verdict_of(&p), NYM_CONTEXT);
	p.ctx = some[1];
	assert_int_equal(verdict_of(&p), NYM_OK);
	p.ctx = NULL; /* none named: it has to be empty */
	assert_int_equal(verdict_of(&p), NYM_CONTEXT);
	p.ctx = some[0];
	p.n_ctx = 2;
	q.ctx = some[2];
	make(&q, 0);
	assert_int_equal(verdict_of(&p), NYM_CONTEXT);
}

static void
every_changed_bit_is_refused(void **state)
{
	const struct nym_request q = try_request();
	const nym_policy p = try_policy();
	(void)state;

	make(&q, 0);
	for (size_t bit = 0; bit < wire_len * 8; bit++) {
		wire[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(verdict_of(&p), NYM_OK);
		wire[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(verdict_of(&p), NYM_OK);
}

static void
every_cut_and_every_extension_is_refused(void **state)
{
	const struct nym_request q = try_request();
	const nym_policy p = try_policy();
	static uint8_t more[TRY_WIRE + 1];
	const size_t len = (make(&q, 0), wire_len);
	nym_result r;
	(void)state;

	for (size_t n = 0; n < len; n++) {
		uint8_t *exact =
		    malloc(n + 1); /* so that a read past it shows */

		assert_non_null(exact);
		memcpy(exact, wire, n);
		assert_int_equal(
		    nym_verify(&p, try_challenge, 32, exact, n, &r),
		    NYM_MALFORMED);
		free(exact);
	}
	for (size_t at = 0; at <= len; at++)
		for (unsigned byte = 0; byte < 256; byte += 51) {
			memcpy(more, wire, at);
			more[at] = (uint8_t)byte;
			memcpy(more + at + 1, wire + at, len - at);
			assert_int_not_equal(nym_verify(&p, try_challenge, 32,
						 more, len + 1, &r),
			    NYM_OK);
		}
}

static void
both_halves_of_a_signature_are_good_and_no_identifier(void **state)
{
	const struct nym_request q = try_request();
	const nym_policy p = try_policy();
	nym_result one, two;
	uint8_t first[64];
	(void)state;

	make(&q, 0);
	memcpy(first, wire + wire_len - 65, 64);
	assert_int_equal(verdict(&p, &one), NYM_OK);
	try_other_s(wire + wire_len - 65);
	assert_memory_not_equal(first, wire + wire_len - 65, 64);
	assert_int_equal(verdict(&p, &two), NYM_OK);
	assert_memory_equal(one.nid, two.nid, sizeof one.nid);
	memset(wire + wire_len - 65, 0, 32); /* r = 0 */
	assert_int_equal(verdict_of(&p), NYM_SIGNATURE);
	memset(wire + wire_len - 65, 0xff, 32); /* r not below n */
	assert_int_equal(verdict_of(&p), NYM_SIGNATURE);
}

static void
a_point_is_a_point(void **state)
{
	const struct nym_request q = try_request();
	const nym_policy p = try_policy();
	struct nym_assertion a;
	uint8_t *pk;
	(void)state;

	make(&q, 0);
	assert_int_equal(nym_wire_parse(wire, wire_len, &a), JM_OK);
	pk = wire + (a.pk - wire);
	pk[0] = 0x04;
	assert_int_equal(verdict_of(&p), NYM_KEY);
	pk[0] = 0x00;
	assert_int_equal(verdict_of(&p), NYM_KEY);
	pk[0] = 0x02; /* -P: the same identifier, but another's signature */
	assert_int_equal(verdict_of(&p), NYM_SIGNATURE);
	memset(pk + 1, 0xff, 32); /* x not below p */
	assert_int_equal(verdict_of(&p), NYM_KEY);
	memset(pk + 1, 0, 32);
	pk[32] = 1; /* x = 1 is on no point of this curve */
	assert_int_equal(verdict_of(&p), NYM_KEY);
}

static void
a_policy_has_to_make_sense(void **state)
{
	const struct nym_request q = try_request();
	nym_policy p;
	nym_result r;
	(void)state;

	make(&q, 0);
	for (int i = 0; i < 9; i++) {
		p = try_policy();
		switch (i) {
		case 0: p.scope = NULL; break;
		case 1: p.scope = "web:Example.jp"; break;
		case 2:
			p.scope = "self:vault/aaaqeayeaudaocajbifqydiob4";
			break;
		case 3: p.period = 30; break;
		case 4: p.need = NYM_CARD; break; /* and no trust */
		case 5: p.need = 4; break;
		case 6: p.n_ctx = 1; break;
		case 7: p.xl_root = try_challenge; break; /* no attestation */
		case 8: p.srl_root = try_challenge; break;
		default: break;
		}
		assert_int_equal(verdict_of(&p), NYM_ARG);
	}
	p = try_policy();
	assert_int_equal(
	    nym_verify(NULL, try_challenge, 32, wire, wire_len, &r), NYM_ARG);
	assert_int_equal(
	    nym_verify(&p, try_challenge, 15, wire, wire_len, &r), NYM_ARG);
	assert_int_equal(nym_verify(&p, NULL, 32, wire, wire_len, &r), NYM_ARG);
	assert_int_equal(
	    nym_verify(&p, try_challenge, 32, NULL, 0, &r), NYM_ARG);
}

static void
every_reason_has_words(void **state)
{
	(void)state;

	for (int i = NYM_OK; i <= NYM_BATCH; i++) {
		assert_string_not_equal(nym_strerror(i), "unknown reason");
		assert_string_not_equal(nym_errname(i), "UNKNOWN");
		for (int k = NYM_OK; k < i; k++)
			assert_string_not_equal(
			    nym_strerror(i), nym_strerror(k));
	}
	assert_string_equal(nym_errname(NYM_ATT_CHAIN), "ATT_CHAIN");
	assert_string_equal(nym_strerror(-1), "unknown reason");
	assert_string_equal(nym_errname(NYM_BATCH + 1), "UNKNOWN");
}

static int
done(void **state)
{
	(void)state;
	jm_crypto_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_tells_the_known_identifier),
		cmocka_unit_test(a_message_is_for_one_service_and_challenge),
		cmocka_unit_test(five_minutes_are_the_limit),
		cmocka_unit_test(the_epoch_is_that_of_the_messages_own_time),
		cmocka_unit_test(a_context_is_one_of_those_expected),
		cmocka_unit_test(every_changed_bit_is_refused),
		cmocka_unit_test(every_cut_and_every_extension_is_refused),
		cmocka_unit_test(
		    both_halves_of_a_signature_are_good_and_no_identifier),
		cmocka_unit_test(a_point_is_a_point),
		cmocka_unit_test(a_policy_has_to_make_sense),
		cmocka_unit_test(every_reason_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
