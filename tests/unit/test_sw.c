/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu/sw.h"

#include "tests/support/test.h"

static void
each_known_word_has_its_meaning_and_no_other_has_any(void **state)
{
	/* clang-format off */
	static const struct { unsigned sw; jm_err want; } row[] = {
		{ 0x9000, JM_OK },          { 0x6282, JM_OK },
		{ 0x6982, JM_NEED_PIN },    { 0x6983, JM_PIN_BLOCKED },
		{ 0x6984, JM_PIN_BLOCKED }, { 0x6a82, JM_NOT_FOUND },
		{ 0x6a83, JM_NOT_FOUND },   { 0x6a88, JM_NOT_FOUND },
		{ 0x6a81, JM_UNSUPPORTED }, { 0x6a86, JM_UNSUPPORTED },
		{ 0x6d00, JM_UNSUPPORTED }, { 0x6e00, JM_UNSUPPORTED },
		{ 0x6881, JM_UNSUPPORTED }, { 0x6882, JM_UNSUPPORTED },
	};
	/* clang-format on */
	(void)state;

	for (unsigned sw = 0; sw <= 0x10000; sw++) {
		jm_err want = JM_CARD;

		for (size_t i = 0; i < NELEM(row); i++)
			if (row[i].sw == sw)
				want = row[i].want;
		assert_int_equal(jm_sw_err(sw), want);
	}
}

static void
only_63cx_tells_tries(void **state)
{
	(void)state;

	for (unsigned sw = 0; sw <= 0x10000; sw++)
		assert_int_equal(jm_sw_tries(sw),
		    sw >= 0x63c0 && sw <= 0x63cf ? (int)(sw - 0x63c0) : -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_known_word_has_its_meaning_and_no_other_has_any),
		cmocka_unit_test(only_63cx_tells_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
