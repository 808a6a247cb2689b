/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data objects of the card. */
#include <stdio.h>
#include <string.h>

#include "tests/support/test.h"
#include "tests/support/vc_apps.h"

static const struct {
	unsigned tag;
	size_t len;
	const char *begin; /* what it begins with, as far as it is known */
} objects[] = {
	{ 0x0042, 5, "\x39\x2f" },
	{ 0x0045, 8, "" },
	{ 0x0066, 11, "\x73\x09\x06\x07" },
	{ 0x00f0, 5, "13999" },
	{ 0x00f2, 8, KNOWN_EXPIRY },
	{ 0x00f7, 16, "6000005\x08\x05" },
	{ 0x00f8, 563,
	    "\x5f\x4e\x82\x01\x29"
	    "6000003\x08\x05" },
	{ 0x7f21, 563,
	    "\x5f\x4e\x82\x01\x29"
	    "6000004\x08\x05" },
	{ 0x5f51, 8, "\xe0\x00\xff\x81\x31\xfe\x45\x14" },
};

static unsigned
get(struct vc_try *t, unsigned tag, const char *le)
{
	char hex[32];

	snprintf(hex, sizeof hex, "00CA%04X%s", tag, le);
	return vc_say(t, hex);
}

static void
check_all(struct vc_try *t)
{
	for (size_t i = 0; i < NELEM(objects); i++) {
		unsigned tag = objects[i].tag;

		assert_int_equal(get(t, tag, "000400"), 0x9000);
		if (t->rsp_len != objects[i].len)
			fail_msg("%04X: %zu bytes", tag, t->rsp_len);
		assert_memory_equal(
		    t->rsp, objects[i].begin, strlen(objects[i].begin));
		/* A short Le takes the small ones; what does not fit is not
		 * given in part. */
		assert_int_equal(
		    get(t, tag, "00"), objects[i].len > 256 ? 0x6700 : 0x9000);
		assert_int_equal(get(t, tag, "04"), 0x6700);
		assert_int_equal(t->rsp_len, 0);
		assert_int_equal(get(t, tag, ""), 0x6700);
	}
}

static void
objects_are_the_same_wherever_one_asks(void **state)
{
	static const char *const selects[] = { SELECT_ISSUER, SELECT_JPKI,
		SELECT_TEXT, SELECT_FACE, SELECT_JUKI, SELECT_COMMON };
	struct vc_try *t = *state;

	vc_param(t, "extended-length=on");
	check_all(t); /* with nothing selected */
	for (size_t i = 0; i < NELEM(selects); i++) {
		assert_int_equal(vc_say(t, selects[i]), 0x9000);
		check_all(t);
	}
}

static void
no_other_tag_is_known(void **state)
{
	struct vc_try *t = *state;

	for (unsigned tag = 0; tag < 0x10000; tag++) {
		unsigned sw = get(t, tag, "00"), known = 0;

		for (size_t i = 0; i < NELEM(objects); i++)
			known |= objects[i].tag == tag;
		if (!known && sw != 0x6a88)
			fail_msg("%04X: %04X", tag, sw);
	}
}

/* They are objects of the card, not files of an application. */
static void
an_object_is_no_file(void **state)
{
	struct vc_try *t = *state;

	assert_int_equal(vc_say(t, "00A4020C020045"), 0x6a82);
	assert_int_equal(vc_say(t, "00B0850001"), 0x6a82);
	vc_say(t, SELECT_COMMON);
	assert_int_equal(vc_say(t, "00A4020C020042"), 0x6a82);
}

static void
a_cards_id_is_its_own(void **state)
{
	struct vc_try *t = *state;
	uint8_t first[8];

	assert_int_equal(get(t, 0x0045, "00"), 0x9000);
	memcpy(first, t->rsp, 8);
	vc_try_again(t);
	assert_int_equal(get(t, 0x0045, "00"), 0x9000);
	assert_memory_equal(t->rsp, first, 8);
	assert_int_equal(t->card->id_len, 8);
	assert_memory_equal(t->card->id, first, 8);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(objects_are_the_same_wherever_one_asks),
		TEST(no_other_tag_is_known),
		TEST(an_object_is_no_file),
		TEST(a_cards_id_is_its_own),
	};

	return cmocka_run_group_tests(tests, vc_apps_start, vc_apps_stop);
}
