/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/b64url.h"

#include <string.h>

#include "tests/support/test.h"

static void
the_vectors_of_rfc_4648(void **state)
{
	/* clang-format off */
	static const struct { const char *in, *out; } row[] = {
		{ "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy" }, { "\xfb\xef\xff", "--__" },
	};
	/* clang-format on */
	uint8_t back[8];
	char out[16];
	size_t n, len;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		n = strlen(row[i].in);
		len = strlen(row[i].out);
		assert_int_equal(len, JM_B64URL_LEN(n));
		for (size_t cap = 0; cap <= len; cap++)
			assert_int_equal(
			    jm_b64url_encode(
				(const uint8_t *)row[i].in, n, out, cap),
			    JM_SPACE);
		assert_int_equal(jm_b64url_encode((const uint8_t *)row[i].in, n,
				     out, len + 1),
		    JM_OK);
		assert_string_equal(out, row[i].out);
		for (size_t cap = 0; cap < n; cap++) {
			assert_int_equal(
			    jm_b64url_decode(out, len, back, cap, &n),
			    JM_SPACE);
			assert_int_equal(n, 0);
			n = strlen(row[i].in);
		}
		assert_int_equal(
		    jm_b64url_decode(out, len, back, n, &len), JM_OK);
		assert_int_equal(len, n);
		assert_memory_equal(back, row[i].in, n);
	}
	assert_int_equal(jm_b64url_encode(back, SIZE_MAX, out, 16), JM_SPACE);
	assert_string_equal(out, "");
}

static void
only_one_spelling_is_taken(void **state)
{
	/* clang-format off */
	static const char *const no[] = { "Z", "Zg=", "Zg==", "Zh", "Zn", "Zm9",
		"Zm8=", "Zm9v\n", " Zm9v", "Zm9 v", "++//", "Zm9vZ", "Zm9v=",
		"Zm9v.", "=", "\xc3\xa9\x61", };
	/* clang-format on */
	uint8_t out[16];
	size_t n;
	(void)state;

	for (size_t i = 0; i < NELEM(no); i++) {
		n = 9;
		if (jm_b64url_decode(
			no[i], strlen(no[i]), out, sizeof out, &n) != JM_FORMAT)
			fail_msg("%s", no[i]);
		assert_int_equal(n, 0);
	}
	assert_int_equal(
	    jm_b64url_decode("Zm9v\0", 5, out, sizeof out, &n), JM_FORMAT);
	assert_int_equal(
	    jm_b64url_decode("Zm9\0", 4, out, sizeof out, &n), JM_FORMAT);
}

/* Of all texts of two and three characters as many are taken as there are
 * bytes to be said. */
static void
there_are_as_many_texts_as_bytes(void **state)
{
	unsigned two = 0, three = 0;
	uint8_t out[4];
	char text[3];
	size_t n;
	(void)state;

	for (int a = 0; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			text[0] = (char)a;
			text[1] = (char)b;
			two += jm_b64url_decode(text, 2, out, 4, &n) == JM_OK;
			text[0] = 'A';
			text[1] = (char)a;
			text[2] = (char)b;
			three += jm_b64url_decode(text, 3, out, 4, &n) == JM_OK;
		}
	}
	assert_int_equal(two, 256);
	assert_int_equal(three, 1024); /* 10 of the 16 bits */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_4648),
		cmocka_unit_test(only_one_spelling_is_taken),
		cmocka_unit_test(there_are_as_many_texts_as_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
