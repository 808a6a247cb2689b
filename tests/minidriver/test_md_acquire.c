/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/minidriver/md_host.h"
#include "tests/support/test.h"

static void
a_plain_card_is_acquired(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	assert_int_equal(h.card.dwVersion, 7);
	md_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_card_is_acquired),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
