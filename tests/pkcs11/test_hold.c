/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* login = hold: the transaction lasts from login to logout. */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "pkcs11/module.h"
#include "tests/pkcs11/clock.h"
#include "tests/pkcs11/stage.h"

#define IDLE_MS (5 * 60 * 1000)

/* A card in a reader, the module with the policy; consent of the signature key.
 */
static unsigned
start(const char *atr, enum jm_consent consent)
{
	const unsigned r = stage_reader(atr, NULL);

	stage_init();
	p11_module.policy.login = JM_LOGIN_HOLD;
	p11_module.policy.consent[SIGN] = consent;
	return r;
}

static CK_SESSION_HANDLE
user(unsigned r, enum jm_pair pair)
{
	const CK_SESSION_HANDLE s = stage_session(r, pair);

	assert_int_equal(
	    stage_login(s, pair == AUTH ? AUTH_PIN : SIGN_PIN), CKR_OK);
	return s;
}

static void
the_next_signature_is_one_command(void **state)
{
	static const char *const atr[] = { PLAIN, SHORT_IDS };
	(void)state;

	for (size_t i = 0; i < NELEM(atr); i++) {
		const unsigned r = start(atr[i], JM_CONSENT_SESSION);
		const CK_SESSION_HANDLE s = user(r, AUTH);

		assert_true(vs_held(r));
		vs_restart_count(r);
		assert_int_equal(stage_sign(s), CKR_OK);
		/* The plain card wants its key selected, once. */
		assert_int_equal(vs_counted(r).apdus, i == 0 ? 2 : 1);
		for (int n = 0; n < 3; n++) {
			vs_restart_count(r);
			assert_int_equal(stage_sign(s), CKR_OK);
			assert_int_equal(vs_counted(r).apdus, 1);
			assert_int_equal(vs_counted(r).verifies, 0);
		}
		vs_restart_count(r);
		assert_int_equal(p11->C_Logout(s), CKR_OK);
		assert_int_equal(vs_counted(r).apdus, 1); /* the log-out */
		assert_false(vs_held(r));
		stage_assert_logged_out(r);
		assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
		assert_int_equal(p11->C_Logout(s), CKR_USER_NOT_LOGGED_IN);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
certificates_are_read_without_selecting_anew(void **state)
{
	const unsigned r = start(PLAIN, JM_CONSENT_SESSION);
	const CK_SESSION_HANDLE s = user(r, AUTH);
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_OBJECT_HANDLE o[4];
	CK_TOKEN_INFO info;
	CK_ULONG n = 0;
	(void)state;

	assert_int_equal(p11->C_FindObjectsInit(s, &t, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, o, NELEM(o), &n), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	assert_int_equal(n, 2);
	clock_ahead += 2001;
	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(r, SIGN), &info), CKR_OK);
	assert_true(vs_held(r));
	/* A second SELECT of the application would have dropped the status. */
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 1);
}

