/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/pem.h"

#include <string.h>

#include "tests/support/test.h"

#define BEGIN "-----BEGIN A KEY-----"
#define END   "-----END A KEY-----"

static void
a_block_is_read_wherever_it_stands(void **state)
{
	/* clang-format off */
	static const struct { const char *text; jm_err want; const char *out; } row[] = {
		{ BEGIN "\nZm9vYmFy\n" END "\n",              JM_OK, "foobar" },
		{ BEGIN "\r\nZm9v\r\nYmE=\r\n" END,           JM_OK, "fooba" },
		{ BEGIN "Zg==" END,                           JM_OK, "f" },
		{ BEGIN "\n\n" END,                           JM_OK, "" },
		{ BEGIN " Z g\t= = " END,                     JM_OK, "f" },
		{ "Subject: x\n" BEGIN "\nZm8=\n" END "\nrest", JM_OK, "fo" },
		{ "-----BEGIN B-----\nZg==\n-----END B-----\n"
		  BEGIN "\nZm9v\n" END,                       JM_OK, "foo" },
		{ BEGIN "\nZm9v\n" END "\n" BEGIN "Zg==" END, JM_OK, "foo" },
		{ "",                                         JM_NOT_FOUND, "" },
		{ "-----BEGIN A KEY----",                     JM_NOT_FOUND, "" },
		{ "-----BEGIN A KEYS-----Zg==" END,           JM_NOT_FOUND, "" },
		{ "-----begin a key-----Zg==" END,            JM_NOT_FOUND, "" },
		{ BEGIN "\nZg==\n",                           JM_FORMAT, "" },
		{ BEGIN "\nZg==\n-----END B-----",            JM_FORMAT, "" },
		{ END BEGIN "Zg==",                           JM_FORMAT, "" },
		{ BEGIN "Z" END,                              JM_FORMAT, "" },
		{ BEGIN "Zg" END,                             JM_FORMAT, "" },
		{ BEGIN "Zg=" END,                            JM_FORMAT, "" },
		{ BEGIN "Z===" END,                           JM_FORMAT, "" },
		{ BEGIN "====" END,                           JM_FORMAT, "" },
		{ BEGIN "Zg=v" END,                           JM_FORMAT, "" },
		{ BEGIN "=g==" END,                           JM_FORMAT, "" },
		{ BEGIN "Zg==Zm9v" END,                       JM_FORMAT, "" },
		{ BEGIN "Zh==" END,                           JM_FORMAT, "" },
		{ BEGIN "Zm9=" END,                           JM_FORMAT, "" },
		{ BEGIN "Zm-v" END,                           JM_FORMAT, "" },
		{ BEGIN "Zm9\xff" END,                        JM_FORMAT, "" },
		{ BEGIN "Proc-Type: 4,ENCRYPTED\nZm9v" END,   JM_FORMAT, "" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t out[64];
		size_t len = 99;

		assert_int_equal(jm_pem_read(row[i].text, strlen(row[i].text),
				     "A KEY", out, sizeof out, &len),
		    row[i].want);
		assert_int_equal(len, strlen(row[i].out));
		assert_memory_equal(out, row[i].out, len);
	}
}

static void
a_nul_is_no_end(void **state)
{
	static const char text[] = BEGIN "Zm9v\0" END;
	uint8_t out[64];
	size_t len;
	(void)state;

	assert_int_equal(
	    jm_pem_read(text, sizeof text - 1, "A KEY", out, sizeof out, &len),
	    JM_FORMAT);
}

static void
what_does_not_fit_is_told(void **state)
{
	static const char text[] = BEGIN "Zm9vYmFy" END;
	uint8_t out[6];
	size_t len;
	(void)state;

	for (size_t cap = 0; cap <= sizeof out; cap++) {
		assert_int_equal(
		    jm_pem_read(text, sizeof text - 1, "A KEY", out, cap, &len),
		    cap < 6 ? JM_SPACE : JM_OK);
		assert_int_equal(len, cap < 6 ? 0 : 6);
	}
	/* ... and no byte past the end of the text is looked at */
	for (size_t n = 0; n < sizeof text - 1; n++) {
		char *exact = malloc(n + 1);

		memcpy(exact, text, n);
		exact = realloc(exact, n > 0 ? n : 1);
		assert_int_not_equal(
		    jm_pem_read(exact, n, "A KEY", out, sizeof out, &len),
		    JM_OK);
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_read_wherever_it_stands),
		cmocka_unit_test(a_nul_is_no_end),
		cmocka_unit_test(what_does_not_fit_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
