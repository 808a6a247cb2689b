/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/card.h"

#include <string.h>

#include "card/card_impl.h"
#include "card/pin.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define VERIFY "00200080 04 31323334"
#define IDENTIFY                                                               \
	{ SEL_AP, "9000" }, { SEL_EF("0006"), "9000" },                        \
	{                                                                      \
		READ_INFO, INFO                                                \
	}
#define LOGIN SEL_EF("0018"), "9000"

static const struct jm_pin pin = { "1234", 4 };

static struct jm_card *
open_card(const struct step *s, size_t n, const char *atr)
{
	struct jm_card *card;
	struct jm_link link;

	script_start(&link, s, n);
	script_atr(atr);
	assert_int_equal(jm_card_open(&link, &card), JM_OK);
	assert_int_equal(script_apdus(), 0);
	return card;
}

static void
close_card(struct jm_card *card)
{
	jm_card_free(&card);
	assert_null(card);
	assert_int_equal(script_closes(), 1);
	script_end();
}

static void
a_plain_card_is_known_after_three_commands(void **state)
{
	static const struct step s[] = { IDENTIFY };
	struct jm_card *card = open_card(s, NELEM(s), ATR_PLAIN);
	const struct jm_card_info *info = jm_card_get_info(card);
	(void)state;

	assert_null(jm_card_profile(card));
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	assert_int_equal(jm_card_select(card), JM_OK); /* sends nothing */
	jm_card_end(card);
	assert_string_equal(jm_card_profile(card)->name, "mynumber-2016");
	assert_int_equal(info->known, 1);
	assert_string_equal(info->label, "JPKIAPICCTOKEN2");
	assert_string_equal(
	    info->manufacturer, "00000000000000000000000000000001");
	assert_string_equal(info->model, "E16R01NJ");
	assert_string_equal(info->serial, "0000000020500003");
	assert_string_equal(info->hardware, "03");
	assert_string_equal(info->firmware, "01");
	assert_int_equal(jm_card_uses_sfi(card), 0);
	assert_int_equal(jm_card_modes(card), 0x3f);
	assert_int_equal(script_power_downs(), 0);
	close_card(card);
}

static void
a_card_with_short_ef_ids_is_known_after_two(void **state)
{
	static const struct step s[] = { { SEL_AP, "9000" },
		{ SFI_READ_INFO, INFO } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_SFI);
	uint8_t atr[JM_ATR_MAX];
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	assert_int_equal(jm_card_uses_sfi(card), 1);
	assert_int_equal(jm_card_atr(card, atr), 13);
	jm_card_end(card);
	close_card(card);
}

static void
short_ef_ids_that_a_card_only_declares_are_given_up(void **state)
{
	static const struct step s[] = { { SEL_AP, "9000" },
		{ SFI_READ_INFO, "6a86" }, { SEL_EF("0006"), "9000" },
		{ READ_INFO, INFO } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_SFI);
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	assert_int_equal(jm_card_uses_sfi(card), 0);
	jm_card_end(card);
	close_card(card);
}

static void
the_very_first_select_is_repeated_once_after_6f00(void **state)
{
	static const struct step cured[] = { { SEL_AP, "6f00" }, IDENTIFY };
	static const struct step not_cured[] = { { SEL_AP, "6f00" },
		{ SEL_AP, "6f00" }, { SEL_NEXT, "6f00" } };
	/* Once something was answered, 6F00 is an answer like any other. */
	static const struct step later[] = { IDENTIFY, { SEL_AP, "6f00" } };
	static const struct step after_reset[] = { IDENTIFY,
		{ "!begin", "!reset" }, { SEL_AP, "6f00" },
		{ SEL_AP, "9000" } };
	struct jm_card *card;
	(void)state;

	card = open_card(cured, NELEM(cured), ATR_PLAIN);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	close_card(card);

	card = open_card(not_cured, NELEM(not_cured), ATR_PLAIN);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_NO_CARD);
	close_card(card);

	card = open_card(later, NELEM(later), ATR_PLAIN);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	jm_card_end(card);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_select(card), JM_CARD);
	jm_card_end(card);
	close_card(card);

	card = open_card(after_reset, NELEM(after_reset), ATR_PLAIN);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	jm_card_end(card);
	assert_int_equal(jm_card_begin(card), JM_RESET);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_select(card), JM_OK);
	jm_card_end(card);
	close_card(card);
}

