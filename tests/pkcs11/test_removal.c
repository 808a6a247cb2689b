/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cards, readers and the service that leave and come back. */
#include "tests/pkcs11/stage.h"

static int
has_token(unsigned reader, enum jm_pair pair)
{
	CK_SLOT_INFO info;

	assert_int_equal(
	    p11->C_GetSlotInfo(stage_slot(reader, pair), &info), CKR_OK);
	return (info.flags & CKF_TOKEN_PRESENT) != 0;
}

static void
a_service_that_restarts_brings_new_sessions(void **state)
{
	CK_SESSION_INFO info;
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	vs_service(0);
	vs_service(1);
	/* Whoever notices first, it is one of the two. */
	assert_int_equal(stage_sign(s), CKR_DEVICE_REMOVED);
	assert_int_equal(
	    p11->C_GetSessionInfo(s, &info), CKR_SESSION_HANDLE_INVALID);
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
}

static void
a_removal_ends_sessions_and_the_next_insertion_works(void **state)
{
	CK_SESSION_INFO info;
	CK_SESSION_HANDLE s;
	CK_SLOT_ID id;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	for (int i = 0; i < 3; i++) {
		s = stage_session(r, AUTH);
		id = stage_slot(r, AUTH);
		assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
		stage_take(r);
		if (i == 2) /* back before anybody looked */
			stage_put(r);
		assert_int_equal(
		    p11->C_GetSessionInfo(s, &info), CKR_DEVICE_REMOVED);
		assert_int_equal(p11->C_GetSessionInfo(s, &info),
		    CKR_SESSION_HANDLE_INVALID);
		assert_int_equal(has_token(r, AUTH), i == 2);
		if (i != 2)
			stage_put(r);
		assert_true(has_token(r, AUTH));
		assert_int_equal(stage_slot(r, AUTH), id);
		s = stage_session(r, AUTH);
		assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
		assert_int_equal(p11->C_CloseSession(s), CKR_OK);
	}
}

static CK_RV
by_session(CK_SLOT_ID id)
{
	CK_SESSION_HANDLE s;

	return p11->C_OpenSession(id, CKF_SERIAL_SESSION, NULL, NULL, &s);
}

static CK_RV
by_slot(CK_SLOT_ID id)
{
	CK_SLOT_INFO info;
	const CK_RV rv = p11->C_GetSlotInfo(id, &info);

	if (rv == CKR_OK && (info.flags & CKF_TOKEN_PRESENT) == 0)
		return CKR_TOKEN_NOT_PRESENT;
	return rv;
}

static CK_RV
by_token(CK_SLOT_ID id)
{
	CK_TOKEN_INFO info;

	return p11->C_GetTokenInfo(id, &info);
}

static CK_RV
by_mechanisms(CK_SLOT_ID id)
{
	CK_ULONG n;

	return p11->C_GetMechanismList(id, NULL, &n);
}

static void
each_call_about_a_slot_notices_a_change_by_itself(void **state)
{
	CK_RV(*const calls[])
	(CK_SLOT_ID) = { by_session, by_slot, by_token, by_mechanisms };
	CK_SLOT_ID id;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	id = stage_slot(r, AUTH);
	for (size_t i = 0; i < NELEM(calls); i++) {
		assert_int_equal(calls[i](id), CKR_OK);
		stage_take(r);
		assert_int_equal(calls[i](id), CKR_TOKEN_NOT_PRESENT);
		stage_put(r);
		assert_int_equal(calls[i](id), CKR_OK);
	}
}

static void
a_removal_under_a_command_is_told_by_it(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	vs_fault_at(r, 2, VS_REMOVE_BEFORE, NULL, 0);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_DEVICE_REMOVED);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_SESSION_HANDLE_INVALID);
	stage_put(r);
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
}

static void
an_unplugged_reader_is_not_listed_and_keeps_its_ids(void **state)
{
	CK_SLOT_ID list[8], a0, a1, b0;
	CK_SLOT_INFO info;
	unsigned a, b, c;
	(void)state;

	a = stage_reader(PLAIN, NULL);
	b = stage_reader(PLAIN, NULL);
	stage_init();
	a0 = stage_slot(a, AUTH);
	a1 = stage_slot(a, SIGN);
	b0 = stage_slot(b, AUTH);
	stage_take(a);
	vs_unplug(a);
	assert_int_equal(stage_slots(0, list, 8), 2);
	assert_int_equal(list[0], b0);
	assert_int_equal(p11->C_GetSlotInfo(a0, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_TOKEN_PRESENT, 0);
	c = stage_reader(PLAIN, NULL); /* a new one does not take them */
	assert_int_not_equal(stage_slot(c, AUTH), a0);
	assert_int_not_equal(stage_slot(c, AUTH), b0);
	(void)stage_empty("Reader of the tests 00 00");
	stage_put(a);
	assert_int_equal(stage_slot(a, AUTH), a0);
	assert_int_equal(stage_slot(a, SIGN), a1);
	assert_true(has_token(a, AUTH));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_service_that_restarts_brings_new_sessions),
		T(a_removal_ends_sessions_and_the_next_insertion_works),
		T(each_call_about_a_slot_notices_a_change_by_itself),
		T(a_removal_under_a_command_is_told_by_it),
		T(an_unplugged_reader_is_not_listed_and_keeps_its_ids),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
