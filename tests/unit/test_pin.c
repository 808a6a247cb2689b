/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/pin.h"

#include <stdio.h>
#include <string.h>

#include "card/card_impl.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define EF_OK                                                                  \
	{                                                                      \
		SEL_EF("0018"), "9000"                                         \
	}
#define QUERY  "00200080"
#define VERIFY "00200080 04 31323334"
#define CHANGE "00240180 04 35363738"

static const struct jm_pin pin = { "1234", 4 }, fresh = { "5678", 4 };

/* An identified card inside a transaction with the application selected. */
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
	return card;
}

/* The log-out is tested with the card; here it would only be in the way. */
static void
done(struct jm_card *card)
{
	card->verify_sent = 0;
	jm_card_free(&card);
	script_end();
}

static void
a_pin_is_brought_into_the_form_of_the_card(void **state)
{
	const struct jm_prof_pin *auth = &jm_profiles[0].pin[JM_PIN_AUTH];
	const struct jm_prof_pin *sign = &jm_profiles[0].pin[JM_PIN_SIGN];
	/* clang-format off */
	const struct {
		const struct jm_prof_pin *p; const char *in; int fresh;
		jm_err want; const char *out;
	} row[] = {
		{ auth, "1234",              0, JM_OK,       "1234" },
		{ auth, "0000",              1, JM_OK,       "0000" },
		{ auth, "",                  0, JM_PIN_LEN,  NULL },
		{ auth, "123",               0, JM_PIN_LEN,  NULL },
		{ auth, "12345",             0, JM_PIN_LEN,  NULL },
		{ auth, "12a4",              0, JM_PIN_FORM, NULL },
		{ auth, "12 4",              0, JM_PIN_FORM, NULL },
		{ auth, "123\xff",           0, JM_PIN_FORM, NULL },
		{ auth, "/234",              0, JM_PIN_FORM, NULL },
		{ auth, "123:",              0, JM_PIN_FORM, NULL },
		{ sign, "ABC123",            1, JM_OK,       "ABC123" },
		{ sign, "abc123",            1, JM_OK,       "ABC123" },
		{ sign, "azAZ09",            1, JM_OK,       "AZAZ09" },
		{ sign, "ABCDEF",            0, JM_OK,       "ABCDEF" },
		{ sign, "123456",            0, JM_OK,       "123456" },
		{ sign, "ABCDEF",            1, JM_PIN_FORM, NULL },
		{ sign, "123456",            1, JM_PIN_FORM, NULL },
		{ sign, "ABC12",             0, JM_PIN_LEN,  NULL },
		{ sign, "ABCDEFGHIJKLMNO1",  1, JM_OK, "ABCDEFGHIJKLMNO1" },
		{ sign, "ABCDEFGHIJKLMNO12", 1, JM_PIN_LEN,  NULL },
		{ sign, "ABC12@",            0, JM_PIN_FORM, NULL },
		{ sign, "ABC12[",            0, JM_PIN_FORM, NULL },
		{ sign, "ABC12`",            0, JM_PIN_FORM, NULL },
		{ sign, "ABC12{",            0, JM_PIN_FORM, NULL },
		{ sign, "\xef\xbc\xa1" "123", 0, JM_PIN_FORM, NULL },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		static const struct jm_pin none;
		struct jm_pin got;

		memset(&got, 0x55, sizeof got);
		assert_int_equal(jm_pin_form(row[i].p, row[i].in,
				     strlen(row[i].in), row[i].fresh, &got),
		    row[i].want);
		if (row[i].out == NULL) {
			assert_memory_equal(&got, &none, sizeof got);
			continue;
		}
		assert_int_equal(got.len, strlen(row[i].out));
		assert_memory_equal(got.v, row[i].out, got.len);
	}
}

static void
a_nul_in_a_pin_is_a_character(void **state)
{
	struct jm_pin got;
	(void)state;

	assert_int_equal(jm_pin_form(&jm_profiles[0].pin[JM_PIN_AUTH],
			     "12\0"
			     "4",
			     4, 0, &got),
	    JM_PIN_FORM);
}

