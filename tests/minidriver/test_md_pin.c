/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PINs through the host: what is sent, what it costs, and what stays. */
#include "tests/support/test.h"

#include <string.h>

#include "tests/minidriver/md_try.h"

static struct vslot *slot;
static struct md_host h;
static WCHAR user[] = L"user";

/* Milliseconds that pass besides. */
static uint64_t later;

/* The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
uint64_t __real_jm_now_ms(void);
uint64_t __wrap_jm_now_ms(void);

uint64_t
__wrap_jm_now_ms(void)
{
	return __real_jm_now_ms() + later;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static int
begin_test(void **state)
{
	(void)state;
	slot = fixture_slot(NULL);
	md_host_ready(&h, slot);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	md_host_stop(&h);
	vslot_close(&slot);
	return 0;
}

static void
a_right_pin_is_one_verify_and_leaves_the_card_open(void **state)
{
	static const struct {
		PIN_ID id;
		enum jm_pair pair;
		const char *pin;
		DWORD tries;
	} row[] = { { ROLE_USER, JM_PAIR_AUTH, MD_TRY_AUTH, 3 },
		{ MD_PIN_3, JM_PAIR_SIGN, MD_TRY_SIGN, 5 } };

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		DWORD tries = 99;

		assert_false(md_try_verified(slot, row[i].pair));
		assert_int_equal(
		    md_try_login(&h, row[i].id, row[i].pin, &tries), 0);
		md_try_cost(slot, 4, 1);
		assert_int_equal(tries, row[i].tries);
		assert_true(md_try_verified(slot, row[i].pair));
	}
	assert_true(md_try_verified(slot, JM_PAIR_AUTH)); /* both at once */
	md_try_left(slot, 3, 5);
}

