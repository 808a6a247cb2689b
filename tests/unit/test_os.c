/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/os.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/test.h"

struct shared {
	struct jm_mutex m;
	pthread_barrier_t go;
	unsigned long n;
};

static void *
count_up(void *arg)
{
	struct shared *s = arg;

	(void)pthread_barrier_wait(&s->go);
	for (int i = 0; i < 20000; i++) {
		jm_mutex_lock(&s->m);
		s->n++;
		jm_mutex_unlock(&s->m);
	}
	return NULL;
}

static void
one_thread_at_a_time(void **state)
{
	struct shared s = { .n = 0 };
	pthread_t t[4];
	(void)state;

	assert_int_equal(jm_mutex_init(&s.m), JM_OK);
	assert_int_equal(pthread_barrier_init(&s.go, NULL, NELEM(t)), 0);
	for (size_t i = 0; i < NELEM(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, count_up, &s), 0);
	for (size_t i = 0; i < NELEM(t); i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	assert_int_equal(s.n, 4 * 20000);
	pthread_barrier_destroy(&s.go);
	jm_mutex_destroy(&s.m);
}

static void *
try_it(void *arg)
{
	struct jm_mutex *m = arg;

	if (!jm_mutex_trylock(m))
		return NULL;
	jm_mutex_unlock(m);
	return arg;
}

static void
a_taken_lock_is_not_waited_for(void **state)
{
	struct jm_mutex m;
	pthread_t t;
	void *got;
	(void)state;

	assert_int_equal(jm_mutex_init(&m), JM_OK);
	for (int taken = 0; taken < 2; taken++) {
		if (taken)
			jm_mutex_lock(&m);
		assert_int_equal(pthread_create(&t, NULL, try_it, &m), 0);
		assert_int_equal(pthread_join(t, &got), 0);
		assert_int_equal(got == NULL, taken);
		if (taken)
			jm_mutex_unlock(&m);
	}
	jm_mutex_destroy(&m);
}

static void
wake(int sig)
{
	(void)sig;
}

static void
a_signal_does_not_cut_a_sleep_short(void **state)
{
	const struct sigaction act = { .sa_handler = wake };
	const struct itimerval soon = { .it_value = { .tv_usec = 10000 } };
	uint64_t before, took;
	struct sigaction old;
	(void)state;

	assert_int_equal(sigaction(SIGALRM, &act, &old), 0);
	before = jm_now_ms();
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	jm_sleep_ms(60);
	took = jm_now_ms() - before;
	assert_true(took >= 59 && took < 5000);
	assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
}

static void
the_clock_goes_on_while_asleep(void **state)
{
	const uint64_t before = jm_now_ms();
	uint64_t took;
	(void)state;

	jm_sleep_ms(30);
	took = jm_now_ms() - before;
	assert_true(took >= 29 && took < 5000);
	jm_sleep_ms(0);
}

/* Two clocks that a suspension drove apart by an hour. */
static int apart;
int __real_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t);

int
__wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	const int bad = __real_clock_gettime(id, t);

	if (apart && id == CLOCK_BOOTTIME)
		t->tv_sec += 3600;
	return bad;
}

static void
the_clock_goes_on_while_the_machine_sleeps(void **state)
{
	const uint64_t before = jm_now_ms();
	uint64_t took;
	(void)state;

	apart = 1;
	took = jm_now_ms() - before;
	apart = 0;
	assert_true(took >= 3600 * 1000 && took < 3605 * 1000);
}

static void
a_child_has_another_process_id(void **state)
{
	const unsigned long mine = jm_process_id();
	int status;
	pid_t pid;
	(void)state;

	assert_int_equal(mine, jm_process_id());
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(jm_process_id() == mine);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
the_environment_is_read(void **state)
{
	(void)state;

	assert_int_equal(setenv("JM_TEST_OS", "x y", 1), 0);
	assert_string_equal(jm_getenv("JM_TEST_OS"), "x y");
	assert_int_equal(unsetenv("JM_TEST_OS"), 0);
	assert_null(jm_getenv("JM_TEST_OS"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thread_at_a_time),
		cmocka_unit_test(a_taken_lock_is_not_waited_for),
		cmocka_unit_test(a_signal_does_not_cut_a_sleep_short),
		cmocka_unit_test(the_clock_goes_on_while_asleep),
		cmocka_unit_test(the_clock_goes_on_while_the_machine_sleeps),
		cmocka_unit_test(a_child_has_another_process_id),
		cmocka_unit_test(the_environment_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
