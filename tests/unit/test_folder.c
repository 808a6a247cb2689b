/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders of this user alone; what the cache makes of them: test_cache_file. */
#include "base/folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test.h"

static char base[64];
static const uint8_t bytes[] = "something to keep";

static int
begin(void **state)
{
	(void)state;
	snprintf(base, sizeof base, "/tmp/jumin-folder-XXXXXX");
	if (mkdtemp(base) == NULL)
		return -1;
	return setenv("XDG_DATA_HOME", base, 1);
}

static int
end(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", base);
	return system(command);
}

static int
sh(const char *command)
{
	char line[300];

	snprintf(line, sizeof line, "cd %s || exit 99; %s", base, command);
	return system(line);
}

static int
folder(void)
{
	int fd;

	assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 1, &fd), JM_OK);
	assert_true(fd >= 0);
	return fd;
}

static jm_err
open_only(void)
{
	int fd;
	const jm_err e = jm_folder_open(JM_FOLDER_NYM, 0, &fd);

	if (e == JM_OK)
		close(fd);
	else
		assert_int_equal(fd, -1);
	return e;
}

static void
its_name_is_that_of_the_desktop(void **state)
{
	/* clang-format off */
	static const struct { const char *xdg, *home, *nym; } row[] = {
		{ "/data", "/home/me", "/data/jumin/nym" },
		{ NULL, "/home/me", "/home/me/.local/share/jumin/nym" },
		{ "data", "/home/me", "/home/me/.local/share/jumin/nym" },
		{ "", "/home/me", "/home/me/.local/share/jumin/nym" },
		{ NULL, NULL, NULL }, { "", "", NULL }, { "a", "b", NULL },
	};
	/* clang-format on */
	char path[JM_FOLDER_PATH_MAX], large[JM_FOLDER_PATH_MAX];
	char *home = strdup(getenv("HOME") != NULL ? getenv("HOME") : "/");
	int fd;

	(void)state;
	assert_non_null(home);
	for (size_t i = 0; i < NELEM(row); i++) {
		unsetenv("XDG_DATA_HOME");
		unsetenv("HOME");
		if (row[i].xdg != NULL)
			setenv("XDG_DATA_HOME", row[i].xdg, 1);
		if (row[i].home != NULL)
			setenv("HOME", row[i].home, 1);
		assert_int_equal(jm_folder_path(JM_FOLDER_NYM, path),
		    row[i].nym == NULL ? JM_NOT_FOUND : JM_OK);
		assert_string_equal(path, row[i].nym == NULL ? "" : row[i].nym);
		if (row[i].nym == NULL)
			assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 1, &fd),
			    JM_NOT_FOUND);
	}
	memset(large, 'x', sizeof large);
	large[0] = '/';
	large[sizeof large - 5] = '\0';
	setenv("XDG_DATA_HOME", large, 1);
	assert_int_equal(jm_folder_path(JM_FOLDER_NYM, path), JM_NOT_FOUND);
	setenv("HOME", home, 1);
	free(home);
}

static void
a_file_in_it_has_a_path(void **state)
{
	char path[JM_FOLDER_PATH_MAX], want[JM_FOLDER_PATH_MAX];
	size_t above;

	(void)state;
	(void)snprintf(want, sizeof want, "%s/jumin/sign/x", base);
	assert_int_equal(
	    jm_folder_member(JM_FOLDER_SIGN, "x", path, sizeof path), JM_OK);
	assert_string_equal(path, want);
	above = strlen(want) - 1;
	assert_ptr_equal(jm_folder_name_in(JM_FOLDER_SIGN, want), want + above);
	assert_null(jm_folder_name_in(JM_FOLDER_NYM, want));
	assert_int_equal(
	    jm_folder_member(JM_FOLDER_SIGN, "x", path, above + 1), JM_SPACE);
	assert_string_equal(path, "");
	(void)snprintf(want + above, sizeof want - above, "x/y");
	assert_null(jm_folder_name_in(JM_FOLDER_SIGN, want));
	want[above - 1] = '\0';
	assert_null(jm_folder_name_in(JM_FOLDER_SIGN, want));
}