static void
authenticate_pin_is_the_users_pin_alone(void **state)
{
	static WCHAR others[][10] = { L"admin", L"anonymous", L"User", L"use",
		L"users", L"" };
	BYTE pin[] = "1234";
	DWORD tries;

	(void)state;
	for (size_t i = 0; i < NELEM(others); i++) {
		tries = 99;
		assert_int_equal(MD_CALL(&h, pfnCardAuthenticatePin, others[i],
				     pin, 4, &tries),
		    (DWORD)SCARD_E_INVALID_PARAMETER);
		assert_int_equal(tries, UNKNOWN);
	}
	assert_int_equal(
	    MD_CALL(&h, pfnCardAuthenticatePin, NULL, pin, 4, &tries),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_try_cost(slot, 0, 0);
	assert_int_equal(
	    MD_CALL(&h, pfnCardAuthenticatePin, user, pin, 4, NULL), 0);
	md_try_cost(slot, 4, 1);
	assert_true(md_try_verified(slot, JM_PAIR_AUTH));
	assert_false(md_try_verified(slot, JM_PAIR_SIGN));
}

/* On this card a VERIFY without data asks for the counter. */
static void
no_pin_at_all_is_no_parameter(void **state)
{
	BYTE pin[] = "1234";

	(void)state;
	assert_int_equal(MD_CALL(&h, pfnCardAuthenticateEx, ROLE_USER, 0, pin,
			     0, NULL, NULL, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardAuthenticateEx, ROLE_USER, 0, NULL,
			     4, NULL, NULL, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(
	    MD_CALL(&h, pfnCardAuthenticatePin, user, pin, 0, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(
	    MD_CALL(&h, pfnCardAuthenticatePin, user, NULL, 4, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_try_cost(slot, 0, 0);
}

static void
only_the_two_pins_that_are_declared(void **state)
{
	static const PIN_ID ids[] = { 0, 2, 4, 5, 6, 7, 8, 32, 33, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < NELEM(ids); i++) {
		assert_int_equal(md_try_login(&h, ids[i], "1234", NULL),
		    (DWORD)SCARD_E_INVALID_PARAMETER);
		assert_int_equal(
		    md_try_change(&h, ids[i], "1234", "4321", NULL),
		    (DWORD)SCARD_E_INVALID_PARAMETER);
	}
	md_try_cost(slot, 0, 0);
}

static void
session_pins_are_refused_and_nothing_is_sent(void **state)
{
	static const struct {
		DWORD flags, code;
	} row[] = {
		{ CARD_AUTHENTICATE_GENERATE_SESSION_PIN,
		    (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
		{ CARD_AUTHENTICATE_SESSION_PIN,
		    (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
		{ CARD_AUTHENTICATE_SESSION_PIN | CARD_PIN_SILENT_CONTEXT,
		    (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
		{ 1, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 0x80000000u, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ CARD_AUTHENTICATE_SESSION_PIN | 2,
		    (DWORD)SCARD_E_INVALID_PARAMETER },
	};
	BYTE pin[] = "1234";
	PBYTE session;
	DWORD len, tries;

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		session = pin;
		len = tries = 99;
		assert_int_equal(
		    MD_CALL(&h, pfnCardAuthenticateEx, ROLE_USER, row[i].flags,
			pin, 4, &session, &len, &tries),
		    row[i].code);
		assert_null(session);
		assert_int_equal(len, 0);
		assert_int_equal(tries, UNKNOWN);
	}
	md_try_cost(slot, 0, 0);
	session = pin;
	assert_int_equal(
	    MD_CALL(&h, pfnCardAuthenticateEx, ROLE_USER,
		CARD_PIN_SILENT_CONTEXT, pin, 4, &session, &len, NULL),
	    0);
	assert_null(session);
	assert_int_equal(len, 0);
	md_try_cost(slot, 4, 1);
}

/* Each is wrong for the host, which asks again; none goes to the card. */
static void
what_cannot_be_the_pin_is_wrong_and_not_sent(void **state)
{
	static const struct {
		PIN_ID id;
		const char *pin;
	} row[] = {
		{ ROLE_USER, "1" },
		{ ROLE_USER, "123" },
		{ ROLE_USER, "12345" },
		{ ROLE_USER, "abcd" },
		{ ROLE_USER, "12 4" },
		{ ROLE_USER, "12345678901234567890123456789012345678901234" },
		{ MD_PIN_3, "ABC12" },
		{ MD_PIN_3, "ABC-123" },
		{ MD_PIN_3, "ABCDEFGH123456789" },
		{ MD_PIN_3, "\xef\xbc\xa1\xef\xbc\xa2" },
	};

	(void)state;
	later += 60000; /* what acquiring told is old by then */
	for (size_t i = 0; i < NELEM(row); i++) {
		DWORD tries = 99;

		assert_int_equal(
		    md_try_login(&h, row[i].id, row[i].pin, &tries),
		    (DWORD)SCARD_W_WRONG_CHV);
		assert_int_equal(tries, UNKNOWN); /* nobody asked the card */
		assert_int_equal(
		    md_try_change(&h, row[i].id, row[i].pin,
			row[i].id == MD_PIN_3 ? "XYZ789" : "4321", &tries),
		    (DWORD)SCARD_W_WRONG_CHV);
	}
	md_try_cost(slot, 0, 0);
	md_try_left(slot, 3, 5);
}

/* It was the user who mistyped: what is verified stays, as the host has it. */
static void
a_pin_that_is_not_sent_ends_no_login(void **state)
{
	DWORD tries;

	(void)state;
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	assert_int_equal(md_try_login(&h, ROLE_USER, "123", &tries),
	    (DWORD)SCARD_W_WRONG_CHV);
	assert_int_equal(tries, 3); /* known from just now */
	md_try_cost(slot, 4, 1);
	assert_true(md_try_verified(slot, JM_PAIR_AUTH));
	assert_int_equal(md_try_sign_any(&h, 0), 0);
}

static void
a_wrong_pin_costs_one_try_and_is_not_sent_again(void **state)
{
	DWORD tries = 99;

	(void)state;
	assert_int_equal(md_try_login(&h, ROLE_USER, "0000", &tries),
	    (DWORD)SCARD_W_WRONG_CHV);
	assert_int_equal(tries, 2);
	md_try_cost(slot, 4, 1);
	md_try_left(slot, 2, 5);
	for (int i = 0; i < 5; i++) {
		tries = 99;
		assert_int_equal(md_try_login(&h, ROLE_USER, "0000", &tries),
		    (DWORD)SCARD_W_WRONG_CHV);
		assert_int_equal(tries, 2);
		assert_int_equal(
		    md_try_change(&h, ROLE_USER, "0000", "4321", &tries),
		    (DWORD)SCARD_W_WRONG_CHV);
		assert_int_equal(tries, 2);
	}
	assert_int_equal(vslot_counted(slot).verifies, 0);
	vslot_restart_count(slot);
	md_try_left(slot, 2, 5);
	assert_false(md_try_verified(slot, JM_PAIR_AUTH));
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, &tries), 0);
	assert_int_equal(tries, 3);
	md_try_left(slot, 3, 5);
}

static void
the_last_wrong_pin_and_all_after_it_are_blocked(void **state)
{
	static const char *const wrong[] = { "0000", "1111", "2222" };
	DWORD tries;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		tries = 99;
		assert_int_equal(md_try_login(&h, ROLE_USER, wrong[i], &tries),
		    i < 2 ? (DWORD)SCARD_W_WRONG_CHV
			  : (DWORD)SCARD_W_CHV_BLOCKED);
		assert_int_equal(tries, 2 - i);
		md_try_left(slot, 2 - i, 5);
	}
	vslot_restart_count(slot);
	for (int i = 0; i < 2; i++) {
		tries = 99;
		assert_int_equal(
		    md_try_login(&h, ROLE_USER, MD_TRY_AUTH, &tries),
		    (DWORD)SCARD_W_CHV_BLOCKED);
		assert_int_equal(tries, 0);
		assert_int_equal(md_try_login(&h, ROLE_USER, wrong[2], &tries),
		    (DWORD)SCARD_W_CHV_BLOCKED);
		assert_int_equal(tries, 0);
	}
	assert_int_equal(vslot_counted(slot).verifies, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_right_pin_is_one_verify_and_leaves_the_card_open),
		CASE(authenticate_pin_is_the_users_pin_alone),
		CASE(no_pin_at_all_is_no_parameter),
		CASE(only_the_two_pins_that_are_declared),
		CASE(session_pins_are_refused_and_nothing_is_sent),
		CASE(what_cannot_be_the_pin_is_wrong_and_not_sent),
		CASE(a_pin_that_is_not_sent_ends_no_login),
		CASE(a_wrong_pin_costs_one_try_and_is_not_sent_again),
		CASE(the_last_wrong_pin_and_all_after_it_are_blocked),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
