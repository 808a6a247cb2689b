/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results appear whole or not at all, and replace nothing unasked. */
#include "tests/support/test.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/jumin/files.h"
#include "tools/jumin/out.h"

static int
enter_folder(void **state)
{
	char *dir = strdup("/tmp/jumin-test-XXXXXX");

	if (dir == NULL || mkdtemp(dir) == NULL || chdir(dir) != 0)
		return -1;
	*state = dir;
	return 0;
}

static int
leave_folder(void **state)
{
	struct dirent *d;
	DIR *here = opendir(".");

	while (here != NULL && (d = readdir(here)) != NULL)
		(void)unlink(d->d_name);
	if (here != NULL)
		closedir(here);
	(void)rmdir("folder");
	(void)rmdir(*state);
	free(*state);
	return chdir("/");
}

static struct cli_args
to(const char *path, int force)
{
	struct cli_args a = { .given = CLI_BIT(CLI_OUTPUT) };

	a.value[CLI_OUTPUT] = path;
	if (force)
		a.given |= CLI_BIT(CLI_FORCE);
	return a;
}

static void
holds(const char *path, const char *text)
{
	char buf[64] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	(void)!fread(buf, 1, sizeof buf - 1, f);
	fclose(f);
	assert_string_equal(buf, text);
}

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* Files here, hidden ones too. */
static size_t
files(void)
{
	DIR *here = opendir(".");
	struct dirent *d;
	size_t n = 0;

	assert_non_null(here);
	while ((d = readdir(here)) != NULL)
		n += d->d_type == DT_REG;
	closedir(here);
	return n;
}

static void
a_result_gets_its_name(void **state)
{
	const struct cli_args a = to("new", 0);
	const mode_t mask = umask(027);
	struct stat st;
	(void)state;

	assert_int_equal(cli_file_check(&a, CLI_BINARY), EX_OK);
	assert_int_equal(cli_file_write(&a, "data", 4, 0), EX_OK);
	holds("new", "data");
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(files(), 1);
	unlink("new");

	assert_int_equal(cli_file_write(&a, "data", 4, 1), EX_OK);
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	umask(mask);
}

static void
what_exists_stays_without_force(void **state)
{
	const struct cli_args a = to("old", 0), force = to("old", 1);
	(void)state;

	put("old", "mine");
	assert_int_equal(cli_file_check(&a, CLI_TEXT), EX_FAIL);
	/* also when it appears after the check */
	assert_int_equal(cli_file_write(&a, "data", 4, 0), EX_FAIL);
	holds("old", "mine");
	assert_int_equal(files(), 1);

	assert_int_equal(cli_file_check(&force, CLI_TEXT), EX_OK);
	assert_int_equal(cli_file_write(&force, "data", 4, 0), EX_OK);
	holds("old", "data");
	assert_int_equal(files(), 1);
}

static void
a_symbolic_link_stays_one(void **state)
{
	const struct cli_args a = to("link", 0), force = to("link", 1);
	struct stat st;
	(void)state;

	put("old", "mine");
	assert_int_equal(symlink("old", "link"), 0);
	assert_int_equal(cli_file_check(&a, CLI_TEXT), EX_FAIL);
	assert_int_equal(cli_file_write(&force, "data", 4, 0), EX_OK);
	holds("old", "data");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));

	/* One that leads nowhere is noticed before a PIN is asked for. */
	assert_int_equal(unlink("old"), 0);
	assert_int_equal(cli_file_check(&a, CLI_TEXT), EX_FAIL);
}

