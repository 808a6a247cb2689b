/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* consent = context: a context-specific login for each signature. */
#include <string.h>

#include "pkcs11/module.h"
#include "tests/pkcs11/clock.h"
#include "tests/pkcs11/stage.h"

#define IDLE_MS (5 * 60 * 1000)

static CK_BYTE digestinfo[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
	0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
	0x20 };

static unsigned
start(enum jm_login login)
{
	const unsigned r = stage_reader(PLAIN, NULL);

	stage_init();
	p11_module.policy.login = login;
	p11_module.policy.consent[SIGN] = JM_CONSENT_CONTEXT;
	return r;
}

static CK_OBJECT_HANDLE
key_of(CK_SESSION_HANDLE s)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
	CK_ULONG n = 0;

	assert_int_equal(p11->C_FindObjectsInit(s, &t, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, &key, 1, &n), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	return key;
}

static CK_RV
init(CK_SESSION_HANDLE s)
{
	CK_MECHANISM m = { CKM_RSA_PKCS, NULL, 0 };

	return p11->C_SignInit(s, &m, key_of(s));
}

static CK_RV
sign(CK_SESSION_HANDLE s)
{
	CK_BYTE sig[256];
	CK_ULONG n = sizeof sig;

	return p11->C_Sign(s, digestinfo, sizeof digestinfo, sig, &n);
}

static CK_RV
agree(CK_SESSION_HANDLE s, const char *pin)
{
	CK_BYTE copy[32] = { 0 };

	memcpy(copy, pin, strlen(pin));
	return p11->C_Login(s, CKU_CONTEXT_SPECIFIC, copy, strlen(pin));
}

static void
the_key_says_that_it_wants_a_login_each_time(void **state)
{
	const unsigned r = start(JM_LOGIN_OPERATION);
	(void)state;

	for (int p = 0; p < JM_PAIRS; p++) {
		const CK_SESSION_HANDLE s = stage_session(r, (enum jm_pair)p);
		CK_BBOOL always = 7;
		CK_ATTRIBUTE a = { CKA_ALWAYS_AUTHENTICATE, &always, 1 };

		assert_int_equal(
		    stage_login(s, p == AUTH ? AUTH_PIN : SIGN_PIN), CKR_OK);
		assert_int_equal(
		    p11->C_GetAttributeValue(s, key_of(s), &a, 1), CKR_OK);
		assert_int_equal(always, p == SIGN ? CK_TRUE : CK_FALSE);
	}
}

