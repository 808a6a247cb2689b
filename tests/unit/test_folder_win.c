/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders of this user alone on Windows: runs there and under Wine. */
#include <aclapi.h>
#include <sddl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <windows.h>

#include "base/folder.h"
#include "base/wide.h"
#include "tests/support/test.h"

#define EVERYBODY L"D:P(A;OICI;FA;;;WD)"
/* The user, the system, administrators. */
#define TRUSTED L"D:P(A;;FA;;;OW)(A;;FA;;;SY)(A;;FA;;;BA)"

static const uint8_t bytes[] = "something to keep";
static wchar_t base[MAX_PATH + 64]; /* its name has more than ASCII in it */
static unsigned rounds;

static int
begin(void **state)
{
	wchar_t temp[MAX_PATH + 1];

	(void)state;
	if (GetTempPathW(MAX_PATH, temp) == 0)
		return -1;
	do
		(void)swprintf(base, NELEM(base), L"%lsjumin-\u4eba-%lu-%u",
		    temp, GetCurrentProcessId(), rounds++);
	while (!CreateDirectoryW(base, NULL) &&
	       GetLastError() == ERROR_ALREADY_EXISTS);
	return SetEnvironmentVariableW(L"LOCALAPPDATA", base) ? 0 : -1;
}

/* All that is in it, and itself. */
static void
remove_tree(const wchar_t *path)
{
	static WIN32_FIND_DATAW found;
	wchar_t *inside = calloc(4 * MAX_PATH, sizeof *inside);
	HANDLE search;

	assert_non_null(inside);
	for (;;) {
		(void)swprintf(inside, 4 * MAX_PATH, L"%ls\\*", path);
		search = FindFirstFileW(inside, &found);
		if (search == INVALID_HANDLE_VALUE)
			break;
		while (
		    found.cFileName[0] == L'.' && FindNextFileW(search, &found))
			;
		(void)FindClose(search);
		if (found.cFileName[0] == L'.' &&
		    wcsspn(found.cFileName, L".") == wcslen(found.cFileName))
			break;
		(void)swprintf(
		    inside, 4 * MAX_PATH, L"%ls\\%ls", path, found.cFileName);
		if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0)
			remove_tree(inside);
		else if (!DeleteFileW(inside))
			break;
	}
	free(inside);
	(void)RemoveDirectoryW(path);
}

static int
end(void **state)
{
	(void)state;
	remove_tree(base);
	return 0;
}

static void
below(wchar_t out[2 * MAX_PATH], const wchar_t *tail)
{
	(void)swprintf(out, 2 * MAX_PATH, L"%ls\\%ls", base, tail);
}

static int
folder(void)
{
	int fd;

	assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 1, &fd), JM_OK);
	assert_true(fd >= 0);
	return fd;
}

static void
set_access(const wchar_t *tail, const wchar_t *list)
{
	SECURITY_DESCRIPTOR *d;
	wchar_t path[2 * MAX_PATH];

	below(path, tail);
	assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(
	    list, SDDL_REVISION_1, (void **)&d, NULL));
	assert_true(SetFileSecurityW(path, DACL_SECURITY_INFORMATION, d));
	(void)LocalFree(d);
}

