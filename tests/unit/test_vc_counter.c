/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/support/test.h"
#include "tests/support/vc_world.h"

static void
smoke(void **state)
{
	struct vc_world *w = *state;
	static const uint8_t target[2] = { 0x00, 0x18 };

	world_open(w, &w->card, "jpki", &w->counter);
	world_authorise(w, 0, target, 2);
	assert_int_equal(world_hex(&w->card, "002C0298", "35363738", 0), 0x9000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(smoke, vc_world_fresh),
	};

	return cmocka_run_group_tests(tests, vc_world_start, vc_world_stop);
}
