/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Logins and counters when card, reader or another program are in the way. */
#include <string.h>

#include "tests/pkcs11/clock.h"
#include "tests/pkcs11/stage.h"

#define LOW            CKF_USER_PIN_COUNT_LOW
#define FINAL          CKF_USER_PIN_FINAL_TRY
#define LOCK           CKF_USER_PIN_LOCKED

#define COUNTER_AGE_MS 2000 /* no counter reported is older */

/* --- a card that answers strangely ---------------------------------------- */

static void
a_counter_that_the_card_does_not_tell_is_no_flag(void **state)
{
	static const struct {
		uint8_t sw[2];
		CK_FLAGS flags;
	} answers[] = {
		{ { 0x6d, 0x00 }, 0 },
		{ { 0x6a, 0x86 }, 0 },
		{ { 0x63, 0x00 }, 0 }, /* no limit */
		{ { 0x63, 0xc1 }, LOW | FINAL },
		{ { 0x69, 0x83 }, LOW | LOCK },
		{ { 0x69, 0x84 }, LOW | LOCK },
		{ { 0x90, 0x00 }, 0 },
	};
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	for (size_t i = 0; i < NELEM(answers); i++) {
		assert_int_equal(stage_counter(r, AUTH), 0);
		clock_ahead += COUNTER_AGE_MS + 1;
		/* SELECT application, SELECT EF 0018, the query. */
		vs_fault_at(r, 3, VS_REPLACE, answers[i].sw, 2);
		assert_int_equal(stage_counter(r, AUTH), answers[i].flags);
		clock_ahead += COUNTER_AGE_MS + 1;
	}
}

static void
a_counter_that_the_reader_lost_is_an_error(void **state)
{
	CK_TOKEN_INFO info;
	CK_SLOT_ID id;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	id = stage_slot(r, AUTH);
	assert_int_equal(p11->C_GetTokenInfo(id, &info), CKR_OK);
	clock_ahead += COUNTER_AGE_MS + 1;
	memset(&info, 0x5a, sizeof info);
	vs_fault_at(r, 3, VS_LOST_AFTER, NULL, 0);
	assert_int_equal(p11->C_GetTokenInfo(id, &info), CKR_DEVICE_ERROR);
	assert_int_equal(info.label[0], 0x5a); /* untouched */
	assert_int_equal(p11->C_GetTokenInfo(id, &info), CKR_OK);
	clock_ahead += COUNTER_AGE_MS + 1;
	vs_fault_at(r, 3, VS_REMOVE_BEFORE, NULL, 0);
	assert_int_equal(p11->C_GetTokenInfo(id, &info), CKR_DEVICE_REMOVED);
	assert_int_equal(p11->C_GetTokenInfo(id, &info), CKR_TOKEN_NOT_PRESENT);
}

static void
a_pin_that_the_card_does_not_have_is_not_initialised(void **state)
{
	static const uint8_t not_found[] = { 0x6a, 0x82 };
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	vs_restart_count(r);
	vs_fault_at(r, 2, VS_REPLACE, not_found, sizeof not_found);
	assert_int_equal(
	    stage_login(s, AUTH_PIN), CKR_USER_PIN_NOT_INITIALIZED);
	assert_int_equal(vs_counted(r).verifies, 0);
}

/* --- failures of card and reader ------------------------------------------ */

static void
whatever_fails_no_pin_is_sent_twice(void **state)
{
	static const enum vs_fault faults[] = { VS_REMOVE_BEFORE,
		VS_REMOVE_AFTER, VS_RESET_BEFORE, VS_LOST_BEFORE,
		VS_LOST_AFTER };
	(void)state;

	for (size_t f = 0; f < NELEM(faults); f++) {
		for (unsigned nth = 1; nth <= 5; nth++) {
			CK_SESSION_HANDLE s;
			unsigned r;

			r = stage_reader(PLAIN, NULL);
			stage_init();
			s = stage_session(r, AUTH);
			vs_restart_count(r);
			vs_fault_at(r, nth, faults[f], NULL, 0);
			(void)stage_login(s, AUTH_PIN);
			assert_true(vs_counted(r).verifies <= 1);
			vs_fault_at(r, 0, VS_NO_FAULT, NULL, 0);
			if (faults[f] == VS_REMOVE_BEFORE ||
			    faults[f] == VS_REMOVE_AFTER)
				stage_put(r);
			stage_assert_logged_out(r);
			assert_int_equal(stage_end(state), 0);
			assert_int_equal(stage_begin(state), 0);
		}
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_counter_that_the_card_does_not_tell_is_no_flag),
		T(a_counter_that_the_reader_lost_is_an_error),
		T(a_pin_that_the_card_does_not_have_is_not_initialised),
		T(whatever_fails_no_pin_is_sent_twice),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