static void
its_name_is_below_the_users_own(void **state)
{
	/* clang-format off */
	static const struct { const wchar_t *set; const char *path; } row[] = {
		{ L"C:\\Users\\me\\AppData\\Local",
		  "C:\\Users\\me\\AppData\\Local\\Jumin\\nym" },
		{ L"C:\\a\\", "C:\\a\\Jumin\\nym" },
		{ L"\\\\server\\home", "\\\\server\\home\\Jumin\\nym" },
		{ L"C:\\\u4eba", "C:\\\xe4\xba\xba\\Jumin\\nym" },
		{ L"Local", NULL }, { L"C:Local", NULL }, { L"", NULL },
		{ NULL, NULL },
	};
	/* clang-format on */
	char path[JM_FOLDER_PATH_MAX], small[8];
	int fd;

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		(void)SetEnvironmentVariableW(L"LOCALAPPDATA", row[i].set);
		assert_int_equal(jm_folder_path(JM_FOLDER_NYM, path),
		    row[i].path != NULL ? JM_OK : JM_NOT_FOUND);
		assert_string_equal(path, row[i].path ? row[i].path : "");
		if (row[i].path == NULL)
			assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 1, &fd),
			    JM_NOT_FOUND);
	}
	(void)SetEnvironmentVariableW(L"LOCALAPPDATA", L"C:\\a");
	assert_int_equal(jm_folder_path(JM_FOLDER_CACHE, path), JM_OK);
	assert_string_equal(path, "C:\\a\\Jumin\\cache");
	assert_int_equal(jm_folder_path(JM_FOLDER_SIGN, path), JM_OK);
	assert_string_equal(path, "C:\\a\\Jumin\\sign");
	assert_int_equal(
	    jm_folder_member(JM_FOLDER_SIGN, "x", path, sizeof path), JM_OK);
	assert_string_equal(path, "C:\\a\\Jumin\\sign\\x");
	assert_int_equal(
	    jm_folder_member(JM_FOLDER_SIGN, "x", small, sizeof small),
	    JM_SPACE);
	assert_string_equal(
	    jm_folder_name_in(JM_FOLDER_NYM, "c:/A/jumin\\NYM/v"), "v");
	assert_null(jm_folder_name_in(JM_FOLDER_NYM, "C:\\a\\Jumin\\nym2"));
	assert_null(jm_folder_name_in(JM_FOLDER_NYM, "C:\\a\\Jumin\\nym"));
	assert_null(jm_folder_name_in(JM_FOLDER_NYM, "C:\\a\\Jumin\\nym\\a/b"));
}

static void
it_is_made_only_when_that_is_asked_for(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 0, &fd), JM_NOT_FOUND);
	assert_int_equal(fd, -1);
	jm_folder_close(folder());
	assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 0, &fd), JM_OK);
	jm_folder_close(fd);
	assert_int_equal(jm_folder_open(JM_FOLDER_CACHE, 0, &fd), JM_NOT_FOUND);
}

static void
one_that_others_may_enter_is_not_believed(void **state)
{
	static const wchar_t *const step[] = { L"Jumin\\nym", L"Jumin" };
	int fd;

	(void)state;
	for (size_t i = 0; i < NELEM(step); i++) {
		jm_folder_close(folder());
		set_access(step[i], EVERYBODY);
		assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 1, &fd), JM_IO);
		assert_int_equal(fd, -1);
		set_access(step[i], TRUSTED);
	}
	jm_folder_close(folder());
}

static void
a_file_in_its_place_is_no_folder(void **state)
{
	wchar_t path[2 * MAX_PATH];
	HANDLE h;
	int fd;

	(void)state;
	below(path, L"Jumin");
	h = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
	assert_true(h != INVALID_HANDLE_VALUE);
	(void)CloseHandle(h);
	assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 1, &fd), JM_IO);
	assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 0, &fd), JM_IO);
}

static void
an_open_one_stays_where_it_is(void **state)
{
	wchar_t from[2 * MAX_PATH], to[2 * MAX_PATH];
	const int f = folder();

	(void)state;
	below(from, L"Jumin\\nym");
	below(to, L"Jumin\\elsewhere");
	assert_false(MoveFileW(from, to));
	jm_folder_close(f);
	assert_true(MoveFileW(from, to));
}

