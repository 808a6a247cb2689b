/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folder of the user's cache: whose it has to be, and what stays in it. */
#include "tests/support/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "objects/cache.h"
#include "tests/support/hierarchy.h"

#define DAY (24 * 60 * 60)
#define FAR 4070908799 /* in 2098: these files are held against the clock */

static uint8_t file[JM_CACHE_FILE_MAX + 1], got[JM_CACHE_FILE_MAX];
static size_t file_len, got_len;
static char name[JM_CACHE_NAME];
static char base[64], folder[80], path[160];

/* A file of one certificate that lasts. */
static int
group_setup(void **state)
{
	static uint8_t info[JM_TOKEN_INFO_LEN], der[JM_CERT_MAX];
	struct jm_cache_entry e = { .info = { info, sizeof info } };
	struct jm_cert_spec spec = hierarchy_auth;
	struct hierarchy *h;
	size_t len;

	if (hierarchy_setup(state) != 0)
		return -1;
	h = *state;
	spec.not_after = FAR;
	assert_int_equal(
	    jm_cert_make(&spec, h->key, h->ca_key, h->auth_ca, der, &len),
	    JM_OK);
	e.cert[JM_CERT_AUTH] = (struct jm_rbuf){ der, len };
	assert_int_equal(jm_cache_build(&e, file, &file_len), JM_OK);
	assert_int_equal(jm_cache_name(der, name), JM_OK);
	return hierarchy_teardown(state);
}

