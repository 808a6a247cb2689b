/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_Login and C_Logout: what is sent, what is answered, what the flags say. */
#include <string.h>

#include "tests/pkcs11/clock.h"
#include "tests/pkcs11/stage.h"

#define LOW            CKF_USER_PIN_COUNT_LOW
#define FINAL          CKF_USER_PIN_FINAL_TRY
#define LOCK           CKF_USER_PIN_LOCKED

#define COUNTER_AGE_MS 2000            /* no counter reported is older */
#define IDLE_MS        (5 * 60 * 1000) /* after which a login ends */

static void
a_pin_that_cannot_be_right_is_never_sent(void **state)
{
	static const struct {
		enum jm_pair pair;
		const char *pin;
		CK_RV rv;
	} bad[] = {
		{ AUTH, "", CKR_PIN_LEN_RANGE },
		{ AUTH, "123", CKR_PIN_LEN_RANGE },
		{ AUTH, "12345", CKR_PIN_LEN_RANGE },
		{ AUTH, "ABC123", CKR_PIN_LEN_RANGE },
		{ AUTH, "12a4", CKR_PIN_INCORRECT },
		{ AUTH, "1 34", CKR_PIN_INCORRECT },
		{ SIGN, "", CKR_PIN_LEN_RANGE },
		{ SIGN, "1234", CKR_PIN_LEN_RANGE },
		{ SIGN, "ABC12", CKR_PIN_LEN_RANGE },
		{ SIGN, "ABCDEFGH123456789", CKR_PIN_LEN_RANGE },
		{ SIGN, "ABC-123", CKR_PIN_INCORRECT },
		{ SIGN,
		    "\xc3\xa4"
		    "BC123",
		    CKR_PIN_INCORRECT },
	};
	CK_SESSION_HANDLE s[JM_PAIRS];
	unsigned r, n;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s[AUTH] = stage_session(r, AUTH);
	s[SIGN] = stage_session(r, SIGN);
	n = vs_counted(r).apdus;
	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(
		    stage_login(s[bad[i].pair], bad[i].pin), bad[i].rv);
	assert_int_equal(vs_counted(r).apdus, n);
	assert_int_equal(stage_counter(r, AUTH), 0);
	assert_int_equal(stage_counter(r, SIGN), 0);
}

