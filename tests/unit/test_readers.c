/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/readers.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/fake_scard.h"
#include "tests/support/fault.h"
#include "tests/support/test.h"

#define OK  SCARD_S_SUCCESS
#define PNP "\\\\?PnP?\\Notification"
#define ESTABLISH                                                              \
	{                                                                      \
		"EstablishContext", OK, NULL                                   \
	}
#define RELEASE                                                                \
	{                                                                      \
		"ReleaseContext", OK, NULL                                     \
	}
/* One reader A: a look at it, and the wait for what comes next. */
#define NAMES_A                                                                \
	{                                                                      \
		"ListReaders", OK, "A|"                                        \
	}
#define LOOK_A(st)                                                             \
	NAMES_A,                                                               \
	{                                                                      \
		"GetStatusChange 0 A=0", OK, st                                \
	}
#define EMPTY "10012:"
#define CARD  "20022:3be0"
#define LIST_NO_SERVICE                                                        \
	{                                                                      \
		"EstablishContext", SCARD_E_NO_SERVICE, NULL                   \
	}

static struct jm_reader list[JM_READERS_MAX];
static size_t n;
static jm_err why;

static struct jm_readers *
start(const struct scard_step *s, size_t steps)
{
	struct jm_readers *r;

	fake_scard_start(s, steps);
	assert_int_equal(jm_readers_new(&r), JM_OK);
	return r;
}

static void
stop(struct jm_readers *r)
{
	jm_readers_free(&r);
	assert_null(r);
	fake_scard_end();
	jm_readers_free(&r); /* none is fine */
}

static void
look(struct jm_readers *r, size_t want)
{
	n = 99;
	why = JM_ARG;
	assert_int_equal(jm_readers_list(r, list, &n, &why), JM_OK);
	assert_int_equal(n, want);
}

static void
states_are_told_as_pcsc_has_them(void **state)
{
	static const struct scard_step s[] = { ESTABLISH,
		{ "ListReaders", OK, "A|B b|C|D|" },
		{ "GetStatusChange 0 A=0 B b=0 C=0 D=0", OK,
		    "10012: 50122:3be000 300a2:3b 40222:" },
		RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 4);
	assert_int_equal(why, JM_OK);
	assert_string_equal(list[0].name, "A");
	assert_int_equal(list[0].present, 0);
	assert_int_equal(list[0].events, 1);
	assert_int_equal(list[0].atr_len, 0);
	assert_string_equal(list[1].name, "B b");
	assert_int_equal(list[1].present, 1);
	assert_int_equal(list[1].exclusive, 0);
	assert_int_equal(list[1].events, 5);
	assert_int_equal(list[1].atr_len, 3);
	assert_memory_equal(list[1].atr, "\x3b\xe0\x00", 3);
	assert_int_equal(list[2].exclusive, 1);
	assert_int_equal(list[3].present, 0);
	assert_int_equal(list[3].mute, 1);
	assert_int_equal(list[1].mute, 0);
	stop(r);
}

static void
no_reader_and_no_service_are_no_error(void **state)
{
	static const struct scard_step s[] = { LIST_NO_SERVICE, ESTABLISH,
		{ "ListReaders", SCARD_E_NO_READERS_AVAILABLE, NULL },
		{ "ListReaders", OK, "" }, RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 0);
	assert_int_equal(why, JM_NO_SERVICE);
	look(r, 0);
	assert_int_equal(why, JM_OK);
	assert_int_equal(jm_readers_list(r, list, &n, NULL), JM_OK);
	assert_int_equal(n, 0);
	stop(r);
}

static void
a_service_that_was_restarted_is_found_again(void **state)
{
	static const LONG lost[] = { SCARD_E_INVALID_HANDLE, SCARD_E_NO_SERVICE,
		SCARD_E_SERVICE_STOPPED, SCARD_F_COMM_ERROR };
	(void)state;

	for (size_t i = 0; i < NELEM(lost); i++) {
		const struct scard_step s[] = { ESTABLISH, LOOK_A(CARD),
			{ "ListReaders", lost[i], NULL }, RELEASE, ESTABLISH,
			LOOK_A(CARD), NAMES_A,
			{ "GetStatusChange 0 A=0", lost[i], NULL }, RELEASE,
			LIST_NO_SERVICE };
		struct jm_readers *r = start(s, NELEM(s));

		look(r, 1);
		look(r, 1);
		assert_int_equal(why, JM_OK);
		look(r, 0);
		assert_int_equal(why, JM_NO_SERVICE);
		stop(r);
	}
}

