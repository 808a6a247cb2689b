/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu/apdu.h"

#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"

static const uint8_t zeros[65536];

static void
each_case_has_its_form(void **state)
{
	/* clang-format off */
	static const struct { size_t nc, ne; const char *head; size_t len; } row[] = {
		{ 0,     0,     "80 2A 00 9A",             4         }, /* case 1 */
		{ 0,     1,     "80 2A 00 9A 01",          5         }, /* case 2 */
		{ 0,     256,   "80 2A 00 9A 00",          5         },
		{ 1,     0,     "80 2A 00 9A 01 00",       6         }, /* case 3 */
		{ 255,   0,     "80 2A 00 9A FF 00",       260       },
		{ 255,   256,   "80 2A 00 9A FF 00",       261       }, /* case 4 */
		{ 0,     257,   "80 2A 00 9A 00 01 01",    7         }, /* extended */
		{ 0,     4096,  "80 2A 00 9A 00 10 00",    7         },
		{ 0,     65536, "80 2A 00 9A 00 00 00",    7         },
		{ 256,   0,     "80 2A 00 9A 00 01 00 00", 7 + 256   },
		{ 1,     257,   "80 2A 00 9A 00 00 01 00", 7 + 1 + 2 },
		{ 65535, 65536, "80 2A 00 9A 00 FF FF 00", 7 + 65535 + 2 },
	};
	/* clang-format on */
	static uint8_t out[4 + 3 + 65535 + 2];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct jm_capdu c = { .cla = 0x80,
			.ins = 0x2a,
			.p2 = 0x9a,
			.data = row[i].nc > 0 ? zeros : NULL,
			.nc = row[i].nc,
			.ne = row[i].ne };
		uint8_t head[16];
		size_t head_len, len;

		assert_int_equal(
		    jm_hex_decode(row[i].head, head, sizeof head, &head_len),
		    JM_OK);
		assert_int_equal(
		    jm_capdu_encode(&c, out, sizeof out, &len), JM_OK);
		assert_int_equal(len, row[i].len);
		assert_memory_equal(out, head, head_len);
		/* No byte less will do. */
		assert_int_equal(
		    jm_capdu_encode(&c, out, row[i].len, &len), JM_OK);
		assert_int_equal(
		    jm_capdu_encode(&c, out, row[i].len - 1, &len), JM_SPACE);
		assert_int_equal(len, 0);
	}
}

static void
le_stands_at_the_end(void **state)
{
	static const uint8_t data[2] = { 0xaa, 0xbb };
	const struct jm_capdu c = { .data = data, .nc = 2, .ne = 16 };
	uint8_t out[16];
	size_t len;
	(void)state;

	assert_int_equal(jm_capdu_encode(&c, out, sizeof out, &len), JM_OK);
	assert_int_equal(len, 8);
	assert_memory_equal(
	    out, ((uint8_t[]){ 0, 0, 0, 0, 2, 0xaa, 0xbb, 16 }), 8);
}

static void
what_no_command_can_say_is_refused(void **state)
{
	const struct jm_capdu bad[] = {
		{ .data = zeros, .nc = JM_NC_MAX + 1 }, { .ne = JM_NE_MAX + 1 },
		{ .nc = 1 }, /* no data */
	};
	uint8_t out[16];
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++) {
		len = 99;
		assert_int_equal(
		    jm_capdu_encode(&bad[i], out, sizeof out, &len), JM_ARG);
		assert_int_equal(len, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_has_its_form),
		cmocka_unit_test(le_stands_at_the_end),
		cmocka_unit_test(what_no_command_can_say_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