static void
bad_arguments_send_nothing(void **state)
{
	static CK_BYTE pin[] = AUTH_PIN, name[] = "user";
	CK_SESSION_HANDLE s;
	unsigned r, n;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	n = vs_counted(r).apdus;
	assert_int_equal(
	    p11->C_Login(s, CKU_SO, pin, 4), CKR_USER_TYPE_INVALID);
	assert_int_equal(p11->C_Login(s, 99, pin, 4), CKR_USER_TYPE_INVALID);
	assert_int_equal(p11->C_Login(s, CKU_CONTEXT_SPECIFIC, pin, 4),
	    CKR_OPERATION_NOT_INITIALIZED);
	/* No protected authentication path. */
	assert_int_equal(p11->C_Login(s, CKU_USER, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_Login(s, CKU_USER, NULL, 4), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_Login(s, CKU_USER, pin, (CK_ULONG)-1), CKR_PIN_LEN_RANGE);
	assert_int_equal(p11_3->C_LoginUser(s, CKU_USER, pin, 4, name, 4),
	    CKR_ARGUMENTS_BAD);
	assert_int_equal(vs_counted(r).apdus, n);
	assert_int_equal(
	    p11_3->C_LoginUser(s, CKU_USER, pin, 4, NULL, 0), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
}

static void
a_right_pin_is_one_verify_and_leaves_nobody_logged_in_on_the_card(void **state)
{
	static const char *const pins[] = { AUTH_PIN, SIGN_PIN };
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	for (int p = 0; p < JM_PAIRS; p++) {
		const CK_SESSION_HANDLE s = stage_session(r, (enum jm_pair)p);

		vs_restart_count(r);
		assert_int_equal(stage_login(s, pins[p]), CKR_OK);
		assert_int_equal(vs_counted(r).verifies, 1);
		stage_assert_logged_out(r);
		vs_restart_count(r);
		assert_int_equal(
		    stage_login(s, pins[p]), CKR_USER_ALREADY_LOGGED_IN);
		assert_int_equal(vs_counted(r).apdus, 0);
		assert_int_equal(p11->C_Logout(s), CKR_OK);
		assert_int_equal(p11->C_Logout(s), CKR_USER_NOT_LOGGED_IN);
		assert_int_equal(vs_counted(r).apdus, 0);
	}
}

static void
the_signature_pin_is_taken_in_lower_case(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, SIGN);
	assert_int_equal(stage_login(s, "abc123"), CKR_OK);
}

/* Different wrong PINs down to the end, one VERIFY each. */
static void
count_down(unsigned r, enum jm_pair pair, const char *const *wrong,
    const CK_FLAGS *flags, size_t n)
{
	const CK_SESSION_HANDLE s = stage_session(r, pair);

	assert_int_equal(stage_counter(r, pair), 0);
	for (size_t i = 0; i < n; i++) {
		vs_restart_count(r);
		/* The last one finds the PIN blocked, or blocks it: either
		 * way it was a wrong PIN that was sent. */
		const CK_RV rv = stage_login(s, wrong[i]);

		if (i + 1 < n)
			assert_int_equal(rv, CKR_PIN_INCORRECT);
		else
			assert_true(
			    rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED);
		assert_int_equal(vs_counted(r).verifies, 1);
		assert_int_equal(stage_counter(r, pair), flags[i]);
	}
	stage_assert_logged_out(r);
}

static const char *const wrong_auth[] = { "1111", "2222", "3333" };
static const char *const wrong_sign[] = { "WRONG1", "WRONG2", "WRONG3",
	"WRONG4", "WRONG5" };

static void
the_authentication_counter_is_told_from_3_to_0(void **state)
{
	static const CK_FLAGS flags[] = { LOW, LOW | FINAL, LOW | LOCK };
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	count_down(r, AUTH, wrong_auth, flags, NELEM(flags));
	/* Blocked: even the right one, and without a VERIFY that could not
	 * succeed more than once. */
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_PIN_LOCKED);
	assert_int_equal(stage_counter(r, AUTH), LOW | LOCK);
	/* The one that took the last try failed like the others. */
	vs_restart_count(r);
	assert_int_equal(stage_login(s, wrong_auth[2]), CKR_PIN_LOCKED);
	assert_int_equal(vs_counted(r).verifies, 0);
	assert_int_equal(stage_counter(r, SIGN), 0);
	s = stage_session(r, SIGN);
	assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
}

static void
the_signature_counter_is_told_from_5_to_0(void **state)
{
	static const CK_FLAGS flags[] = { LOW, LOW, LOW, LOW | FINAL,
		LOW | LOCK };
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	count_down(r, SIGN, wrong_sign, flags, NELEM(flags));
	assert_int_equal(stage_counter(r, AUTH), 0);
}

static void
a_right_pin_restores_the_counter(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, "1111"), CKR_PIN_INCORRECT);
	assert_int_equal(stage_login(s, "2222"), CKR_PIN_INCORRECT);
	assert_int_equal(stage_counter(r, AUTH), LOW | FINAL);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_counter(r, AUTH), 0);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_USER_ALREADY_LOGGED_IN);
}

static void
the_same_wrong_pin_is_sent_once(void **state)
{
	CK_SESSION_HANDLE s, t;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	t = stage_session(r, AUTH);
	vs_restart_count(r);
	assert_int_equal(stage_login(s, "1111"), CKR_PIN_INCORRECT);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(
		    stage_login(i % 2 ? s : t, "1111"), CKR_PIN_INCORRECT);
		if (i == 10) { /* nor through a new session */
			assert_int_equal(p11->C_CloseSession(t), CKR_OK);
			t = stage_session(r, AUTH);
		}
	}
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_counter(r, AUTH), LOW);
	/* Another PIN that succeeds clears its name. */
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(stage_login(s, "1111"), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 3);
}

