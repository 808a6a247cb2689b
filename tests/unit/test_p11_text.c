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

/* Whole characters from at on, up to this text; its place. */
static size_t
skip_characters(
    const CK_UTF8CHAR *out, size_t at, const char *c, const char *end)
{
	while (memcmp(out + at, end, strlen(end)) != 0) {
		assert_true(at + strlen(c) + strlen(end) <= SLOT_TEXT);
		assert_memory_equal(out + at, c, strlen(c));
		at += strlen(c);
	}
	return at;
}

static void
a_long_name_is_cut_at_characters(void **state)
{
	static const char *const chars[] = { "\xc3\xa4", "\xe5\x80\x8b",
		"\xf0\x9f\x92\xb3" };
	(void)state;

	for (size_t k = 0; k < NELEM(chars); k++) {
		const size_t width = strlen(chars[k]);

		for (size_t off = 0; off < width; off++) {
			CK_UTF8CHAR out[SLOT_TEXT];
			char name[128];
			size_t at = off;

			memset(name, 'x', off);
			for (; at + width < sizeof name; at += width)
				memcpy(name + at, chars[k], width);
			name[at] = '\0';
			p11_slot_text(out, sizeof out, name, "Signature");
			at = skip_characters(out, off, chars[k], "..");
			(void)skip_characters(
			    out, at + 2, chars[k], " (Signature)");
		}
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
