/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_SetPIN, and PINs that another program changes while somebody holds one. */
#include <string.h>

#include "objects/token.h"
#include "tests/pkcs11/stage.h"

static CK_RV
set_pin(CK_SESSION_HANDLE s, const char *from, const char *to)
{
	CK_BYTE a[64], b[64];

	memcpy(a, from, strlen(from));
	memcpy(b, to, strlen(to));
	return p11->C_SetPIN(s, a, strlen(from), b, strlen(to));
}

static void
a_changed_pin_is_the_pin(void **state)
{
	static const struct {
		enum jm_pair pair;
		const char *from, *to;
	} pins[] = {
		{ AUTH, AUTH_PIN, "9876" },
		{ SIGN, SIGN_PIN, "xyz789" },
	};
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	for (size_t i = 0; i < NELEM(pins); i++) {
		const CK_SESSION_HANDLE s = stage_rw(r, pins[i].pair);

		vs_restart_count(r);
		assert_int_equal(set_pin(s, pins[i].from, pins[i].to), CKR_OK);
		assert_int_equal(vs_counted(r).verifies, 1);
		assert_int_equal(vs_counted(r).changes, 1);
		stage_assert_logged_out(r);
		assert_int_equal(stage_state(s), CKS_RW_PUBLIC_SESSION);
		assert_int_equal(
		    stage_login(s, pins[i].from), CKR_PIN_INCORRECT);
		assert_int_equal(stage_login(s, pins[i].to), CKR_OK);
		assert_int_equal(stage_counter(r, pins[i].pair), 0);
	}
}

static void
a_login_goes_on_with_the_new_pin(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_rw(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(set_pin(s, AUTH_PIN, "9876"), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(stage_counter(r, AUTH), 0);
}

static void
a_new_pin_of_the_wrong_form_sends_nothing(void **state)
{
	static const struct {
		enum jm_pair pair;
		const char *from, *to;
		CK_RV rv;
	} bad[] = {
		{ AUTH, AUTH_PIN, "", CKR_PIN_LEN_RANGE },
		{ AUTH, AUTH_PIN, "12345", CKR_PIN_LEN_RANGE },
		{ AUTH, AUTH_PIN, "12a4", CKR_PIN_INVALID },
		{ SIGN, SIGN_PIN, "ABC12", CKR_PIN_LEN_RANGE },
		{ SIGN, SIGN_PIN, "ABCDEFG1234567890", CKR_PIN_LEN_RANGE },
		{ SIGN, SIGN_PIN, "ABC 123", CKR_PIN_INVALID },
		{ SIGN, SIGN_PIN, "ABCDEF", CKR_PIN_INVALID }, /* no digit */
		{ SIGN, SIGN_PIN, "123456", CKR_PIN_INVALID }, /* no letter */
		{ AUTH, "123", "9876", CKR_PIN_LEN_RANGE },
		{ AUTH, "x234", "9876", CKR_PIN_INCORRECT },
	};
	CK_SESSION_HANDLE s[JM_PAIRS];
	unsigned r, n;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s[AUTH] = stage_rw(r, AUTH);
	s[SIGN] = stage_rw(r, SIGN);
	n = vs_counted(r).apdus;
	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(
		    set_pin(s[bad[i].pair], bad[i].from, bad[i].to), bad[i].rv);
	assert_int_equal(
	    p11->C_SetPIN(s[AUTH], NULL, 0, (CK_BYTE *)(uintptr_t) "9876", 4),
	    CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_SetPIN(s[AUTH], (CK_BYTE *)(uintptr_t) "1234", 4, NULL, 0),
	    CKR_ARGUMENTS_BAD);
	assert_int_equal(set_pin(stage_session(r, AUTH), AUTH_PIN, "9876"),
	    CKR_SESSION_READ_ONLY);
	assert_int_equal(vs_counted(r).apdus, n);
}

static void
a_wrong_old_pin_is_one_try_and_not_sent_again(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_rw(r, AUTH);
	vs_restart_count(r);
	for (int i = 0; i < 5; i++)
		assert_int_equal(set_pin(s, "1111", "9876"), CKR_PIN_INCORRECT);
	assert_int_equal(stage_login(s, "1111"), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(vs_counted(r).changes, 0);
	assert_int_equal(stage_counter(r, AUTH), CKF_USER_PIN_COUNT_LOW);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
}

static void
a_blocked_pin_cannot_be_changed(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_rw(r, AUTH);
	assert_int_equal(stage_other_try(r, AUTH, "1111"), 0x63c2);
	assert_int_equal(stage_other_try(r, AUTH, "2222"), 0x63c1);
	(void)stage_other_try(r, AUTH, "3333");
	assert_int_equal(set_pin(s, AUTH_PIN, "9876"), CKR_PIN_LOCKED);
	assert_int_equal(vs_counted(r).changes, 0);
}

/* --- changed elsewhere ---------------------------------------------------- */

static void
a_held_pin_that_was_changed_costs_one_try_and_is_dropped(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	stage_other_change(r, AUTH, AUTH_PIN, "9876");
	vs_restart_count(r);
	for (int i = 0; i < 5; i++)
		assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).verifies, 1);
	/* Nor is the old one taken from the user a second time. */
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_counter(r, AUTH), CKF_USER_PIN_COUNT_LOW);
	assert_int_equal(stage_login(s, "9876"), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
}

#define HOLDERS 4

static void
any_number_of_programs_cost_one_try_together(void **state)
{
	static const uint8_t info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
		0x00, 0x04, 0x20, [50] = 0 };
	const char name[] = "Reader of the tests 00 00";
	struct jm_token *other[HOLDERS];
	uint8_t sig[256];
	CK_SESSION_HANDLE s;
	size_t len;
	unsigned r;
	int tries;
	(void)state;

	/* Each token has a connection of its own, as each process has. */
	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	for (size_t i = 0; i < HOLDERS; i++) {
		assert_int_equal(
		    jm_token_open_reader(name, &jm_policy_default, &other[i]),
		    JM_OK);
		assert_int_equal(
		    jm_token_login(other[i], AUTH, AUTH_PIN, 4, 1, &tries),
		    JM_OK);
	}
	stage_other_change(r, AUTH, AUTH_PIN, "9876");
	vs_restart_count(r);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < HOLDERS; i++)
			assert_int_not_equal(
			    jm_token_sign(other[i], AUTH, JM_SIGN_PKCS1, info,
				sizeof info, sig, sizeof sig, &len),
			    JM_OK);
		assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
	}
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_counter(r, AUTH), CKF_USER_PIN_COUNT_LOW);
	for (size_t i = 0; i < HOLDERS; i++)
		jm_token_free(&other[i]);
}

static void
a_counter_that_is_not_full_is_left_alone(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_other_try(r, AUTH, "1111"), 0x63c2);
	vs_restart_count(r);
	assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).verifies, 0);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_changed_pin_is_the_pin),
		T(a_login_goes_on_with_the_new_pin),
		T(a_new_pin_of_the_wrong_form_sends_nothing),
		T(a_wrong_old_pin_is_one_try_and_not_sent_again),
		T(a_blocked_pin_cannot_be_changed),
		T(a_held_pin_that_was_changed_costs_one_try_and_is_dropped),
		T(any_number_of_programs_cost_one_try_together),
		T(a_counter_that_is_not_full_is_left_alone),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
