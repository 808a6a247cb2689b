/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which applications a card has: what the answer is, and what it costs. */
#include <string.h>

#include "objects/token.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define SEL_FACE    "00a4040c 0a d3921000310001010402"
#define SEL_JUKI    "00a4040c 0a d3921000310001010401"
#define SEL_COMMON  "00a4040c 0a d3921000310001010100"
#define SEL_LICENCE "00a4040c 10 a0000002310600000000000000000000"

enum { OPENED = 9 };

static struct jm_token *
open_card(const struct step *s, size_t n)
{
	struct jm_token *t;
	struct jm_link link;

	script_start(&link, s, n);
	script_atr(ATR_PLAIN);
	assert_int_equal(jm_token_open(&link, &jm_policy_default, &t), JM_OK);
	assert_int_equal(script_apdus(), OPENED);
	return t;
}

static void
close_card(struct jm_token *t)
{
	jm_token_free(&t);
	script_end();
	assert_int_equal(script_verifies(), 0);
}

/* The budget of "jumin status": one SELECT each, and two for the text PIN. */
static void
each_application_is_asked_for_once(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL, { SEL_FACE, "9000" },
		{ SEL_JUKI, "9000" }, { SEL_COMMON, "9000" },
		{ SEL_LICENCE, "6a82" }, { SEL_TEXT, "9000" },
		{ SEL_EF("0011"), "9000" }, { QUERY, "63c2" } };
	struct jm_token *t = open_card(s, NELEM(s));
	struct jm_pin_state st;
	unsigned found;
	(void)state;

	assert_int_equal(jm_token_apps(t, &found), JM_OK);
	assert_int_equal(script_apdus(), OPENED + 7);
	assert_int_equal(found, 1u << JM_APP_JPKI | 1u << JM_APP_FACE |
				    1u << JM_APP_JUKI | 1u << JM_APP_COMMON |
				    1u << JM_APP_TEXT);
	/* ... whose counter is known now */
	assert_int_equal(
	    jm_token_pin_state(t, JM_PIN_TEXT, JM_COUNTER_AGE_MS, &st), JM_OK);
	assert_int_equal(st.tries, 2);
	close_card(t);
}

static void
a_token_that_has_the_pairs_alone_costs_five(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL, { SEL_FACE, "6a82" },
		{ SEL_JUKI, "6a82" }, { SEL_COMMON, "6a82" },
		{ SEL_LICENCE, "6a82" }, { SEL_TEXT, "6a82" } };
	struct jm_token *t = open_card(s, NELEM(s));
	unsigned found;
	(void)state;

	assert_int_equal(jm_token_apps(t, &found), JM_OK);
	assert_int_equal(found, 1u << JM_APP_JPKI);
	close_card(t);
}

/* An application that refuses is none of use; a card that is gone is gone. */
static void
whatever_the_card_answers_the_list_is_whole_or_not_given(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; } row[] = {
		{ "6985", JM_OK }, { "6f00", JM_OK }, { "6283", JM_OK },
		{ "6d00", JM_OK }, { "", JM_FORMAT }, { "!gone", JM_GONE },
		{ NULL, JM_LINK }, { "!reset", JM_LINK },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { IDENTIFY_FULL,
			{ SEL_FACE, row[i].reply }, { SEL_JUKI, "9000" },
			{ SEL_COMMON, "6a82" }, { SEL_LICENCE, "6a82" },
			{ SEL_TEXT, "6a82" } };
		struct jm_token *t =
		    open_card(s, row[i].want == JM_OK ? NELEM(s) : OPENED + 1);
		unsigned found = 99;

		assert_int_equal(jm_token_apps(t, &found), row[i].want);
		assert_int_equal(found,
		    row[i].want == JM_OK ? 1u << JM_APP_JPKI | 1u << JM_APP_JUKI
					 : 0);
		close_card(t);
	}
}

static void
a_counter_that_is_not_told_hides_no_application(void **state)
{
	static const char *const reply[] = { "6a82", "6982", "6d00", "6700" };
	(void)state;

	for (size_t i = 0; i < NELEM(reply); i++) {
		const struct step s[] = { IDENTIFY_FULL, { SEL_FACE, "6a82" },
			{ SEL_JUKI, "6a82" }, { SEL_COMMON, "6a82" },
			{ SEL_LICENCE, "6a82" }, { SEL_TEXT, "9000" },
			{ SEL_EF("0011"), "9000" }, { QUERY, reply[i] } };
		struct jm_token *t = open_card(s, NELEM(s));
		unsigned found;

		assert_int_equal(jm_token_apps(t, &found), JM_OK);
		assert_int_equal(found, 1u << JM_APP_JPKI | 1u << JM_APP_TEXT);
		close_card(t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_application_is_asked_for_once),
		cmocka_unit_test(a_token_that_has_the_pairs_alone_costs_five),
		cmocka_unit_test(
		    whatever_the_card_answers_the_list_is_whole_or_not_given),
		cmocka_unit_test(
		    a_counter_that_is_not_told_hides_no_application),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
