/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/b64.h"

#include "tests/support/test.h"

static void
the_vectors_of_rfc_4648(void **state)
{
	static const char *const row[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };
	(void)state;

	for (size_t n = 0; n < NELEM(row); n++) {
		char out[16] = "????????????????";

		assert_int_equal(jm_b64_encode((const uint8_t *)row[n][0], n,
				     out, JM_B64_LEN(n) + 1),
		    JM_OK);
		assert_string_equal(out, row[n][1]);
	}
}

static void
what_does_not_fit_is_not_begun(void **state)
{
	char out[8] = "???????";
	(void)state;

	for (size_t cap = 0; cap < 5; cap++)
		assert_int_equal(
		    jm_b64_encode((const uint8_t *)"foo", 3, out, cap),
		    JM_SPACE);
	assert_string_equal(out, "");
	assert_int_equal(out[1], '?');
	assert_int_equal(
	    jm_b64_encode((const uint8_t *)"", SIZE_MAX, out, 8), JM_ARG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_4648),
		cmocka_unit_test(what_does_not_fit_is_not_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
