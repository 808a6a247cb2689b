/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/text.h"

#include <string.h>

#include "base/err.h"
#include "tests/support/test.h"

#define PADDED 12

static void
text_is_padded_and_cut_at_a_character(void **state)
{
	static const struct {
		const char *text, *want; /* PADDED bytes */
	} rows[] = {
		{ "", "            " },
		{ "Jumin", "Jumin       " },
		{ "exactly 12 b", "exactly 12 b" },
		{ "thirteen byte", "thirteen byt" },
		{ "\xe5\x80\x8b\xe4\xba\xba\xe7\x95\xaa\xe5\x8f\xb7",
		    "\xe5\x80\x8b\xe4\xba\xba\xe7\x95\xaa\xe5\x8f\xb7" },
		{ "1\xe5\x80\x8b\xe4\xba\xba\xe7\x95\xaa\xe5\x8f\xb7",
		    "1\xe5\x80\x8b\xe4\xba\xba\xe7\x95\xaa  " },
		{ "0123456789\xc3\xa4\xc3\xb6", "0123456789\xc3\xa4" },
		{ "0123456789a\xc3\xa4", "0123456789a " },
		/* No UTF-8 at all ends somewhere. */
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80",
		    "            " },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(rows); i++) {
		CK_UTF8CHAR out[PADDED + 1];

		memset(out, '#', sizeof out);
		p11_pad(out, PADDED, rows[i].text);
		assert_memory_equal(out, rows[i].want, PADDED);
		assert_int_equal(out[PADDED], '#');
	}
}

#define SLOT_TEXT  64
#define LONG_START "A reader with a very long name of a m"
#define LONG_NAME  LONG_START "aker (0123456789ABCDEF)"

static void
assert_slot_text(const char *reader, const char *what_for, const char *want)
{
	CK_UTF8CHAR out[SLOT_TEXT + 1];

	memset(out, '#', sizeof out);
	p11_slot_text(out, SLOT_TEXT, reader, what_for);
	assert_int_equal(out[SLOT_TEXT], '#');
	assert_true(strlen(want) <= SLOT_TEXT);
	assert_memory_equal(out, want, strlen(want));
	for (size_t i = strlen(want); i < SLOT_TEXT; i++)
		assert_int_equal(out[i], ' ');
}

static void
a_slot_is_told_by_reader_and_purpose(void **state)
{
	(void)state;

	assert_slot_text("Maker Reader 00 00", "Signature",
	    "Maker Reader 00 00 (Signature)");
	/* Too long: what tells two of a kind apart stays. */
	assert_slot_text(LONG_NAME " 00 00", "Signature",
	    LONG_START "aker (0.. 00 00 (Signature)");
	assert_slot_text(LONG_NAME " 01 00", "Signature",
	    LONG_START "aker (0.. 01 00 (Signature)");
	assert_slot_text(LONG_NAME " 01 00", "Authentication",
	    LONG_START "ak.. 01 00 (Authentication)");
}

static void
a_long_name_is_cut_at_characters(void **state)
{
	char name[128];
	(void)state;

	/* 40 characters of three bytes, and shorter by one byte each. */
	for (size_t off = 0; off < 3; off++) {
		CK_UTF8CHAR out[SLOT_TEXT];
		size_t at = 0;

		for (size_t i = 0; i < off; i++)
			name[at++] = 'x';
		while (at + 3 < sizeof name) {
			memcpy(name + at, "\xe5\x80\x8b", 3);
			at += 3;
		}
		name[at] = '\0';
		p11_slot_text(out, sizeof out, name, "Signature");
		for (size_t i = off; out[i] != '.';) {
			assert_memory_equal(out + i, "\xe5\x80\x8b", 3);
			i += 3;
		}
		assert_non_null(memmem(out, sizeof out, "(Signature)", 11));
	}
}

static void
a_version_is_two_numbers(void **state)
{
	static const struct {
		const char *text;
		CK_BYTE major, minor;
	} rows[] = {
		{ "0.1.0", 0, 1 },
		{ "2.17", 2, 17 },
		{ "3", 3, 0 },
		{ "", 0, 0 },
		{ "x.y", 0, 0 },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(
		    p11_version(rows[i].text).major, rows[i].major);
		assert_int_equal(
		    p11_version(rows[i].text).minor, rows[i].minor);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_padded_and_cut_at_a_character),
		cmocka_unit_test(a_slot_is_told_by_reader_and_purpose),
		cmocka_unit_test(a_long_name_is_cut_at_characters),
		cmocka_unit_test(a_version_is_two_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
