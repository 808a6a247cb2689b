/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/utf8.h"

#include <string.h>

#include "base/err.h"
#include "tests/support/test.h"

static size_t
put(uint32_t c, uint8_t out[4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static void
each_character_is_read_as_it_is_written(void **state)
{
	(void)state;

	for (uint32_t c = 0; c <= 0x110010; c++) {
		const int good = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
		uint8_t u[4];
		const size_t n = put(c, u);
		uint32_t got;

		assert_int_equal(jm_utf8_next(u, n, &got), good ? n : 0);
		if (!good)
			continue;
		assert_int_equal(got, c);
		for (size_t less = 0; less < n; less++)
			assert_int_equal(jm_utf8_next(u, less, &got), 0);
	}
}

/* Of all beginnings of two bytes, so many are of characters. */
static void
nothing_else_is_one(void **state)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80",
		"\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80",
		"\xfe", "\xff", "\xc2 ", "\xe3\x81 ", "\xf0\x9f\x98 ",
		"\xe3 \x82" };
	unsigned ones = 0, twos = 0;
	uint32_t c;
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(
		    jm_utf8_next((const uint8_t *)bad[i], strlen(bad[i]), &c),
		    0);
	for (unsigned v = 0; v <= 0xffff; v++) {
		const uint8_t u[2] = { (uint8_t)(v >> 8), (uint8_t)v };
		const size_t n = jm_utf8_next(u, 2, &c);

		ones += n == 1;
		twos += n == 2;
		assert_true(n <= 2);
	}
	assert_int_equal(ones, 0x80 * 0x100);
	assert_int_equal(twos, 0x800 - 0x80);
	assert_int_equal(jm_utf8_next(NULL, 0, &c), 0);
}

static void
what_is_obeyed_and_not_shown_is_known(void **state)
{
	static const uint32_t yes[] = { 0, 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f,
		0xad, 0x61c, 0x200b, 0x200f, 0x2028, 0x202e, 0x2066, 0xfeff,
		0xe0001 };
	static const uint32_t no[] = { 0x20, 0x7e, 0xa0, 0x3000, 0x5c71, 0x200a,
		0x2010, 0x2027, 0x202f, 0x20000, 0xe0100 };
	(void)state;

	for (size_t i = 0; i < NELEM(yes); i++)
		assert_true(jm_utf8_is_control(yes[i]));
	for (size_t i = 0; i < NELEM(no); i++)
		assert_false(jm_utf8_is_control(no[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_character_is_read_as_it_is_written),
		cmocka_unit_test(nothing_else_is_one),
		cmocka_unit_test(what_is_obeyed_and_not_shown_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