static void
both_pairs_are_held_and_the_last_one_ends_it(void **state)
{
	for (int first = 0; first < 2; first++) {
		const unsigned r = start(PLAIN, JM_CONSENT_SESSION);
		const CK_SESSION_HANDLE a = user(r, AUTH), b = user(r, SIGN);

		assert_int_equal(vs_counted(r).verifies, 2);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(stage_sign(a), CKR_OK);
			assert_int_equal(stage_sign(b), CKR_OK);
		}
		assert_int_equal(p11->C_Logout(first == 0 ? a : b), CKR_OK);
		assert_true(vs_held(r));
		assert_int_equal(
		    stage_sign(first == 0 ? a : b), CKR_USER_NOT_LOGGED_IN);
		assert_int_equal(stage_sign(first == 0 ? b : a), CKR_OK);
		assert_int_equal(vs_counted(r).verifies, 2);
		assert_int_equal(p11->C_Logout(first == 0 ? b : a), CKR_OK);
		assert_false(vs_held(r));
		stage_assert_logged_out(r);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

/* A wrong PIN for one pair does not cost the other its login. */
static void
a_wrong_pin_for_the_other_pair_changes_nothing(void **state)
{
	const unsigned r = start(PLAIN, JM_CONSENT_SESSION);
	const CK_SESSION_HANDLE a = user(r, AUTH), b = stage_session(r, SIGN);
	(void)state;

	assert_int_equal(stage_login(b, "WRONG99"), CKR_PIN_INCORRECT);
	assert_int_equal(stage_login(b, "WRONG99"), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 2);
	assert_true(vs_held(r));
	assert_int_equal(stage_sign(a), CKR_OK);
	assert_int_equal(stage_login(b, SIGN_PIN), CKR_OK);
	assert_int_equal(stage_sign(b), CKR_OK);
	assert_int_equal(stage_sign(a), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 3);
}

static void
what_ends_a_login_ends_the_transaction(void **state)
{
	enum {
		LAST_SESSION,
		ALL_SESSIONS,
		IDLE_LOOK,
		IDLE_SIGN,
		IDLE_LIST,
		FINALIZE,
		USED_UP,
		NEW_LOGIN_FAILS,
		WAYS
	};
	for (int way = 0; way < WAYS; way++) {
		const unsigned r = start(PLAIN,
		    way == USED_UP ? JM_CONSENT_EACH : JM_CONSENT_SESSION);
		const CK_SESSION_HANDLE s = user(r, SIGN);
		CK_ULONG n = 0;

		assert_true(vs_held(r));
		vs_restart_count(r);
		switch (way) {
		case LAST_SESSION:
			assert_int_equal(p11->C_CloseSession(s), CKR_OK);
			break;
		case ALL_SESSIONS:
			assert_int_equal(
			    p11->C_CloseAllSessions(stage_slot(r, SIGN)),
			    CKR_OK);
			break;
		case IDLE_LOOK:
			clock_ahead += IDLE_MS;
			assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
			break;
		case IDLE_SIGN:
			clock_ahead += IDLE_MS;
			assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
			break;
		case IDLE_LIST:
			clock_ahead += IDLE_MS;
			assert_int_equal(
			    p11->C_GetSlotList(CK_TRUE, NULL, &n), CKR_OK);
			break;
		case FINALIZE:
			assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
			break;
		case USED_UP:
			assert_int_equal(stage_sign(s), CKR_OK);
			assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
			break;
		case NEW_LOGIN_FAILS: /* idle, then a malformed PIN */
			clock_ahead += IDLE_MS;
			assert_int_equal(stage_login(s, ""), CKR_PIN_LEN_RANGE);
			break;
		}
		assert_false(vs_held(r));
		assert_int_equal(vs_counted(r).verifies, 0);
		stage_assert_logged_out(r);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
use_starts_the_idle_time_anew(void **state)
{
	const unsigned r = start(PLAIN, JM_CONSENT_SESSION);
	const CK_SESSION_HANDLE s = user(r, AUTH);
	(void)state;

	for (int i = 0; i < 3; i++) {
		clock_ahead += IDLE_MS - 1000;
		assert_int_equal(stage_sign(s), CKR_OK);
	}
	clock_ahead += IDLE_MS;
	assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).verifies, 1);
	/* The program asks again. */
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
}

/* --- others --------------------------------------------------------------- */

static void *
wait_for_the_card(void *arg)
{
	vs_other_hold(*(unsigned *)arg);
	return NULL;
}

static void
other_programs_wait_until_logout(void **state)
{
	unsigned r = start(PLAIN, JM_CONSENT_SESSION);
	const CK_SESSION_HANDLE s = user(r, AUTH);
	pthread_t other;
	(void)state;

	assert_int_equal(
	    pthread_create(&other, NULL, wait_for_the_card, &r), 0);
	jm_sleep_ms(50);
	assert_true(vs_held(r));
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(pthread_join(other, NULL), 0);
	stage_assert_logged_out(r);
	vs_other_release(r);
}

static void
a_reset_or_removal_ends_it_without_another_verify(void **state)
{
	static const enum vs_fault faults[] = { VS_REMOVE_BEFORE,
		VS_REMOVE_AFTER, VS_RESET_BEFORE, VS_LOST_BEFORE,
		VS_LOST_AFTER };

	for (size_t f = 0; f < NELEM(faults); f++) {
		const int removed = faults[f] == VS_REMOVE_BEFORE ||
				    faults[f] == VS_REMOVE_AFTER;
		const unsigned r = start(SHORT_IDS, JM_CONSENT_SESSION);
		CK_SESSION_HANDLE a = user(r, AUTH);
		const CK_SESSION_HANDLE b = user(r, SIGN);

		vs_restart_count(r);
		vs_fault_at(r, 1, faults[f], NULL, 0);
		assert_int_equal(stage_sign(a),
		    removed ? CKR_DEVICE_REMOVED : CKR_DEVICE_ERROR);
		assert_false(vs_held(r));
		/* Nobody can say what is verified still: both logins are over.
		 */
		if (!removed) {
			assert_int_equal(stage_sign(a), CKR_USER_NOT_LOGGED_IN);
			assert_int_equal(stage_sign(b), CKR_USER_NOT_LOGGED_IN);
		}
		assert_int_equal(vs_counted(r).verifies, 0);
		if (removed) {
			assert_int_equal(
			    p11->C_CloseSession(b), CKR_SESSION_HANDLE_INVALID);
			stage_put(r);
			a = stage_session(r, AUTH);
		}
		stage_assert_logged_out(r);
		assert_int_equal(stage_login(a, AUTH_PIN), CKR_OK);
		assert_int_equal(stage_sign(a), CKR_OK);
		assert_int_equal(vs_counted(r).verifies, 1);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
a_reset_between_two_signatures_is_noticed(void **state)
{
	const unsigned r = start(PLAIN, JM_CONSENT_SESSION);
	const CK_SESSION_HANDLE s = user(r, AUTH);
	(void)state;

	vs_other_reset(r);
	assert_int_equal(stage_sign(s), CKR_DEVICE_ERROR);
	assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_false(vs_held(r));
	stage_assert_logged_out(r);
}

static void
a_removal_that_nobody_asked_about_is_noticed(void **state)
{
	const unsigned r = start(PLAIN, JM_CONSENT_SESSION);
	CK_SESSION_HANDLE s = user(r, AUTH);
	CK_SESSION_INFO info;
	(void)state;

	stage_fresh(r);
	assert_int_equal(p11->C_GetSessionInfo(s, &info), CKR_DEVICE_REMOVED);
	assert_false(vs_held(r));
	s = user(r, AUTH);
	assert_int_equal(stage_sign(s), CKR_OK);
}

/* --- every reply wrong, one at a time ------------------------------------- */

static const uint8_t bad[][2] = { { 0x63, 0xc0 }, { 0x63, 0xc1 },
	{ 0x69, 0x83 }, { 0x69, 0x84 }, { 0x63, 0x00 }, { 0x69, 0x82 },
	{ 0x69, 0x85 }, { 0x67, 0x00 }, { 0x6a, 0x82 }, { 0x6a, 0x86 },
	{ 0x6d, 0x00 }, { 0x6f, 0x00 }, { 0x62, 0x83 }, { 0x64, 0x00 },
	{ 0x64, 0x01 }, { 0x61, 0x10 }, { 0x6c, 0x10 }, { 0x00, 0x00 },
	{ 0xff, 0xff } };

static void
no_bad_reply_brings_a_second_verify_or_a_wrong_login(void **state)
{
	/* Login: SELECT, EF 0018, VERIFY; signature: EF 0017, sign; again:
	 * sign; log-out. */
	enum { VERIFY = 3, LAST = 7 };

	for (unsigned nth = 1; nth <= LAST; nth++) {
		const unsigned r = start(PLAIN, JM_CONSENT_SESSION);

		for (size_t i = 0; i < NELEM(bad) + 2; i++) {
			const int lost = i >= NELEM(bad);
			CK_SESSION_HANDLE s;
			CK_RV rv, first = CKR_OK, second = CKR_OK;

			s = stage_session(r, AUTH);
			vs_restart_count(r);
			if (lost)
				vs_fault_at(r, nth,
				    i == NELEM(bad) ? VS_LOST_AFTER
						    : VS_LOST_BEFORE,
				    NULL, 0);
			else
				vs_fault_at(r, nth, VS_REPLACE, bad[i], 2);
			if ((rv = stage_login(s, AUTH_PIN)) == CKR_OK) {
				first = stage_sign(s);
				second = stage_sign(s);
			}
			assert_true(vs_counted(r).verifies <= 1);
			if (nth <= VERIFY)
				assert_int_not_equal(rv, CKR_OK);
			else
				assert_int_equal(rv, CKR_OK);
			if (nth > VERIFY && nth < LAST)
				assert_true(
				    first != CKR_OK || second != CKR_OK);
			(void)p11->C_CloseSession(s);
			vs_fault_at(r, 0, VS_NO_FAULT, NULL, 0);
			assert_false(vs_held(r));
			stage_assert_logged_out(r);
			/* A PIN whose answer was lost waits for its counter. */
			clock_ahead += 2001;
			(void)stage_counter(r, AUTH);
		}
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

/* --- a change of the PIN, and fork ---------------------------------------- */

static void
a_changed_pin_keeps_the_login_and_the_transaction(void **state)
{
	const unsigned r = start(PLAIN, JM_CONSENT_SESSION);
	CK_SESSION_HANDLE s;
	static CK_BYTE from[] = "1234", wrong[] = "9999", to[] = "5678";
	(void)state;

	s = stage_rw(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(p11->C_SetPIN(s, from, 4, to, 4), CKR_OK);
	assert_true(vs_held(r));
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 2);
	/* One that fails ends it. */
	assert_int_equal(p11->C_SetPIN(s, wrong, 4, to, 4), CKR_PIN_INCORRECT);
	assert_false(vs_held(r));
	assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
	stage_assert_logged_out(r);
}

static void
a_child_does_not_end_the_transaction(void **state)
{
	const unsigned r = start(SHORT_IDS, JM_CONSENT_SESSION);
	const CK_SESSION_HANDLE s = user(r, AUTH);
	int status = -1;
	pid_t child;
	(void)state;

	vs_restart_count(r);
	child = vs_fork();
	assert_true(child >= 0);
	if (child == 0) {
		CK_ULONG n = 0;

		if (p11->C_Finalize(NULL) != CKR_CRYPTOKI_NOT_INITIALIZED ||
		    p11->C_Initialize(NULL) != CKR_OK ||
		    p11->C_GetSlotList(CK_FALSE, NULL, &n) != CKR_OK ||
		    p11->C_Finalize(NULL) != CKR_OK)
			_exit(1);
		_exit(vs_foreign_calls() == 0 && vs_held(r) &&
			      vs_counted(r).apdus == 0
			  ? 0
			  : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(vs_held(r));
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(vs_counted(r).apdus, 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(the_next_signature_is_one_command),
		T(certificates_are_read_without_selecting_anew),
		T(both_pairs_are_held_and_the_last_one_ends_it),
		T(a_wrong_pin_for_the_other_pair_changes_nothing),
		T(what_ends_a_login_ends_the_transaction),
		T(use_starts_the_idle_time_anew),
		T(other_programs_wait_until_logout),
		T(a_reset_or_removal_ends_it_without_another_verify),
		T(a_reset_between_two_signatures_is_noticed),
		T(a_removal_that_nobody_asked_about_is_noticed),
		T(no_bad_reply_brings_a_second_verify_or_a_wrong_login),
		T(a_changed_pin_keeps_the_login_and_the_transaction),
		T(a_child_does_not_end_the_transaction),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