static void
a_reader_that_leaves_while_it_is_listed_is_looked_past(void **state)
{
	static const struct scard_step s[] = { ESTABLISH,
		{ "ListReaders", OK, "A|B|" },
		{ "GetStatusChange 0 A=0 B=0", SCARD_E_UNKNOWN_READER, NULL },
		LOOK_A(CARD), RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 1);
	stop(r);
}

static void
names_too_long_and_readers_too_many_are_left_out(void **state)
{
	static char names[64 * 8 + 3 * JM_READER_NAME_MAX];
	static const char fits[] = "|";
	struct scard_step s[] = { ESTABLISH, { "ListReaders", OK, names },
		{ "GetStatusChange *", SCARD_E_TIMEOUT, NULL }, RELEASE };
	struct jm_readers *r;
	size_t at = 0;
	(void)state;

	/* 128 bytes without room for the NUL, then the longest that fits. */
	memset(names, 'x', JM_READER_NAME_MAX);
	at = JM_READER_NAME_MAX;
	names[at++] = '|';
	memset(names + at, 'y', JM_READER_NAME_MAX - 1);
	at += JM_READER_NAME_MAX - 1;
	for (unsigned i = 0; i < 40; i++)
		at +=
		    (size_t)snprintf(names + at, sizeof names - at, "|r%u", i);
	memcpy(names + at, fits, sizeof fits);
	r = start(s, NELEM(s));
	look(r, JM_READERS_MAX);
	assert_int_equal(strlen(list[0].name), JM_READER_NAME_MAX - 1);
	assert_int_equal(list[0].name[0], 'y');
	assert_string_equal(list[1].name, "r0");
	assert_string_equal(list[31].name, "r30");
	stop(r);
}

static void
a_list_without_its_last_end_is_read_to_its_length(void **state)
{
	/* "A" and "B": the fake ends the latter with the list. */
	static const struct scard_step s[] = { ESTABLISH,
		{ "ListReaders", OK, "A|B" },
		{ "GetStatusChange 0 A=0 B=0", OK, EMPTY " " EMPTY }, RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 2);
	stop(r);
}

static void
waiting_ends_with_a_difference(void **state)
{
	static const struct scard_step s[] = { ESTABLISH, LOOK_A(EMPTY),
		/* Nothing new, then the card comes. */
		LOOK_A(EMPTY),
		{ "GetStatusChange 1000 A=10010 " PNP "=10000", OK, NULL },
		LOOK_A(CARD), RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 1);
	assert_int_equal(jm_readers_wait(r, 60000), JM_OK);
	assert_true(fake_now() < 1000);
	stop(r);
}

static void
a_reader_that_came_before_the_wait_ends_it_at_once(void **state)
{
	static const struct scard_step s[] = { ESTABLISH,
		{ "ListReaders", SCARD_E_NO_READERS_AVAILABLE, NULL },
		LOOK_A(EMPTY), RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 0);
	assert_int_equal(jm_readers_wait(r, 60000), JM_OK);
	assert_int_equal(fake_now(), 0);
	stop(r);
}

static void
waiting_ends_with_its_time(void **state)
{
	static const struct scard_step s[] = { ESTABLISH, LOOK_A(CARD),
		LOOK_A(CARD),
		{ "GetStatusChange 1000 A=20020 " PNP "=10000", SCARD_E_TIMEOUT,
		    NULL },
		LOOK_A(CARD),
		{ "GetStatusChange 500 A=20020 " PNP "=10000", SCARD_E_TIMEOUT,
		    NULL },
		LOOK_A(CARD), RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 1);
	assert_int_equal(jm_readers_wait(r, 1500), JM_OK);
	assert_int_equal(fake_now(), 1500);
	stop(r);
}

/* Another program opens and closes the card: nothing that a list shows. */
static void
what_no_list_shows_is_slept_over(void **state)
{
	static const struct scard_step s[] = { ESTABLISH, LOOK_A(CARD),
		LOOK_A(CARD),
		{ "GetStatusChange 100 A=20020 " PNP "=10000", OK, NULL },
		LOOK_A("20122:3be0"), /* now in use */
		{ "GetStatusChange 80 A=20120 " PNP "=10000", SCARD_E_TIMEOUT,
		    NULL },
		LOOK_A("20122:3be0"), RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 1);
	assert_int_equal(jm_readers_wait(r, 100), JM_OK);
	assert_int_equal(fake_now(), 100);
	stop(r);
}