static void
a_fresh_login_counts_for_the_first_signature(void **state)
{
	for (int hold = 0; hold < 2; hold++) {
		const unsigned r =
		    start(hold ? JM_LOGIN_HOLD : JM_LOGIN_OPERATION);
		const CK_SESSION_HANDLE s = stage_session(r, SIGN);

		assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
		assert_int_equal(init(s), CKR_OK);
		assert_int_equal(sign(s), CKR_OK);
		assert_int_equal(vs_counted(r).verifies, hold ? 1 : 2);
		/* Still logged in, and nothing left to sign with. */
		assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
		assert_int_equal(
		    stage_login(s, SIGN_PIN), CKR_USER_ALREADY_LOGGED_IN);
		vs_restart_count(r);
		assert_int_equal(init(s), CKR_OK);
		assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
		/* C_Sign ended the operation (2.40, C_Sign). */
		assert_int_equal(sign(s), CKR_OPERATION_NOT_INITIALIZED);
		assert_int_equal(vs_counted(r).apdus, 0);
		assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
		assert_int_equal(p11->C_Logout(s), CKR_OK);
		stage_assert_logged_out(r);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
each_further_signature_has_its_own_login(void **state)
{
	for (int hold = 0; hold < 2; hold++) {
		const unsigned r =
		    start(hold ? JM_LOGIN_HOLD : JM_LOGIN_OPERATION);
		const CK_SESSION_HANDLE s = stage_session(r, SIGN);

		assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(init(s), CKR_OK);
			vs_restart_count(r);
			assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
			assert_int_equal(vs_counted(r).verifies, 1);
			/* SELECT, EF, VERIFY, log-out; where it is held EF
			 * 001B and VERIFY. */
			assert_int_equal(vs_counted(r).apdus, hold ? 2 : 4);
			vs_restart_count(r);
			assert_int_equal(sign(s), CKR_OK);
			assert_int_equal(vs_counted(r).verifies, hold ? 0 : 1);
			assert_int_equal(vs_counted(r).apdus, hold ? 2 : 7);
			assert_int_equal(init(s), CKR_OK);
			assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
		}
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
a_login_without_an_operation_is_refused(void **state)
{
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = stage_session(r, SIGN),
				other = stage_session(r, SIGN),
				a = stage_session(r, AUTH);
	CK_MECHANISM m = { CKM_SHA256, NULL, 0 };
	(void)state;

	assert_int_equal(agree(s, SIGN_PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
	assert_int_equal(stage_login(a, AUTH_PIN), CKR_OK);
	vs_restart_count(r);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11->C_DigestInit(s, &m), CKR_OK);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OPERATION_NOT_INITIALIZED);
	/* Of another session. */
	assert_int_equal(init(other), CKR_OK);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OPERATION_NOT_INITIALIZED);
	/* With a key that wants none; its operation goes on. */
	assert_int_equal(init(a), CKR_OK);
	assert_int_equal(agree(a, AUTH_PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(agree(a, "0000"), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(vs_counted(r).apdus, 0);
	assert_int_equal(sign(a), CKR_OK);
	/* After logout. */
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	vs_restart_count(r);
	assert_int_equal(agree(other, SIGN_PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(sign(other), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(p11->C_Login(other, CKU_CONTEXT_SPECIFIC, NULL, 0),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(vs_counted(r).apdus, 0);
}

/* Logged in, and the first signature made. */
static CK_SESSION_HANDLE
spent(unsigned r)
{
	const CK_SESSION_HANDLE s = stage_session(r, SIGN);

	assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(sign(s), CKR_OK);
	return s;
}

static void
a_consent_is_for_one_operation_of_one_session(void **state)
{
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = spent(r), other = stage_session(r, SIGN);
	CK_SESSION_HANDLE gone;
	(void)state;

	/* Another session's operation. */
	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(init(other), CKR_OK);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	vs_restart_count(r);
	assert_int_equal(sign(other), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).apdus, 0);
	assert_int_equal(sign(s), CKR_OK);

	/* Two at a time, in the other order. */
	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(init(other), CKR_OK);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	assert_int_equal(agree(other, SIGN_PIN), CKR_OK);
	assert_int_equal(sign(other), CKR_OK);
	assert_int_equal(sign(s), CKR_OK);

	/* The session's next operation: cancelled in between. */
	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	assert_int_equal(p11_3->C_SessionCancel(s, CKF_SIGN), CKR_OK);
	assert_int_equal(init(s), CKR_OK);
	vs_restart_count(r);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	assert_int_equal(p11->C_SignInit(s, NULL, 0), CKR_OK);
	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);

	/* A session that closed with its consent unused. */
	gone = stage_session(r, SIGN);
	assert_int_equal(init(gone), CKR_OK);
	assert_int_equal(agree(gone, SIGN_PIN), CKR_OK);
	assert_int_equal(p11->C_CloseSession(gone), CKR_OK);
	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).verifies, 2);
}

static void
lengths_and_parts_do_not_use_it_up(void **state)
{
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = spent(r);
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_BYTE sig[256];
	CK_ULONG n = 0;
	(void)state;

	assert_int_equal(p11->C_SignInit(s, &m, key_of(s)), CKR_OK);
	assert_int_equal(p11->C_SignUpdate(s, digestinfo, 5), CKR_OK);
	assert_int_equal(p11->C_SignFinal(s, NULL, &n), CKR_OK);
	assert_int_equal(n, 256);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	n = 10;
	assert_int_equal(p11->C_SignFinal(s, sig, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(p11->C_SignUpdate(s, digestinfo, 5), CKR_OK);
	n = sizeof sig;
	assert_int_equal(p11->C_SignFinal(s, sig, &n), CKR_OK);
}

static void
a_wrong_pin_leaves_the_session_and_the_operation(void **state)
{
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = stage_session(r, SIGN);
	(void)state;

	assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
	assert_int_equal(init(s), CKR_OK);
	vs_restart_count(r);
	assert_int_equal(agree(s, "WRONG99"), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 1);
	clock_ahead += 2001;
	/* Refused from memory, whatever asks for it. */
	assert_int_equal(agree(s, "WRONG99"), CKR_PIN_INCORRECT);
	assert_int_equal(agree(s, "wrong99"), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
	/* The login's own consent went with it; the operation did not. */
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	assert_int_equal(sign(s), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 3);

	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(agree(s, "WRONG98"), CKR_PIN_INCORRECT);
	vs_restart_count(r);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).apdus, 0);
}

/* One known client tries an empty PIN without end. */
static void
a_pin_that_cannot_be_right_is_never_sent(void **state)
{
	static const struct {
		const char *pin;
		CK_RV rv;
	} row[] = { { "", CKR_PIN_LEN_RANGE }, { "1234", CKR_PIN_LEN_RANGE },
		{ "ABCDEFGH123456789", CKR_PIN_LEN_RANGE },
		{ "ABC-123", CKR_PIN_INCORRECT } };
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = spent(r);
	(void)state;

	assert_int_equal(init(s), CKR_OK);
	vs_restart_count(r);
	for (int n = 0; n < 1000; n++)
		for (size_t i = 0; i < NELEM(row); i++)
			assert_int_equal(agree(s, row[i].pin), row[i].rv);
	assert_int_equal(
	    p11->C_Login(s, CKU_CONTEXT_SPECIFIC, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(vs_counted(r).apdus, 0);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	assert_int_equal(sign(s), CKR_OK);
}

static void
a_blocked_pin_logs_out(void **state)
{
	static const char *const wrong[] = { "WRONG91", "WRONG92", "WRONG93",
		"WRONG94", "WRONG95" };
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = spent(r);
	(void)state;

	assert_int_equal(init(s), CKR_OK);
	for (size_t i = 0; i < NELEM(wrong); i++)
		assert_int_equal(agree(s, wrong[i]),
		    i + 1 < NELEM(wrong) ? CKR_PIN_INCORRECT : CKR_PIN_LOCKED);
	assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
}

/* The same when the card need not be asked with it: it was wrong before. */
static void
a_pin_blocked_by_others_logs_out(void **state)
{
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = spent(r);
	(void)state;

	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(agree(s, "WRONG91"), CKR_PIN_INCORRECT);
	for (int i = 0; i < 4; i++)
		(void)stage_other_try(r, SIGN, "WRONG92");
	clock_ahead += 2001;
	vs_restart_count(r);
	assert_int_equal(agree(s, "WRONG91"), CKR_PIN_LOCKED);
	assert_int_equal(vs_counted(r).verifies, 0);
	assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
}

static void
idle_time_ends_the_session_that_holds_no_pin(void **state)
{
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = spent(r);
	(void)state;

	clock_ahead += IDLE_MS - 60000;
	assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(init(s), CKR_OK);
	clock_ahead += 60000;
	vs_restart_count(r);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).apdus, 0);
	assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
	assert_int_equal(init(s), CKR_OK);
	/* The consent does not outlive its session either. */
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	clock_ahead += IDLE_MS;
	vs_restart_count(r);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).apdus, 0);
}

static void
a_pin_changed_elsewhere_is_not_sent_to_a_counter_that_is_not_full(void **state)
{
	const unsigned r = start(JM_LOGIN_OPERATION);
	const CK_SESSION_HANDLE s = spent(r);
	(void)state;

	assert_int_equal(init(s), CKR_OK);
	assert_int_equal(agree(s, SIGN_PIN), CKR_OK);
	stage_other_change(r, SIGN, SIGN_PIN, "NEW456");
	assert_int_equal(stage_other_try(r, SIGN, "WRONG99"), 0x63c4);
	vs_restart_count(r);
	assert_int_equal(sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).verifies, 0);
	assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
}

/* --- every reply wrong, one at a time ------------------------------------- */

static const uint8_t bad[][2] = { { 0x63, 0xc0 }, { 0x63, 0xc1 },
	{ 0x69, 0x83 }, { 0x69, 0x84 }, { 0x63, 0x00 }, { 0x69, 0x82 },
	{ 0x67, 0x00 }, { 0x6a, 0x82 }, { 0x6a, 0x86 }, { 0x6d, 0x00 },
	{ 0x6f, 0x00 }, { 0x62, 0x83 }, { 0x64, 0x00 }, { 0x61, 0x10 },
	{ 0x6c, 0x10 }, { 0x00, 0x00 } };

static void
no_bad_reply_or_failure_brings_a_second_verify(void **state)
{
	static const enum vs_fault faults[] = { VS_REMOVE_BEFORE,
		VS_REMOVE_AFTER, VS_RESET_BEFORE, VS_LOST_BEFORE,
		VS_LOST_AFTER };
	/* Consent: SELECT, EF, VERIFY, log-out; signature: SELECT, EF, query,
	 * VERIFY, EF, sign, log-out. */
	enum { LOGOUT = 4, LAST = 11 };

	for (int hold = 0; hold < 2; hold++)
		for (unsigned nth = 1; nth <= (hold ? 4 : LAST); nth++)
			for (size_t i = 0; i < NELEM(bad) + NELEM(faults);
			     i++) {
				const int replace = i < NELEM(bad);
				const unsigned r = start(
				    hold ? JM_LOGIN_HOLD : JM_LOGIN_OPERATION);
				const CK_SESSION_HANDLE s = spent(r);
				unsigned sent;
				CK_RV rv;

				assert_int_equal(init(s), CKR_OK);
				vs_restart_count(r);
				vs_fault_at(r, nth,
				    replace ? VS_REPLACE
					    : faults[i - NELEM(bad)],
				    replace ? bad[i] : NULL, replace ? 2 : 0);
				rv = agree(s, SIGN_PIN);
				sent = vs_counted(r).verifies;
				assert_true(sent <= 1);
				assert_true(rv != CKR_OK || sent == 1);
				if (rv != CKR_OK) {
					const CK_RV then = sign(s);

					assert_int_not_equal(then, CKR_OK);
					assert_int_equal(
					    vs_counted(r).verifies, sent);
				} else {
					(void)sign(s);
				}
				assert_true(vs_counted(r).verifies <= 2);
				vs_fault_at(r, 0, VS_NO_FAULT, NULL, 0);
				if (!replace && i - NELEM(bad) < 2)
					stage_put(r);
				(void)p11->C_Logout(s);
				assert_false(vs_held(r));
				stage_assert_logged_out(r);
				assert_int_equal(stage_end(state), 0);
				assert_int_equal(stage_begin(state), 0);
			}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(the_key_says_that_it_wants_a_login_each_time),
		T(a_fresh_login_counts_for_the_first_signature),
		T(each_further_signature_has_its_own_login),
		T(a_login_without_an_operation_is_refused),
		T(a_consent_is_for_one_operation_of_one_session),
		T(lengths_and_parts_do_not_use_it_up),
		T(a_wrong_pin_leaves_the_session_and_the_operation),
		T(a_pin_that_cannot_be_right_is_never_sent),
		T(a_blocked_pin_logs_out),
		T(a_pin_blocked_by_others_logs_out),
		T(idle_time_ends_the_session_that_holds_no_pin),
		T(a_pin_changed_elsewhere_is_not_sent_to_a_counter_that_is_not_full),
		T(no_bad_reply_or_failure_brings_a_second_verify),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
