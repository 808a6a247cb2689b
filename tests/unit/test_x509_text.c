/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/x509.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/tlv.h"
#include "tests/support/test.h"

static void
names_become_one_safe_line(void **state)
{
	/* clang-format off */
	static const struct { const char *hex, *text; } row[] = {
		{ "3000", "" },
		{ "3010 310e 300c 0603550403 0c05 68656c6c6f", "CN=hello" },
		/* order reversed, "+" inside */
		{ "301b 310b 3009 0603550406 1302 4a50"
		  " 310c 300a 060355040a 0c03 412c42", "O=A\\,B,C=JP" },
		{ "3016 3114 3008 0603550403 0c01 61 3008 060355040b 0c01 62",
		    "CN=a+OU=b" },
		/* specials, blanks and # at the ends */
		{ "3014 3112 3010 0603550403 0c09 2b225c3c3e3b3d2361",
		    "CN=\\+\\\"\\\\\\<\\>\\;=#a" },
		{ "300f 310d 300b 0603550403 0c04 20612020", "CN=\\ a \\ " },
		{ "300c 310a 3008 0603550403 0c01 20", "CN=\\ " },
		{ "300e 310c 300a 0603550403 0c03 232323", "CN=\\###" },
		/* control characters, C1 and direction marks in UTF-8 */
		{ "3010 310e 300c 0603550403 0c05 1b5b410a7f",
		    "CN=\\1B[A\\0A\\7F" },
		{ "300d 310b 3009 0603550403 0c02 c29b", "CN=\\C2\\9B" },
		{ "300f 310d 300b 0603550403 0c04 e280ae61",
		    "CN=\\E2\\80\\AEa" },
		{ "300d 310b 3009 0603550403 0c02 6100", "CN=a\\00" },
		/* Japanese with a variant selector stays */
		{ "3012 3110 300e 0603550403 0c07 e8bebbf3a08480",
		    "CN=\xe8\xbe\xbb\xf3\xa0\x84\x80" },
		/* not UTF-8: alone, too long, surrogate, cut */
		{ "300c 310a 3008 0603550403 0c01 ff", "CN=\\FF" },
		{ "300d 310b 3009 0603550403 0c02 c0af", "CN=\\C0\\AF" },
		{ "300e 310c 300a 0603550403 0c03 eda080",
		    "CN=\\ED\\A0\\80" },
		{ "300d 310b 3009 0603550403 0c02 e381", "CN=\\E3\\81" },
		{ "300f 310d 300b 0603550403 0c04 f4908080",
		    "CN=\\F4\\90\\80\\80" },
		/* other string types */
		{ "300d 310b 3009 0603550403 1402 e961", "CN=\xc3\xa9" "a" },
		{ "300f 310d 300b 0603550403 1e04 4f4f002b",
		    "CN=\xe4\xbd\x8f\\+" },
		{ "300e 310c 300a 0603550403 1e03 004100", "CN=A\\00" },
		{ "300d 310b 3009 0603550403 1e02 d800", "CN=\\D8\\00" },
		{ "300f 310d 300b 0603550403 1c04 0001f600",
		    "CN=\xf0\x9f\x98\x80" },
		{ "300f 310d 300b 0603550403 1c04 00110000",
		    "CN=\\00\\11\\00\\00" },
		/* other types of value and of attribute */
		{ "300d 310b 3009 0603550403 0402 ab01", "CN=#0402AB01" },
		{ "300b 3109 3007 0603550403 0400", "CN=#0400" },
		{ "300b 3109 3007 0603550403 0c00", "CN=" },
		{ "300c 310a 3008 0603883703 0c01 61", "2.999.3=a" },
		{ "300b 3109 3007 06022a03 0c01 61", "1.2.3=a" },
		{ "3016 3114 3012 060d 2affffffffffffffffffff7f01 0c01 61",
		    "1.2?=a" },
		{ "3009 3107 3005 0600 0c01 61", "=a" },
		{ "3013 3111 300f 060a 0992268993f22c640119 0c01 61", "DC=a" },
	};
	/* clang-format on */
	static struct jm_cert c;
	char text[200];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(
		    jm_hex_decode(row[i].hex, c.der, sizeof c.der, &c.der_len),
		    JM_OK);
		c.subject = (struct jm_span){ 0, c.der_len };
		c.issuer = c.subject;
		jm_cert_subject_text(&c, text, sizeof text);
		if (strcmp(text, row[i].text) != 0)
			fail_msg("row %zu: %s", i, text);
		jm_cert_issuer_text(&c, text, sizeof text);
		assert_string_equal(text, row[i].text);
	}
}

static void
a_long_name_is_cut_between_characters(void **state)
{
	/* O="a,<U+4F4F>", twice */
	static const char whole[] = "O=a\\,\xe4\xbd\x8f,O=a\\,\xe4\xbd\x8f";
	static const char name[] = "3020 310e 300c 060355040a 0c05 612ce4bd8f"
				   "310e 300c 060355040a 0c05 612ce4bd8f";
	static struct jm_cert c;
	(void)state;

	assert_int_equal(
	    jm_hex_decode(name, c.der, sizeof c.der, &c.der_len), JM_OK);
	c.subject = (struct jm_span){ 0, c.der_len };
	for (size_t cap = 0; cap <= sizeof whole; cap++) {
		char *out = malloc(cap + 1);
		size_t n;

		assert_non_null(out);
		out[0] = '?';
		jm_cert_subject_text(&c, out, cap);
		if (cap == 0) {
			assert_int_equal(out[0], '?');
			free(out);
			continue;
		}
		n = strlen(out);
		assert_true(n < cap);
		assert_memory_equal(out, whole, n);
		/* no half escape, no half character */
		assert_true(n == 0 || out[n - 1] != '\\');
		assert_true((whole[n] & 0xc0) != 0x80);
		if (cap == sizeof whole)
			assert_string_equal(out, whole);
		free(out);
	}
}

static void
a_name_of_many_parts_takes_no_long_time(void **state)
{
	static struct jm_cert c;
	static char text[JM_CERT_MAX * 2];
	struct jm_wbuf w;
	(void)state;

	jm_wbuf_init(&w, c.der, sizeof c.der);
	while (w.len + 20 < sizeof c.der)
		jm_put(&w, "\x31\x06\x30\x04\x06\x00\x0c\x00", 8);
	jm_tlv_wrap(&w, 0, 0x30);
	assert_int_equal(jm_wbuf_done(&w, &c.der_len), JM_OK);
	c.subject = (struct jm_span){ 0, c.der_len };
	jm_cert_subject_text(&c, text, sizeof text);
	assert_int_equal(strlen(text), 2 * (c.der_len - 4) / 8 - 1);
}

static void
serial_numbers_are_shown_without_their_sign_byte(void **state)
{
	/* clang-format off */
	static const struct { const char *hex, *text; } row[] = {
		{ "0201 00", "00" }, { "0201 01", "01" },
		{ "0202 0080", "80" }, { "0203 000102", "0102" },
		{ "0202 ff01", "FF01" },
	};
	/* clang-format on */
	static struct jm_cert c;
	char text[9];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(
		    jm_hex_decode(row[i].hex, c.der, sizeof c.der, &c.der_len),
		    JM_OK);
		c.serial = (struct jm_span){ 0, c.der_len };
		jm_cert_serial_text(&c, text, sizeof text);
		assert_string_equal(text, row[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_one_safe_line),
		cmocka_unit_test(a_long_name_is_cut_between_characters),
		cmocka_unit_test(a_name_of_many_parts_takes_no_long_time),
		cmocka_unit_test(
		    serial_numbers_are_shown_without_their_sign_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