static void
a_wrong_pin_is_forgotten_with_the_card(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, "1111"), CKR_PIN_INCORRECT);
	stage_fresh(r); /* somebody else's, whose PIN that may be */
	stage_other_change(r, AUTH, AUTH_PIN, "1111");
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, "1111"), CKR_OK);
}

static void
one_pin_for_every_slot_costs_no_try_where_it_cannot_fit(void **state)
{
	CK_SESSION_HANDLE auth, sign;
	unsigned r;
	(void)state;

	/* ssh-add -s gives the one PIN typed to every token. */
	r = stage_reader(PLAIN, NULL);
	stage_init();
	auth = stage_session(r, AUTH);
	sign = stage_session(r, SIGN);
	vs_restart_count(r);
	assert_int_equal(stage_login(auth, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_login(sign, AUTH_PIN), CKR_PIN_LEN_RANGE);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_login(sign, SIGN_PIN), CKR_OK);
	assert_int_equal(p11->C_Logout(auth), CKR_OK);
	assert_int_equal(stage_login(auth, SIGN_PIN), CKR_PIN_LEN_RANGE);
	assert_int_equal(vs_counted(r).verifies, 2);
	assert_int_equal(stage_counter(r, AUTH), 0);
	assert_int_equal(stage_counter(r, SIGN), 0);
}

static void
tries_that_another_program_spent_are_told_in_time(void **state)
{
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(stage_counter(r, AUTH), 0);
	assert_int_equal(stage_other_try(r, AUTH, "1111"), 0x63c2);
	assert_int_equal(stage_other_try(r, AUTH, "2222"), 0x63c1);
	clock_ahead += COUNTER_AGE_MS + 1;
	assert_int_equal(stage_counter(r, AUTH), LOW | FINAL);
}

/* --- consent -------------------------------------------------------------- */

static void
one_login_is_one_signature_with_the_signature_key(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, SIGN);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
		assert_int_equal(stage_sign(s), CKR_OK);
		stage_assert_logged_out(r);
		assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
		vs_restart_count(r);
		assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
		assert_int_equal(vs_counted(r).verifies, 0);
		if (i == 1)
			break;
		/* A program that logs in again need not log out. */
	}
	assert_int_equal(p11->C_Logout(s), CKR_OK); /* the first */
	assert_int_equal(p11->C_Logout(s), CKR_USER_NOT_LOGGED_IN);
}

static void
a_login_of_the_authentication_key_lasts(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(stage_sign(s), CKR_OK);
		stage_assert_logged_out(r);
	}
	assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
}

static void
a_login_ends_after_idle_time(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	for (int i = 0; i < 2; i++) { /* using it keeps it */
		clock_ahead += IDLE_MS - 1000;
		assert_int_equal(stage_sign(s), CKR_OK);
	}
	clock_ahead += IDLE_MS + 1;
	vs_restart_count(r);
	assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).apdus, 0);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(p11->C_Logout(s), CKR_USER_NOT_LOGGED_IN);
}

static void
a_reset_by_another_program_ends_the_login(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	vs_other_reset(r);
	vs_restart_count(r);
	assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).verifies, 0);
	assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_pin_that_cannot_be_right_is_never_sent),
		T(bad_arguments_send_nothing),
		T(a_right_pin_is_one_verify_and_leaves_nobody_logged_in_on_the_card),
		T(the_signature_pin_is_taken_in_lower_case),
		T(the_authentication_counter_is_told_from_3_to_0),
		T(the_signature_counter_is_told_from_5_to_0),
		T(a_right_pin_restores_the_counter),
		T(the_same_wrong_pin_is_sent_once),
		T(a_wrong_pin_is_forgotten_with_the_card),
		T(one_pin_for_every_slot_costs_no_try_where_it_cannot_fit),
		T(tries_that_another_program_spent_are_told_in_time),
		T(one_login_is_one_signature_with_the_signature_key),
		T(a_login_of_the_authentication_key_lasts),
		T(a_login_ends_after_idle_time),
		T(a_reset_by_another_program_ends_the_login),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
