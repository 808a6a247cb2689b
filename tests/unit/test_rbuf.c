/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/rbuf.h"

#include "tests/support/test.h"

static const uint8_t data[] = { 0x80, 0x01, 0xfe, 0x03, 0xff, 0x05, 0x06 };

static void
numbers_are_big_endian(void **state)
{
	struct jm_rbuf r = { data, sizeof data };
	const uint8_t *p;
	uint32_t v32;
	unsigned v;
	(void)state;

	assert_int_equal(jm_take_be32(&r, &v32), JM_OK);
	assert_int_equal(v32, 0x8001fe03);
	assert_int_equal(jm_take_be16(&r, &v), JM_OK);
	assert_int_equal(v, 0xff05);
	assert_int_equal(jm_take_u8(&r, &v), JM_OK);
	assert_int_equal(v, 6);
	assert_int_equal(r.left, 0);
	assert_int_equal(jm_take(&r, 0, &p), JM_OK);
	assert_int_equal(jm_take_u8(&r, &v), JM_FORMAT);
}

static void
bytes_are_borrowed(void **state)
{
	struct jm_rbuf r = { data, sizeof data };
	const uint8_t *p;
	(void)state;

	assert_int_equal(jm_take(&r, 1, &p), JM_OK);
	assert_ptr_equal(p, data);
	assert_int_equal(jm_take(&r, 6, &p), JM_OK);
	assert_ptr_equal(p, data + 1);
	assert_int_equal(r.left, 0);
}

static void
a_failure_moves_nothing(void **state)
{
	(void)state;

	for (size_t have = 0; have < 4; have++) {
		struct jm_rbuf r = { data, have };
		const uint8_t *p = data;
		uint32_t v32 = 1;
		unsigned v = 1;

		assert_int_equal(jm_take_be32(&r, &v32), JM_FORMAT);
		assert_int_equal(v32, 0);
		if (have < 2) {
			assert_int_equal(jm_take_be16(&r, &v), JM_FORMAT);
			assert_int_equal(v, 0);
		}
		if (have < 1) {
			v = 1;
			assert_int_equal(jm_take_u8(&r, &v), JM_FORMAT);
			assert_int_equal(v, 0);
		}
		assert_int_equal(jm_take(&r, have + 1, &p), JM_FORMAT);
		assert_null(p);
		assert_int_equal(jm_take(&r, SIZE_MAX, &p), JM_FORMAT);
		assert_ptr_equal(r.p, data);
		assert_int_equal(r.left, have);
	}
}

static void
an_empty_cursor_is_no_trap(void **state)
{
	struct jm_rbuf r = { NULL, 0 };
	const uint8_t *p;
	(void)state;

	assert_int_equal(jm_take(&r, 0, &p), JM_OK);
	assert_int_equal(jm_take(&r, 1, &p), JM_FORMAT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_big_endian),
		cmocka_unit_test(bytes_are_borrowed),
		cmocka_unit_test(a_failure_moves_nothing),
		cmocka_unit_test(an_empty_cursor_is_no_trap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