static void
each_answer_to_the_query_is_understood(void **state)
{
	/* clang-format off */
	static const struct {
		const char *reply; jm_err want; int tries, verified, blocked;
	} row[] = {
		{ "63c3",   JM_OK,        3, 0, 0 },
		{ "63c1",   JM_OK,        1, 0, 0 },
		{ "63c0",   JM_OK,        0, 0, 1 },
		{ "63cf",   JM_OK,       15, 0, 0 },
		{ "9000",   JM_OK,        3, 1, 0 },
		{ "6300",   JM_OK,       -1, 0, 0 },
		{ "6983",   JM_OK,        0, 0, 1 },
		{ "6984",   JM_OK,        0, 0, 1 },
		{ "6a82",   JM_NOT_FOUND, -1, 0, 0 },
		{ "6a88",   JM_NOT_FOUND, -1, 0, 0 },
		{ "6700",   JM_CARD,     -1, 0, 0 },
		{ "6982",   JM_CARD,     -1, 0, 0 },
		{ "6986",   JM_CARD,     -1, 0, 0 },
		{ "6c03",   JM_CARD,     -1, 0, 0 },
		{ "6282",   JM_CARD,     -1, 0, 0 },
		{ "6a86",   JM_CARD,     -1, 0, 0 },
		{ "",       JM_FORMAT,   -1, 0, 0 },
		{ "63",     JM_FORMAT,   -1, 0, 0 },
		{ NULL,     JM_LINK,     -1, 0, 0 },
		{ "!big",   JM_FORMAT,   -1, 0, 0 },
		{ "!gone",  JM_GONE,     -1, 0, 0 },
		{ "!reset", JM_RESET,    -1, 0, 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		/* Four bytes: a query with Le is refused by real cards. */
		const struct step s[] = { EF_OK, { QUERY, row[i].reply } };
		struct jm_card *card = ready(s, 2, 0);
		struct jm_pin_state ps;

		assert_int_equal(
		    jm_card_pin_query(card, JM_PIN_AUTH, &ps), row[i].want);
		assert_int_equal(ps.tries, row[i].tries);
		assert_int_equal(ps.verified, row[i].verified);
		assert_int_equal(ps.blocked, row[i].blocked);
		assert_int_equal(ps.limit, 3);
		assert_int_equal(script_verifies(), 0);
		done(card);
	}
}

static void
a_query_by_short_id_falls_back_once(void **state)
{
	static const struct step s[] = { { "00200098", "63c3" },
		{ "0020009b", "6a86" }, { SEL_EF("001b"), "9000" },
		{ QUERY, "63c5" }, EF_OK, { QUERY, "6a86" } };
	struct jm_card *card = ready(s, NELEM(s), 1);
	struct jm_pin_state ps;
	(void)state;

	assert_int_equal(jm_card_pin_query(card, JM_PIN_AUTH, &ps), JM_OK);
	assert_int_equal(ps.tries, 3);
	assert_int_equal(jm_card_pin_query(card, JM_PIN_SIGN, &ps), JM_OK);
	assert_int_equal(ps.tries, 5);
	assert_int_equal(ps.limit, 5);
	assert_int_equal(jm_card_pin_query(card, JM_PIN_AUTH, &ps), JM_CARD);
	done(card);
}

/* clang-format off */
static const struct {
	const char *reply; jm_err want; int tries;
} verify_row[] = {
	{ "9000",   JM_OK,          3 },
	{ "63c2",   JM_PIN_WRONG,   2 },
	{ "63c1",   JM_PIN_WRONG,   1 },
	{ "63c0",   JM_PIN_BLOCKED, 0 },
	{ "6300",   JM_PIN_WRONG,   -1 },
	{ "6983",   JM_PIN_BLOCKED, 0 },
	{ "6984",   JM_PIN_BLOCKED, 0 },
	{ "6982",   JM_CARD,        -1 },
	{ "6985",   JM_CARD,        -1 },
	{ "6986",   JM_CARD,        -1 },
	{ "6700",   JM_CARD,        -1 },
	{ "6a82",   JM_NOT_FOUND,   -1 },
	{ "6a86",   JM_CARD,        -1 },
	{ "6a88",   JM_NOT_FOUND,   -1 },
	{ "6b00",   JM_CARD,        -1 },
	{ "6c04",   JM_CARD,        -1 },
	{ "6d00",   JM_CARD,        -1 },
	{ "6e00",   JM_CARD,        -1 },
	{ "6f00",   JM_CARD,        -1 },
	{ "6282",   JM_CARD,        -1 },
	{ "",       JM_FORMAT,      -1 },
	{ "90",     JM_FORMAT,      -1 },
	{ NULL,     JM_LINK,        -1 },
	{ "!big",   JM_FORMAT,      -1 },
	{ "!gone",  JM_GONE,        -1 },
	{ "!reset", JM_RESET,       -1 },
};
/* clang-format on */

static void
each_answer_to_verify_has_one_meaning_and_ends_it(void **state)
{
	(void)state;

	for (size_t i = 0; i < 2 * NELEM(verify_row); i++) {
		const char *reply = verify_row[i / 2].reply;
		const int sfi = i % 2 != 0;
		const struct step s[] = { EF_OK,
			{ sfi ? "00200098 04 31323334" : VERIFY, reply } };
		struct jm_card *card = ready(s + sfi, sfi ? 1 : 2, sfi);
		int tries = 99;

		assert_int_equal(
		    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries),
		    verify_row[i / 2].want);
		assert_int_equal(tries, verify_row[i / 2].tries);
		assert_int_equal(script_verifies(), 1);
		assert_int_equal(card->verify_sent, 1);
		done(card);
	}
}

