/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A card that proved itself and answers nonsense all the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/counter_play.h"
#include "tests/support/test.h"

#define COMMON "00A4040C0AD3921000310001010100"
#define JUKI   "00A4040C0AD3921000310001010401"

/* 61 { 4F AID, 80 name, 50 label } */
#define AID "4F05F001020304"
#define ROW                                                                    \
	"6111" AID "800161"                                                    \
	"50054C6162656C"

static void
the_list_ends_where_the_card_says(void **state)
{
	static const struct play list[] = {
		{ 'r', COMMON, "9000" },
		{ 'r', "!open", "9000" },
		{ 'R', "80F20000C8", ROW "9000" },
		{ 'R', "80F20001C8", ROW "9000" },
		{ 'R', "80F20002C8", "6A88" },
	};
	static struct counter_loaded got[COUNTER_LOADED_MAX];
	static struct play_set s;
	size_t n;
	(void)state;

	play_start(&s, list, NELEM(list));
	assert_int_equal(counter_list(&s.c, &s.card, got, &n), JM_OK);
	assert_int_equal(n, 2);
	assert_string_equal(got[1].label, "Label");
	assert_int_equal(got[1].aid_len, 5);
	assert_null(s.c.fault.card);
	(void)play_end(&s, 1);
}

/* More than any card has room for: it is asked no further. */
static void
an_endless_list_is_cut(void **state)
{
	static struct play list[2 + COUNTER_LOADED_MAX];
	static char cmd[COUNTER_LOADED_MAX][16];
	static struct counter_loaded got[COUNTER_LOADED_MAX];
	static struct play_set s;
	size_t n;
	(void)state;

	list[0] = (struct play){ 'r', COMMON, "9000" };
	list[1] = (struct play){ 'r', "!open", "9000" };
	for (unsigned i = 0; i < COUNTER_LOADED_MAX; i++) {
		snprintf(cmd[i], sizeof cmd[i], "80F200%02XC8", i);
		list[2 + i] = (struct play){ 'R', cmd[i], ROW "9000" };
	}
	play_start(&s, list, NELEM(list));
	assert_int_equal(counter_list(&s.c, &s.card, got, &n), JM_OK);
	assert_int_equal(n, COUNTER_LOADED_MAX);
	(void)play_end(&s, 1);
}

static void
a_row_that_is_none_is_refused(void **state)
{
	static const char *const row[] = { "9000", "61009000", "62009000",
		"6104800161509000", "610C" AID "8001619000",
		"61124F11010203040506070809101112131415161750009000",
		"610E" AID "8001615002410A9000", /* a line break */
		"610E" AID
		"8001615002C29B9000", /* a control of the upper half */
		"610F" AID "8001615003E280AE9000", /* the rest to the left */
		"610D" AID "8001615001FF9000",     /* no UTF-8 */
		"6111" AID "800161"
		"50054C61626500"
		"9000",
		ROW };
	static struct counter_loaded got[COUNTER_LOADED_MAX];
	static struct play_set s;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct play list[] = { { 'r', COMMON, "9000" },
			{ 'r', "!open", "9000" },
			{ 'R', "80F20000C8", row[i] } };
		size_t n;

		play_start(&s, list, NELEM(list));
		assert_int_not_equal(
		    counter_list(&s.c, &s.card, got, &n), JM_OK);
		assert_int_equal(s.c.fault.step, COUNTER_AT_LIST);
		(void)play_end(&s, 1);
	}
}

static void
a_code_without_its_check_digit_is_no_code(void **state)
{
	static const char *const code[] = { "3132333435363738393034",
		"31323334353637383930", "", "FFFFFFFFFFFFFFFFFFFFFF",
		"0000000000000000000000" };
	static struct play_set s;
	char reply[64], got[COUNTER_CODE_LEN + 1];
	(void)state;

	for (size_t i = 0; i < NELEM(code); i++) {
		const struct play list[] = { { 'r', JUKI, "9000" },
			{ 'r', "!open", "9000" },
			{ 'R', "00A4020C020001", "9000" },
			{ 'R', "00B00000DF", reply } };

		snprintf(reply, sizeof reply, "%s9000", code[i]);
		play_start(&s, list, NELEM(list));
		assert_int_equal(
		    counter_read_code(&s.c, &s.card, got), JM_FORMAT);
		(void)play_end(&s, 1);
	}
}

#define PIECE_MAX 200

/* A reply of len bytes that begins so. */
static const char *
piece(char *mem, const char *head, size_t len)
{
	size_t n = strlen(head);

	memcpy(mem, head, n);
	while (n < 2 * len)
		mem[n++] = '5';
	memcpy(mem + n, "9000", 5);
	return mem;
}

/* The pieces of an application: its own length says when it is whole. */
static void
a_package_that_does_not_end_is_refused(void **state)
{
	/* clang-format off */
	static const struct {
		const char *head; /* of the first */
		size_t len[3];
		jm_err want;
	} row[] = {
		{ "E081C5", { 200, 0, 0 }, JM_OK },
		{ "E0820122", { 200, 94, 0 }, JM_OK },
		{ "E08203E8", { 200, 200, 0 }, JM_FORMAT },   /* an empty one */
		{ "E0820122", { 200, 95, 0 }, JM_FORMAT },    /* too much */
		{ "E08203E8", { 200, 100, 0 }, JM_FORMAT },   /* too short */
		{ "E08203E8", { 201, 0, 0 }, JM_FORMAT },     /* too long */
		{ "E0", { 1, 0, 0 }, JM_FORMAT },
		{ "E0800000", { 200, 0, 0 }, JM_FORMAT },     /* no length */
		{ "E084FFFFFFFF", { 200, 1, 0 }, JM_FORMAT },
	};
	/* clang-format on */
	static char mem[3][2 * PIECE_MAX + 16];
	static struct play_set s;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct play list[] = {
			{ 'R', "80EA000005F001020304C8",
			    piece(mem[0], row[i].head, row[i].len[0]) },
			{ 'R', "80EA0001C8", piece(mem[1], "", row[i].len[1]) },
			{ 'R', "80EA0002C8", piece(mem[2], "", row[i].len[2]) }
		};
		static const uint8_t aid[] = { 0xf0, 1, 2, 3, 4 };
		uint8_t *got = malloc(COUNTER_PACKAGE_MAX);
		size_t len;

		assert_non_null(got);
		play_start(&s, list, NELEM(list));
		play_channel(&s, &counter_common);
		assert_int_equal(counter_export_pieces(
				     &s.c, &s.card, aid, sizeof aid, got, &len),
		    row[i].want);
		if (row[i].want == JM_OK)
			assert_int_equal(len, row[i].len[0] + row[i].len[1]);
		free(got);
		(void)play_end(&s, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_ends_where_the_card_says),
		cmocka_unit_test(an_endless_list_is_cut),
		cmocka_unit_test(a_row_that_is_none_is_refused),
		cmocka_unit_test(a_code_without_its_check_digit_is_no_code),
		cmocka_unit_test(a_package_that_does_not_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
