/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a job costs in commands to the card (architecture.md 3, "Cost"). */

#include "tests/pkcs11/stage.h"

static void
list_tokens(unsigned r)
{
	(void)stage_flags(r, AUTH);
	(void)stage_flags(r, SIGN);
}

static const struct card {
	const char *atr;
	unsigned identify, login, sign;
} cards[] = {
	{ PLAIN, 9, 4, 7 },
	{ SHORT_IDS, 5, 3, 5 },
};

static void
assert_cost(unsigned r, const char *job, unsigned most)
{
	if (vs_counted(r).apdus > most) {
		vs_print(r);
		fail_msg("%s: %u commands, at most %u", job,
		    vs_counted(r).apdus, most);
	}
	assert_true(vs_counted(r).apdus > 0);
	vs_restart_count(r);
}

static void
each_job_keeps_to_its_budget(void **state)
{
	for (size_t i = 0; i < NELEM(cards); i++) {
		const struct card *c = &cards[i];
		CK_SESSION_HANDLE s;
		unsigned r;

		r = stage_reader(c->atr, NULL);
		stage_init();
		list_tokens(r);
		assert_cost(r, "listing the tokens", c->identify);
		s = stage_session(r, AUTH);
		assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
		assert_cost(r, "login", c->login);
		assert_int_equal(stage_sign(s), CKR_OK);
		assert_cost(r, "signature", c->sign);
		assert_int_equal(stage_sign(s), CKR_OK);
		assert_cost(r, "next signature", c->sign);
		list_tokens(r); /* counters known from the signature */
		assert_int_equal(vs_counted(r).apdus, 0);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
the_signature_key_costs_its_certificate_at_login(void **state)
{
	static const unsigned most[] = { 27, 19 };

	for (size_t i = 0; i < NELEM(cards); i++) {
		CK_SESSION_HANDLE s;
		unsigned r;

		r = stage_reader(cards[i].atr, NULL);
		stage_init();
		s = stage_session(r, SIGN);
		assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
		assert_int_equal(stage_sign(s), CKR_OK);
		assert_cost(r, "sign with the signature key", most[i]);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(each_job_keeps_to_its_budget),
		T(the_signature_key_costs_its_certificate_at_login),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
