/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"

#include "tests/support/test.h"

static struct {
	unsigned calls;
	enum jm_log_level level;
	char line[300];
} got;

static void
sink(enum jm_log_level level, const char *line)
{
	got.calls++;
	got.level = level;
	assert_true(strlen(line) < sizeof got.line);
	memcpy(got.line, line, strlen(line) + 1);
	errno = EIO;
}

static void
only_what_the_sink_wants_arrives(void **state)
{
	/* clang-format off */
	static const struct {
		enum jm_log_level most, level; unsigned calls;
	} row[] = {
		{ JM_LOG_NONE,    JM_LOG_ERROR,   0 },
		{ JM_LOG_ERROR,   JM_LOG_ERROR,   1 },
		{ JM_LOG_ERROR,   JM_LOG_WARNING, 0 },
		{ JM_LOG_WARNING, JM_LOG_WARNING, 1 },
		{ JM_LOG_WARNING, JM_LOG_DEBUG,   0 },
		{ JM_LOG_DEBUG,   JM_LOG_DEBUG,   1 },
		{ JM_LOG_DEBUG,   JM_LOG_NONE,    0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		got.calls = 0;
		jm_log_set(sink, row[i].most);
		jm_log(row[i].level, "n=%d", 5);
		assert_int_equal(got.calls, row[i].calls);
		if (got.calls == 1) {
			assert_int_equal(got.level, row[i].level);
			assert_string_equal(got.line, "n=5");
		}
	}
	jm_log_set(NULL, JM_LOG_NONE);
}

static void
without_a_sink_nothing_happens(void **state)
{
	(void)state;

	got.calls = 0;
	jm_log_set(NULL, JM_LOG_DEBUG);
	jm_log(JM_LOG_ERROR, "lost");
	assert_int_equal(got.calls, 0);
}

static void
a_long_line_is_cut(void **state)
{
	char text[400];
	(void)state;

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	jm_log_set(sink, JM_LOG_DEBUG);
	jm_log(JM_LOG_DEBUG, "%s", text);
	assert_int_equal(strlen(got.line), 255);
	jm_log_set(NULL, JM_LOG_NONE);
}

static void
a_name_cannot_forge_a_second_line(void **state)
{
	(void)state;

	jm_log_set(sink, JM_LOG_DEBUG);
	jm_log(JM_LOG_ERROR, "%s",
	    "Reader\nerror: \x1b[31m\xc2\x9b\x7f\xe3\x81\x82");
	assert_string_equal(got.line, "Reader?error: ?[31m???\xe3\x81\x82");
	jm_log_set(NULL, JM_LOG_NONE);
}

static void
errno_is_kept(void **state)
{
	(void)state;

	jm_log_set(sink, JM_LOG_DEBUG);
	errno = ENOENT;
	jm_log(JM_LOG_ERROR, "x");
	assert_int_equal(errno, ENOENT);
	jm_log_set(NULL, JM_LOG_NONE);
}

/* --- threads and children ------------------------------------------------ */

static atomic_int inside, closed, late, stop;

static void
slow_sink(enum jm_log_level level, const char *line)
{
	(void)level;
	(void)line;
	atomic_store(&inside, 1);
	if (atomic_load(&closed))
		atomic_store(&late, 1);
	jm_sleep_ms(1);
	if (atomic_load(&closed))
		atomic_store(&late, 1);
}

static void *
keep_logging(void *arg)
{
	while (!atomic_load(&stop))
		jm_log(JM_LOG_DEBUG, "n=%d", 1);
	return arg;
}

static void
a_sink_that_was_taken_away_is_not_in_use(void **state)
{
	pthread_t t[3];
	(void)state;

	for (size_t i = 0; i < NELEM(t); i++)
		assert_int_equal(
		    pthread_create(&t[i], NULL, keep_logging, NULL), 0);
	for (int i = 0; i < 30; i++) {
		atomic_store(&inside, 0);
		atomic_store(&closed, 0);
		jm_log_set(slow_sink, JM_LOG_DEBUG);
		while (!atomic_load(&inside))
			jm_sleep_ms(1);
		jm_log_set(NULL, JM_LOG_NONE);
		atomic_store(&closed, 1);
		jm_sleep_ms(1);
	}
	atomic_store(&stop, 1);
	for (size_t i = 0; i < NELEM(t); i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	assert_int_equal(atomic_load(&late), 0);
}

static void
hold(enum jm_log_level level, const char *line)
{
	(void)level;
	(void)line;
	atomic_store(&inside, 1);
	jm_sleep_ms(200);
}

static void *
log_once(void *arg)
{
	jm_log(JM_LOG_ERROR, "x");
	return arg;
}

static void
a_child_has_no_sink_and_no_held_lock(void **state)
{
	pthread_t t;
	int status;
	pid_t pid;
	(void)state;

	atomic_store(&inside, 0);
	jm_log_set(hold, JM_LOG_DEBUG);
	assert_int_equal(pthread_create(&t, NULL, log_once, NULL), 0);
	while (!atomic_load(&inside))
		jm_sleep_ms(1);
	pid = fork(); /* while the thread is inside the sink */
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		alarm(5);
		got.calls = 0;
		jm_log(JM_LOG_ERROR, "lost");
		jm_log_set(sink, JM_LOG_ERROR);
		jm_log(JM_LOG_ERROR, "heard");
		_exit(got.calls == 1 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(pthread_join(t, NULL), 0);
	jm_log_set(NULL, JM_LOG_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_the_sink_wants_arrives),
		cmocka_unit_test(without_a_sink_nothing_happens),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(a_name_cannot_forge_a_second_line),
		cmocka_unit_test(errno_is_kept),
		cmocka_unit_test(a_sink_that_was_taken_away_is_not_in_use),
		cmocka_unit_test(a_child_has_no_sink_and_no_held_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
