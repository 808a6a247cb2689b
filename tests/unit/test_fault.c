/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/fault.h"

#include <stdlib.h>

#include "base/err.h"
#include "crypto/digest.h"
#include "tests/support/test.h"

static void
only_the_nth_call_fails(void **state)
{
	(void)state;

	for (unsigned nth = 0; nth < 3; nth++) {
		fault_arm(nth);
		for (unsigned i = 0; i < 5; i++)
			assert_int_equal(fault_point(), i == nth);
		assert_int_equal(fault_fired(), 1);
	}
	fault_arm(5);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(fault_point(), 0);
	assert_int_equal(fault_fired(), 0);
	assert_int_equal(fault_point(), 0); /* asking disarmed it */
	fault_arm(0);
	fault_disarm();
	assert_int_equal(fault_point(), 0);
	assert_int_equal(fault_fired(), 0);
}

/* By pointer, so that no compiler knows what becomes of the memory. */
static void *(*volatile do_malloc)(size_t) = malloc;
static void *(*volatile do_calloc)(size_t, size_t) = calloc;
static void *(*volatile do_realloc)(void *, size_t) = realloc;

static void
our_allocations_are_counted(void **state)
{
	void *p;
	(void)state;

	fault_arm(0);
	assert_null(do_malloc(1));
	assert_int_equal(fault_fired(), 1);
	fault_arm(0);
	assert_null(do_calloc(1, 1));
	fault_arm(0);
	assert_null(do_realloc(NULL, 1));
	fault_disarm();
	p = do_malloc(1);
	assert_non_null(p);
	free(p);
}

static void
the_library_s_allocations_are_counted(void **state)
{
	struct jm_hasher *c = (void *)1;
	(void)state;

	fault_arm(0);
	assert_int_not_equal(jm_hasher_new(JM_SHA256, &c), JM_OK);
	assert_int_equal(fault_fired(), 1);
	assert_null(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_nth_call_fails),
		cmocka_unit_test(our_allocations_are_counted),
		cmocka_unit_test(the_library_s_allocations_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
