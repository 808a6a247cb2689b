/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Another application than the JPKI one, and its PIN: selected, asked, left. */
#include "card/file.h"
#include "card/pin.h"

#include "card/card_impl.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define QUERY  "00200080"
#define VERIFY "00200080 04 31323334"
#define CHANGE "00240180 04 35363738"

static const struct jm_pin pin = { "1234", 4 }, fresh = { "5678", 4 };

/* An identified card inside a transaction, the JPKI application selected. */
static struct jm_card *
ready(const struct step *s, size_t n, int sfi)
{
	struct jm_card *card;
	struct jm_link link;

	script_start(&link, s, n);
	assert_int_equal(jm_card_open(&link, &card), JM_OK);
	card->profile = &jm_profiles[0];
	card->sfi = sfi;
	assert_int_equal(jm_card_begin(card), JM_OK);
	card->selected = 1;
	card->unanswered = 0;
	return card;
}

static void
done(struct jm_card *card)
{
	jm_card_free(&card);
	script_end();
}

static void
an_application_is_selected_once_and_what_it_had_is_forgotten(void **state)
{
	static const struct step s[] = { { SEL_EF("0018"), "9000" },
		{ SEL_TEXT, "9000" }, { SEL_EF("0018"), "9000" },
		{ SEL_AP, "9000" }, { SEL_EF("0018"), "9000" } };
	struct jm_card *card = ready(s, NELEM(s), 0);
	(void)state;

	assert_int_equal(jm_card_select_ef(card, 0x18), JM_OK);
	assert_true(jm_card_stands(card));
	for (int again = 0; again < 2; again++)
		assert_int_equal(jm_card_select_app(card, JM_APP_TEXT), JM_OK);
	assert_false(jm_card_stands(card)); /* the logins were the other's */
	assert_int_equal(jm_card_select_ef(card, 0x18), JM_OK);
	for (int again = 0; again < 2; again++)
		assert_int_equal(jm_card_select(card), JM_OK);
	assert_int_equal(jm_card_select_ef(card, 0x18), JM_OK);
	done(card);
}

static void
an_application_that_is_not_there_is_told_from_one_that_refuses(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; } row[] = {
		{ "6a82",   JM_NOT_FOUND },
		{ "6985",   JM_CARD },
		{ "6982",   JM_CARD },
		{ "6283",   JM_CARD },
		{ "6f00",   JM_CARD },
		{ "6d00",   JM_CARD },
		{ "",       JM_FORMAT },
		{ NULL,     JM_LINK },
		{ "!gone",  JM_GONE },
		{ "!reset", JM_RESET },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { { SEL_TEXT, row[i].reply } };
		struct jm_card *card = ready(s, NELEM(s), 0);
		struct jm_pin_state ps;
		jm_err e = i % 2 == 0
			       ? jm_card_select_app(card, JM_APP_TEXT)
			       : jm_card_pin_query(card, JM_PIN_TEXT, &ps);

		assert_int_equal(e, row[i].want);
		assert_int_equal(card->selected, 0);
		done(card);
	}
}

static void
a_generation_without_an_application_sends_nothing(void **state)
{
	struct jm_profile p = jm_profiles[0];
	struct jm_card *card = ready(NULL, 0, 0);
	uint8_t buf[16];
	size_t len = 1;
	int tries = 9;
	(void)state;

	p.app[JM_APP_TEXT].len = 0;
	card->profile = &p;
	assert_int_equal(jm_card_select_app(card, JM_APP_TEXT), JM_NOT_FOUND);
	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_TEXT, &pin, &tries), JM_NOT_FOUND);
	assert_int_equal(tries, -1);
	assert_int_equal(jm_card_read_object(card, JM_APP_TEXT, 2, 0xff20, buf,
			     sizeof buf, &len),
	    JM_NOT_FOUND);
	assert_int_equal(len, 0);
	p.app[JM_APP_TEXT].len = 10;
	p.pin[JM_PIN_TEXT].present = 0;
	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_TEXT, &pin, &tries), JM_NOT_FOUND);
	assert_int_equal(
	    jm_card_select_app(card, (enum jm_app)JM_APPS), JM_ARG);
	done(card);
}

/* One measured card answers so to its first command after power-up alone. */
static void
only_a_first_select_is_repeated_after_6f00(void **state)
{
	static const struct step first[] = { { SEL_TEXT, "6f00" },
		{ SEL_TEXT, "9000" } };
	static const struct step later[] = { { SEL_TEXT, "6f00" } };
	struct jm_card *card = ready(first, NELEM(first), 0);
	(void)state;

	card->unanswered = 1;
	card->selected = 0;
	assert_int_equal(jm_card_select_app(card, JM_APP_TEXT), JM_OK);
	done(card);
	card = ready(later, NELEM(later), 0);
	assert_int_equal(jm_card_select_app(card, JM_APP_TEXT), JM_CARD);
	done(card);
}