static void
it_is_made_with_all_above_it_in_a_new_home(void **state)
{
	char *home = strdup(getenv("HOME") != NULL ? getenv("HOME") : "/");
	struct stat st;
	int fd;

	(void)state;
	assert_non_null(home);
	unsetenv("XDG_DATA_HOME");
	setenv("HOME", base, 1);
	assert_int_equal(open_only(), JM_NOT_FOUND);
	assert_int_equal(sh("test ! -e .local"), 0); /* looking makes none */
	umask(0);
	close(fd = folder());
	umask(022);
	assert_int_equal(sh("test $(stat -c %a .local .local/share "
			    ".local/share/jumin .local/share/jumin/nym | "
			    "sort -u) = 700"),
	    0);
	assert_int_equal(open_only(), JM_OK);
	assert_int_equal(fstat(fd, &st), -1);
	setenv("HOME", home, 1);
	free(home);
}

static void
only_a_folder_of_this_user_alone_is_one(void **state)
{
	/* clang-format off */
	static const struct { const char *spoil, *mend; jm_err want; } row[] = {
		{ "chmod 755 jumin", "chmod 700 jumin", JM_OK },
		{ "chmod 775 jumin", "chmod 700 jumin", JM_IO },
		{ "chmod 702 jumin", "chmod 700 jumin", JM_IO },
		{ "chmod 755 jumin/nym", "chmod 700 jumin/nym", JM_IO },
		{ "chmod 701 jumin/nym", "chmod 700 jumin/nym", JM_IO },
		{ "mv jumin x; ln -s x jumin", "rm jumin; mv x jumin", JM_IO },
		{ "mv jumin/nym x; ln -s ../x jumin/nym",
		    "rm jumin/nym; mv x jumin/nym", JM_IO },
		{ "mv jumin/nym x; touch jumin/nym",
		    "rm jumin/nym; mv x jumin/nym", JM_IO },
		{ "chown 1 jumin", "chown 0 jumin", JM_IO }, /* root's last */
		{ "chown 1 jumin/nym", "chown 0 jumin/nym", JM_IO },
	};
	/* clang-format on */
	int fd;

	(void)state;
	close(folder());
	for (size_t i = 0; i < NELEM(row) - (geteuid() != 0 ? 2 : 0); i++) {
		assert_int_equal(sh(row[i].spoil), 0);
		assert_int_equal(open_only(), row[i].want);
		assert_int_equal(
		    jm_folder_open(JM_FOLDER_NYM, 1, &fd), row[i].want);
		if (fd >= 0)
			close(fd);
		assert_int_equal(sh(row[i].mend), 0);
		assert_int_equal(open_only(), JM_OK);
	}
}