static void
a_transaction_assumes_nothing_of_the_one_before(void **state)
{
	static const struct step s[] = { IDENTIFY, { SEL_AP, "9000" },
		{ LOGIN }, { "00200080", "63c3" } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_PLAIN);
	struct jm_pin_state ps;
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_begin(card), JM_ARG);
	assert_int_equal(jm_card_identify(card), JM_OK);
	jm_card_end(card);
	jm_card_end(card); /* nothing left to end */
	assert_int_equal(jm_card_select(card), JM_ARG);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_pin_query(card, JM_PIN_AUTH, &ps), JM_OK);
	jm_card_end(card);
	assert_int_equal(script_begins(), 2);
	assert_int_equal(script_power_downs(), 0); /* a query opens nothing */
	close_card(card);
}

static void
begin_passes_on_what_the_link_says(void **state)
{
	static const struct step s[] = { { "!begin", "!busy" },
		{ "!begin", NULL }, { "!begin", "!reset" },
		{ "!begin", "!gone" } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_PLAIN);
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_BUSY);
	assert_int_equal(jm_card_begin(card), JM_LINK);
	assert_int_equal(jm_card_begin(card), JM_RESET);
	assert_int_equal(jm_card_begin(card), JM_GONE);
	assert_int_equal(jm_card_identify(card), JM_ARG);
	jm_card_end(card);
	close_card(card);
}

/* Identify, VERIFY with this reply, end with this answer to the log-out (none:
 * it must not be sent). */
static void
log_out_case(const char *verify, const char *answer, unsigned power_downs)
{
	const struct step s[] = { IDENTIFY, { LOGIN }, { VERIFY, verify },
		{ SEL_ISSUER, answer }, { "00c00000 *", "9000" } };
	size_t n = 6;
	struct jm_card *card;
	int tries;

	if (answer == NULL || strcmp(answer, "-") != 0)
		n = answer != NULL && strncmp(answer, "61", 2) == 0 ? 7 : 6;
	else
		n = 5;
	card = open_card(s, n, ATR_PLAIN);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	assert_int_not_equal(
	    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries), JM_NEED_PIN);
	jm_card_end(card);
	assert_int_equal(script_verifies(), 1);
	assert_int_equal(script_power_downs(), power_downs);
	close_card(card);
}

static void
a_verify_is_followed_by_a_log_out_however_it_ended(void **state)
{
	static const char *const reply[] = { "9000", "63c2", "63c0", "6983",
		"6f00", "", "90", NULL, "!big", "6100" };
	(void)state;

	for (size_t i = 0; i + 1 < NELEM(reply); i++)
		log_out_case(reply[i], "9000", 0);
}

static void
a_card_that_does_not_log_out_is_powered_down(void **state)
{
	static const struct {
		const char *answer;
		unsigned power_downs;
	} row[] = { { "9000", 0 }, { "6100", 0 }, { "6283", 0 }, { "6200", 0 },
		{ "6300", 0 }, { "6a82", 1 }, { "6a86", 1 }, { "6d00", 1 },
		{ "6982", 1 }, { "6f00", 1 }, { "6c00", 1 }, { "", 1 },
		{ "90", 1 }, { NULL, 1 }, { "!big", 1 }, { "!reset", 1 },
		{ "!gone", 0 } };
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++)
		log_out_case("9000", row[i].answer, row[i].power_downs);
}

static void
nothing_is_sent_to_a_card_that_left(void **state)
{
	(void)state;

	log_out_case(
	    "!gone", "-", 0); /* the script fails for one command more */
	log_out_case("!reset", "-", 1);
}

