/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "tools/jumin/json.h"

struct text {
	struct cli_json j;
	char *s;
	size_t len;
};

static void
start(struct text *t)
{
	FILE *f = open_memstream(&t->s, &t->len);

	assert_non_null(f);
	cli_json_init(&t->j, f);
}

static int
finish(struct text *t)
{
	const int ret = cli_json_done(&t->j);

	fclose(t->j.f);
	return ret;
}

static void
strings_are_escaped(void **state)
{
	/* clang-format off */
	static const struct { const char *in, *out; } row[] = {
		{ "",                   "\"\"" },
		{ "plain",              "\"plain\"" },
		{ "a\"b\\c/",           "\"a\\\"b\\\\c/\"" },
		{ "\n\t\x01\x1f\x7f",
		  "\"\\u000a\\u0009\\u0001\\u001f\\u007f\"" },
		{ "\xc2\x80\xc2\x9f\xc2\xa0",
		  "\"\\u0080\\u009f\xc2\xa0\"" },
		{ "住民",               "\"住民\"" },
		{ "\xf0\xa0\xae\xb7",   "\"\xf0\xa0\xae\xb7\"" }, /* U+20BB7 */
		{ "\xf4\x8f\xbf\xbf",   "\"\xf4\x8f\xbf\xbf\"" }, /* the last */
		/* not UTF-8: overlong, surrogate, too high, cut, stray */
		{ "\xc0\xaf",           "\"\\ufffd\\ufffd\"" },
		{ "\xe0\x80\xaf",       "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xf0\x80\x80\xaf",
		  "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "\xed\xa0\x80",       "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xf4\x90\x80\x80",
		  "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "\xe4\xbd",           "\"\\ufffd\\ufffd\"" },
		{ "\xe4\xbd" "a",       "\"\\ufffd\\ufffda\"" },
		{ "\x80z",              "\"\\ufffdz\"" },
		{ "\xff",               "\"\\ufffd\"" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		char want[64];
		struct text t;

		start(&t);
		cli_json_str(&t.j, NULL, row[i].in);
		assert_int_equal(finish(&t), 0);
		snprintf(want, sizeof want, "%s\n", row[i].out);
		assert_string_equal(t.s, want);
		free(t.s);
	}
}

static void
values_nest(void **state)
{
	struct text t;
	(void)state;

	start(&t);
	cli_json_object(&t.j, NULL);
	cli_json_bool(&t.j, "yes", 1);
	cli_json_int(&t.j, "min", -9223372036854775807LL - 1);
	cli_json_null(&t.j, "none");
	cli_json_array(&t.j, "list");
	cli_json_str(&t.j, NULL, "a");
	cli_json_object(&t.j, NULL);
	cli_json_close(&t.j);
	cli_json_close(&t.j);
	cli_json_array(&t.j, "empty");
	cli_json_close(&t.j);
	cli_json_bool(&t.j, "k\"", 0);
	cli_json_close(&t.j);
	assert_int_equal(finish(&t), 0);
	assert_string_equal(t.s, "{\n"
				 "  \"yes\": true,\n"
				 "  \"min\": -9223372036854775808,\n"
				 "  \"none\": null,\n"
				 "  \"list\": [\n"
				 "    \"a\",\n"
				 "    {}\n"
				 "  ],\n"
				 "  \"empty\": [],\n"
				 "  \"k\\\"\": false\n"
				 "}\n");
	free(t.s);
}

static void
what_is_not_whole_is_reported(void **state)
{
	struct text t;
	(void)state;

	start(&t);
	cli_json_object(&t.j, NULL); /* never closed */
	assert_int_equal(finish(&t), -1);
	free(t.s);

	start(&t);
	cli_json_object(&t.j, NULL);
	cli_json_close(&t.j);
	cli_json_close(&t.j); /* once too often */
	assert_int_equal(finish(&t), -1);
	free(t.s);

	start(&t);
	for (int i = 0; i <= CLI_JSON_DEPTH; i++) /* one level too deep */
		cli_json_array(&t.j, NULL);
	for (int i = 0; i <= CLI_JSON_DEPTH; i++)
		cli_json_close(&t.j);
	assert_int_equal(finish(&t), -1);
	free(t.s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(values_nest),
		cmocka_unit_test(what_is_not_whole_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
