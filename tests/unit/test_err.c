/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/err.h"

#include <string.h>

#include "tests/support/test.h"

/* clang-format off */
#define X(id, text) JM_##id,
static const jm_err all[] = { JM_ERRORS(X) };
#undef X
#define X(id, text) #id,
static const char *const names[] = { JM_ERRORS(X) };
#undef X
/* clang-format on */

static void
each_error_has_its_own_name_and_sentence(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(all); i++) {
		assert_string_equal(jm_errname(all[i]), names[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
			    jm_strerror(all[i]), jm_strerror(all[k]));
	}
	assert_string_equal(jm_strerror(JM_PIN_WRONG), "wrong PIN");
	assert_string_equal(jm_errname(JM_PIN_WRONG), "PIN_WRONG");
}

static void
sentences_have_the_form_of_messages(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(all); i++) {
		const char *s = jm_strerror(all[i]);

		assert_true(strlen(s) > 0 && strlen(s) < 80);
		assert_int_not_equal(s[strlen(s) - 1], '.');
		if (strncmp(s, "PIN", 3) != 0)
			assert_in_range(s[0], 'a', 'z');
	}
}

static void
a_cast_value_has_a_text(void **state)
{
	(void)state;

	assert_string_equal(jm_strerror((jm_err)NELEM(all)), "unknown error");
	assert_string_equal(jm_errname((jm_err)999), "UNKNOWN");
	assert_int_equal(JM_OK, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_error_has_its_own_name_and_sentence),
		cmocka_unit_test(sentences_have_the_form_of_messages),
		cmocka_unit_test(a_cast_value_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
