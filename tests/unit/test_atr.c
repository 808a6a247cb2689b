/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/atr.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"

#define ROOM 64

/* clang-format off */
static const struct { const char *atr; int sfi, extended; } row[] = {
	/* The cards of profiles/mynumber-2016.profile. */
	{ "3B E0 00 FF 81 31 FE 45 14",                               0, 0 },
	{ "3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B", 1, 1 },
	{ "3B C5 FF 81 31 FB 45 80 73 C6 01 00 00",                   1, 0 },
	{ "3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 00 D1 D6",       0, 0 },
	{ "3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F",                   0, 0 },
	{ "3B 88 80 01 00 4B 51 FF B3 81 D1 00 0F",                   0, 0 },
	/* T=0 alone: no check byte. */
	{ "3B 05 80 73 C6 01 C0",                                     1, 1 },
	{ "3B 05 80 73 C2 01 C0",                                     0, 1 },
	{ "3B 05 80 73 C6 01 BF",                                     1, 0 },
	{ "3B 05 80 73 04 00 40",                                     1, 1 },
	/* One or two capability bytes have no third. */
	{ "3B 03 80 71 04",                                           1, 0 },
	{ "3B 04 80 72 04 C0",                                        1, 0 },
	{ "3B 02 80 70",                                              0, 0 },
	/* Category 00: three status bytes end it; 10: a reference first. */
	{ "3B 08 00 73 C6 01 C0 05 90 00",                            1, 1 },
	{ "3B 03 00 73 C6",                                           0, 0 },
	{ "3B 06 10 01 73 C6 01 C0",                                  1, 1 },
	{ "3B 01 10",                                                 0, 0 },
	{ "3B 05 81 73 C6 01 C0",                                     0, 0 },
	/* Left over, missing, overrunning. */
	{ "3B 05 80 73 C6 01 C0 00",                                  0, 0 },
	{ "3B 06 80 73 C6 01 C0 3F",                                  0, 0 },
	{ "3B 04 80 73 C6 01",                                        0, 0 },
	{ "3B 06 80 73 C6 01 C0",                                     0, 0 },
	{ "3B 07 80 73 C6 01 C0 21",                                  0, 0 },
	/* A wrong check byte. */
	{ "3B C5 FF 81 31 FB 45 80 73 C6 01 00 01",                   0, 0 },
	/* Interface bytes without end. */
	{ "3B F0 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80 80", 0, 0 },
};
/* clang-format on */

/* In memory of exactly that size, so that a byte too far is seen. */
static void
caps_of(const uint8_t *atr, size_t len, struct jm_atr_caps *caps)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, atr, len);
	*caps = (struct jm_atr_caps){ 7, 7 };
	jm_atr_caps(copy, len, caps);
	free(copy);
}

static void
declared_is_what_the_historical_bytes_say(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_atr_caps caps;
		uint8_t atr[ROOM];
		size_t len;

		assert_int_equal(
		    jm_hex_decode(row[i].atr, atr, sizeof atr, &len), JM_OK);
		caps_of(atr, len, &caps);
		if (caps.sfi != row[i].sfi || caps.extended != row[i].extended)
			fail_msg(
			    "%s: %d %d", row[i].atr, caps.sfi, caps.extended);
	}
}

static void
an_atr_cut_short_declares_nothing(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_atr_caps caps;
		uint8_t atr[ROOM];
		size_t len;

		assert_int_equal(
		    jm_hex_decode(row[i].atr, atr, sizeof atr, &len), JM_OK);
		for (size_t cut = 0; cut < len; cut++) {
			caps_of(atr, cut, &caps);
			/* The row with a byte left over is whole without it. */
			if (cut + 1 == len && row[i].sfi == 0 && caps.sfi &&
			    atr[1] == 0x05)
				continue;
			assert_int_equal(caps.sfi, 0);
			assert_int_equal(caps.extended, 0);
		}
	}
}

/* Every value of every byte of a real ATR, and any length: no overrun (the
 * sanitizers see it), and a flipped byte never passes the check byte. */
static void
a_changed_byte_declares_nothing(void **state)
{
	uint8_t atr[ROOM], big[256];
	struct jm_atr_caps caps;
	size_t len;
	(void)state;

	assert_int_equal(
	    jm_hex_decode(row[1].atr, atr, sizeof atr, &len), JM_OK);
	for (size_t at = 1; at < len; at++) {
		const uint8_t kept = atr[at];

		for (unsigned v = 0; v < 256; v++) {
			atr[at] = (uint8_t)v;
			caps_of(atr, len, &caps);
			if (v != kept)
				assert_int_equal(caps.sfi, 0);
		}
		atr[at] = kept;
	}
	for (unsigned v = 0; v < 256; v++)
		for (size_t n = 0; n < sizeof big; n++) {
			memset(big, (int)v, sizeof big);
			caps_of(big, n, &caps);
			assert_int_equal(caps.sfi, 0);
		}
}

static void
a_pattern_fits_in_every_byte_and_in_length(void **state)
{
	static const uint8_t atr[] = { 0x3b, 0x88, 0x01 };
	(void)state;

	assert_true(jm_atr_matches(atr, 3, "3B 88 01"));
	assert_true(jm_atr_matches(atr, 3, "3b8801"));
	assert_true(jm_atr_matches(atr, 3, "3B .. 01"));
	assert_false(jm_atr_matches(atr, 3, "3B 89 01"));
	assert_false(jm_atr_matches(atr, 3, "3B 88"));
	assert_false(jm_atr_matches(atr, 3, "3B 88 01 00"));
	assert_false(jm_atr_matches(atr, 2, "3B 88 01"));
	assert_false(jm_atr_matches(atr, 3, "3B 8"));
	assert_false(jm_atr_matches(atr, 3, "3B .8 01"));
	assert_false(jm_atr_matches(atr, 3, ""));
	assert_false(jm_atr_matches(atr, 0, "3B"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(declared_is_what_the_historical_bytes_say),
		cmocka_unit_test(an_atr_cut_short_declares_nothing),
		cmocka_unit_test(a_changed_byte_declares_nothing),
		cmocka_unit_test(a_pattern_fits_in_every_byte_and_in_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