/* Of all 65536 answers only 9000 is a success, and none brings a second
 * VERIFY: the script has room for one. */
static void
no_status_word_but_9000_is_a_success(void **state)
{
	char reply[8];
	(void)state;

	for (unsigned v = 0; v <= 0xffff; v++) {
		const struct step s[] = { EF_OK, { VERIFY, reply },
			{ "00c00000 *", "6f00" } };
		struct jm_card *card;
		int tries;
		jm_err e;

		(void)snprintf(reply, sizeof reply, "%04x", v);
		card = ready(s, v >> 8 == 0x61 ? 3 : 2, 0);
		e = jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries);
		assert_int_equal(e == JM_OK, v == 0x9000);
		assert_true(e != JM_PIN_WRONG || tries != 0);
		assert_true(e != JM_PIN_BLOCKED || tries == 0);
		assert_int_equal(script_verifies(), 1);
		done(card);
	}
}

static void
a_short_id_that_verify_does_not_know_costs_no_second_one(void **state)
{
	static const struct step s[] = { { "00200098 04 31323334", "6a86" },
		EF_OK, { QUERY, "63c3" } };
	struct jm_card *card = ready(s, NELEM(s), 1);
	struct jm_pin_state ps;
	int tries;
	(void)state;

	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries), JM_CARD);
	assert_int_equal(script_verifies(), 1);
	assert_int_equal(jm_card_uses_sfi(card), 0); /* from now on */
	assert_int_equal(jm_card_pin_query(card, JM_PIN_AUTH, &ps), JM_OK);
	done(card);
}

static void
a_pin_that_cannot_be_one_is_not_sent(void **state)
{
	static const struct jm_pin bad[] = { { "", 0 }, { "123", 3 },
		{ "12345", 5 }, { "1234", 400 } };
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++) {
		struct jm_card *card = ready(NULL, 0, 0);
		int tries;

		assert_int_equal(
		    jm_card_pin_verify(card, JM_PIN_AUTH, &bad[i], &tries),
		    JM_PIN_LEN);
		assert_int_equal(jm_card_pin_change(
				     card, JM_PIN_AUTH, &pin, &bad[i], &tries),
		    JM_PIN_LEN);
		assert_int_equal(jm_card_pin_change(card, JM_PIN_AUTH, &bad[i],
				     &fresh, &tries),
		    JM_PIN_LEN);
		assert_int_equal(script_apdus(), 0);
		done(card);
	}
}