static void
a_file_is_written_whole_and_the_one_before_is_the_backup(void **state)
{
	const int f = folder();
	uint8_t buf[64];
	size_t len;
	struct stat st;

	(void)state;
	assert_int_equal(
	    jm_folder_read(f, "a", buf, sizeof buf, &len), JM_NOT_FOUND);
	umask(0);
	assert_int_equal(jm_folder_write(f, "a", "b", bytes, 4), JM_OK);
	umask(022);
	assert_int_equal(fstatat(f, "a", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(fstatat(f, "b", &st, 0), -1); /* there was none */
	assert_int_equal(jm_folder_write(f, "a", "b", bytes, 9), JM_OK);
	assert_int_equal(jm_folder_read(f, "a", buf, sizeof buf, &len), JM_OK);
	assert_int_equal(len, 9);
	assert_memory_equal(buf, bytes, 9);
	assert_int_equal(jm_folder_read(f, "b", buf, sizeof buf, &len), JM_OK);
	assert_int_equal(len, 4);
	assert_int_equal(jm_folder_read(f, "a", buf, 9, &len), JM_OK);
	assert_int_equal(jm_folder_read(f, "a", buf, 8, &len), JM_SPACE);
	assert_int_equal(len, 0);
	assert_int_equal(jm_folder_put(f, "a", bytes, 3), JM_OK);
	assert_int_equal(jm_folder_read(f, "a", buf, 3, &len), JM_OK);
	assert_int_equal(jm_folder_write(f, "a", NULL, bytes, 2), JM_OK);
	assert_int_equal(jm_folder_read(f, "b", buf, sizeof buf, &len), JM_OK);
	assert_int_equal(len, 4); /* still the first */
	assert_int_equal(sh("test $(ls jumin/nym | wc -l) = 2"), 0);
	close(f);
}

static void
what_cannot_be_replaced_stays_and_so_does_the_backup(void **state)
{
	const int f = folder();
	uint8_t buf[64];
	size_t len;

	(void)state;
	assert_int_equal(jm_folder_write(f, "b", NULL, bytes, 5), JM_OK);
	assert_int_equal(sh("mkdir -p jumin/nym/a/x"), 0);
	assert_int_equal(jm_folder_write(f, "a", NULL, bytes, 4), JM_IO);
	assert_int_equal(jm_folder_write(f, "a", "b", bytes, 4), JM_IO);
	assert_int_equal(jm_folder_read(f, "b", buf, sizeof buf, &len), JM_OK);
	assert_int_equal(len, 5);
	assert_int_equal(sh("test -d jumin/nym/a/x -a "
			    "$(ls jumin/nym | wc -l) = 2"),
	    0);
	close(f);
}

static void
only_a_regular_file_of_this_user_alone_is_read(void **state)
{
	static const char *const spoil[] = { "chmod 640 a", "chmod 604 a",
		"mv a c; ln -s c a", "ln a c", "rm a; mkfifo -m 600 a",
		"rm a; mkdir a", "chown 1 a" };
	const int f = folder();
	uint8_t buf[64];
	size_t len;

	(void)state;
	for (size_t i = 0; i < NELEM(spoil) - (geteuid() != 0); i++) {
		char command[100];

		assert_int_equal(
		    jm_folder_write(f, "a", NULL, bytes, 4), JM_OK);
		snprintf(command, sizeof command, "cd jumin/nym; %s", spoil[i]);
		assert_int_equal(sh(command), 0);
		assert_int_equal(
		    jm_folder_read(f, "a", buf, sizeof buf, &len), JM_IO);
		assert_int_equal(len, 0);
		assert_int_equal(sh("rm -rf jumin/nym/*"), 0);
	}
	close(f);
}

/* A limit on files kills who writes beyond it. */
static void
a_limit_on_files_is_a_full_disk(void **state)
{
	const int f = folder();
	const pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		const struct rlimit r = { 10, 10 };

		if (setrlimit(RLIMIT_FSIZE, &r) != 0)
			_exit(1);
		_exit(jm_folder_write(f, "a", NULL, bytes, 11) != JM_SPACE ||
		      jm_folder_write(f, "a", NULL, bytes, 10) != JM_OK);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(f);
}

static jm_err
count(int fd, const char *name, void *arg)
{
	unsigned *n = arg;

	assert_true(fd >= 0 && name[0] != '.');
	++*n;
	return strcmp(name, "stop") == 0 ? JM_EXISTS : JM_OK;
}

static void
each_name_is_visited_until_one_is_enough(void **state)
{
	const int f = folder();
	unsigned n = 0;

	(void)state;
	assert_int_equal(sh("cd jumin/nym; touch a b c .hidden"), 0);
	assert_int_equal(jm_folder_each(f, count, &n), JM_OK);
	assert_int_equal(n, 3);
	assert_int_equal(sh("cd jumin/nym; rm *; touch stop"), 0);
	n = 0;
	assert_int_equal(jm_folder_each(f, count, &n), JM_EXISTS);
	assert_int_equal(n, 1);
	assert_int_equal(jm_folder_each(-1, count, &n), JM_IO);
	close(f);
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		F(its_name_is_that_of_the_desktop),
		F(a_file_in_it_has_a_path),
		F(it_is_made_with_all_above_it_in_a_new_home),
		F(only_a_folder_of_this_user_alone_is_one),
		F(a_file_is_written_whole_and_the_one_before_is_the_backup),
		F(what_cannot_be_replaced_stays_and_so_does_the_backup),
		F(only_a_regular_file_of_this_user_alone_is_read),
		F(a_limit_on_files_is_a_full_disk),
		F(each_name_is_visited_until_one_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
