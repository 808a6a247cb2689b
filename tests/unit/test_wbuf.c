/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wbuf.h"

#include <string.h>

#include "tests/support/test.h"

static void
fields_come_out_in_order(void **state)
{
	static const uint8_t want[] = { 0xaa, 0x12, 0x34, 0x01, 0x02, 0x03,
		0x04, 0x34, 0x12, 0x04, 0x03, 0x02, 0x01, 'x', 'y', 0xff, 0xff, 0xff };
	uint8_t mem[sizeof want];
	struct jm_wbuf w;
	size_t n;
	(void)state;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_u8(&w, 0x5aa);
	jm_put_be16(&w, 0x51234);
	jm_put_be32(&w, 0x01020304);
	jm_put_le16(&w, 0x51234);
	jm_put_le32(&w, 0x01020304);
	jm_put(&w, "xy", 2);
	jm_put(&w, NULL, 0);
	jm_put_fill(&w, 0xff, 3);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	assert_int_equal(n, sizeof want);
	assert_memory_equal(mem, want, sizeof want);
}

enum field { U8, BE16, BE32, LE16, LE32, BYTES, FILL };

static void
put_field(struct jm_wbuf *w, enum field f)
{
	switch (f) {
	case U8: jm_put_u8(w, 1); break;
	case BE16: jm_put_be16(w, 1); break;
	case BE32: jm_put_be32(w, 1); break;
	case LE16: jm_put_le16(w, 1); break;
	case LE32: jm_put_le32(w, 1); break;
	case BYTES: jm_put(w, "12345", 5); break;
	case FILL: jm_put_fill(w, 1, 6); break;
	}
}

static void
each_field_fits_exactly_or_not_at_all(void **state)
{
	/* clang-format off */
	static const struct { enum field f; size_t size; } row[] = {
		{ U8, 1 }, { BE16, 2 }, { BE32, 4 }, { LE16, 2 },
		{ LE32, 4 }, { BYTES, 5 }, { FILL, 6 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t mem[8];
		struct jm_wbuf w;
		size_t n;

		jm_wbuf_init(&w, mem, row[i].size);
		put_field(&w, row[i].f);
		assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
		assert_int_equal(n, row[i].size);

		memset(mem, 0x77, sizeof mem);
		jm_wbuf_init(&w, mem, row[i].size - 1);
		put_field(&w, row[i].f);
		assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
		assert_int_equal(n, 0);
		for (size_t k = 0; k < sizeof mem; k++)
			assert_int_equal(mem[k], 0x77); /* not even a part */
	}
}

/* With bytes before it, where a wrong bound would still look right. */
static void
the_room_left_is_what_counts(void **state)
{
	(void)state;

	for (int fill = 0; fill < 2; fill++) {
		uint8_t mem[4];
		struct jm_wbuf w;
		size_t n;

		for (size_t more = 0; more <= 6; more++) {
			jm_wbuf_init(&w, mem, sizeof mem);
			jm_put_be16(&w, 0x1234);
			if (fill)
				jm_put_fill(&w, 0x5a, more);
			else
				jm_put(&w, "ZZZZZZ", more);
			assert_int_equal(
			    jm_wbuf_done(&w, &n), more <= 2 ? JM_OK : JM_SPACE);
			assert_int_equal(n, more <= 2 ? 2 + more : 0);
			for (size_t i = 2; i < n; i++)
				assert_int_equal(mem[i], 0x5a);
		}
	}
}

static void
after_one_miss_smaller_fields_do_not_sneak_in(void **state)
{
	uint8_t mem[3] = { 0 };
	struct jm_wbuf w;
	size_t n = 9;
	(void)state;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_be32(&w, 1);
	jm_put_u8(&w, 7);
	jm_put_fill(&w, 7, 1);
	assert_int_equal(w.len, 0);
	assert_int_equal(mem[0], 0);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
	assert_int_equal(n, 0);
}

static void
huge_lengths_do_not_wrap(void **state)
{
	uint8_t mem[4];
	struct jm_wbuf w;
	size_t n;
	(void)state;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_u8(&w, 1);
	jm_put(&w, mem, SIZE_MAX);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_u8(&w, 1);
	jm_put_fill(&w, 0, SIZE_MAX);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
}

static void
no_storage_takes_no_byte(void **state)
{
	struct jm_wbuf w;
	size_t n;
	(void)state;

	jm_wbuf_init(&w, NULL, 0);
	jm_put(&w, "", 0);
	jm_put_fill(&w, 0, 0);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	assert_int_equal(n, 0);
	jm_put_u8(&w, 0);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_come_out_in_order),
		cmocka_unit_test(each_field_fits_exactly_or_not_at_all),
		cmocka_unit_test(the_room_left_is_what_counts),
		cmocka_unit_test(after_one_miss_smaller_fields_do_not_sneak_in),
		cmocka_unit_test(huge_lengths_do_not_wrap),
		cmocka_unit_test(no_storage_takes_no_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
