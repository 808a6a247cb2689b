/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that runs with another user's rights has no cache. */
#include "tests/support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "objects/cache.h"

static const char name[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static char base[64], folder[80], path[160];
static int secure; /* as in a set-uid program */

const char *__real_jm_getenv(const char *variable);
const char *__wrap_jm_getenv(const char *variable);

const char *
__wrap_jm_getenv(const char *variable)
{
	return secure ? NULL : __real_jm_getenv(variable);
}

static int
begin(void **state)
{
	int fd;
	(void)state;

	secure = 0;
	snprintf(base, sizeof base, "/tmp/jumin-cache-XXXXXX");
	if (mkdtemp(base) == NULL)
		return -1;
	snprintf(folder, sizeof folder, "%s/jumin", base);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (mkdir(folder, 0700) != 0 ||
	    (fd = open(path, O_WRONLY | O_CREAT, 0600)) < 0)
		return -1;
	if (write(fd, "x", 1) != 1 || close(fd) != 0)
		return -1;
	return setenv("XDG_CACHE_HOME", base, 1);
}

static int
end(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)rmdir(folder);
	return rmdir(base);
}

static int
holds(void)
{
	static uint8_t got[JM_CACHE_FILE_MAX];
	size_t len;

	return jm_cache_load(name, got, &len) == JM_OK;
}

static void
a_set_uid_program_has_no_cache(void **state)
{
	static const uint8_t file[] = "another";
	struct stat before, after;
	unsigned n = 9;
	char there_is[8];
	(void)state;

	assert_true(jm_cache_any());
	assert_true(holds());
	assert_int_equal(stat(path, &before), 0);
	secure = 1;
	assert_false(jm_cache_any());
	assert_false(holds());
	assert_int_equal(jm_cache_clear(&n, there_is, sizeof there_is), JM_OK);
	assert_int_equal(n, 0);
	assert_string_equal(there_is, "");
	jm_cache_drop(name);
	jm_cache_store(name, file, sizeof file);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(after.st_ino, before.st_ino);
	assert_int_equal(after.st_size, before.st_size);
	secure = 0;
	assert_true(holds());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_set_uid_program_has_no_cache, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
