/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/support/test.h"

/* The sanitizers put an mlock that does nothing in the place of the real one.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NO_MLOCK 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define NO_MLOCK 1
#endif
#ifndef NO_MLOCK
#define NO_MLOCK 0
#endif

/* The VmFlags line of the mapping that holds p, or "" without one. */
static void
vm_flags(const void *p, char flags[512])
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long from, to;
	char line[512];
	int inside = 0;

	flags[0] = '\0';
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside =
			    (unsigned long)p >= from && (unsigned long)p < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			memcpy(flags, line, sizeof line);
	}
	assert_int_equal(fclose(f), 0);
}

static void
memory_is_zero_writable_and_page_aligned(void **state)
{
	static const size_t sizes[] = { 1, 16, 4095, 4096 };
	(void)state;

	for (size_t i = 0; i < NELEM(sizes); i++) {
		unsigned char *p;

		assert_int_equal(jm_secret_new(sizes[i], (void **)&p), JM_OK);
		assert_int_equal((uintptr_t)p % 4096, 0);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(p[k], 0);
		memset(p, 0x5a, sizes[i]);
		jm_secret_free((void **)&p, sizes[i]);
		assert_null(p);
		jm_secret_free((void **)&p, sizes[i]);
	}
	jm_secret_free(NULL, 1);
}

static void
other_sizes_are_refused(void **state)
{
	void *p = (void *)1;
	(void)state;

	assert_int_equal(jm_secret_new(0, &p), JM_ARG);
	assert_null(p);
	p = (void *)1;
	assert_int_equal(jm_secret_new(4097, &p), JM_ARG);
	assert_null(p);
}

static void
the_kernel_knows_it_as_secret(void **state)
{
	char flags[512];
	void *p;
	(void)state;

	assert_int_equal(jm_secret_new(32, &p), JM_OK);
	vm_flags(p, flags);
	if (flags[0] == '\0') {
		jm_secret_free(&p, 32);
		skip(); /* a kernel without this line in smaps */
	}
	assert_non_null(strstr(flags, " dd")); /* not in core files */
	assert_non_null(strstr(flags, " wf")); /* wiped on fork */
	assert_true(NO_MLOCK || strstr(flags, " lo") != NULL); /* locked */
	jm_secret_free(&p, 32);
}

static void
a_child_finds_zeros(void **state)
{
	unsigned char *p;
	int status;
	pid_t pid;
	(void)state;

	assert_int_equal(jm_secret_new(32, (void **)&p), JM_OK);
	memset(p, 0x5a, 32);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		for (size_t i = 0; i < 32; i++)
			if (p[i] != 0)
				_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(p[31], 0x5a); /* ours is untouched */
	jm_secret_free((void **)&p, 32);
}

static void
what_is_given_back_is_gone(void **state)
{
	unsigned char vec;
	void *p, *was;
	(void)state;

	assert_int_equal(jm_secret_new(32, &p), JM_OK);
	was = p;
	assert_int_equal(mincore(was, 4096, &vec), 0);
	jm_secret_free(&p, 32);
	assert_int_equal(mincore(was, 4096, &vec), -1); /* no mapping */
}

static unsigned warnings;

static void
count_warnings(enum jm_log_level level, const char *line)
{
	(void)line;
	warnings += level == JM_LOG_WARNING;
}

/* In a child that may lock nothing: root may lock anyway, so not as root. */
static void
without_the_right_to_lock_it_warns_once(void **state)
{
	const struct rlimit none = { 0, 0 };
	int status;
	pid_t pid;
	(void)state;

	if (NO_MLOCK)
		skip();
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		void *a, *b;

		if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 ||
		    (geteuid() == 0 && setuid(65534) != 0))
			_exit(77);
		jm_log_set(count_warnings, JM_LOG_WARNING);
		if (jm_secret_new(32, &a) != JM_OK ||
		    jm_secret_new(32, &b) != JM_OK)
			_exit(1);
		memset(a, 1, 32);
		jm_secret_free(&a, 32);
		jm_secret_free(&b, 32);
		_exit(warnings == 1 ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zero_writable_and_page_aligned),
		cmocka_unit_test(other_sizes_are_refused),
		cmocka_unit_test(the_kernel_knows_it_as_secret),
		cmocka_unit_test(a_child_finds_zeros),
		cmocka_unit_test(what_is_given_back_is_gone),
		cmocka_unit_test(without_the_right_to_lock_it_warns_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
