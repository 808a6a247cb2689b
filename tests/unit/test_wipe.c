/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wipe.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/test.h"

static void
wipe_clears_exactly_n_bytes(void **state)
{
	unsigned char b[5] = { 1, 2, 3, 4, 5 };
	(void)state;

	jm_wipe(b + 1, 3);
	assert_memory_equal(b, ((unsigned char[]){ 1, 0, 0, 0, 5 }), 5);
}

static void
nothing_to_wipe_is_no_error(void **state)
{
	unsigned char b = 7;
	(void)state;

	jm_wipe(NULL, 4);
	jm_wipe(&b, 0);
	assert_int_equal(b, 7);
	jm_free_secret(NULL, 4);
	jm_free_secret(malloc(16), 16);
}

static void
each_single_difference_is_seen(void **state)
{
	unsigned char a[33], b[33];
	(void)state;

	memset(a, 0x5a, sizeof a);
	memcpy(b, a, sizeof b);
	assert_int_equal(jm_ct_equal(a, b, sizeof a), 1);
	for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
		b[bit / 8] ^= (unsigned char)(1u << bit % 8);
		assert_int_equal(jm_ct_equal(a, b, sizeof a), 0);
		assert_int_equal(jm_ct_equal(a, b, bit / 8), 1);
		b[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	assert_int_equal(jm_ct_equal(NULL, NULL, 0), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wipe_clears_exactly_n_bytes),
		cmocka_unit_test(nothing_to_wipe_is_no_error),
		cmocka_unit_test(each_single_difference_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
