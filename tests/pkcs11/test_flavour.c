/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The modules with one key pair alone: built once with each flavour. */
#include "pkcs11/flavour.h"

#include <string.h>

#include "base/conf.h"
#include "tests/pkcs11/stage_conf.h"

static enum jm_pair
pair(void)
{
	return p11_flavour.slots == JM_SLOT_AUTH ? AUTH : SIGN;
}

static void
one_slot_of_a_reader_is_shown(void **state)
{
	CK_SLOT_ID list[4], id;
	CK_TOKEN_INFO info;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(stage_slots(0, list, 4), 1);
	assert_int_equal(stage_slots(1, list, 4), 1);
	assert_int_equal(list[0], pair()); /* as in the full module */
	assert_int_equal(p11->C_GetTokenInfo(list[0], &info), CKR_OK);
	assert_memory_equal(info.label,
	    pair() == AUTH ? "JPKI Authentication" : "JPKI Signature",
	    pair() == AUTH ? 19 : 14);
	assert_int_equal(
	    p11->C_GetTokenInfo(1 - list[0], &info), CKR_SLOT_ID_INVALID);
	stage_take(r);
	assert_int_equal(
	    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_OK);
	assert_int_equal(id, list[0]);
	assert_int_equal(
	    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_NO_EVENT);
}

static void
it_signs_with_its_key(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, pair());
	assert_int_equal(
	    stage_login(s, pair() == AUTH ? AUTH_PIN : SIGN_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
}

static void
the_profile_object_is_the_authentication_modules(void **state)
{
	CK_OBJECT_CLASS class = CKO_PROFILE;
	CK_ATTRIBUTE tmpl = { CKA_CLASS, &class, sizeof class };
	CK_OBJECT_HANDLE o;
	CK_SESSION_HANDLE s;
	CK_ULONG n = 9;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, pair());
	assert_int_equal(p11->C_FindObjectsInit(s, &tmpl, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, &o, 1, &n), CKR_OK);
	assert_int_equal(n, pair() == AUTH);
}

static void
the_configuration_shows_no_more_than_that(void **state)
{
	CK_SLOT_ID list[4];
	(void)state;

	stage_reader(PLAIN, NULL);
	stage_conf("slots = auth sign\n");
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 1);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	stage_conf(pair() == AUTH ? "slots = sign\n" : "slots = auth\n");
	stage_init();
	assert_int_equal(stage_slots(0, list, 4), 0);
	assert_int_equal(stage_slots(1, list, 4), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, stage_conf_begin, stage_end)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_slot_of_a_reader_is_shown),
		T(it_signs_with_its_key),
		T(the_profile_object_is_the_authentication_modules),
		T(the_configuration_shows_no_more_than_that),
	};

	return cmocka_run_group_tests(tests, stage_conf_open, stage_conf_close);
}