static void
a_card_that_left_stays_away_for_the_transaction(void **state)
{
	static const struct step s[] = { { SEL_AP, "9000" },
		{ SEL_EF("0006"), "!gone" } };
	static const struct step r[] = { { SEL_AP, "9000" },
		{ SEL_EF("0006"), "!reset" } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_PLAIN);
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_GONE);
	assert_null(jm_card_profile(card));
	assert_int_equal(jm_card_identify(card), JM_GONE);
	jm_card_end(card);
	assert_int_equal(jm_card_begin(card), JM_GONE);
	close_card(card);

	card = open_card(r, NELEM(r), ATR_PLAIN);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_RESET);
	assert_int_equal(jm_card_identify(card), JM_RESET);
	jm_card_end(card);
	assert_int_equal(script_power_downs(), 0);
	close_card(card);
}

static void
after_a_power_down_the_first_select_may_be_odd_again(void **state)
{
	static const struct step s[] = { IDENTIFY, { LOGIN },
		{ VERIFY, "9000" }, { SEL_ISSUER, "6a82" }, { SEL_AP, "6f00" },
		{ SEL_AP, "9000" } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_PLAIN);
	int tries;
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries), JM_OK);
	jm_card_end(card);
	assert_int_equal(script_power_downs(), 1);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_select(card), JM_OK);
	jm_card_end(card);
	close_card(card);
}

static void
freeing_ends_the_transaction_with_its_log_out(void **state)
{
	static const struct step s[] = { IDENTIFY, { LOGIN },
		{ VERIFY, "9000" }, { SEL_ISSUER, "9000" } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_PLAIN), *none = NULL;
	int tries;
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries), JM_OK);
	close_card(card);
	jm_card_free(&none);
}

static void
abandoning_says_nothing(void **state)
{
	static const struct step s[] = { IDENTIFY, { LOGIN },
		{ VERIFY, "9000" } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_PLAIN), *none = NULL;
	int tries;
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	assert_int_equal(
	    jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries), JM_OK);
	jm_card_abandon(&card);
	assert_null(card);
	assert_int_equal(script_closes(), 0);
	assert_int_equal(script_abandons(), 1);
	script_end();
	jm_card_abandon(&none);
}

static void
an_application_that_went_away_is_told_from_a_failure(void **state)
{
	static const struct step s[] = { IDENTIFY, { SEL_AP, "6a82" },
		{ SEL_AP, "6982" }, { SEL_AP, NULL } };
	struct jm_card *card = open_card(s, NELEM(s), ATR_PLAIN);
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	jm_card_end(card);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_select(card), JM_NO_CARD);
	assert_int_equal(jm_card_select(card), JM_CARD);
	assert_int_equal(jm_card_select(card), JM_LINK);
	jm_card_end(card);
	close_card(card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_card_is_known_after_three_commands),
		cmocka_unit_test(a_card_with_short_ef_ids_is_known_after_two),
		cmocka_unit_test(
		    short_ef_ids_that_a_card_only_declares_are_given_up),
		cmocka_unit_test(
		    the_very_first_select_is_repeated_once_after_6f00),
		cmocka_unit_test(
		    a_transaction_assumes_nothing_of_the_one_before),
		cmocka_unit_test(begin_passes_on_what_the_link_says),
		cmocka_unit_test(
		    a_verify_is_followed_by_a_log_out_however_it_ended),
		cmocka_unit_test(a_card_that_does_not_log_out_is_powered_down),
		cmocka_unit_test(nothing_is_sent_to_a_card_that_left),
		cmocka_unit_test(
		    a_card_that_left_stays_away_for_the_transaction),
		cmocka_unit_test(
		    after_a_power_down_the_first_select_may_be_odd_again),
		cmocka_unit_test(freeing_ends_the_transaction_with_its_log_out),
		cmocka_unit_test(abandoning_says_nothing),
		cmocka_unit_test(
		    an_application_that_went_away_is_told_from_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
