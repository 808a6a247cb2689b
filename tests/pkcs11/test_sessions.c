/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sessions: opening, counting, state, closing; what a token says of itself. */
#include <string.h>

#include "tests/pkcs11/stage.h"

static CK_RV
open_with(unsigned reader, CK_FLAGS flags, CK_SESSION_HANDLE *s)
{
	return p11->C_OpenSession(
	    stage_slot(reader, AUTH), flags, NULL, NULL, s);
}

static CK_RV
notify(CK_SESSION_HANDLE s, CK_NOTIFICATION event, void *application)
{
	(void)s;
	(void)event;
	(void)application;
	return CKR_OK;
}

static void
opening_takes_what_clients_give(void **state)
{
	CK_SESSION_HANDLE s;
	CK_SESSION_INFO info;
	int application;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(
	    open_with(r, 0, &s), CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	assert_int_equal(open_with(r, CKF_RW_SESSION, &s),
	    CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	assert_int_equal(
	    open_with(r, CKF_SERIAL_SESSION, NULL), CKR_ARGUMENTS_BAD);
	/* NSS gives a notify function. */
	assert_int_equal(p11->C_OpenSession(stage_slot(r, SIGN),
			     CKF_SERIAL_SESSION, &application, notify, &s),
	    CKR_OK);
	assert_int_equal(p11->C_GetSessionInfo(s, &info), CKR_OK);
	assert_int_equal(info.slotID, stage_slot(r, SIGN));
	assert_int_equal(info.flags, CKF_SERIAL_SESSION);
	assert_int_equal(info.state, CKS_RO_PUBLIC_SESSION);
	assert_int_equal(info.ulDeviceError, 0);
	assert_int_equal(p11->C_GetSessionInfo(s, NULL), CKR_ARGUMENTS_BAD);
	/* NSS asks this one and wants exactly that. */
	assert_int_equal(
	    p11->C_GetSessionInfo(0, &info), CKR_SESSION_HANDLE_INVALID);
}

static void
a_write_protected_token_takes_rw_sessions(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_true(stage_flags(r, AUTH) & CKF_WRITE_PROTECTED);
	s = stage_rw(r, AUTH);
	assert_int_equal(stage_state(s), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RW_USER_FUNCTIONS);
}

static void
opening_a_session_sends_nothing_to_a_known_card(void **state)
{
	unsigned r, n;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	(void)stage_session(r, AUTH);
	n = vs_counted(r).apdus;
	for (int i = 0; i < 20; i++)
		(void)stage_session(r, SIGN);
	assert_int_equal(vs_counted(r).apdus, n);
}

static void
the_state_is_all_sessions_of_a_slot_s_and_no_other_s(void **state)
{
	CK_SESSION_HANDLE ro, rw, other, elsewhere;
	unsigned a, b;
	(void)state;

	a = stage_reader(PLAIN, NULL);
	b = stage_reader(PLAIN, NULL);
	stage_init();
	ro = stage_session(a, AUTH);
	rw = stage_rw(a, AUTH);
	other = stage_session(a, SIGN);
	elsewhere = stage_session(b, AUTH);
	assert_int_equal(stage_login(ro, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_state(ro), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(stage_state(rw), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(stage_state(other), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(stage_state(elsewhere), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(p11->C_Logout(rw), CKR_OK);
	assert_int_equal(stage_state(ro), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(p11->C_Logout(ro), CKR_USER_NOT_LOGGED_IN);
}

static void
the_last_session_takes_the_login_with_it(void **state)
{
	CK_SESSION_HANDLE first, second;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	first = stage_session(r, AUTH);
	second = stage_session(r, AUTH);
	assert_int_equal(stage_login(first, AUTH_PIN), CKR_OK);
	assert_int_equal(p11->C_CloseSession(first), CKR_OK);
	assert_int_equal(stage_state(second), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(p11->C_CloseSession(second), CKR_OK);
	second = stage_session(r, AUTH);
	assert_int_equal(stage_state(second), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(p11->C_Logout(second), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(stage_login(second, AUTH_PIN), CKR_OK);
	assert_int_equal(p11->C_CloseAllSessions(stage_slot(r, AUTH)), CKR_OK);
	second = stage_session(r, AUTH);
	assert_int_equal(stage_state(second), CKS_RO_PUBLIC_SESSION);
}

static void
closing_all_of_a_slot_leaves_the_others(void **state)
{
	CK_SESSION_HANDLE a[3], b;
	CK_SESSION_INFO info;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	for (size_t i = 0; i < NELEM(a); i++)
		a[i] = stage_session(r, AUTH);
	b = stage_session(r, SIGN);
	assert_int_equal(p11->C_CloseAllSessions(stage_slot(r, AUTH)), CKR_OK);
	for (size_t i = 0; i < NELEM(a); i++)
		assert_int_equal(
		    p11->C_CloseSession(a[i]), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(p11->C_GetSessionInfo(b, &info), CKR_OK);
	assert_int_equal(p11->C_CloseAllSessions(stage_slot(r, AUTH)), CKR_OK);
}

static void
handles_are_never_used_twice(void **state)
{
	CK_SESSION_HANDLE last = 0;
	CK_SESSION_INFO info;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	for (int i = 0; i < 300; i++) {
		CK_SESSION_HANDLE s;

		assert_int_equal(open_with(r, CKF_SERIAL_SESSION, &s), CKR_OK);
		assert_true(s > last);
		last = s;
		/* Nor is one that shares its place in the table. */
		assert_int_equal(p11->C_GetSessionInfo(s + 4096, &info),
		    CKR_SESSION_HANDLE_INVALID);
		assert_int_equal(p11->C_CloseSession(s), CKR_OK);
		assert_int_equal(
		    p11->C_CloseSession(s), CKR_SESSION_HANDLE_INVALID);
	}
}

static void
too_many_sessions_are_refused_and_room_comes_back(void **state)
{
	static CK_SESSION_HANDLE s[4096];
	CK_SESSION_HANDLE more = 77;
	CK_TOKEN_INFO info;
	CK_SLOT_ID id;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	id = stage_slot(r, AUTH);
	for (size_t i = 0; i < NELEM(s); i++)
		assert_int_equal(p11->C_OpenSession(
				     id, CKF_SERIAL_SESSION, NULL, NULL, &s[i]),
		    CKR_OK);
	assert_int_equal(
	    p11->C_OpenSession(id, CKF_SERIAL_SESSION, NULL, NULL, &more),
	    CKR_SESSION_COUNT);
	assert_int_equal(p11->C_GetTokenInfo(id, &info), CKR_OK);
	assert_int_equal(info.ulSessionCount, NELEM(s));
	assert_int_equal(info.ulMaxSessionCount, NELEM(s));
	assert_int_equal(p11->C_CloseSession(s[1234]), CKR_OK);
	assert_int_equal(
	    p11->C_OpenSession(id, CKF_SERIAL_SESSION, NULL, NULL, &more),
	    CKR_OK);
	for (size_t i = 0; i < NELEM(s); i++)
		assert_int_not_equal(more, s[i]);
}

/* --- what a token says of itself ------------------------------------------ */

static void
assert_padded(const CK_UTF8CHAR *field, size_t n, const char *text)
{
	const size_t len = strlen(text);

	assert_true(len <= n);
	assert_memory_equal(field, text, len);
	for (size_t i = len; i < n; i++)
		assert_int_equal(field[i], ' ');
}

static void
token_information_is_the_card_s(void **state)
{
	CK_TOKEN_INFO auth, sign;
	unsigned r;
	(void)state;

	r = stage_reader(
	    PLAIN, "model=E16R01NJ", "serial=0000000020500003", NULL);
	stage_init();
	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(r, AUTH), &auth), CKR_OK);
	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(r, SIGN), &sign), CKR_OK);
	assert_padded(auth.label, sizeof auth.label, "JPKI Authentication");
	assert_padded(sign.label, sizeof sign.label, "JPKI Signature");
	assert_padded(auth.model, sizeof auth.model, "E16R01NJ");
	assert_padded(
	    auth.serialNumber, sizeof auth.serialNumber, "0000000020500003");
	assert_memory_equal(
	    auth.serialNumber, sign.serialNumber, sizeof sign.serialNumber);
	assert_padded(auth.utcTime, sizeof auth.utcTime, "");
	assert_int_equal(auth.ulMinPinLen, 4);
	assert_int_equal(auth.ulMaxPinLen, 4);
	assert_int_equal(sign.ulMinPinLen, 6);
	assert_int_equal(sign.ulMaxPinLen, 16);
	assert_int_equal(auth.hardwareVersion.major, 0);
	assert_int_equal(auth.hardwareVersion.minor, 3);
	assert_int_equal(auth.firmwareVersion.minor, 1);
	assert_int_equal(auth.ulTotalPublicMemory, CK_UNAVAILABLE_INFORMATION);
	/* No CKF_RNG: NSS would fetch random numbers at every start. */
	assert_int_equal(auth.flags, CKF_WRITE_PROTECTED | CKF_LOGIN_REQUIRED |
					 CKF_USER_PIN_INITIALIZED |
					 CKF_TOKEN_INITIALIZED);
	assert_int_equal(sign.flags, auth.flags);
}

static void
token_information_counts_the_slot_s_sessions(void **state)
{
	CK_TOKEN_INFO info;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	(void)stage_session(r, AUTH);
	(void)stage_rw(r, AUTH);
	(void)stage_rw(r, AUTH);
	(void)stage_rw(r, SIGN);
	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(r, AUTH), &info), CKR_OK);
	assert_int_equal(info.ulSessionCount, 3);
	assert_int_equal(info.ulRwSessionCount, 2);
}

static void
cancelling_ends_what_is_named_and_only_that(void **state)
{
	CK_MECHANISM m = { CKM_SHA256, NULL, 0 };
	CK_OBJECT_HANDLE object;
	CK_SESSION_HANDLE s;
	CK_BYTE byte = 0;
	CK_ULONG n;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(p11->C_DigestInit(s, &m), CKR_OK);
	assert_int_equal(p11->C_FindObjectsInit(s, NULL, 0), CKR_OK);
	assert_int_equal(
	    p11_3->C_SessionCancel(s, CKF_SIGN | CKF_VERIFY), CKR_OK);
	assert_int_equal(p11->C_DigestUpdate(s, &byte, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, &object, 1, &n), CKR_OK);
	assert_int_equal(p11_3->C_SessionCancel(s, CKF_FIND_OBJECTS), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, &object, 1, &n),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11->C_DigestUpdate(s, &byte, 1), CKR_OK);
	assert_int_equal(p11_3->C_SessionCancel(s, CKF_DIGEST), CKR_OK);
	assert_int_equal(
	    p11->C_DigestUpdate(s, &byte, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11_3->C_SessionCancel(s, CKF_DIGEST), CKR_OK);
	/* One that is under way goes with its session (the leak checker). */
	assert_int_equal(p11->C_DigestInit(s, &m), CKR_OK);
	assert_int_equal(p11->C_CloseSession(s), CKR_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(opening_takes_what_clients_give),
		T(a_write_protected_token_takes_rw_sessions),
		T(opening_a_session_sends_nothing_to_a_known_card),
		T(the_state_is_all_sessions_of_a_slot_s_and_no_other_s),
		T(the_last_session_takes_the_login_with_it),
		T(closing_all_of_a_slot_leaves_the_others),
		T(handles_are_never_used_twice),
		T(too_many_sessions_are_refused_and_room_comes_back),
		T(token_information_is_the_card_s),
		T(token_information_counts_the_slot_s_sessions),
		T(cancelling_ends_what_is_named_and_only_that),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
