/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The modules with one key pair alone have no slot of service identities: built
 * once with each flavour. */
#include "base/conf.h"
#include "pkcs11/flavour.h"
#include "tests/pkcs11/nym_index_try.h"
#include "tests/pkcs11/stage_conf.h"

static struct nym_index_entry entry;
static const struct nym_index index_of_one = { &entry, 1 };

static void
the_slot_is_never_there(void **state)
{
	CK_SLOT_ID list[8];
	CK_TOKEN_INFO info;
	(void)state;

	try_clear();
	try_cheap_entry(&entry, "ssh:a.example.jp", 0);
	try_any = 1;
	try_index = &index_of_one;
	(void)stage_reader(PLAIN, NULL);
	stage_conf("slots = auth sign nym\n");
	stage_init();
	assert_int_equal(stage_slots(0, list, 8), 1);
	assert_int_equal(stage_slots(1, list, 8), 1);
	assert_int_equal(
	    list[0], p11_flavour.slots == JM_SLOT_AUTH ? AUTH : SIGN);
	assert_int_equal(p11->C_GetTokenInfo(2, &info), CKR_SLOT_ID_INVALID);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	stage_conf("slots = nym\n");
	stage_init();
	assert_int_equal(stage_slots(0, list, 8), 0);
	assert_int_equal(try_asked, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_slot_is_never_there, stage_conf_begin, stage_end),
	};

	return cmocka_run_group_tests(tests, stage_conf_open, stage_conf_close);
}
