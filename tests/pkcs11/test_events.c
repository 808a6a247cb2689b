/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_WaitForSlotEvent: with and without blocking, and how it ends. */
#include <pthread.h>

#include "base/os.h"
#include "tests/pkcs11/stage.h"

#define NOT_YET ((CK_RV)-1)

static CK_RV
poll_event(CK_SLOT_ID *id)
{
	return p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, id, NULL);
}

static void
what_was_there_is_no_event_and_each_change_is_one(void **state)
{
	CK_SLOT_ID id;
	unsigned a, b;
	(void)state;

	a = stage_reader(PLAIN, NULL);
	b = stage_empty("Reader of the tests 01 00");
	stage_init();
	assert_int_equal(poll_event(&id), CKR_NO_EVENT);
	stage_take(a);
	for (int p = 0; p < JM_PAIRS; p++) {
		assert_int_equal(poll_event(&id), CKR_OK);
		assert_int_equal(id, stage_slot(a, (enum jm_pair)p));
	}
	assert_int_equal(poll_event(&id), CKR_NO_EVENT);
	stage_put(a);
	assert_int_equal(poll_event(&id), CKR_OK);
	assert_int_equal(id, stage_slot(a, AUTH));
	assert_int_equal(poll_event(&id), CKR_OK);
	assert_int_equal(poll_event(&id), CKR_NO_EVENT);
	/* A change that another call noticed is still told. */
	stage_take(a);
	(void)stage_slots(1, NULL, 0);
	assert_int_equal(poll_event(&id), CKR_OK);
	assert_int_equal(poll_event(&id), CKR_OK);
	assert_int_equal(poll_event(&id), CKR_NO_EVENT);
	/* Looking sends nothing to a card. */
	stage_put(a);
	vs_restart_count(a);
	assert_int_equal(poll_event(&id), CKR_OK);
	assert_int_equal(vs_counted(a).apdus, 0);
	assert_int_equal(vs_counted(b).connects, 0);
}

static void
bad_arguments_are_refused(void **state)
{
	CK_SLOT_ID id;
	char reserved;
	(void)state;

	stage_init();
	assert_int_equal(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL),
	    CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, &reserved),
	    CKR_ARGUMENTS_BAD);
}

struct waiter {
	pthread_t thread;
	CK_SLOT_ID id;
	_Atomic CK_RV rv;
};

static void *
wait_for_event(void *arg)
{
	struct waiter *w = arg;

	w->rv = p11->C_WaitForSlotEvent(0, &w->id, NULL);
	return NULL;
}

static void
start(struct waiter *w)
{
	w->rv = NOT_YET;
	assert_int_equal(
	    pthread_create(&w->thread, NULL, wait_for_event, w), 0);
}

static void
a_blocked_wait_ends_with_the_event(void **state)
{
	struct waiter w;
	CK_SLOT_ID id;
	unsigned r;
	(void)state;

	r = stage_empty("Reader of the tests 00 00");
	stage_init();
	assert_int_equal(poll_event(&id), CKR_NO_EVENT);
	start(&w);
	jm_sleep_ms(100);
	assert_int_equal(w.rv, NOT_YET);
	stage_fresh(r);
	assert_int_equal(pthread_join(w.thread, NULL), 0);
	assert_int_equal(w.rv, CKR_OK);
	assert_int_equal(w.id, stage_slot(r, AUTH));
}

static void
a_blocked_wait_is_told_of_a_new_reader_s_card(void **state)
{
	struct waiter w;
	unsigned r;
	(void)state;

	stage_init();
	start(&w);
	jm_sleep_ms(100);
	r = stage_reader(PLAIN, NULL);
	assert_int_equal(pthread_join(w.thread, NULL), 0);
	assert_int_equal(w.rv, CKR_OK);
	assert_int_equal(w.id, stage_slot(r, AUTH));
}

static void
a_blocked_wait_outlives_the_service(void **state)
{
	struct waiter w;
	unsigned r;
	(void)state;

	r = stage_empty("Reader of the tests 00 00");
	stage_init();
	(void)stage_slots(0, NULL, 0);
	start(&w);
	jm_sleep_ms(50);
	vs_service(0);
	jm_sleep_ms(100);
	assert_int_equal(w.rv, NOT_YET);
	vs_service(1);
	jm_sleep_ms(50);
	stage_fresh(r);
	assert_int_equal(pthread_join(w.thread, NULL), 0);
	assert_int_equal(w.rv, CKR_OK);
}

static void
others_go_on_while_one_waits(void **state)
{
	CK_SESSION_HANDLE s;
	struct waiter w;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	(void)stage_slots(1, NULL, 0);
	start(&w);
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(p11->C_CloseSession(s), CKR_OK);
	assert_int_equal(w.rv, NOT_YET);
	stage_take(r);
	assert_int_equal(pthread_join(w.thread, NULL), 0);
	assert_int_equal(w.rv, CKR_OK);
}

static void
finalizing_ends_every_wait(void **state)
{
	struct waiter w[3];
	(void)state;

	for (int round = 0; round < 3; round++) {
		uint64_t from;

		stage_init();
		for (size_t i = 0; i < NELEM(w); i++)
			start(&w[i]);
		jm_sleep_ms(round == 0 ? 0 : 60); /* also before it begins */
		from = jm_now_ms();
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
		assert_true(jm_now_ms() - from < 1000);
		for (size_t i = 0; i < NELEM(w); i++) {
			assert_int_equal(pthread_join(w[i].thread, NULL), 0);
			assert_int_equal(w[i].rv, CKR_CRYPTOKI_NOT_INITIALIZED);
		}
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(what_was_there_is_no_event_and_each_change_is_one),
		T(bad_arguments_are_refused),
		T(a_blocked_wait_ends_with_the_event),
		T(a_blocked_wait_is_told_of_a_new_reader_s_card),
		T(a_blocked_wait_outlives_the_service),
		T(others_go_on_while_one_waits),
		T(finalizing_ends_every_wait),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