static void
a_pin_the_generation_does_not_have_is_not_found(void **state)
{
	struct jm_profile p = jm_profiles[0];
	struct jm_card *card = ready(NULL, 0, 0);
	struct jm_pin_state ps;
	int tries;
	(void)state;

	p.pin[JM_PIN_AUTH].present = 0;
	card->profile = &p;
	assert_int_equal(
	    jm_card_pin_query(card, JM_PIN_AUTH, &ps), JM_NOT_FOUND);
	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries), JM_NOT_FOUND);
	assert_int_equal(
	    jm_card_pin_change(card, JM_PIN_AUTH, &pin, &fresh, &tries),
	    JM_NOT_FOUND);
	card->profile = NULL;
	assert_int_equal(
	    jm_card_pin_query(card, JM_PIN_SIGN, &ps), JM_NOT_FOUND);
	done(card);
}

static void
a_pin_file_that_is_not_there_gets_no_verify(void **state)
{
	static const struct step s[] = { { SEL_EF("0018"), "6a82" },
		{ SEL_EF("0018"), "6a82" } };
	struct jm_card *card = ready(s, NELEM(s), 0);
	struct jm_pin_state ps;
	int tries;
	(void)state;

	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries), JM_NOT_FOUND);
	assert_int_equal(
	    jm_card_pin_query(card, JM_PIN_AUTH, &ps), JM_NOT_FOUND);
	assert_int_equal(script_verifies(), 0);
	done(card);
}

static void
query_and_verify_share_one_select(void **state)
{
	static const struct step s[] = { EF_OK, { QUERY, "63c3" },
		{ VERIFY, "9000" } };
	struct jm_card *card = ready(s, NELEM(s), 0);
	struct jm_pin_state ps;
	int tries;
	(void)state;

	assert_int_equal(jm_card_pin_query(card, JM_PIN_AUTH, &ps), JM_OK);
	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries), JM_OK);
	done(card);
}

static void
a_change_is_one_verify_and_one_change(void **state)
{
	static const struct {
		const char *verify, *change;
		jm_err want;
		int tries;
	} row[] = {
		{ "9000", "9000", JM_OK, 3 },
		{ "9000", "6982", JM_CARD, 3 },
		{ "9000", "6a80", JM_CARD, 3 },
		{ "9000", "6700", JM_CARD, 3 },
		{ "9000", "63c2", JM_CARD, 3 },
		{ "9000", "6d00", JM_UNSUPPORTED, 3 },
		{ "9000", "", JM_FORMAT, 3 },
		{ "9000", NULL, JM_LINK, 3 },
		{ "9000", "!gone", JM_GONE, 3 },
		{ "63c2", "-", JM_PIN_WRONG, 2 },
		{ "6984", "-", JM_PIN_BLOCKED, 0 },
		{ NULL, "-", JM_LINK, -1 },
	};
	(void)state;

	/* Also with short EF ids: CHANGE is known with the current EF only. */
	for (size_t i = 0; i < 2 * NELEM(row); i++) {
		const char *change = row[i / 2].change;
		const struct step s[] = { EF_OK, { VERIFY, row[i / 2].verify },
			{ CHANGE, change } };
		const int no = change != NULL && change[0] == '-';
		struct jm_card *card = ready(s, no ? 2 : 3, i % 2 != 0);
		int tries;

		assert_int_equal(
		    jm_card_pin_change(card, JM_PIN_AUTH, &pin, &fresh, &tries),
		    row[i / 2].want);
		assert_int_equal(tries, row[i / 2].tries);
		assert_int_equal(script_verifies(), 1);
		done(card);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pin_is_brought_into_the_form_of_the_card),
		cmocka_unit_test(a_nul_in_a_pin_is_a_character),
		cmocka_unit_test(each_answer_to_the_query_is_understood),
		cmocka_unit_test(a_query_by_short_id_falls_back_once),
		cmocka_unit_test(
		    each_answer_to_verify_has_one_meaning_and_ends_it),
		cmocka_unit_test(no_status_word_but_9000_is_a_success),
		cmocka_unit_test(
		    a_short_id_that_verify_does_not_know_costs_no_second_one),
		cmocka_unit_test(a_pin_that_cannot_be_one_is_not_sent),
		cmocka_unit_test(
		    a_pin_the_generation_does_not_have_is_not_found),
		cmocka_unit_test(a_pin_file_that_is_not_there_gets_no_verify),
		cmocka_unit_test(query_and_verify_share_one_select),
		cmocka_unit_test(a_change_is_one_verify_and_one_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
