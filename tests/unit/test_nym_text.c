/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "nym/derive.h"
#include "tests/support/test.h"

static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
static const uint8_t zero[32];

static void
every_nid_has_one_text(void **state)
{
	uint8_t nid[NYM_NID_LEN], back[NYM_NID_LEN];
	char text[NYM_TEXT_LEN + 1], other[NYM_TEXT_LEN + 1];
	unsigned others;
	(void)state;

	for (unsigned round = 0; round < 64; round++) {
		for (size_t i = 0; i < sizeof nid; i++)
			nid[i] = (uint8_t)(round * 37 + i * (2 * round + 1));
		nym_nid_text(nid, text);
		assert_int_equal(strlen(text), NYM_TEXT_LEN);
		assert_int_equal(
		    nym_nid_parse(text, NYM_TEXT_LEN, back), JM_OK);
		assert_memory_equal(back, nid, sizeof nid);
		/* the last character: one bit, and four that are zero */
		others = 0;
		memcpy(other, text, sizeof other);
		for (size_t i = 0; i < 32; i++) {
			other[NYM_TEXT_LEN - 1] = digits[i];
			if (nym_nid_parse(other, NYM_TEXT_LEN, back) == JM_OK)
				others++;
			else
				assert_memory_equal(back, zero, sizeof back);
		}
		assert_int_equal(others, 2);
	}
}

static void
no_other_character_is_taken(void **state)
{
	uint8_t nid[NYM_NID_LEN] = { 0x5a }, back[NYM_NID_LEN];
	char text[NYM_TEXT_LEN + 1];
	char keep;
	(void)state;

	nym_nid_text(nid, text);
	for (size_t at = 0; at < NYM_TEXT_LEN; at++) {
		keep = text[at];
		for (int c = 0; c < 256; c++) {
			if (at < 4 ? c == keep
				   : c != 0 && strchr(digits, c) != NULL)
				continue;
			text[at] = (char)c;
			memset(back, 1, sizeof back);
			assert_int_equal(
			    nym_nid_parse(text, NYM_TEXT_LEN, back), JM_FORMAT);
			assert_memory_equal(back, zero, sizeof back);
		}
		text[at] = keep;
	}
	for (size_t n = 0; n < NYM_TEXT_LEN; n++)
		assert_int_equal(nym_nid_parse(text, n, back), JM_FORMAT);
	assert_int_equal(nym_nid_parse(text, sizeof text, back), JM_FORMAT);
}

static void
a_code_is_read_as_people_type_it(void **state)
{
	/* clang-format off */
	static const struct { const char *text; jm_err e; } row[] = {
		{ "yda4 fq6e yxdm psgj zlf4 ztoo z7in duwt", JM_OK },
		{ "yda4fq6eyxdmpsgjzlf4ztooz7induwt", JM_OK },
		{ "YDA4-FQ6E-YXDM-PSGJ-ZLF4-ZTOO-Z7IN-DUWT", JM_OK },
		{ "\t yda4fq6eyxdm  psgjzlf4ZTOOz7i-nd-uw--t -", JM_OK },
		{ "yda4 fq6e yxdm psgj zlf4 ztoo z7in duw", JM_FORMAT },
		{ "yda4 fq6e yxdm psgj zlf4 ztoo z7in duwta", JM_FORMAT },
		{ "yda4 fq6e yxdm psgj zlf4 ztoo z7in duw1", JM_FORMAT },
		{ "yda4 fq6e yxdm psgj zlf4 ztoo z7in duw0", JM_FORMAT },
		{ "yda4 fq6e yxdm psgj zlf4 ztoo z7in duw8", JM_FORMAT },
		{ "yda4_fq6e_yxdm_psgj_zlf4_ztoo_z7in_duwt", JM_FORMAT },
		{ "yda4fq6eyxdmpsgjzlf4ztooz7induwt\n", JM_FORMAT },
		{ "yda4fq6eyxdmpsgjzlf4ztooz7induwt=", JM_FORMAT },
		{ "", JM_FORMAT },
		{ "----", JM_FORMAT },
	};
	/* clang-format on */
	uint8_t code[NYM_CODE_LEN];
	char shown[NYM_CODE_SHOWN];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		memset(code, 1, sizeof code);
		if (nym_code_parse(row[i].text, strlen(row[i].text), code) !=
		    row[i].e)
			fail_msg("%s", row[i].text);
		if (row[i].e != JM_OK) {
			assert_memory_equal(code, zero, sizeof code);
			continue;
		}
		nym_code_text(code, shown);
		assert_string_equal(shown, row[0].text);
	}
	/* A NUL is no character of it, inside or behind. */
	assert_int_equal(
	    nym_code_parse("yda4fq6eyxdmpsgjzlf4ztooz7induwt", 33, code),
	    JM_FORMAT);
}

static void
every_code_comes_back(void **state)
{
	uint8_t code[NYM_CODE_LEN], back[NYM_CODE_LEN];
	char shown[NYM_CODE_SHOWN];
	(void)state;

	for (unsigned v = 0; v < 256; v++) {
		for (size_t i = 0; i < sizeof code; i++)
			code[i] = (uint8_t)(v + 29 * i * v + i);
		nym_code_text(code, shown);
		assert_int_equal(strlen(shown), NYM_CODE_SHOWN - 1);
		for (size_t i = 0; i < NYM_CODE_SHOWN - 1; i++)
			assert_true(i % 5 == 4
					? shown[i] == ' '
					: strchr(digits, shown[i]) != NULL);
		assert_int_equal(
		    nym_code_parse(shown, strlen(shown), back), JM_OK);
		assert_memory_equal(back, code, sizeof code);
	}
}

static void
every_vault_has_a_scope_that_is_one(void **state)
{
	uint8_t id[NYM_VAULT_ID];
	char v[NYM_VAULT_SCOPE];
	enum nym_scheme s;
	(void)state;

	for (unsigned n = 0; n < 256; n++) {
		memset(id, (int)n, sizeof id);
		nym_vault_scope(id, v);
		assert_int_equal(strlen(v), NYM_VAULT_SCOPE - 1);
		assert_int_equal(nym_scope_parse(v, strlen(v), &s), JM_OK);
		assert_int_equal(s, NYM_SELF);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_nid_has_one_text),
		cmocka_unit_test(no_other_character_is_taken),
		cmocka_unit_test(a_code_is_read_as_people_type_it),
		cmocka_unit_test(every_code_comes_back),
		cmocka_unit_test(every_vault_has_a_scope_that_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