static void
a_file_is_whole_and_the_one_before_is_kept(void **state)
{
	const int f = folder();
	struct jm_file_info a, b;
	uint8_t buf[32];
	size_t len;

	(void)state;
	assert_int_equal(
	    jm_folder_read(f, "a", buf, sizeof buf, &len), JM_NOT_FOUND);
	assert_int_equal(jm_folder_info(f, "a", &a), JM_NOT_FOUND);
	assert_int_equal(jm_folder_write(f, "a", "b", bytes, 4), JM_OK);
	assert_int_equal(jm_folder_info(f, "b", &b), JM_NOT_FOUND);
	assert_int_equal(jm_folder_info(f, "a", &a), JM_OK);
	assert_int_equal(a.size, 4);
	assert_true(a.good);
	assert_int_equal(jm_folder_write(f, "a", "b", bytes, 9), JM_OK);
	assert_int_equal(jm_folder_read(f, "a", buf, sizeof buf, &len), JM_OK);
	assert_int_equal(len, 9);
	assert_memory_equal(buf, bytes, 9);
	assert_int_equal(jm_folder_info(f, "b", &b), JM_OK);
	assert_true(a.number == b.number && a.volume == b.volume);
	assert_int_equal(jm_folder_read(f, "b", buf, sizeof buf, &len), JM_OK);
	assert_int_equal(len, 4);
	assert_int_equal(jm_folder_read(f, "a", buf, 9, &len), JM_OK);
	assert_int_equal(jm_folder_read(f, "a", buf, 8, &len), JM_SPACE);
	assert_int_equal(jm_folder_put(f, "a", bytes, 3), JM_OK);
	assert_int_equal(jm_folder_read(f, "a", buf, 3, &len), JM_OK);
	jm_folder_close(f);
}

static void
a_file_of_others_is_not_believed(void **state)
{
	const int f = folder();
	struct jm_file_info info;
	wchar_t path[2 * MAX_PATH], link[2 * MAX_PATH];
	uint8_t buf[32];
	size_t len;

	(void)state;
	assert_int_equal(jm_folder_write(f, "a", NULL, bytes, 4), JM_OK);
	set_access(L"Jumin\\nym\\a", EVERYBODY);
	assert_int_equal(jm_folder_read(f, "a", buf, sizeof buf, &len), JM_IO);
	assert_int_equal(jm_folder_info(f, "a", &info), JM_OK);
	assert_false(info.good);
	assert_int_equal(jm_folder_remove(f, "a"), JM_OK);

	assert_int_equal(jm_folder_write(f, "a", NULL, bytes, 4), JM_OK);
	below(path, L"Jumin\\nym\\a");
	below(link, L"b");
	assert_true(CreateHardLinkW(link, path, NULL));
	assert_int_equal(jm_folder_read(f, "a", buf, sizeof buf, &len), JM_IO);
	below(path, L"Jumin\\nym\\d");
	assert_true(CreateDirectoryW(path, NULL));
	assert_int_equal(jm_folder_read(f, "d", buf, sizeof buf, &len), JM_IO);
	assert_int_equal(jm_folder_remove(f, "d"), JM_IO);
	jm_folder_close(f);
}

static void
a_name_leads_nowhere_else(void **state)
{
	static const char *const name[] = { "", ".", "..", "a\\b", "a/b",
		"..\\a", "a:b", "\xff" };
	const int f = folder();
	uint8_t buf[8];
	size_t len;

	(void)state;
	for (size_t i = 0; i < NELEM(name); i++) {
		assert_int_equal(jm_folder_put(f, name[i], bytes, 4), JM_IO);
		assert_int_equal(
		    jm_folder_read(f, name[i], buf, sizeof buf, &len), JM_IO);
	}
	jm_folder_close(f);
}

static jm_err
count(int f, const char *name, void *arg)
{
	unsigned *n = arg;

	(void)f;
	assert_true(name[0] != '.');
	return ++*n == 3 ? JM_EXISTS : JM_OK;
}