static void
the_pin_is_asked_for_and_sent_in_its_own_application(void **state)
{
	static const struct step plain[] = { { SEL_TEXT, "9000" },
		{ SEL_EF("0011"), "9000" }, { QUERY, "63c3" },
		{ VERIFY, "9000" }, { SEL_ISSUER, "9000" } };
	static const struct step sfi[] = { { SEL_TEXT, "9000" },
		{ "00200091", "63c3" }, { "00200091 04 31323334", "9000" },
		{ SEL_ISSUER, "9000" } };
	(void)state;

	for (int by_sfi = 0; by_sfi < 2; by_sfi++) {
		struct jm_card *card = by_sfi ? ready(sfi, NELEM(sfi), 1)
					      : ready(plain, NELEM(plain), 0);
		struct jm_pin_state ps;
		int tries;

		assert_int_equal(
		    jm_card_pin_query(card, JM_PIN_TEXT, &ps), JM_OK);
		assert_int_equal(ps.tries, 3);
		assert_int_equal(ps.limit, 3);
		assert_int_equal(
		    jm_card_pin_verify(card, JM_PIN_TEXT, &pin, &tries), JM_OK);
		jm_card_end(card);
		assert_int_equal(script_verifies(), 1);
		assert_int_equal(script_power_downs(), 0);
		done(card);
	}
}

/* The PIN's file has the same number as one of the JPKI application might. */
static void
a_change_is_of_the_right_pin(void **state)
{
	static const struct step s[] = { { SEL_TEXT, "9000" },
		{ SEL_EF("0011"), "9000" }, { VERIFY, "9000" },
		{ CHANGE, "9000" }, { SEL_AP, "9000" },
		{ SEL_EF("0018"), "9000" }, { VERIFY, "9000" },
		{ CHANGE, "9000" }, { SEL_ISSUER, "9000" } };
	struct jm_card *card = ready(s, NELEM(s), 0);
	int tries;
	(void)state;

	assert_int_equal(
	    jm_card_pin_change(card, JM_PIN_TEXT, &pin, &fresh, &tries), JM_OK);
	assert_int_equal(
	    jm_card_pin_change(card, JM_PIN_AUTH, &pin, &fresh, &tries), JM_OK);
	done(card);
}

/* Whatever becomes of the VERIFY: the status goes, and nothing is sent again.
 */
static void
what_the_pin_opened_is_closed_whatever_happens(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; int goes; } row[] = {
		{ "9000",   JM_OK,          1 },
		{ "63c2",   JM_PIN_WRONG,   1 },
		{ "63c0",   JM_PIN_BLOCKED, 1 },
		{ "6f00",   JM_CARD,        1 },
		{ "",       JM_FORMAT,      1 },
		{ NULL,     JM_LINK,        1 },
		{ "!reset", JM_RESET,       0 }, /* power is what is left */
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < 2 * NELEM(row); i++) {
		const char *answer = i % 2 == 0 ? "9000" : "6a82";
		const struct step s[] = { { SEL_TEXT, "9000" },
			{ SEL_EF("0011"), "9000" },
			{ VERIFY, row[i / 2].reply }, { SEL_ISSUER, answer } };
		const size_t n = row[i / 2].goes ? 4 : 3;
		struct jm_card *card = ready(s, n, 0);
		int tries;

		assert_int_equal(
		    jm_card_pin_verify(card, JM_PIN_TEXT, &pin, &tries),
		    row[i / 2].want);
		jm_card_end(card);
		assert_int_equal(script_apdus(), n);
		assert_int_equal(script_verifies(), 1);
		assert_int_equal(script_power_downs(),
		    i % 2 != 0 || !row[i / 2].goes ? 1 : 0);
		done(card);
	}
}

/* Blank files, objects cut short, too long, or another one. */
static void
one_object_of_a_file_is_read_and_no_other(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; size_t len; } row[] = {
		{ "ff2003 414243 ffff 9000", JM_OK,        6 },
		{ "ff200341424390 00",       JM_OK,        6 },
		{ "ffff ffffff 9000",        JM_NOT_FOUND, 0 },
		{ "ff3003 414243 9000",      JM_NOT_FOUND, 0 },
		{ "3003 41424300 9000",      JM_NOT_FOUND, 0 },
		{ "00 9000",                 JM_NOT_FOUND, 0 },
		{ "9000",                    JM_NOT_FOUND, 0 },
		{ "6b00",                    JM_NOT_FOUND, 0 },
		{ "6a82",                    JM_NOT_FOUND, 0 },
		{ "6982",                    JM_NEED_PIN,  0 },
		{ "ff20 9000",               JM_FORMAT,    0 },
		{ "ff 9000",                 JM_FORMAT,    0 },
		{ "ff208003 414243 9000",    JM_FORMAT,    0 }, /* indefinite */
		{ "ff20820801 41 9000",      JM_SPACE,     0 },
		{ "ff20847fffffff 9000",     JM_SPACE,     0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { { SEL_TEXT, "9000" },
			{ SEL_EF("0002"), "9000" },
			{ "00b00000 00", row[i].reply } };
		struct jm_card *card = ready(s, NELEM(s), 0);
		uint8_t buf[1024];
		size_t len = 1;

		assert_int_equal(jm_card_read_object(card, JM_APP_TEXT, 2,
				     0xff20, buf, sizeof buf, &len),
		    row[i].want);
		assert_int_equal(len, row[i].len);
		done(card);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_application_is_selected_once_and_what_it_had_is_forgotten),
		cmocka_unit_test(
		    an_application_that_is_not_there_is_told_from_one_that_refuses),
		cmocka_unit_test(
		    a_generation_without_an_application_sends_nothing),
		cmocka_unit_test(only_a_first_select_is_repeated_after_6f00),
		cmocka_unit_test(
		    the_pin_is_asked_for_and_sent_in_its_own_application),
		cmocka_unit_test(a_change_is_of_the_right_pin),
		cmocka_unit_test(
		    what_the_pin_opened_is_closed_whatever_happens),
		cmocka_unit_test(one_object_of_a_file_is_read_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
