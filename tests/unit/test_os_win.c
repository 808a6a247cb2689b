/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks, clock, environment and memory for secrets on Windows. */
#include "base/os.h"

#include <string.h>
#include <windows.h>

#include "base/secret.h"
#include "tests/support/test.h"

#define ROUNDS 20000

static struct jm_mutex lock = JM_MUTEX_INIT;
static unsigned long shared;

static DWORD WINAPI
count(void *arg)
{
	struct jm_mutex *m = arg;

	for (int i = 0; i < ROUNDS; i++) {
		jm_mutex_lock(m);
		shared++;
		jm_mutex_unlock(m);
	}
	return 0;
}

static void
one_thread_at_a_time(struct jm_mutex *m)
{
	HANDLE threads[4];

	shared = 0;
	for (size_t i = 0; i < NELEM(threads); i++) {
		threads[i] = CreateThread(NULL, 0, count, m, 0, NULL);
		assert_non_null(threads[i]);
	}
	assert_int_equal(
	    WaitForMultipleObjects(NELEM(threads), threads, TRUE, 60000),
	    WAIT_OBJECT_0);
	for (size_t i = 0; i < NELEM(threads); i++)
		(void)CloseHandle(threads[i]);
	assert_int_equal(shared, NELEM(threads) * ROUNDS);
}

static void
a_lock_is_had_by_one_thread(void **state)
{
	struct jm_mutex made;

	(void)state;
	one_thread_at_a_time(&lock);
	memset(&made, 0xff, sizeof made);
	assert_int_equal(jm_mutex_init(&made), JM_OK);
	one_thread_at_a_time(&made);
	jm_mutex_destroy(&made);
}

static void
a_lock_that_is_had_is_not_had_again(void **state)
{
	struct jm_mutex m = JM_MUTEX_INIT;

	(void)state;
	assert_true(jm_mutex_trylock(&m));
	assert_false(jm_mutex_trylock(&m));
	jm_mutex_unlock(&m);
	jm_mutex_lock(&m);
	assert_false(jm_mutex_trylock(&m));
	jm_mutex_unlock(&m);
	assert_true(jm_mutex_trylock(&m));
	jm_mutex_unlock(&m);
}

static void
the_clock_goes_on(void **state)
{
	const uint64_t from = jm_now_ms();
	uint64_t gone;

	(void)state;
	jm_sleep_ms(120);
	gone = jm_now_ms() - from;
	assert_in_range(gone, 100, 5000);
	jm_sleep_ms(0);
	assert_int_equal(jm_process_id(), GetCurrentProcessId());
}

static void
a_variable_is_told(void **state)
{
	(void)state;
	assert_null(jm_getenv("JUMIN_TEST_NO_SUCH"));
	assert_int_equal(_putenv("JUMIN_TEST=here"), 0);
	assert_string_equal(jm_getenv("JUMIN_TEST"), "here");
}

static void
memory_for_secrets_is_zero_and_of_its_own(void **state)
{
	static const size_t size[] = { 1, 16, 4096, 4097, 1 << 20 };
	MEMORY_BASIC_INFORMATION info;
	void *mem, *was;

	(void)state;
	for (size_t i = 0; i < NELEM(size); i++) {
		assert_int_equal(jm_secret_new(size[i], &mem), JM_OK);
		for (size_t k = 0; k < size[i]; k++)
			if (((const uint8_t *)mem)[k] != 0)
				fail_msg("byte %zu is not zero", k);
		memset(mem, 0x5a, size[i]);
		assert_int_equal(
		    VirtualQuery(mem, &info, sizeof info), sizeof info);
		assert_ptr_equal(info.AllocationBase, mem);
		assert_int_equal(info.Protect, PAGE_READWRITE);
		was = mem;
		jm_secret_free(&mem, size[i]);
		assert_null(mem);
		assert_int_equal(
		    VirtualQuery(was, &info, sizeof info), sizeof info);
		assert_int_equal(info.State, MEM_FREE);
	}
	jm_secret_free(&mem, 1);
	jm_secret_free(NULL, 1);
}

static void
memory_for_secrets_has_a_limit(void **state)
{
	void *mem = &mem;

	(void)state;
	assert_int_equal(jm_secret_new(0, &mem), JM_ARG);
	assert_null(mem);
	assert_int_equal(jm_secret_new((64U << 20) + 1, &mem), JM_ARG);
	assert_null(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lock_is_had_by_one_thread),
		cmocka_unit_test(a_lock_that_is_had_is_not_had_again),
		cmocka_unit_test(the_clock_goes_on),
		cmocka_unit_test(a_variable_is_told),
		cmocka_unit_test(memory_for_secrets_is_zero_and_of_its_own),
		cmocka_unit_test(memory_for_secrets_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