static void
names_are_told_until_enough(void **state)
{
	const int f = folder();
	unsigned n = 0;

	(void)state;
	assert_int_equal(jm_folder_each(f, count, &n), JM_OK);
	assert_int_equal(n, 0);
	assert_int_equal(jm_folder_put(f, "a", bytes, 1), JM_OK);
	assert_int_equal(jm_folder_put(f, ".b", bytes, 1), JM_OK);
	assert_int_equal(jm_folder_put(f, "c", bytes, 1), JM_OK);
	assert_int_equal(jm_folder_each(f, count, &n), JM_OK);
	assert_int_equal(n, 2);
	assert_int_equal(jm_folder_each(f, count, &n), JM_EXISTS);
	assert_int_equal(jm_folder_each(-1, count, &n), JM_IO);
	jm_folder_close(f);
}

static void
one_has_the_lock(void **state)
{
	const int f = folder();
	int one, two;

	(void)state;
	assert_int_equal(jm_folder_lock(f, "lock", &one), JM_OK);
	assert_int_equal(jm_folder_lock(f, "lock", &two), JM_FILE_BUSY);
	assert_int_equal(two, -1);
	jm_folder_unlock(one);
	assert_int_equal(jm_folder_lock(f, "lock", &two), JM_OK);
	jm_folder_unlock(two);
	set_access(L"Jumin\\nym\\lock", EVERYBODY);
	assert_int_equal(jm_folder_lock(f, "lock", &one), JM_IO);
	jm_folder_close(f);
}

static void
a_touched_file_is_new_again(void **state)
{
	const int f = folder();
	struct jm_file_info was, is;
	int fd;

	(void)state;
	assert_int_equal(jm_folder_put(f, "a", bytes, 1), JM_OK);
	assert_int_equal(jm_folder_file(f, "a", &fd, &was), JM_OK);
	Sleep(50);
	jm_fd_touch(fd);
	jm_fd_close(fd);
	assert_int_equal(jm_folder_info(f, "a", &is), JM_OK);
	assert_true(is.mtime > was.mtime);
	assert_true(is.mtime / JM_SECOND - (int64_t)time(NULL) <= 1);
	assert_true((int64_t)time(NULL) - is.mtime / JM_SECOND <= 1);
	jm_folder_close(f);
}

static void
a_path_of_the_users_is_written_once(void **state)
{
	wchar_t wide[2 * MAX_PATH];
	char path[4 * MAX_PATH];
	struct jm_file_info info;
	uint8_t buf[32];
	size_t len;
	int fd;

	(void)state;
	below(wide, L"copy");
	assert_true(jm_narrow(wide, path, sizeof path));
	assert_int_equal(jm_path_open(path, &fd, &info), JM_NOT_FOUND);
	assert_int_equal(jm_path_write(path, bytes, 5), JM_OK);
	assert_int_equal(jm_path_write(path, bytes, 6), JM_IO);
	assert_int_equal(jm_path_open(path, &fd, &info), JM_OK);
	assert_true(info.good);
	assert_int_equal(jm_fd_read(fd, buf, sizeof buf, &len), JM_OK);
	assert_int_equal(len, 5);
	jm_fd_close(fd);
	set_access(L"copy", EVERYBODY);
	assert_int_equal(jm_path_open(path, &fd, &info), JM_OK);
	assert_false(info.good);
	jm_fd_close(fd);
	assert_true(jm_narrow(base, path, sizeof path));
	assert_int_equal(jm_path_open(path, &fd, &info), JM_IO);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(its_name_is_below_the_users_own),
		T(it_is_made_only_when_that_is_asked_for),
		T(one_that_others_may_enter_is_not_believed),
		T(a_file_in_its_place_is_no_folder),
		T(an_open_one_stays_where_it_is),
		T(a_file_is_whole_and_the_one_before_is_kept),
		T(a_file_of_others_is_not_believed),
		T(a_name_leads_nowhere_else),
		T(names_are_told_until_enough),
		T(one_has_the_lock),
		T(a_touched_file_is_new_again),
		T(a_path_of_the_users_is_written_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
