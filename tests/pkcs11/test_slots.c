/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers, slots and tokens as cards and readers come and go. */
#include <string.h>

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
no_reader_is_an_empty_list(void **state)
{
	CK_SLOT_ID id;
	(void)state;

	stage_init();
	assert_int_equal(stage_slots(0, &id, 1), 0);
	assert_int_equal(stage_slots(1, &id, 1), 0);
	assert_int_equal(p11->C_GetSlotInfo(0, &(CK_SLOT_INFO){ .flags = 0 }),
	    CKR_SLOT_ID_INVALID);
}

static void
no_service_is_an_empty_list_until_it_runs(void **state)
{
	CK_SLOT_ID list[4];
	(void)state;

	stage_reader(PLAIN, NULL);
	vs_service(0);
	stage_init();
	assert_int_equal(stage_slots(0, list, 4), 0);
	vs_service(1);
	assert_int_equal(stage_slots(1, list, 4), 2);
}

static void
initialising_touches_neither_service_nor_card(void **state)
{
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	vs_service(0);
	stage_init();
	vs_service(1);
	assert_int_equal(vs_counted(r).apdus, 0);
	assert_int_equal(vs_counted(r).connects, 0);
}

static void
each_reader_has_a_slot_for_each_pair_authentication_first(void **state)
{
	CK_SLOT_ID list[8];
	unsigned a, b;
	(void)state;

	a = stage_reader(PLAIN, NULL);
	b = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(stage_slots(1, list, 8), 4);
	assert_int_equal(list[0], stage_slot(a, AUTH));
	assert_int_equal(list[1], stage_slot(a, SIGN));
	assert_int_equal(list[2], stage_slot(b, AUTH));
	assert_int_equal(list[3], stage_slot(b, SIGN));
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(list[i], list[j]);
}

