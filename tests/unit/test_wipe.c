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

/* The linker sends wipe.c's call of free here; the names are its. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void __real_free(void *p);
void __wrap_free(void *p);
/* NOLINTEND(bugprone-reserved-identifier) */

static int dirty = -1; /* bytes not zero in what was freed last */

void
__wrap_free(void *p)
{
	if (p != NULL) {
		dirty = 0;
		for (size_t i = 0; i < 16; i++)
			dirty += ((unsigned char *)p)[i] != 0;
	}
	__real_free(p);
}

static void
what_is_freed_is_zero_by_then(void **state)
{
	unsigned char *p = malloc(16);
	(void)state;

	assert_non_null(p);
	memset(p, 0x5a, 16);
	jm_free_secret(p, 16);
	assert_int_equal(dirty, 0);
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
		cmocka_unit_test(what_is_freed_is_zero_by_then),
		cmocka_unit_test(nothing_to_wipe_is_no_error),
		cmocka_unit_test(each_single_difference_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