/* A folder of its own for each test of files. */
static int
begin(void **state)
{
	(void)state;
	snprintf(base, sizeof base, "/tmp/jumin-cache-XXXXXX");
	if (mkdtemp(base) == NULL)
		return -1;
	snprintf(folder, sizeof folder, "%s/jumin", base);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return setenv("XDG_CACHE_HOME", base, 1);
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
holds(void)
{
	const jm_err e = jm_cache_load(name, got, &got_len);

	if (e == JM_OK) {
		assert_int_equal(got_len, file_len);
		assert_memory_equal(got, file, got_len);
		return 1;
	}
	assert_int_equal(e, JM_NOT_FOUND);
	assert_int_equal(got_len, 0);
	return 0;
}

static unsigned
names(void)
{
	DIR *d = opendir(folder);
	const struct dirent *one;
	unsigned n = 0;

	assert_non_null(d);
	while ((one = readdir(d)) != NULL)
		n += one->d_name[0] != '.';
	closedir(d);
	return n;
}

static int
there(const char *what)
{
	struct stat st;

	return lstat(what, &st) == 0;
}

static void
a_file_is_kept_for_this_user_alone(void **state)
{
	struct stat st;

	(void)state;
	assert_false(jm_cache_any());
	assert_false(there(folder)); /* looking does not make it */
	umask(0);
	jm_cache_store(name, file, file_len);
	umask(022);
	assert_true(jm_cache_any());
	assert_true(holds());
	assert_int_equal(lstat(folder, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0700);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(names(), 1); /* nothing is left of the way there */
	jm_cache_drop(name);
	assert_false(jm_cache_any());
	assert_false(holds());
}

static void
without_a_place_there_is_no_cache(void **state)
{
	/* clang-format off */
	static const struct { const char *xdg, *home; } row[] = {
		{ NULL, NULL }, { "", "" }, { "relative", "relative" },
		{ "/dev/null/none", "/" }, { "/nonexistent/a/b", "/" },
	};
	/* clang-format on */
	char *home = strdup(getenv("HOME") != NULL ? getenv("HOME") : "/");
	char there_is[8];
	unsigned n = 9;

	(void)state;
	assert_non_null(home);
	assert_int_equal(chdir(base), 0);
	for (size_t i = 0; i < NELEM(row); i++) {
		unsetenv("XDG_CACHE_HOME");
		unsetenv("HOME");
		if (row[i].xdg != NULL)
			setenv("XDG_CACHE_HOME", row[i].xdg, 1);
		if (row[i].home != NULL)
			setenv("HOME", row[i].home, 1);
		jm_cache_store(name, file, file_len);
		assert_false(jm_cache_any());
		assert_false(holds());
		jm_cache_drop(name);
		assert_int_equal(
		    jm_cache_clear(&n, there_is, sizeof there_is), JM_OK);
		assert_int_equal(n, 0);
	}
	assert_false(there("relative"));
	assert_int_equal(chdir("/"), 0);
	setenv("HOME", home, 1);
	free(home);
}

static void
without_the_variable_it_is_in_the_home_folder(void **state)
{
	char *home = strdup(getenv("HOME") != NULL ? getenv("HOME") : "/");
	char file_path[192];

	(void)state;
	assert_non_null(home);
	for (int relative = 0; relative < 2; relative++) {
		if (relative)
			setenv("XDG_CACHE_HOME", "relative", 1);
		else
			unsetenv("XDG_CACHE_HOME");
		setenv("HOME", base, 1);
		jm_cache_store(name, file, file_len);
		assert_true(holds());
		snprintf(file_path, sizeof file_path, "%s/.cache/jumin/%s",
		    base, name);
		assert_int_equal(unlink(file_path), 0);
	}
	setenv("HOME", home, 1);
	free(home);
}

/* In the shell: the folder is the current one, $F the file's name. */
static int
sh(const char *command)
{
	char line[300];

	snprintf(
	    line, sizeof line, "cd %s && F=%s && %s", folder, name, command);
	return system(line);
}

static void
a_file_that_is_not_this_users_alone_is_removed(void **state)
{
	static const char *const spoil[] = {
		"mv $F ../elsewhere && ln -s ../elsewhere $F",
		"ln $F ../elsewhere", "chmod 640 $F", "chmod 602 $F",
		"rm $F && mkfifo -m 600 $F", ": >$F",
		"head -c 30000 /dev/zero >$F", /* more than there can be */
		"touch -d '91 days ago' $F", "chown 1 $F", /* root's last */
	};
	const size_t n = NELEM(spoil) - (geteuid() != 0);

	(void)state;
	for (size_t i = 0; i < 2 * n; i++) {
		jm_cache_store(name, file, file_len);
		assert_true(holds());
		assert_int_equal(sh(spoil[i / 2]), 0);
		if (i % 2 == 0) /* either sees it for itself */
			assert_false(jm_cache_any());
		assert_false(holds());
		assert_false(there(path));
		jm_cache_store(name, file, file_len); /* and starts anew */
		assert_true(holds());
		assert_int_equal(sh("rm -f ../elsewhere"), 0);
	}
}

static void
a_folder_in_the_place_of_a_file_is_left_alone(void **state)
{
	char inner[192];
	unsigned n = 9;

	(void)state;
	jm_cache_store(name, file, file_len);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(inner, sizeof inner, "%s/mine", path);
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_false(jm_cache_any());
	assert_false(holds());
	jm_cache_store(name, file, file_len);
	assert_false(holds());
	assert_int_equal(names(), 1); /* what was to be renamed is gone too */
	assert_true(there(inner));
	assert_int_equal(jm_cache_clear(&n, inner, sizeof inner), JM_IO);
	assert_int_equal(n, 0);
}

static void
a_folder_that_is_not_this_users_alone_is_not_used(void **state)
{
	static const struct {
		const char *spoil, *mend;
	} row[] = {
		{ "chmod 750 .", "chmod 700 ." },
		{ "chmod 701 .", "chmod 700 ." },
		{ "mv ../jumin ../elsewhere && ln -s elsewhere ../jumin",
		    "rm ../jumin && mv ../elsewhere ../jumin" },
		{ "chown 1 .", "chown 0 ." }, /* root's last */
	};
	const size_t rows = NELEM(row) - (geteuid() != 0);
	char shown[96];
	unsigned n = 9;

	(void)state;
	for (size_t i = 0; i < rows; i++) {
		jm_cache_store(name, file, file_len);
		assert_true(holds());
		assert_int_equal(sh(row[i].spoil), 0);
		assert_false(jm_cache_any());
		assert_false(holds());
		jm_cache_drop(name);
		assert_int_equal(
		    jm_cache_clear(&n, shown, sizeof shown), JM_IO);
		assert_string_equal(shown, folder);
		assert_int_equal(n, 0);
		assert_true(there(path)); /* nothing in it is touched */
		assert_int_equal(unlink(path), 0);
		jm_cache_store(name, file, file_len);
		assert_false(there(path));
		assert_int_equal(sh(row[i].mend), 0);
	}
}

/* sudo with the user's HOME: a folder of root's would shut the user out. */
static void
no_folder_is_made_in_anothers_place(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* needs a second user */
	assert_int_equal(chown(base, 1, 1), 0);
	jm_cache_store(name, file, file_len);
	assert_false(there(folder));
	snprintf(folder, sizeof folder, "%s/.cache//", base); /* nor above it */
	assert_int_equal(setenv("XDG_CACHE_HOME", folder, 1), 0);
	jm_cache_store(name, file, file_len);
	assert_false(there(folder));
}

static void
the_number_of_files_is_bounded(void **state)
{
	const unsigned many = JM_CACHE_FILES_MAX + 4;
	const time_t old = time(NULL) - DAY / 2;
	char one[JM_CACHE_NAME];

	(void)state;
	for (unsigned i = 0; i < many; i++) {
		const struct timespec t[2] = { { .tv_sec = old + i },
			{ .tv_sec = old + i } };

		snprintf(one, sizeof one, "%064x", i);
		jm_cache_store(one, file, file_len);
		assert_in_range(names(), 1, JM_CACHE_FILES_MAX);
		snprintf(path, sizeof path, "%s/%s", folder, one);
		assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
	}
	for (unsigned i = 0; i < many; i++) {
		snprintf(one, sizeof one, "%064x", i);
		assert_int_equal(jm_cache_load(one, got, &got_len),
		    i < 4 ? JM_NOT_FOUND : JM_OK);
	}
}

static void
what_is_of_no_use_goes_when_something_comes(void **state)
{
	(void)state;
	jm_cache_store(name, file, file_len);
	assert_int_equal(sh("umask 077 && echo something | "
			    "tee README new-1-2-3 $(echo $F | tr 0-9a-f 0) "
			    ">/dev/null && "
			    "touch -d '2 hours ago' new-1-2-3"),
	    0);
	assert_int_equal(names(), 4);
	jm_cache_store(name, file, file_len);
	assert_true(holds());
	assert_int_equal(names(), 2); /* the other is none of ours */
	assert_int_equal(sh("test -f README"), 0);
}

static void
a_file_in_use_stays(void **state)
{
	struct stat st;

	(void)state;
	jm_cache_store(name, file, file_len);
	assert_int_equal(sh("touch -d '80 days ago' $F"), 0);
	assert_true(holds());
	assert_int_equal(lstat(path, &st), 0);
	assert_true(st.st_mtime > time(NULL) - 60);
}

static void
names_lead_nowhere_else(void **state)
{
	static const char *const bad[] = { "", ".", "..", "../elsewhere",
		"new-1", "README", "/etc/passwd" };

	(void)state;
	jm_cache_store(name, file, file_len);
	for (size_t i = 0; i < NELEM(bad); i++) {
		jm_cache_store(bad[i], file, file_len);
		jm_cache_drop(bad[i]);
		assert_int_equal(
		    jm_cache_load(bad[i], got, &got_len), JM_NOT_FOUND);
	}
	assert_int_equal(names(), 1);
}

static void
clearing_removes_what_is_ours(void **state)
{
	char shown[96];
	unsigned n = 9;

	(void)state;
	assert_int_equal(jm_cache_clear(&n, shown, sizeof shown), JM_OK);
	assert_int_equal(n, 0);
	jm_cache_store(name, file, file_len);
	assert_int_equal(
	    sh("touch README new-1-2-3 $(echo $F | tr 0-9a-f 0)"), 0);
	assert_int_equal(jm_cache_clear(&n, shown, sizeof shown), JM_OK);
	assert_int_equal(n, 2);
	assert_string_equal(shown, folder);
	assert_int_equal(names(), 1);
	assert_int_equal(sh("test -f README"), 0);
}

/* A limit on files kills who writes beyond it. */
static void
a_host_with_a_limit_on_files_lives(void **state)
{
	const pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		const struct rlimit r = { 1024, 1024 };

		if (setrlimit(RLIMIT_FSIZE, &r) == 0)
			jm_cache_store(name, file, file_len);
		_exit(there(path) != 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Whoever looks sees a whole file, however many write at once. */
static void
many_writers_leave_one_whole_file(void **state)
{
	pid_t child[4];
	int status;

	(void)state;
	jm_cache_store(name, file, file_len);
	for (size_t i = 0; i < NELEM(child); i++) {
		assert_true((child[i] = fork()) >= 0);
		if (child[i] == 0) {
			for (int n = 0; n < 500; n++)
				jm_cache_store(name, file, file_len);
			_exit(0);
		}
	}
	/* As long as they write: a file that is replaced between two calls
	 * about it is rare. */
	while (waitpid(child[0], &status, WNOHANG) == 0)
		assert_true(holds());
	assert_int_equal(status, 0);
	for (size_t i = 1; i < NELEM(child); i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_true(holds());
	assert_int_equal(names(), 1);
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		F(a_file_is_kept_for_this_user_alone),
		F(without_a_place_there_is_no_cache),
		F(without_the_variable_it_is_in_the_home_folder),
		F(a_file_that_is_not_this_users_alone_is_removed),
		F(a_folder_in_the_place_of_a_file_is_left_alone),
		F(a_folder_that_is_not_this_users_alone_is_not_used),
		F(no_folder_is_made_in_anothers_place),
		F(the_number_of_files_is_bounded),
		F(what_is_of_no_use_goes_when_something_comes),
		F(a_file_in_use_stays),
		F(names_lead_nowhere_else),
		F(clearing_removes_what_is_ours),
		F(a_host_with_a_limit_on_files_lives),
		F(many_writers_leave_one_whole_file),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
