/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/test.h"
#include "vcard/vc_person.h"

static char dir[] = "/tmp/vc_pem.XXXXXX";

static void
put(const char *text)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof path, "%s/x", dir);
	assert_non_null(f = fopen(path, "w"));
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
what_was_written_is_read(void **state)
{
	uint8_t in[200], out[201];
	size_t len;
	(void)state;

	for (size_t n = 1; n <= sizeof in; n++) {
		memset(in, (int)n, n);
		assert_int_equal(
		    vc_pem_write(dir, "x", "THING", in, n, 1, 1), JM_OK);
		assert_int_equal(
		    vc_pem_read(dir, "x", "THING", out, sizeof out, &len),
		    JM_OK);
		assert_int_equal(len, n);
		assert_memory_equal(in, out, n);
		assert_int_equal(
		    vc_pem_read(dir, "x", "OTHER", out, sizeof out, &len),
		    JM_FORMAT);
		assert_int_equal(len, 0);
		assert_int_equal(
		    vc_pem_read(dir, "x", "THING", out, n - 1, &len), JM_SPACE);
	}
}

#define BEGIN "-----BEGIN THING-----\n"
#define END   "-----END THING-----\n"

static void
what_is_no_such_file_is_refused(void **state)
{
	/* clang-format off */
	static const char *const row[] = { "", BEGIN, BEGIN END,
		BEGIN "Zg==\n", "Zg==\n" END, "x" BEGIN "Zg==\n" END,
		BEGIN "Zg==\n" END "x", BEGIN "Zg=\n" END, BEGIN "Zg\n" END,
		BEGIN "Z===\n" END, BEGIN "Zg=a\n" END, BEGIN "Z*==\n" END,
		BEGIN "Zg==\r\n" END };
	/* clang-format on */
	uint8_t out[64];
	size_t len;
	(void)state;

	put(BEGIN "Zg==\n" END);
	assert_int_equal(
	    vc_pem_read(dir, "x", "THING", out, sizeof out, &len), JM_OK);
	assert_int_equal(len, 1);
	for (size_t i = 0; i < NELEM(row); i++) {
		put(row[i]);
		assert_int_equal(
		    vc_pem_read(dir, "x", "THING", out, sizeof out, &len),
		    JM_FORMAT);
	}
	vc_pem_remove(dir, "x");
	assert_int_equal(
	    vc_pem_read(dir, "x", "THING", out, sizeof out, &len), JM_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(what_is_no_such_file_is_refused),
	};
	int failed;

	if (mkdtemp(dir) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