static void
each_difference_that_a_list_shows_ends_the_wait(void **state)
{
	static const char *const later[] = { "10012:", "200a2:3be0",
		"20222:", "30022:3be0", "20022:3be1", "20022:3be000" };
	(void)state;

	for (size_t i = 0; i < NELEM(later); i++) {
		const struct scard_step s[] = { ESTABLISH, LOOK_A(CARD),
			LOOK_A(later[i]), RELEASE };
		struct jm_readers *r = start(s, NELEM(s));

		look(r, 1);
		assert_int_equal(jm_readers_wait(r, 60000), JM_OK);
		assert_int_equal(fake_now(), 0);
		stop(r);
	}
}

static void
a_service_is_waited_for_too(void **state)
{
	static const struct scard_step s[] = { LIST_NO_SERVICE, LIST_NO_SERVICE,
		LIST_NO_SERVICE, ESTABLISH, LOOK_A(EMPTY), RELEASE };
	static const struct scard_step gone[] = { ESTABLISH, LOOK_A(CARD),
		{ "ListReaders", SCARD_E_NO_SERVICE, NULL }, RELEASE,
		LIST_NO_SERVICE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 0);
	assert_int_equal(jm_readers_wait(r, 60000), JM_OK);
	assert_int_equal(fake_now(), 400);
	stop(r);

	r = start(gone, NELEM(gone)); /* its end is a difference */
	look(r, 1);
	assert_int_equal(jm_readers_wait(r, 60000), JM_OK);
	assert_int_equal(fake_now(), 0);
	stop(r);
}

static void
a_failing_wait_does_not_spin(void **state)
{
	static struct scard_step s[3 + 3 * 50 + 3];
	struct jm_readers *r;
	size_t k = 0;
	(void)state;

	s[k++] = (struct scard_step)ESTABLISH;
	for (int i = 0; i < 51; i++) {
		s[k++] = (struct scard_step)NAMES_A;
		s[k++] =
		    (struct scard_step){ "GetStatusChange 0 A=0", OK, CARD };
		if (i > 0 && i < 50)
			s[k++] = (struct scard_step){ "GetStatusChange *",
				SCARD_E_INVALID_VALUE, NULL };
	}
	s[k++] = (struct scard_step)RELEASE;
	r = start(s, k);
	look(r, 1);
	assert_int_equal(jm_readers_wait(r, 49 * 20), JM_OK);
	stop(r);
}

static void
a_cancel_ends_the_wait_once(void **state)
{
	static const struct scard_step s[] = { ESTABLISH, LOOK_A(CARD),
		LOOK_A(CARD), RELEASE };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	jm_readers_cancel(r); /* not connected yet */
	assert_int_equal(fake_cancels(), 0);
	assert_int_equal(jm_readers_wait(r, 60000), JM_OK);
	look(r, 1);
	jm_readers_cancel(r);
	assert_int_equal(fake_cancels(), 1);
	assert_int_equal(jm_readers_wait(r, 60000), JM_OK);
	assert_int_equal(jm_readers_wait(r, 0), JM_OK); /* looks again */
	stop(r);
}

static void
abandoning_calls_nothing(void **state)
{
	static const struct scard_step s[] = { ESTABLISH, LOOK_A(CARD) };
	struct jm_readers *r = start(s, NELEM(s));
	(void)state;

	look(r, 1);
	jm_readers_abandon(&r);
	assert_null(r);
	jm_readers_abandon(&r);
	fake_scard_start(NULL, 0);
}

static void
no_memory_is_said(void **state)
{
	struct jm_readers *r;
	(void)state;

	fault_arm(0);
	assert_int_equal(jm_readers_new(&r), JM_NOMEM);
	assert_true(fault_fired());
	assert_null(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_told_as_pcsc_has_them),
		cmocka_unit_test(no_reader_and_no_service_are_no_error),
		cmocka_unit_test(a_service_that_was_restarted_is_found_again),
		cmocka_unit_test(
		    a_reader_that_leaves_while_it_is_listed_is_looked_past),
		cmocka_unit_test(
		    names_too_long_and_readers_too_many_are_left_out),
		cmocka_unit_test(
		    a_list_without_its_last_end_is_read_to_its_length),
		cmocka_unit_test(waiting_ends_with_a_difference),
		cmocka_unit_test(
		    a_reader_that_came_before_the_wait_ends_it_at_once),
		cmocka_unit_test(waiting_ends_with_its_time),
		cmocka_unit_test(what_no_list_shows_is_slept_over),
		cmocka_unit_test(
		    each_difference_that_a_list_shows_ends_the_wait),
		cmocka_unit_test(a_service_is_waited_for_too),
		cmocka_unit_test(a_failing_wait_does_not_spin),
		cmocka_unit_test(a_cancel_ends_the_wait_once),
		cmocka_unit_test(abandoning_calls_nothing),
		cmocka_unit_test(no_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
