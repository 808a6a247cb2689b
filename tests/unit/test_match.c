/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recognition over a table of its own: several profiles, shared AIDs. */
#include <string.h>

#include "card/card_impl.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define SEL_OTHER "00a4040c 05 f001020304"
#define EF6       SEL_EF("0006"), "9000"

/* "JPKIAPICCTOKEN", the beginning of the other label; "STRANGER" */
#define OLD_INFO                                                               \
	"4a504b4941504943 43544f4b454e"                                        \
	"202020202020202020202020202020202020" INFO_TAIL
#define STRANGE_INFO                                                           \
	"535452414e474552"                                                     \
	"202020202020202020202020202020202020202020202020" INFO_TAIL

#define JPKI_AID                                                               \
	{                                                                      \
		0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01     \
	}

static const char *const other_atrs[] = { "3B 02 .. 02", NULL };
static const char *const no_atrs[] = { NULL };

static const struct jm_profile tab[] = {
	{ .name = "new",
	    .aid = JPKI_AID,
	    .aid_len = 10,
	    .label = "JPKIAPICCTOKEN2",
	    .fallback = 1,
	    .info_ef = 6,
	    .sfi = JM_YES,
	    .extended = JM_DECLARED,
	    .atrs = no_atrs },
	{ .name = "old",
	    .aid = JPKI_AID,
	    .aid_len = 10,
	    .label = "JPKIAPICCTOKEN",
	    .info_ef = 6,
	    .sfi = JM_NO,
	    .extended = JM_NO },
	{ .name = "other",
	    .aid = { 0xf0, 1, 2, 3, 4 },
	    .aid_len = 5,
	    .label = "OTHERTOKEN",
	    .info_ef = 6,
	    .sfi = JM_YES,
	    .extended = JM_YES,
	    .atrs = other_atrs },
};

/* Name of the profile found, or NULL with *e. */
static const char *
match(const char *atr, const struct step *s, size_t n, size_t profiles,
    jm_err *e, struct jm_card_info *info)
{
	struct jm_card *card;
	struct jm_link link;
	const char *name;

	script_start(&link, s, n);
	script_atr(atr);
	assert_int_equal(jm_card_open(&link, &card), JM_OK);
	assert_int_equal(jm_card_begin(card), JM_OK);
	*e = jm_card_identify_in(card, tab, profiles, NULL);
	name = card->profile == NULL ? NULL : card->profile->name;
	if (info != NULL)
		*info = card->info;
	jm_card_end(card);
	jm_card_free(&card);
	script_end();
	return name;
}

static void
the_label_decides_among_profiles_of_one_aid(void **state)
{
	static const struct {
		const char *info, *name;
	} row[] = {
		{ INFO, "new" },
		{ OLD_INFO, "old" },
		{ STRANGE_INFO, "new" }, /* the fallback */
		{ "6a82", "new" },       /* no token information at all */
		{ "6982", "new" },
		{ "6b00", "new" }, /* an empty file */
		{ "4f4c44 9000", "new" },
		{ B64("ff") B64("ff") B16("ff") B16("ff") "9000", "new" },
	};
	jm_err e;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		/* The old card has no short EF ids, so none is used yet. */
		const struct step s[] = { { SEL_AP, "9000" }, { EF6 },
			{ READ_INFO, row[i].info } };
		const char *name =
		    match(ATR_PLAIN, s, NELEM(s), NELEM(tab), &e, NULL);

		assert_int_equal(e, JM_OK);
		assert_string_equal(name, row[i].name);
	}
}

static void
a_label_that_fits_none_is_no_card_without_a_fallback(void **state)
{
	static const struct step s[] = { { SEL_AP, "6a82" },
		{ SEL_OTHER, "9000" }, { SFI_READ_INFO, STRANGE_INFO } };
	jm_err e;
	(void)state;

	assert_null(match(ATR_PLAIN, s, NELEM(s), NELEM(tab), &e, NULL));
	assert_int_equal(e, JM_NO_CARD);
}

