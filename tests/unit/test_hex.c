/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hex.h"

#include "tests/support/test.h"

static void
bytes_become_upper_case_digits(void **state)
{
	static const uint8_t in[] = { 0x00, 0x9a, 0xff };
	char out[7];
	(void)state;

	assert_int_equal(jm_hex_encode(in, 3, out, sizeof out), JM_OK);
	assert_string_equal(out, "009AFF");
	assert_int_equal(jm_hex_encode(in, 0, out, 1), JM_OK);
	assert_string_equal(out, "");
}

static void
text_that_does_not_fit_is_empty_text(void **state)
{
	static const uint8_t in[3] = { 1, 2, 3 };
	(void)state;

	for (size_t cap = 0; cap < 7; cap++) {
		char out[7] = "??????";

		assert_int_equal(jm_hex_encode(in, 3, out, cap), JM_SPACE);
		assert_int_equal(out[0], cap == 0 ? '?' : '\0');
		assert_int_equal(out[1], '?');
	}
	assert_int_equal(
	    jm_hex_encode(in, SIZE_MAX, (char[1]){ 0 }, 1), JM_SPACE);
}

static void
each_text_has_one_reading(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text; jm_err want; size_t len; uint8_t out[4];
	} row[] = {
		{ "",            JM_OK,    0, { 0 } },
		{ "00",          JM_OK,    1, { 0 } },
		{ "09afAF",      JM_OK,    3, { 0x09, 0xaf, 0xaf } },
		{ "de ad  be ef", JM_OK,   4, { 0xde, 0xad, 0xbe, 0xef } },
		{ "0",           JM_ARG,   0, { 0 } },
		{ "000",         JM_ARG,   0, { 0 } },
		{ "0 0",         JM_ARG,   0, { 0 } },
		{ " 00",         JM_ARG,   0, { 0 } },
		{ "00 ",         JM_ARG,   0, { 0 } },
		{ " ",           JM_ARG,   0, { 0 } },
		{ "00\t00",      JM_ARG,   0, { 0 } },
		{ "00\n",        JM_ARG,   0, { 0 } },
		{ "0x00",        JM_ARG,   0, { 0 } },
		{ "0g",          JM_ARG,   0, { 0 } },
		{ "/0", JM_ARG, 0, { 0 } }, { "0:", JM_ARG, 0, { 0 } },
		{ "@0", JM_ARG, 0, { 0 } }, { "0G", JM_ARG, 0, { 0 } },
		{ "`0", JM_ARG, 0, { 0 } }, { "\xff\xff", JM_ARG, 0, { 0 } },
		{ "0001020304",  JM_SPACE, 0, { 0 } },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t out[4];
		size_t n = 9;

		assert_int_equal(
		    jm_hex_decode(row[i].text, out, sizeof out, &n),
		    row[i].want);
		assert_int_equal(n, row[i].len);
		assert_memory_equal(out, row[i].out, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_become_upper_case_digits),
		cmocka_unit_test(text_that_does_not_fit_is_empty_text),
		cmocka_unit_test(each_text_has_one_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
