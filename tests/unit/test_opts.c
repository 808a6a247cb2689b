/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/test.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "tools/jumin/opts.h"
#include "tools/jumin/out.h"

#define ARGS_MAX 12

static int
parse(const char *const *words, struct cli_args *out)
{
	char text[ARGS_MAX][32], *argv[ARGS_MAX + 1];
	int argc = 0;

	for (; words[argc] != NULL; argc++) {
		assert_true(argc < ARGS_MAX);
		snprintf(text[argc], sizeof text[argc], "%s", words[argc]);
		argv[argc] = text[argc];
	}
	argv[argc] = NULL;
	return cli_opts_parse(argc, argv, out);
}

static void
options_stand_anywhere(void **state)
{
	/* clang-format off */
	static const char *const same[][ARGS_MAX] = {
		{ "jumin", "--json", "--reader", "1", "cert", "show", NULL },
		{ "jumin", "cert", "show", "--reader=1", "--json", NULL },
		{ "jumin", "cert", "--reader", "1", "--json", "show", NULL },
		{ "jumin", "--json", "--reader=1", "--", "cert", "show", NULL },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(same); i++) {
		struct cli_args a;

		assert_int_equal(parse(same[i], &a), EX_OK);
		assert_int_equal(a.words, 2);
		assert_int_equal(
		    a.given, CLI_BIT(CLI_JSON) | CLI_BIT(CLI_READER));
		assert_null(a.value[CLI_JSON]);
		assert_non_null(a.value[CLI_READER]);
	}
}

static void
values_are_taken_as_they_are(void **state)
{
	/* clang-format off */
	static const struct { const char *argv[5]; const char *value; } row[] = {
		{ { "jumin", "-o", "f", NULL },          "f" },
		{ { "jumin", "-of", NULL },              "f" },
		{ { "jumin", "-o", "-", NULL },          "-" },
		{ { "jumin", "-o-", NULL },              "-" },
		{ { "jumin", "--output", "--", NULL },   "--" },
		{ { "jumin", "--output=", NULL },        "" },
		{ { "jumin", "--output=a=b", NULL },     "a=b" },
		{ { "jumin", "--output", "--json", NULL }, "--json" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		char text[4][32], *argv[5] = { NULL };
		struct cli_args a;
		int argc = 0;

		for (; row[i].argv[argc] != NULL; argc++) {
			snprintf(text[argc], sizeof text[argc], "%s",
			    row[i].argv[argc]);
			argv[argc] = text[argc];
		}
		assert_int_equal(cli_opts_parse(argc, argv, &a), EX_OK);
		assert_int_equal(a.given, CLI_BIT(CLI_OUTPUT));
		assert_string_equal(a.value[CLI_OUTPUT], row[i].value);
	}
}

static void
what_is_no_option_is_refused(void **state)
{
	/* clang-format off */
	static const char *const bad[][ARGS_MAX] = {
		{ "jumin", "--nothing", NULL },
		{ "jumin", "--jso", NULL },          /* no shortening */
		{ "jumin", "--jsonx", NULL },
		{ "jumin", "-x", NULL },
		{ "jumin", "-j", NULL },
		{ "jumin", "--json=1", NULL },
		{ "jumin", "-hx", NULL },
		{ "jumin", "--reader", NULL },
		{ "jumin", "-o", NULL },
		{ "jumin", "--json", "--json", NULL },
		{ "jumin", "-o", "a", "--output=b", NULL },
		{ "jumin", "--=x", NULL },
		{ "jumin", "---", NULL },
		{ "jumin", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL },
	};
	/* clang-format on */
	struct cli_args a;
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(parse(bad[i], &a), EX_USAGE);
}

static void
a_dash_and_what_follows_two_dashes_are_words(void **state)
{
	static const char *const argv[] = { "jumin", "sign", "-", "--",
		"--json", "--", NULL };
	struct cli_args a;
	(void)state;

	assert_int_equal(parse(argv, &a), EX_OK);
	assert_int_equal(a.words, 4);
	assert_int_equal(a.given, 0);
}

static void
options_of_other_commands_are_refused(void **state)
{
	static const char *const argv[] = { "jumin", "--json", NULL };
	struct cli_args a;
	(void)state;

	assert_int_equal(parse(argv, &a), EX_OK);
	assert_int_equal(cli_opts_allowed(&a, CLI_BIT(CLI_JSON)), EX_OK);
	assert_int_equal(cli_opts_allowed(&a, CLI_COMMON), EX_USAGE);
}

static void
numbers_are_whole_and_bounded(void **state)
{
	/* clang-format off */
	static const struct { const char *text; int64_t max; int ret; int64_t n; } row[] = {
		{ "0",          0,       0,  0 },
		{ "1",          0,       -1, 0 },
		{ "10",         10,      0,  10 },
		{ "11",         10,      -1, 0 },
		{ "007",        10,      0,  7 },
		{ "2147483647", INT_MAX, 0,  INT_MAX },
		{ "2147483648", INT_MAX, -1, 0 },
		{ "4294967295", UINT32_MAX, 0, UINT32_MAX },
		{ "4294967296", UINT32_MAX, -1, 0 },
		{ "99999999999999999999", INT64_MAX, -1, 0 },
		{ "",           10,      -1, 0 },
		{ "-1",         10,      -1, 0 },
		{ "+1",         10,      -1, 0 },
		{ " 1",         10,      -1, 0 },
		{ "1x",         10,      -1, 0 },
		{ "0x1",        10,      -1, 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		int64_t n = -7;

		assert_int_equal(
		    cli_number(row[i].text, row[i].max, &n), row[i].ret);
		assert_int_equal(n, row[i].n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(values_are_taken_as_they_are),
		cmocka_unit_test(what_is_no_option_is_refused),
		cmocka_unit_test(a_dash_and_what_follows_two_dashes_are_words),
		cmocka_unit_test(options_of_other_commands_are_refused),
		cmocka_unit_test(numbers_are_whole_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
