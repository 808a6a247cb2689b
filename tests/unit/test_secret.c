/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/support/test.h"

/*
 * The linker sends secret.c's calls here.  One of them may be told to fail; the
 * last lengths are kept, and whether the memory was zero when it was given
 * back.  The names are the linker's.
 */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_mmap(void *at, size_t n, int prot, int flags, int fd, off_t off);
int __real_madvise(void *p, size_t n, int advice);
int __real_mlock(const void *p, size_t n);
int __real_munmap(void *p, size_t n);
void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t off);
int __wrap_madvise(void *p, size_t n, int advice);
int __wrap_mlock(const void *p, size_t n);
int __wrap_munmap(void *p, size_t n);
/* NOLINTEND(bugprone-reserved-identifier) */

#define SECRET_MAX ((size_t)64 << 20)

enum { NOTHING, MMAP, DONTDUMP, WIPEONFORK, MLOCK };

static struct {
	int fail;
	size_t mapped, locked, unmapped;
	int dirty;
} os;

void *
__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t off)
{
	if (os.fail == MMAP)
		return MAP_FAILED;
	os.mapped = n;
	return __real_mmap(at, n, prot, flags, fd, off);
}

int
__wrap_madvise(void *p, size_t n, int advice)
{
	if ((os.fail == DONTDUMP && advice == MADV_DONTDUMP) ||
	    (os.fail == WIPEONFORK && advice == MADV_WIPEONFORK))
		return -1;
	return __real_madvise(p, n, advice);
}

/* The sanitizers' mlock does nothing, so the system call itself. */
int
__wrap_mlock(const void *p, size_t n)
{
	os.locked = n;
	return os.fail == MLOCK ? -1 : (int)syscall(SYS_mlock, p, n);
}

int
__wrap_munmap(void *p, size_t n)
{
	os.unmapped = n;
	os.dirty = 0;
	for (size_t i = 0; i < n; i++)
		os.dirty |= ((unsigned char *)p)[i] != 0;
	return __real_munmap(p, n);
}

/* The VmFlags line of the mapping that holds p, or "" without one. */
static void
vm_flags(const void *p, char flags[512])
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[512];
	int inside = 0;

	flags[0] = '\0';
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		char *end;
		const unsigned long from = strtoul(line, &end, 16);

		if (end > line && *end == '-')
			inside = (unsigned long)p >= from &&
				 (unsigned long)p < strtoul(end + 1, NULL, 16);
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			memcpy(flags, line, sizeof line);
	}
	assert_int_equal(fclose(f), 0);
}

static void
memory_is_zero_writable_and_page_aligned(void **state)
{
	static const size_t sizes[] = { 1, 16, 4095, 4096, 4097, 1000003,
		SECRET_MAX };
	(void)state;

	for (size_t i = 0; i < NELEM(sizes); i++) {
		unsigned char *p;

		assert_int_equal(jm_secret_new(sizes[i], (void **)&p), JM_OK);
		assert_int_equal((uintptr_t)p % 4096, 0);
		for (size_t k = 0; k < sizes[i]; k += k < 8192 ? 1 : 4096)
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
	assert_int_equal(jm_secret_new(SECRET_MAX + 1, &p), JM_ARG);
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
		skip_on_a_desk("VmFlags in smaps"); /* a kernel without this line in smaps */
	}
	assert_non_null(strstr(flags, " dd")); /* not in core files */
	assert_non_null(strstr(flags, " wf")); /* wiped on fork */
	assert_non_null(strstr(flags, " lo")); /* locked */
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

static void
it_is_whole_pages_and_zero_when_given_back(void **state)
{
	/* clang-format off */
	static const struct { size_t size, pages; } row[] = {
		{ 1, 1 }, { 4095, 1 }, { 4096, 1 }, { 4097, 2 },
		{ 1000003, 245 },
	};
	/* clang-format on */
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		void *p;

		assert_int_equal(jm_secret_new(row[i].size, &p), JM_OK);
		assert_int_equal(os.mapped, row[i].pages * page);
		assert_int_equal(os.locked, row[i].pages * page);
		memset(p, 0x5a, row[i].size);
		jm_secret_free(&p, row[i].size);
		assert_int_equal(os.unmapped, row[i].pages * page);
		assert_int_equal(os.dirty, 0);
	}
}

static unsigned warnings;

static void
count_warnings(enum jm_log_level level, const char *line)
{
	(void)line;
	warnings += level == JM_LOG_WARNING;
}

static void
memory_that_is_not_secret_is_not_handed_out(void **state)
{
	(void)state;

	for (os.fail = MMAP; os.fail <= WIPEONFORK; os.fail++) {
		void *p = (void *)1;

		os.unmapped = 0;
		assert_int_equal(jm_secret_new(32, &p), JM_NOMEM);
		assert_null(p);
		assert_int_equal(os.unmapped, os.fail == MMAP ? 0 : os.mapped);
	}
	os.fail = NOTHING;
}

static void
without_the_right_to_lock_it_warns_once(void **state)
{
	(void)state;

	jm_log_set(count_warnings, JM_LOG_WARNING);
	for (int i = 0; i < 3; i++) {
		void *p;

		os.fail = i == 0 ? NOTHING : MLOCK;
		assert_int_equal(jm_secret_new(32, &p), JM_OK);
		assert_int_equal(warnings, i == 0 ? 0 : 1);
		memset(p, 1, 32);
		jm_secret_free(&p, 32);
	}
	os.fail = NOTHING;
	jm_log_set(NULL, JM_LOG_NONE);
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
		cmocka_unit_test(it_is_whole_pages_and_zero_when_given_back),
		cmocka_unit_test(memory_that_is_not_secret_is_not_handed_out),
		cmocka_unit_test(without_the_right_to_lock_it_warns_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
