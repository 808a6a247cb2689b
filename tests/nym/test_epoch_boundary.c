/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where one epoch ends and the next begins: holder and service go by the time
 * in the body, so both say the same, and nobody chooses an epoch.
 */
#include "tests/nym/login.h"

#include <string.h>

#include "nym/enc.h"

static const uint16_t periods[] = { 7, 28, 91 };

/* The first second of the epoch that now is in. */
static uint32_t
boundary(uint16_t period)
{
	uint32_t e;

	assert_int_equal(nym_epoch(period, LOGIN_NOW, &e), JM_OK);
	return e * period * 86400u;
}

/* The key that is the holder's at this time. */
static void
key_at(uint16_t period, uint32_t time, struct nym_key *key)
{
	struct nym_which which = { .use = NYM_USE_ASSERT, .period = period };

	assert_int_equal(nym_epoch(period, time, &which.epoch), JM_OK);
	login_key(LOGIN_SCOPE, 1, &which, key);
}

static int
login_at(uint16_t period, uint32_t time, uint32_t now, nym_result *r)
{
	struct nym_request q;
	nym_policy p;
	struct nym_key key;
	static struct wire w;

	login_request(&q, 1);
	q.period = period;
	q.time = time;
	key_at(period, time, &key);
	login_answer(&q, &key, NULL, NULL, &w);
	login_policy(&p);
	p.period = period;
	p.now = now;
	return login_verdict(&p, 1, &w, r);
}

static void
a_second_before_and_a_second_after_both_sides_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(periods); i++) {
		const uint16_t n = periods[i];
		const uint32_t at = boundary(n);
		nym_result before, after, late;

		assert_int_equal(login_at(n, at - 1, at - 1, &before), NYM_OK);
		assert_int_equal(login_at(n, at, at, &after), NYM_OK);
		assert_int_equal(before.epoch + 1, after.epoch);
		assert_memory_not_equal(before.nid, after.nid, 32);
		/* the message was on its way when the epoch ended */
		assert_int_equal(login_at(n, at - 1, at + 1, &late), NYM_OK);
		assert_int_equal(late.epoch, before.epoch);
		assert_memory_equal(late.nid, before.nid, 32);
		/* or the service's clock is a little behind */
		assert_int_equal(login_at(n, at, at - 2, &late), NYM_OK);
		assert_memory_equal(late.nid, after.nid, 32);
		assert_int_equal(login_at(n, at - 1, at + 300, NULL), NYM_TIME);
		assert_int_equal(login_at(n, at - 1, at + 299, NULL), NYM_OK);
	}
}

/* A body with an epoch of somebody's choosing: old ones would bring an earlier
 * identifier out, next ones tell it beforehand. */
static void
an_epoch_other_than_that_of_its_time_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(periods); i++) {
		const uint32_t at = boundary(periods[i]);

		for (int shift = -2; shift <= 2; shift++) {
			struct nym_request q;
			uint8_t body[NYM_BODY_MAX];
			struct nym_key key;
			static struct wire w;
			nym_policy p;
			uint32_t e;
			size_t len;

			login_request(&q, 1);
			q.period = periods[i];
			q.time = at;
			key_at(periods[i], at, &key);
			assert_int_equal(
			    nym_body(&q, key.pk, body, sizeof body, &len),
			    JM_OK);
			assert_int_equal(nym_epoch(periods[i], at, &e), JM_OK);
			/* behind scope, challenge, use, period: its LP */
			{
				const uint8_t num[] = { 0, 4,
					(uint8_t)(e >> 24), (uint8_t)(e >> 16),
					(uint8_t)(e >> 8), (uint8_t)e };
				uint8_t *f = memmem(body, len, num, sizeof num);

				assert_non_null(f);
				e += (uint32_t)shift;
				f[4] = (uint8_t)(e >> 8);
				f[5] = (uint8_t)e;
			}
			login_wire(body, len, &key, &w);
			login_policy(&p);
			p.period = periods[i];
			p.now = at;
			assert_int_equal(login_verdict(&p, 1, &w, NULL),
			    shift == 0 ? NYM_OK : NYM_EPOCH);
		}
	}
}

/* A static identifier beside a changing one would tie the epochs together. */
static void
another_period_than_was_asked_for_is_refused(void **state)
{
	struct nym_request q;
	struct nym_key key;
	nym_policy p;
	static struct wire w;

	(void)state;
	login_request(&q, 1);
	login_key(LOGIN_SCOPE, 1, NULL, &key);
	login_answer(&q, &key, NULL, NULL, &w);
	login_policy(&p);
	assert_int_equal(login_verdict(&p, 1, &w, NULL), NYM_OK);
	p.period = 28;
	assert_int_equal(login_verdict(&p, 1, &w, NULL), NYM_PERIOD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_second_before_and_a_second_after_both_sides_agree),
		cmocka_unit_test(
		    an_epoch_other_than_that_of_its_time_is_refused),
		cmocka_unit_test(another_period_than_was_asked_for_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
