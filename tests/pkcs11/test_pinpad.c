/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers with keys of their own: the protected authentication path. */
#include <string.h>

#include "pkcs11/module.h"
#include "tests/pkcs11/clock.h"
#include "tests/pkcs11/stage.h"

#define PATH    CKF_PROTECTED_AUTHENTICATION_PATH
#define IDLE_MS (5 * 60 * 1000)

enum { NONE = 0, VERIFY = 1, BOTH = 3 };

static unsigned
start(unsigned features)
{
	const unsigned r = stage_reader(PLAIN, NULL);

	vs_pinpad(r, features);
	stage_init();
	return r;
}

static CK_RV
login_typed(CK_SESSION_HANDLE s)
{
	return p11->C_Login(s, CKU_USER, NULL, 0);
}

static void
the_flag_is_set_for_digits_on_such_a_reader(void **state)
{
	for (unsigned f = 0; f <= BOTH; f++) {
		const unsigned r = start(f == 2 ? NONE : f);

		assert_int_equal(stage_flags(r, AUTH) & PATH,
		    f == VERIFY || f == BOTH ? PATH : 0);
		assert_int_equal(stage_flags(r, SIGN) & PATH, 0);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
without_such_a_reader_a_pin_must_be_given(void **state)
{
	for (int p = 0; p < JM_PAIRS; p++) {
		const enum jm_pair pair = (enum jm_pair)p;
		const unsigned r = start(pair == AUTH ? NONE : BOTH);
		const CK_SESSION_HANDLE s = stage_rw(r, pair);

		vs_restart_count(r);
		assert_int_equal(login_typed(s), CKR_ARGUMENTS_BAD);
		assert_int_equal(
		    p11->C_SetPIN(s, NULL, 0, NULL, 0), CKR_ARGUMENTS_BAD);
		assert_int_equal(vs_counted(r).apdus, 0);
		assert_int_equal(vs_pinpad_asked(r), 0);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
a_typed_pin_logs_in_and_keeps_the_transaction(void **state)
{
	const unsigned r = start(BOTH);
	const CK_SESSION_HANDLE s = stage_session(r, AUTH),
				b = stage_session(r, SIGN);
	(void)state;

	vs_pinpad_type(r, "1234");
	assert_int_equal(login_typed(s), CKR_OK);
	assert_int_equal(vs_pinpad_asked(r), 1);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(login_typed(s), CKR_USER_ALREADY_LOGGED_IN);
	assert_true(vs_held(r));
	for (int i = 0; i < 3; i++)
		assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 1);
	/* The other pair's login is an ordinary one, inside. */
	assert_int_equal(stage_login(b, SIGN_PIN), CKR_OK);
	assert_int_equal(stage_sign(b), CKR_OK);
	assert_int_equal(stage_sign(b), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 3);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_false(vs_held(r));
	stage_assert_logged_out(r);

	vs_pinpad_type(r, "1234");
	assert_int_equal(login_typed(s), CKR_OK);
	clock_ahead += IDLE_MS;
	assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
	assert_false(vs_held(r));
	stage_assert_logged_out(r);
}

/* Some programs pass a PIN whatever the flag says. */
static void
a_pin_that_is_given_works_as_on_any_reader(void **state)
{
	const unsigned r = start(BOTH);
	const CK_SESSION_HANDLE s = stage_session(r, AUTH);
	(void)state;

	assert_int_equal(stage_login(s, ""), CKR_PIN_LEN_RANGE);
	assert_int_equal(stage_login(s, "9999"), CKR_PIN_INCORRECT);
	assert_int_equal(stage_login(s, "9999"), CKR_PIN_INCORRECT);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_false(vs_held(r));
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(vs_pinpad_asked(r), 0);
	assert_int_equal(vs_counted(r).verifies, 3);
}

static void
what_the_reader_refuses_costs_no_try(void **state)
{
	static const struct {
		const char *what;
		CK_RV rv;
	} row[] = {
		{ "!cancel", CKR_FUNCTION_CANCELED },
		{ "!timeout", CKR_FUNCTION_CANCELED },
		{ "123", CKR_PIN_LEN_RANGE },
		{ "12345", CKR_PIN_LEN_RANGE },
		{ "!fail", CKR_DEVICE_ERROR },
	};
	const unsigned r = start(BOTH);
	const CK_SESSION_HANDLE s = stage_session(r, AUTH);
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		vs_pinpad_type(r, row[i].what);
		assert_int_equal(login_typed(s), row[i].rv);
		assert_int_equal(vs_pinpad_asked(r), i + 1);
		assert_int_equal(vs_counted(r).verifies, 0);
		assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
		assert_false(vs_held(r));
		assert_int_equal(stage_counter(r, AUTH), 0);
	}
	vs_pinpad_type(r, "1234");
	assert_int_equal(login_typed(s), CKR_OK);
}

static void
a_wrong_pin_is_one_try_and_a_blocked_one_is_not_asked_for(void **state)
{
	const unsigned r = start(BOTH);
	const CK_SESSION_HANDLE s = stage_session(r, AUTH);
	(void)state;

	vs_pinpad_type(r, "9999");
	assert_int_equal(login_typed(s), CKR_PIN_INCORRECT);
	assert_int_equal(stage_counter(r, AUTH), CKF_USER_PIN_COUNT_LOW);
	vs_pinpad_type(r, "9998");
	assert_int_equal(login_typed(s), CKR_PIN_INCORRECT);
	assert_int_equal(stage_counter(r, AUTH),
	    CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	vs_pinpad_type(r, "9997");
	assert_int_equal(login_typed(s), CKR_PIN_LOCKED);
	assert_int_equal(vs_counted(r).verifies, 3);
	assert_int_equal(vs_pinpad_asked(r), 3);
	vs_pinpad_type(r, "1234");
	assert_int_equal(login_typed(s), CKR_PIN_LOCKED);
	assert_int_equal(
	    p11->C_SetPIN(stage_rw(r, AUTH), NULL, 0, NULL, 0), CKR_PIN_LOCKED);
	assert_int_equal(vs_pinpad_asked(r), 3);
	assert_false(vs_held(r));
	stage_assert_logged_out(r);
}

static void
an_answer_that_is_lost_or_odd_is_no_login(void **state)
{
	static const char *const how[] = { "!lost", "!odd" };

	for (size_t i = 0; i < NELEM(how); i++)
		for (int right = 0; right < 2; right++) {
			const unsigned r = start(BOTH);
			const CK_SESSION_HANDLE s = stage_session(r, AUTH);

			vs_pinpad_type(r, how[i]);
			vs_pinpad_type(r, right ? "1234" : "9999");
			assert_int_equal(login_typed(s), CKR_DEVICE_ERROR);
			assert_int_equal(vs_counted(r).verifies, 1);
			assert_int_equal(stage_state(s), CKS_RO_PUBLIC_SESSION);
			assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
			assert_false(vs_held(r));
			stage_assert_logged_out(r);
			assert_int_equal(stage_counter(r, AUTH),
			    right ? 0 : CKF_USER_PIN_COUNT_LOW);
			assert_int_equal(vs_counted(r).verifies, 1);
			assert_int_equal(stage_end(state), 0);
			assert_int_equal(stage_begin(state), 0);
		}
}

/* --- change --------------------------------------------------------------- */

static CK_RV
change_typed(CK_SESSION_HANDLE s, unsigned r, const char *old_pin,
    const char *new_pin, const char *again)
{
	const char *all[] = { old_pin, new_pin, again };

	for (size_t i = 0; i < NELEM(all) && all[i] != NULL; i++)
		vs_pinpad_type(r, all[i]);
	return p11->C_SetPIN(s, NULL, 0, NULL, 0);
}

static void
a_pin_is_changed_at_the_reader(void **state)
{
	const unsigned r = start(BOTH);
	const CK_SESSION_HANDLE s = stage_rw(r, AUTH);
	(void)state;

	assert_int_equal(change_typed(s, r, "1234", "5678", "5678"), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(vs_counted(r).changes, 1);
	assert_false(vs_held(r));
	stage_assert_logged_out(r);
	vs_pinpad_type(r, "5678");
	assert_int_equal(login_typed(s), CKR_OK);
	/* Inside a login that is kept. */
	assert_int_equal(change_typed(s, r, "5678", "2468", "2468"), CKR_OK);
	assert_true(vs_held(r));
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	/* With a PIN that is held: the new one is not known here. */
	assert_int_equal(stage_login(s, "2468"), CKR_OK);
	assert_int_equal(change_typed(s, r, "2468", "1357", "1357"), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(stage_login(s, "1357"), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
}

static void
a_change_that_is_refused_changes_nothing(void **state)
{
	static const struct {
		const char *old_pin, *new_pin, *again;
		CK_RV rv;
		unsigned verifies;
	} row[] = {
		{ "!cancel", NULL, NULL, CKR_FUNCTION_CANCELED, 0 },
		{ "!timeout", NULL, NULL, CKR_FUNCTION_CANCELED, 0 },
		{ "123", NULL, NULL, CKR_PIN_LEN_RANGE, 0 },
		{ "9999", NULL, NULL, CKR_PIN_INCORRECT, 1 },
		{ "1234", "!cancel", NULL, CKR_FUNCTION_CANCELED, 1 },
		{ "1234", "5678", "!cancel", CKR_FUNCTION_CANCELED, 1 },
		{ "1234", "5678", "5679", CKR_PIN_INVALID, 1 },
		{ "1234", "56789", NULL, CKR_PIN_LEN_RANGE, 1 },
		{ "1234", "!fail", NULL, CKR_DEVICE_ERROR, 1 },
	};
	const unsigned r = start(BOTH);
	const CK_SESSION_HANDLE s = stage_rw(r, AUTH);
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		vs_restart_count(r);
		assert_int_equal(change_typed(s, r, row[i].old_pin,
				     row[i].new_pin, row[i].again),
		    row[i].rv);
		assert_int_equal(vs_counted(r).verifies, row[i].verifies);
		assert_int_equal(vs_counted(r).changes, 0);
		assert_false(vs_held(r));
		stage_assert_logged_out(r);
	}
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	/* A PIN that is held outlives an entry that was given up. */
	assert_int_equal(
	    change_typed(s, r, "!cancel", NULL, NULL), CKR_FUNCTION_CANCELED);
	assert_int_equal(stage_sign(s), CKR_OK);
}

static void
a_reader_that_can_only_verify_changes_no_pin(void **state)
{
	const unsigned r = start(VERIFY);
	const CK_SESSION_HANDLE s = stage_rw(r, AUTH);
	(void)state;

	vs_pinpad_type(r, "1234");
	assert_int_equal(
	    p11->C_SetPIN(s, NULL, 0, NULL, 0), CKR_FUNCTION_FAILED);
	assert_int_equal(vs_pinpad_asked(r), 0);
	assert_int_equal(login_typed(s), CKR_OK);
}

/* --- failures ------------------------------------------------------------- */

static const uint8_t bad[][2] = { { 0x63, 0xc0 }, { 0x63, 0xc1 },
	{ 0x69, 0x83 }, { 0x69, 0x84 }, { 0x63, 0x00 }, { 0x69, 0x82 },
	{ 0x69, 0x85 }, { 0x67, 0x00 }, { 0x6a, 0x82 }, { 0x6a, 0x86 },
	{ 0x6d, 0x00 }, { 0x6f, 0x00 }, { 0x62, 0x83 }, { 0x64, 0x00 },
	{ 0x64, 0x01 }, { 0x64, 0x02 }, { 0x64, 0x03 }, { 0x6b, 0x80 },
	{ 0x61, 0x10 }, { 0x6c, 0x10 }, { 0x00, 0x00 } };

static void
nothing_brings_a_second_entry_or_verify(void **state)
{
	static const enum vs_fault faults[] = { VS_REMOVE_BEFORE,
		VS_REMOVE_AFTER, VS_RESET_BEFORE, VS_LOST_BEFORE,
		VS_LOST_AFTER };
	enum { LAST = 4 }; /* SELECT, EF 0018, query, VERIFY */

	for (int change = 0; change < 2; change++)
		for (unsigned nth = 1; nth <= LAST + (unsigned)change; nth++)
			for (size_t i = 0; i < NELEM(bad) + NELEM(faults);
			     i++) {
				const int replace = i < NELEM(bad);
				const unsigned r = start(BOTH);
				const CK_SESSION_HANDLE s = stage_rw(r, AUTH);
				CK_RV rv;

				vs_restart_count(r);
				vs_fault_at(r, nth,
				    replace ? VS_REPLACE
					    : faults[i - NELEM(bad)],
				    replace ? bad[i] : NULL, replace ? 2 : 0);
				if (change) {
					rv = change_typed(
					    s, r, "1234", "5678", "5678");
				} else {
					vs_pinpad_type(r, "1234");
					rv = login_typed(s);
				}
				/* A counter that is not told does no harm. */
				if (nth != 2 && nth != 3 && rv == CKR_OK)
					fail_msg("change %d, command %u, "
						 "fault %zu",
					    change, nth, i);
				assert_true(vs_counted(r).verifies <= 1);
				assert_true(vs_counted(r).changes <= 1);
				assert_true(
				    vs_pinpad_asked(r) <= (change ? 3u : 1u));
				if (nth == 1)
					assert_int_equal(vs_pinpad_asked(r), 0);
				vs_fault_at(r, 0, VS_NO_FAULT, NULL, 0);
				if (!replace && i - NELEM(bad) < 2)
					stage_put(r);
				if (rv != CKR_OK)
					assert_false(vs_held(r));
				(void)p11->C_CloseSession(s);
				assert_false(vs_held(r));
				stage_assert_logged_out(r);
				assert_int_equal(stage_end(state), 0);
				assert_int_equal(stage_begin(state), 0);
			}
}

/* --- what readers say of themselves --------------------------------------- */

static void
a_list_of_features_is_read_with_care(void **state)
{
	static const struct {
		uint8_t list[32];
		size_t len;
		int there;
	} row[] = {
		{ { 6, 4, 0x42, 0x33, 0, 6 }, 6, 1 },
		{ { 0x12, 0, 6, 4, 0x42, 0x33, 0, 6 }, 8, 1 },
		{ { 1, 4, 1, 2, 3, 4, 6, 4, 0x42, 0x33, 0, 6 }, 12, 1 },
		{ { 6, 4, 0x42, 0x33, 0, 6, 7 }, 7, 1 },
		{ { 6, 4, 0x42, 0x33, 0 }, 5, 0 }, /* cut off */
		{ { 6, 4 }, 2, 0 }, { { 6 }, 1, 0 },
		{ { 6, 255, 0x42, 0x33, 0, 6 }, 6, 0 }, /* a lie */
		{ { 6, 3, 0x42, 0x33, 0 }, 5, 0 },      /* no code */
		{ { 6, 5, 0x42, 0x33, 0, 6, 0 }, 7, 0 },
		{ { 6, 4, 0, 0, 0, 0 }, 6, 0 },
		{ { 1, 200, 6, 4, 0x42, 0x33, 0, 6 }, 8, 0 },
		{ { 7, 4, 0x42, 0x33, 0, 7 }, 6, 0 }, /* modify alone */
	};

	for (size_t i = 0; i < NELEM(row); i++) {
		const unsigned r = stage_reader(PLAIN, NULL);
		CK_SESSION_HANDLE s;

		vs_pinpad(r, BOTH);
		vs_pinpad_list(r, row[i].list, row[i].len);
		stage_init();
		assert_int_equal(
		    stage_flags(r, AUTH) & PATH, row[i].there ? PATH : 0);
		s = stage_session(r, AUTH);
		vs_pinpad_type(r, "1234");
		assert_int_equal(
		    login_typed(s), row[i].there ? CKR_OK : CKR_ARGUMENTS_BAD);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(the_flag_is_set_for_digits_on_such_a_reader),
		T(without_such_a_reader_a_pin_must_be_given),
		T(a_typed_pin_logs_in_and_keeps_the_transaction),
		T(a_pin_that_is_given_works_as_on_any_reader),
		T(what_the_reader_refuses_costs_no_try),
		T(a_wrong_pin_is_one_try_and_a_blocked_one_is_not_asked_for),
		T(an_answer_that_is_lost_or_odd_is_no_login),
		T(a_pin_is_changed_at_the_reader),
		T(a_change_that_is_refused_changes_nothing),
		T(a_reader_that_can_only_verify_changes_no_pin),
		T(nothing_brings_a_second_entry_or_verify),
		T(a_list_of_features_is_read_with_care),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
