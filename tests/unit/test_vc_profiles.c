/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The generations: which applications each has and what its JPKI one is. */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"
#include "tests/support/vc_apps.h"
#include "vcard/vc_issue.h"

#define READ_LABEL "00B0860020"
#define READ_PAIRS "00B0880003"
#define READ_AUTH  "00B08A0004"
#define READ_SIGN  "00B0810004"

static const char *const selects[] = { SELECT_JPKI, SELECT_TEXT, SELECT_FACE,
	SELECT_JUKI, SELECT_COMMON, SELECT_LICENCE };

/* In the order of selects: 'x' there, '.' not. */
static const struct generation {
	const char *name, *apps, *label, *pairs;
	unsigned auth, sign; /* retry queries of 0018 and 001B */
	unsigned text, juki; /* of 0011 and 001C of those, 0: not there */
	unsigned auth_cert;  /* reading 000A before any PIN */
} row[] = {
	{ "mynumber-2016", "xxxxx.", "JPKIAPICCTOKEN2 ", "8F8F00", 0x63c3,
	    0x63c5, 0x63c3, 0x63c3, 0x9000 },
	{ "mynumber-child", "xxxxx.", "JPKIAPICCTOKEN2 ", "008F00", 0x63c3,
	    0x6a82, 0x63c3, 0x63c3, 0x9000 },
	{ "mynumber-nopin", "xxxxx.", "JPKIAPICCTOKEN2 ", "8F8F00", 0x6984,
	    0x6984, 0x6984, 0x6984, 0x9000 },
	{ "juki", "x..x..", "JPKIAPICCTOKEN  ", "8F0000", 0x6a82, 0x63c5, 0,
	    0x63c3, 0x9000 },
	{ "android", "x.....", "JPKIAPGPSETOKEN ", "8F8F00", 0x63c3, 0x63c5, 0,
	    0, 0x6982 },
};

static void
issue(struct vc_try *t, const struct vc_issue *how)
{
	struct vc_issue h = *how;

	h.overwrite = 1;
	vc_close(&t->card);
	assert_int_equal(vc_create(t->image, &h), JM_OK);
	vc_try_again(t);
}

static void
check(struct vc_try *t, const struct generation *g)
{
	uint8_t pairs[3];
	size_t n;

	for (size_t i = 0; i < NELEM(selects); i++)
		if ((vc_say(t, selects[i]) == 0x9000) != (g->apps[i] == 'x'))
			fail_msg("%s: %s", g->name, selects[i]);
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	assert_int_equal(vc_say(t, READ_LABEL), 0x9000);
	assert_memory_equal(t->rsp, g->label, strlen(g->label));
	assert_int_equal(jm_hex_decode(g->pairs, pairs, 3, &n), JM_OK);
	assert_int_equal(vc_say(t, READ_PAIRS), 0x9000);
	assert_memory_equal(t->rsp, pairs, 3);
	assert_int_equal(vc_say(t, QUERY_AUTH), g->auth);
	assert_int_equal(vc_say(t, QUERY_SIGN), g->sign);
	assert_int_equal(vc_say(t, READ_AUTH), g->auth_cert);
	if (g->text != 0) {
		vc_say(t, SELECT_TEXT);
		assert_int_equal(vc_say(t, "00200091"), g->text);
		assert_int_equal(vc_say(t, "00200094"), 0x63ca);
	}
	if (g->juki != 0) {
		vc_say(t, SELECT_JUKI);
		assert_int_equal(vc_say(t, "0020009C"), g->juki);
	}
}

static void
each_generation_has_its_applications(void **state)
{
	struct vc_try *t = *state;

	for (size_t i = 0; i < NELEM(row); i++) {
		issue(t, &(struct vc_issue){ .profile = row[i].name });
		check(t, &row[i]);
		vc_try_again(t);
		check(t, &row[i]);
	}
}

static void
a_phone_reads_its_certificate_after_the_pin(void **state)
{
	struct vc_try *t = *state;

	issue(t, &(struct vc_issue){ .profile = "android" });
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x9000); /* not that one */
	assert_int_equal(vc_say(t, READ_AUTH), 0x6982);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	assert_int_equal(vc_say(t, READ_AUTH), 0x9000);
	assert_int_equal(vc_say(t, "00CA5F5100"), 0x6a88);
}

