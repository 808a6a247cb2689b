/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_number.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/support/test.h"

static const uint8_t *
bytes(const char *s)
{
	return (const uint8_t *)s;
}

/* Worked by hand from the text of the order: digit n from the last of the
 * eleven weighs n + 1 up to the sixth and n - 5 from the seventh on. */
static void
an_individual_number_ends_with_its_check_digit(void **state)
{
	/* clang-format off */
	static const struct { const char *eleven; char digit; } row[] = {
		{ "00000000000", '0' },  /* sum 0 */
		{ "00000000001", '9' },  /* 2: 11 - 2 */
		{ "00000000010", '8' },  /* 3 */
		{ "00000100000", '4' },  /* 7 */
		{ "00001000000", '9' },  /* the seventh weighs 2 again */
		{ "10000000000", '5' },  /* 6 */
		{ "12345678901", '8' },  /* 212, remainder 3 */
		{ "00000000005", '1' },  /* remainder 10 */
		{ "00000000006", '0' },  /* 12, remainder 1: 0, not 10 */
	};
	/* clang-format on */
	char twelve[13];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const char want = row[i].digit;

		assert_int_equal(vc_mynumber_digit(bytes(row[i].eleven)), want);
		for (char d = '0'; d <= '9'; d++) {
			snprintf(
			    twelve, sizeof twelve, "%s%c", row[i].eleven, d);
			assert_int_equal(
			    vc_mynumber_ok(bytes(twelve), 12), d == want);
		}
	}
	assert_false(vc_mynumber_ok(bytes("000000000000"), 11));
	assert_false(vc_mynumber_ok(bytes("00000000000:"), 12));
	assert_false(vc_mynumber_ok(bytes(" 00000000000"), 12));
}

static void
a_resident_record_code_has_ten_digits_and_one(void **state)
{
	(void)state;

	/* 0*2 + 9*3 + 8*4 + 7*5 + 6*6 + 5*7 + 4*2 + 3*3 + 2*4 + 1*5 is 195,
	 * remainder 8. */
	assert_int_equal(vc_code_digit(bytes("1234567890")), '3');
	assert_true(vc_code_ok(bytes("00000000019"), 11));
	assert_false(vc_code_ok(bytes("00000000018"), 11));
	assert_false(vc_code_ok(bytes("0000000001"), 10));
	assert_false(vc_code_ok(bytes("000000000190"), 12));
}

static void
a_day_belongs_to_an_era(void **state)
{
	/* clang-format off */
	static const struct { const char *day; unsigned era, year; const char *six; } row[] = {
		{ "18681022", 0, 1868, "681022" },
		{ "18681023", 1, 1, "011023" },
		{ "19120729", 1, 45, "450729" },
		{ "19120730", 2, 1, "010730" },
		{ "19261224", 2, 15, "151224" },
		{ "19261225", 3, 1, "011225" },
		{ "19820914", 3, 57, "570914" },
		{ "19890107", 3, 64, "640107" },
		{ "19890108", 4, 1, "010108" },
		{ "20190430", 4, 31, "310430" },
		{ "20190501", 5, 1, "010501" },
		{ "20260101", 5, 8, "080101" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		unsigned year;
		char six[7];

		assert_int_equal(vc_era(row[i].day, &year), row[i].era);
		assert_int_equal(year, row[i].year);
		vc_era_yymmdd(row[i].day, six);
		assert_string_equal(six, row[i].six);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_individual_number_ends_with_its_check_digit),
		cmocka_unit_test(a_resident_record_code_has_ten_digits_and_one),
		cmocka_unit_test(a_day_belongs_to_an_era),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