static void
a_failure_leaves_nothing(void **state)
{
	const struct rlimit small = { 3, RLIM_INFINITY };
	const struct cli_args a = to("new", 0);
	struct rlimit before;
	(void)state;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(
	    setrlimit(RLIMIT_FSIZE,
		&(struct rlimit){ small.rlim_cur, before.rlim_max }),
	    0);
	assert_int_equal(cli_file_write(&a, "data", 4, 0), EX_FAIL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(files(), 0);
}

static void
places_that_cannot_take_it_are_known_before(void **state)
{
	static const char *const bad[] = { "folder", "no/such", "file/new",
		"" };
	(void)state;

	assert_int_equal(mkdir("folder", 0700), 0);
	put("file", "");
	for (size_t i = 0; i < NELEM(bad); i++) {
		const struct cli_args a = to(bad[i], 1);

		assert_int_equal(cli_file_check(&a, CLI_TEXT), EX_FAIL);
		assert_int_equal(cli_file_write(&a, "data", 4, 0), EX_FAIL);
	}
	assert_int_equal(files(), 1);
}

static void
a_device_is_written_to(void **state)
{
	const struct cli_args a = to("/dev/null", 0), full = to("/dev/full", 1);
	struct stat st;
	(void)state;

	assert_int_equal(cli_file_check(&a, CLI_BINARY), EX_OK);
	assert_int_equal(cli_file_write(&a, "data", 4, 0), EX_OK);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(cli_file_write(&full, "data", 4, 0), EX_FAIL);
}

static void
any_size_is_loaded_whole(void **state)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 300000 };
	(void)state;

	for (size_t i = 0; i < NELEM(sizes); i++) {
		const size_t n = sizes[i];
		static const enum jm_hash h[] = { JM_SHA256, JM_SHA384 };
		uint8_t *want = malloc(n + 1), *got, a[2][JM_DIGEST_MAX],
			b[JM_DIGEST_MAX];
		FILE *f = fopen("in", "w");
		size_t len;

		assert_non_null(want);
		assert_non_null(f);
		for (size_t k = 0; k < n; k++)
			want[k] = (uint8_t)(k * 7 + k / 251);
		assert_int_equal(fwrite(want, 1, n, f), n);
		fclose(f);
		assert_int_equal(cli_file_load("in", &got, &len), EX_OK);
		assert_int_equal(len, n);
		assert_memory_equal(got, want, n);
		assert_int_equal(cli_file_hash("in", h, 2, a), EX_OK);
		assert_int_equal(jm_hash(JM_SHA256, want, n, b), JM_OK);
		assert_memory_equal(a[0], b, 32);
		assert_int_equal(jm_hash(JM_SHA384, want, n, b), JM_OK);
		assert_memory_equal(a[1], b, 48);
		free(got);
		free(want);
	}
}

static void
what_cannot_be_read_is_an_error(void **state)
{
	static const char *const bad[] = { "nothing", "/", "" };
	static const enum jm_hash h = JM_SHA256;
	uint8_t *data, digest[1][JM_DIGEST_MAX];
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++) {
		assert_int_equal(cli_file_load(bad[i], &data, &len), EX_FAIL);
		assert_null(data);
		assert_int_equal(cli_file_hash(bad[i], &h, 1, digest), EX_FAIL);
	}
}

/* Whose signature would be key material of the holder's identifiers. */
static void
a_message_of_the_identifier_scheme_has_no_hash_value(void **state)
{
	static const enum jm_hash h = JM_SHA512;
	uint8_t digest[1][JM_DIGEST_MAX];
	(void)state;

	for (int near = 0; near < 2; near++) {
		FILE *f = fopen("in", "w");

		assert_non_null(f);
		assert_int_equal(
		    fwrite("\0\6NYM1/A\1\0 and so on", 1, 21, f), 21);
		if (near) {
			rewind(f);
			assert_int_equal(fwrite("\1", 1, 1, f), 1);
		}
		fclose(f);
		assert_int_equal(
		    cli_file_hash("in", &h, 1, digest), near ? EX_OK : EX_FAIL);
	}
}

int
main(void)
{
#define IN_FOLDER(f)                                                           \
	cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_result_gets_its_name),
		IN_FOLDER(what_exists_stays_without_force),
		IN_FOLDER(a_symbolic_link_stays_one),
		IN_FOLDER(a_failure_leaves_nothing),
		IN_FOLDER(places_that_cannot_take_it_are_known_before),
		IN_FOLDER(a_device_is_written_to),
		IN_FOLDER(any_size_is_loaded_whole),
		IN_FOLDER(what_cannot_be_read_is_an_error),
		IN_FOLDER(a_message_of_the_identifier_scheme_has_no_hash_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