static void
a_juki_card_takes_a_shorter_pin(void **state)
{
	static const char *const jpki[] = { "apps=jpki", NULL };
	struct vc_try *t = *state;
	struct vc_issue how = {
		.profile = "juki", .sign_pin = "A1B2", .params = jpki
	};

	issue(t, &how);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "0020009B0441314232"), 0x9000);
	assert_int_equal(vc_say(t, READ_SIGN), 0x9000);
	assert_int_equal(vc_say(t, "0024019B03433344"), 0x6700);
	assert_int_equal(vc_say(t, "0024019B0443334434"), 0x9000);
	how.profile = "mynumber-2016";
	how.overwrite = 1;
	vc_close(&t->card);
	assert_int_equal(vc_create(t->image, &how), JM_ARG);
}

/* Blocked from the start, or with values that nobody can enter. */
static void
a_card_without_pins_has_none_that_can_be_used(void **state)
{
	static const char *const unknown[] = { "apps=jpki",
		"holder-pins=unknown", NULL };
	static const char *const blocked[] = { "apps=jpki", NULL };
	struct vc_try *t = *state;

	issue(t, &(struct vc_issue){
		     .profile = "mynumber-nopin", .params = blocked });
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x6984);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x6984);
	issue(t, &(struct vc_issue){
		     .profile = "mynumber-nopin", .params = unknown });
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x63c2);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x63c4);
}

static void
answers_to_reset_have_names(void **state)
{
	static const struct {
		const char *name, *hex;
	} atr[] = {
		{ "contact-1", "3BE000FF8131FE4514" },
		{ "contact-2", "3BDA13FF8131FB468012392F31C173C601C03B" },
		{ "contact-3", "3BC5FF8131FB458073C6010000" },
		{ "contactless-1", "3B888001000005E0B381A1007F" },
		{ "contactless-2", "3B888001000041E0B381A1003B" },
		{ "contactless-3", "3B888001004B51FF0081D100BC" },
		{ "contactless-4", "3B888001004B51FFB381D1000F" },
		{ "juki-contactless", "3B888001000014E0B38191005E" },
	};
	struct vc_try *t = *state;

	for (size_t i = 0; i < NELEM(atr); i++) {
		uint8_t want[VC_ATR_MAX], got[VC_ATR_MAX];
		char param[64];
		size_t n;

		snprintf(param, sizeof param, "atr=%s", atr[i].name);
		vc_param(t, param);
		assert_int_equal(
		    jm_hex_decode(atr[i].hex, want, sizeof want, &n), JM_OK);
		assert_int_equal(vc_atr(t->card, got), n);
		assert_memory_equal(got, want, n);
	}
	assert_int_equal(vc_set_param(t->card, "atr=contact-4"), JM_ARG);
	assert_int_equal(
	    vc_set_param(t->card, "contact-atr=contact-1"), JM_ARG);
}

/* What an image has no contents for, no parameter of a run shows. */
static void
an_application_that_was_never_filled_stays_away(void **state)
{
	struct vc_try *t = *state; /* of apps=jpki */

	assert_int_equal(vc_set_param(t->card, "apps=all"), JM_ARG);
	assert_int_equal(vc_set_param(t->card, "licence=on"), JM_ARG);
	assert_int_equal(vc_say(t, SELECT_TEXT), 0x6a82);
	assert_int_equal(vc_say(t, SELECT_LICENCE), 0x6a82);
	assert_int_equal(vc_set_param(t->card, "apps=jpki"), JM_OK);
}

static void
numbers_are_refused_with_a_wrong_check_digit(void **state)
{
	static const struct vc_issue bad[] = {
		{ .number = "123456789019" },
		{ .number = "12345678901" },
		{ .number = "12345678901x" },
		{ .record_code = "12345678904" },
		{ .record_code = "123" },
		{ .security_code = "123" },
		{ .security_code = "12345" },
		{ .security_code = "12a4" },
		{ .text_pin = "123" },
		{ .text_pin = "12345" },
		{ .juki_pin = "12a4" },
	};
	struct vc_try *t = *state;
	char path[96];

	snprintf(path, sizeof path, "%s/fresh", t->dir);
	for (size_t i = 0; i < NELEM(bad); i++)
		if (vc_create(path, &bad[i]) != JM_ARG)
			fail_msg("row %zu was taken", i);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_generation_has_its_applications),
		TEST(a_phone_reads_its_certificate_after_the_pin),
		TEST(a_juki_card_takes_a_shorter_pin),
		TEST(a_card_without_pins_has_none_that_can_be_used),
		TEST(answers_to_reset_have_names),
		TEST(an_application_that_was_never_filled_stays_away),
		TEST(numbers_are_refused_with_a_wrong_check_digit),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
