/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's table, through libopensc: which cards it takes, and what it
 * tells of them. */
#include "tests/support/test.h"

#include <string.h>

#include <libopensc/cardctl.h>

#include "tests/opensc/osc_host.h"
#include "tests/support/fixture.h"

static int
open_group(void **state)
{
	return osc_group_open(state) | fixture_group_setup(state);
}

static int
close_group(void **state)
{
	return fixture_group_teardown(state) | osc_group_close(state);
}

static void
a_card_is_connected_and_let_go(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;
	sc_serial_number_t serial;

	(void)state;
	osc_host_start(&h, slot, NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	assert_int_equal(h.apdus, 9);
	assert_int_equal(h.card->type, OSC_CARD_TYPE);
	assert_int_equal(
	    sc_card_ctl(h.card, SC_CARDCTL_GET_SERIALNR, &serial), SC_SUCCESS);
	assert_true(serial.len > 0);
	osc_host_disconnect(&h);
	assert_int_equal(h.apdus, 9);
	osc_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_is_connected_and_let_go),
	};

	return cmocka_run_group_tests(tests, open_group, close_group);
}