static void
the_list_obeys_its_buffer(void **state)
{
	CK_SLOT_ID list[2] = { 99, 99 };
	CK_ULONG n = 77;
	(void)state;

	stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(p11->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
	n = 1;
	assert_int_equal(
	    p11->C_GetSlotList(CK_FALSE, list, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 2);
	assert_int_equal(list[1], 99);
	n = 0;
	assert_int_equal(
	    p11->C_GetSlotList(CK_TRUE, list, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 2);
	assert_int_equal(
	    p11->C_GetSlotList(CK_FALSE, list, NULL), CKR_ARGUMENTS_BAD);
}

static void
an_empty_reader_has_slots_without_tokens(void **state)
{
	CK_TOKEN_INFO info;
	CK_SESSION_HANDLE s;
	CK_SLOT_ID list[4];
	unsigned r;
	(void)state;

	r = stage_empty("Reader of the tests 00 00");
	stage_init();
	assert_int_equal(stage_slots(0, list, 4), 2);
	assert_int_equal(stage_slots(1, list, 4), 0);
	assert_false(has_token(r, AUTH));
	assert_int_equal(p11->C_GetTokenInfo(stage_slot(r, AUTH), &info),
	    CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(p11->C_OpenSession(stage_slot(r, AUTH),
			     CKF_SERIAL_SESSION, NULL, NULL, &s),
	    CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(p11->C_GetMechanismList(
			     stage_slot(r, AUTH), NULL, &(CK_ULONG){ 0 }),
	    CKR_TOKEN_NOT_PRESENT);
}

/* An answer to every command that no resident card gives. */
static int
foreign(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	(void)self;
	(void)cmd;
	(void)cmd_len;
	rsp[0] = 0x6a;
	rsp[1] = 0x82;
	*rsp_len = 2;
	return 0;
}

static size_t
foreign_atr(void *self, uint8_t out[33])
{
	static const uint8_t atr[] = { 0x3b, 0x80, 0x80, 0x01, 0x01 };

	(void)self;
	memcpy(out, atr, sizeof atr);
	return sizeof atr;
}

static void
a_foreign_card_is_no_token_and_asked_once(void **state)
{
	const struct vs_card card = { NULL, foreign, NULL, NULL, foreign_atr };
	CK_SLOT_ID list[4];
	unsigned r, asked;
	(void)state;

	r = stage_empty("Reader of the tests 00 00");
	vs_insert(r, card);
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 0);
	asked = vs_counted(r).apdus;
	assert_true(asked > 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(stage_slots(1, list, 4), 0);
	assert_false(has_token(r, AUTH));
	assert_int_equal(vs_counted(r).apdus, asked);
	vs_remove(r);
	vs_insert(r, card); /* another one for all that is known */
	assert_int_equal(stage_slots(1, list, 4), 0);
	assert_int_equal(vs_counted(r).apdus, 2 * asked);
	vs_remove(r);
}

static int
nonsense(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	(void)self;
	(void)cmd;
	(void)cmd_len;
	rsp[0] = 0x90;
	*rsp_len = 1;
	return 0;
}

static void
a_card_that_talks_nonsense_is_not_asked_for_ever(void **state)
{
	const struct vs_card card = { NULL, nonsense, NULL, NULL, foreign_atr };
	CK_SLOT_ID list[4];
	unsigned r, asked;
	(void)state;

	r = stage_empty("Reader of the tests 00 00");
	vs_insert(r, card);
	stage_init();
	for (int i = 0; i < 10; i++)
		assert_int_equal(stage_slots(1, list, 4), 0);
	asked = vs_counted(r).apdus;
	for (int i = 0; i < 10; i++)
		assert_int_equal(stage_slots(1, list, 4), 0);
	assert_int_equal(vs_counted(r).apdus, asked);
	vs_remove(r);
	/* The next one is not made to pay for it. */
	stage_fresh(r);
	vs_fault_at(r, 1, VS_REPLACE, "\x90", 1);
	assert_int_equal(stage_slots(1, list, 4), 0);
	assert_int_equal(stage_slots(1, list, 4), 2);
}

static void
a_reader_failure_does_not_hide_a_token(void **state)
{
	CK_SLOT_ID list[4];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	for (unsigned nth = 1; nth <= 9; nth++) {
		vs_fault_at(r, nth, VS_LOST_AFTER, NULL, 0);
		assert_int_equal(stage_slots(1, list, 4), 2);
		vs_fault_at(r, nth, VS_RESET_BEFORE, NULL, 0);
		stage_take(r);
		stage_put(r);
		assert_int_equal(stage_slots(1, list, 4), 2);
		stage_take(r);
		stage_put(r);
	}
}

static void
a_mute_card_is_no_token(void **state)
{
	CK_SLOT_ID list[4];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	vs_mute(r, 1);
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 0);
	vs_mute(r, 0);
	assert_int_equal(stage_slots(1, list, 4), 2);
}

static void
an_absent_pair_is_an_absent_token(void **state)
{
	CK_SLOT_ID list[4];
	CK_SESSION_HANDLE s;
	unsigned child;
	(void)state;

	child = stage_reader(PLAIN, "sign-pair=absent", NULL);
	stage_init();
	assert_int_equal(stage_slots(0, list, 4), 2);
	assert_int_equal(stage_slots(1, list, 4), 1);
	assert_int_equal(list[0], stage_slot(child, AUTH));
	assert_true(has_token(child, AUTH));
	assert_false(has_token(child, SIGN));
	assert_int_equal(p11->C_OpenSession(stage_slot(child, SIGN),
			     CKF_SERIAL_SESSION, NULL, NULL, &s),
	    CKR_TOKEN_NOT_PRESENT);
}

static void
an_identified_card_is_not_asked_again(void **state)
{
	CK_SLOT_ID list[4];
	unsigned r, n;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 2);
	n = vs_counted(r).apdus;
	assert_true(n > 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(stage_slots(1, list, 4), 2);
		assert_true(has_token(r, SIGN));
	}
	assert_int_equal(vs_counted(r).apdus, n);
	assert_int_equal(vs_counted(r).connects, 1);
}

static void
a_card_held_exclusively_is_waited_for_a_bounded_time(void **state)
{
	CK_SLOT_ID list[4];
	CK_SESSION_HANDLE s;
	CK_SLOT_ID id;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	vs_other_exclusive(r, 1);
	stage_init();
	id = stage_slot(r, AUTH);
	assert_int_equal(stage_slots(1, list, 4), 0); /* at once */
	assert_int_equal(vs_counted(r).connects, 0);
	assert_int_equal(
	    p11->C_OpenSession(id, CKF_SERIAL_SESSION, NULL, NULL, &s),
	    CKR_DEVICE_ERROR);
	vs_other_exclusive(r, 0);
	assert_int_equal(stage_slots(1, list, 4), 2);
}

static void
unknown_ids_are_refused(void **state)
{
	static const CK_SLOT_ID ids[] = { 2, 3, 4, 5, 1000, (CK_SLOT_ID)-1 };
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	CK_SESSION_HANDLE s;
	CK_ULONG n;
	(void)state;

	stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(p11->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	for (size_t i = 0; i < NELEM(ids); i++) {
		assert_int_equal(
		    p11->C_GetSlotInfo(ids[i], &slot), CKR_SLOT_ID_INVALID);
		assert_int_equal(
		    p11->C_GetTokenInfo(ids[i], &token), CKR_SLOT_ID_INVALID);
		assert_int_equal(p11->C_OpenSession(ids[i], CKF_SERIAL_SESSION,
				     NULL, NULL, &s),
		    CKR_SLOT_ID_INVALID);
		assert_int_equal(
		    p11->C_CloseAllSessions(ids[i]), CKR_SLOT_ID_INVALID);
		assert_int_equal(p11->C_InitToken(ids[i], NULL, 0, NULL),
		    CKR_SLOT_ID_INVALID);
		assert_int_equal(p11->C_GetMechanismList(ids[i], NULL, &n),
		    CKR_SLOT_ID_INVALID);
	}
	assert_int_equal(p11->C_GetSlotInfo(0, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_GetTokenInfo(0, NULL), CKR_ARGUMENTS_BAD);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(no_reader_is_an_empty_list),
		T(no_service_is_an_empty_list_until_it_runs),
		T(initialising_touches_neither_service_nor_card),
		T(each_reader_has_a_slot_for_each_pair_authentication_first),
		T(the_list_obeys_its_buffer),
		T(an_empty_reader_has_slots_without_tokens),
		T(a_foreign_card_is_no_token_and_asked_once),
		T(a_card_that_talks_nonsense_is_not_asked_for_ever),
		T(a_reader_failure_does_not_hide_a_token),
		T(a_mute_card_is_no_token),
		T(an_absent_pair_is_an_absent_token),
		T(an_identified_card_is_not_asked_again),
		T(a_card_held_exclusively_is_waited_for_a_bounded_time),
		T(unknown_ids_are_refused),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