static void
each_aid_is_asked_for_once(void **state)
{
	static const struct step none[] = { { SEL_AP, "6a82" },
		{ SEL_OTHER, "6a82" } };
	static const struct step odd[] = { { SEL_AP, "6d00" },
		{ SEL_OTHER, "6700" } };
	jm_err e;
	(void)state;

	assert_null(match(ATR_PLAIN, none, 2, NELEM(tab), &e, NULL));
	assert_int_equal(e, JM_NO_CARD);
	assert_null(match("", odd, 2, NELEM(tab), &e, NULL));
	assert_int_equal(e, JM_NO_CARD);
	assert_null(match(ATR_PLAIN, NULL, 0, 0, &e, NULL));
	assert_int_equal(e, JM_NO_CARD);
}

static void
an_atr_changes_the_order_and_nothing_else(void **state)
{
	static const struct step s[] = { { SEL_OTHER, "6a82" },
		{ SEL_AP, "9000" }, { EF6 }, { READ_INFO, INFO } };
	jm_err e;
	(void)state;

	assert_string_equal(
	    match("3B 02 77 02", s, NELEM(s), NELEM(tab), &e, NULL), "new");
}

static void
a_link_failure_is_no_verdict_about_the_card(void **state)
{
	static const struct step one[] = { { SEL_AP, NULL } };
	static const struct step two[] = { { SEL_AP, "9000" }, { EF6 },
		{ READ_INFO, NULL } };
	static const struct step three[] = { { SEL_AP, "9000" },
		{ SEL_EF("0006"), "90" } };
	jm_err e;
	(void)state;

	assert_null(match(ATR_PLAIN, one, NELEM(one), NELEM(tab), &e, NULL));
	assert_int_equal(e, JM_LINK);
	assert_null(match(ATR_PLAIN, two, NELEM(two), NELEM(tab), &e, NULL));
	assert_int_equal(e, JM_LINK);
	assert_null(
	    match(ATR_PLAIN, three, NELEM(three), NELEM(tab), &e, NULL));
	assert_int_equal(e, JM_FORMAT);
}

static void
text_of_the_token_is_made_fit_to_show(void **state)
{
	/* Label with a line feed and a byte above 7E, NULs behind it; blank
	 * serial; versions that are no digits. */
	static const struct step s[] = { { SEL_AP, "9000" }, { EF6 },
		{ READ_INFO,
		    "410a80 00000000000000000000000000" B16(
			"00") "42 202020202020202020202020202020" B16("20")
			B16("20") B16("ff") B16("00")
			    B16("00") "000000000000000000000000"
				      "30413041 9000" } };
	struct jm_card_info info;
	jm_err e;
	(void)state;

	assert_string_equal(
	    match(ATR_PLAIN, s, NELEM(s), NELEM(tab), &e, &info), "new");
	assert_int_equal(info.known, 1);
	assert_string_equal(info.label, "A??");
	assert_string_equal(info.manufacturer, "B");
	assert_string_equal(info.model, "");
	assert_string_equal(info.serial, "");
	assert_string_equal(info.hardware, "");
	assert_string_equal(info.firmware, "");
}

/* Every prefix of the token information: texts only from a whole one. */
static void
token_information_cut_short_is_not_known(void **state)
{
	char reply[2 * JM_TOKEN_INFO_LEN + 8];
	struct jm_card_info info;
	jm_err e;
	(void)state;

	for (size_t n = 0; n <= JM_TOKEN_INFO_LEN; n++) {
		const struct step s[] = { { SEL_AP, "9000" }, { EF6 },
			{ READ_INFO, reply } };
		size_t at = 0;

		for (const char *p = INFO; at < 2 * n; p++)
			if (*p != ' ')
				reply[at++] = *p;
		memcpy(reply + at, "9000", 5);
		assert_string_equal(
		    match(ATR_PLAIN, s, NELEM(s), NELEM(tab), &e, &info),
		    "new");
		assert_int_equal(info.known, n >= 96);
		assert_string_equal(
		    info.serial, n >= 96 ? "0000000020500003" : "");
		assert_string_equal(info.hardware, n >= 144 ? "03" : "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_label_decides_among_profiles_of_one_aid),
		cmocka_unit_test(
		    a_label_that_fits_none_is_no_card_without_a_fallback),
		cmocka_unit_test(each_aid_is_asked_for_once),
		cmocka_unit_test(an_atr_changes_the_order_and_nothing_else),
		cmocka_unit_test(a_link_failure_is_no_verdict_about_the_card),
		cmocka_unit_test(text_of_the_token_is_made_fit_to_show),
		cmocka_unit_test(token_information_cut_short_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
