/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIN of the text entry has the rules of the others, and a memory of its
 * own. */
#include <string.h>

#include "objects/token.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define VERIFY "00200080 04 31323334"
#define ASK                                                                    \
	{ SEL_TEXT, "9000" }, { SEL_EF("0011"), "9000" },                      \
	{                                                                      \
		QUERY, "63c3"                                                  \
	}

static int tries;

static struct jm_token *
open_plain(const struct step *s, size_t n)
{
	struct jm_token *t;
	struct jm_link link;

	script_start(&link, s, n);
	script_atr(ATR_PLAIN);
	assert_int_equal(jm_token_open(&link, &jm_policy_default, &t), JM_OK);
	return t;
}

static void
close_all(struct jm_token *t)
{
	jm_token_free(&t);
	script_end();
}

static jm_err
look(struct jm_token *t)
{
	struct jm_pin_state s;

	return jm_token_pin_state(t, JM_PIN_TEXT, 0, &s);
}

static jm_err
check(struct jm_token *t, const char *pin)
{
	return jm_token_check_pin(t, JM_PIN_TEXT, pin, strlen(pin), &tries);
}

static void
a_pin_that_was_wrong_is_not_sent_again(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL,
		/* the counter is looked up, then one try goes */
		{ SEL_TEXT, "9000" }, { SEL_EF("0011"), "9000" },
		{ QUERY, "63c3" }, { VERIFY, "63c2" }, { SEL_ISSUER, "9000" },
		/* the right one of another application is no matter of this */
		{ SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		{ VERIFY, "9000" }, { SEL_ISSUER, "9000" },
		/* another one may be tried */
		{ SEL_TEXT, "9000" }, { SEL_EF("0011"), "9000" },
		{ QUERY, "63c2" }, { "00200080 04 30303030", "63c1" },
		{ SEL_ISSUER, "9000" },
		/* and once the counter is full the first one, too */
		ASK, { SEL_TEXT, "9000" }, { SEL_EF("0011"), "9000" },
		{ VERIFY, "9000" }, { SEL_ISSUER, "9000" } };
	struct jm_token *t = open_plain(s, NELEM(s));
	(void)state;

	assert_int_equal(check(t, "1234"), JM_PIN_WRONG);
	assert_int_equal(tries, 2);
	for (int again = 0; again < 3; again++) {
		assert_int_equal(check(t, "1234"), JM_PIN_REPEATED);
		assert_int_equal(tries, 2);
	}
	assert_int_equal(check(t, "1234"), JM_PIN_REPEATED);
	assert_int_equal(
	    jm_token_check_pin(t, JM_PIN_AUTH, "1234", 4, &tries), JM_OK);
	assert_int_equal(check(t, "0000"), JM_PIN_WRONG);
	assert_int_equal(tries, 1);
	assert_int_equal(look(t), JM_OK);
	assert_int_equal(check(t, "1234"), JM_OK);
	close_all(t);
}

/* Lost: it may have counted.  Only a counter that did not fall acquits it. */
static void
a_pin_whose_answer_was_lost_is_not_sent_again_blindly(void **state)
{
	(void)state;

	for (int fell = 0; fell < 2; fell++) {
		const struct step s[] = { IDENTIFY_FULL, { SEL_TEXT, "9000" },
			{ SEL_EF("0011"), "9000" }, { QUERY, "63c2" },
			{ VERIFY, NULL }, { SEL_ISSUER, "9000" },
			{ SEL_TEXT, "9000" }, { SEL_EF("0011"), "9000" },
			{ QUERY, fell ? "63c1" : "63c2" }, { SEL_TEXT, "9000" },
			{ SEL_EF("0011"), "9000" }, { QUERY, "63c2" },
			{ VERIFY, "9000" }, { SEL_ISSUER, "9000" } };
		struct jm_token *t = open_plain(s, fell ? 17 : NELEM(s));

		assert_int_equal(check(t, "1234"), JM_LINK);
		assert_int_equal(tries, -1);
		assert_int_equal(
		    check(t, "1234"), fell ? JM_PIN_REPEATED : JM_OK);
		assert_int_equal(script_verifies(), fell ? 1 : 2);
		close_all(t);
	}
}

static void
a_change_of_the_pin_is_one_verify_and_one_change(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL, ASK,
		{ SEL_TEXT, "9000" }, { SEL_EF("0011"), "9000" },
		{ VERIFY, "9000" }, { "00240180 04 35363738", "9000" },
		{ SEL_ISSUER, "9000" } };
	struct jm_token *t = open_plain(s, NELEM(s));
	int bad;
	(void)state;

	assert_int_equal(jm_token_change_pin(
			     t, JM_PIN_TEXT, "1234", 4, "567", 3, &bad, &tries),
	    JM_PIN_LEN);
	assert_int_equal(bad, 1);
	assert_int_equal(look(t), JM_OK);
	assert_int_equal(jm_token_change_pin(t, JM_PIN_TEXT, "1234", 4, "5678",
			     4, &bad, &tries),
	    JM_OK);
	assert_int_equal(bad, 0);
	assert_int_equal(tries, 3);
	close_all(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pin_that_was_wrong_is_not_sent_again),
		cmocka_unit_test(
		    a_pin_whose_answer_was_lost_is_not_sent_again_blindly),
		cmocka_unit_test(
		    a_change_of_the_pin_is_one_verify_and_one_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
