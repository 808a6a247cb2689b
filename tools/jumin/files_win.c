/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths are UTF-8 and go to Windows in UTF-16; nothing changes line ends. */
#include "tools/jumin/files_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <windows.h>

#include "base/folder.h"
#include "base/os.h"
#include "base/wide.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

static int
errno_of(DWORD err)
{
	/* clang-format off */
	static const struct { DWORD err; int is; } row[] = {
		{ ERROR_FILE_NOT_FOUND,    ENOENT },
		{ ERROR_PATH_NOT_FOUND,    ENOENT },
		{ ERROR_INVALID_NAME,      ENOENT },
		{ ERROR_BAD_NETPATH,       ENOENT },
		{ ERROR_DIRECTORY,         ENOTDIR },
		{ ERROR_ACCESS_DENIED,     EACCES },
		{ ERROR_SHARING_VIOLATION, EBUSY },
		{ ERROR_LOCK_VIOLATION,    EBUSY },
		{ ERROR_WRITE_PROTECT,     EROFS },
		{ ERROR_FILE_EXISTS,       EEXIST },
		{ ERROR_ALREADY_EXISTS,    EEXIST },
		{ ERROR_DISK_FULL,         ENOSPC },
		{ ERROR_HANDLE_DISK_FULL,  ENOSPC },
		{ ERROR_NOT_ENOUGH_MEMORY, ENOMEM },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++)
		if (row[i].err == err)
			return row[i].is;
	return EIO;
}

/* FILE_ATTRIBUTE_...; INVALID_FILE_ATTRIBUTES with errno. */
static DWORD
attributes(const char *path)
{
	wchar_t *wide = jm_wide(path);
	DWORD is = INVALID_FILE_ATTRIBUTES;

	errno = ENOMEM;
	if (wide != NULL &&
	    (is = GetFileAttributesW(wide)) == INVALID_FILE_ATTRIBUTES)
		errno = errno_of(GetLastError());
	free(wide);
	return is;
}

static int
is_folder(const char *path)
{
	const DWORD is = attributes(path);

	return is != INVALID_FILE_ATTRIBUTES &&
	       (is & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

/* INVALID_HANDLE_VALUE with errno */
static HANDLE
open_path(const char *path, DWORD access, DWORD how, DWORD flags)
{
	wchar_t *wide = jm_wide(path);
	HANDLE h = INVALID_HANDLE_VALUE;

	errno = ENOMEM;
	if (wide != NULL &&
	    (h = CreateFileW(wide, access,
		 FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
		 how, flags, NULL)) == INVALID_HANDLE_VALUE)
		errno = errno_of(GetLastError());
	free(wide);
	return h;
}

/* NUL, CON, COM1: something that is written to and not replaced. */
static int
is_device(const char *path)
{
	HANDLE h = open_path(path, 0, OPEN_EXISTING, 0);
	int is;

	if (h == INVALID_HANDLE_VALUE)
		return 0;
	is = GetFileType(h) == FILE_TYPE_CHAR;
	CloseHandle(h);
	return is;
}

/* --- reading -------------------------------------------------------------- */

static int
open_fd(const char *path, int flags)
{
	wchar_t *wide = jm_wide(path);
	int fd = -1;

	errno = ENOMEM;
	if (wide != NULL)
		fd = _wopen(wide, flags | _O_BINARY | _O_NOINHERIT,
		    _S_IREAD | _S_IWRITE);
	free(wide);
	return fd;
}

int
cli_file_open(const char *path, int *fd)
{
	if (strcmp(path, "-") == 0) {
		*fd = _dup(0);
	} else if (is_folder(path)) {
		*fd = -1;
		errno = EISDIR;
	} else {
		*fd = open_fd(path, _O_RDONLY | _O_SEQUENTIAL);
	}
	return *fd >= 0 ? EX_OK : cli_file_fail(path, errno);
}

long
cli_file_read(int fd, void *buf, size_t cap)
{
	return _read(fd, buf, cap < INT_MAX ? (unsigned)cap : INT_MAX);
}

void
cli_file_close(int fd)
{
	_close(fd);
}

int
cli_open_append(const char *path)
{
	return open_fd(path, _O_WRONLY | _O_CREAT | _O_APPEND);
}

int
cli_path_taken(const char *path)
{
	return attributes(path) != INVALID_FILE_ATTRIBUTES;
}

/* --- writing -------------------------------------------------------------- */

/* A name beside path that no other writer has, malloc'd. */
static char *
beside(const char *path)
{
	size_t len = strlen(path);

	while (len > 0 && strchr("/\\:", path[len - 1]) == NULL)
		len--;
	return cli_text("%.*s.jumin-%lx-%llx", (int)len, path, jm_process_id(),
	    (unsigned long long)jm_now_ms());
}

/* Can a file be made beside path?  0 or an errno. */
static int
try_folder(const char *path)
{
	char *temp = beside(path);
	HANDLE h;
	int err = ENOMEM;

	if (temp != NULL) {
		h = open_path(temp, GENERIC_WRITE | DELETE, CREATE_NEW,
		    FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE);
		err = h == INVALID_HANDLE_VALUE ? errno : 0;
		if (h != INVALID_HANDLE_VALUE)
			CloseHandle(h);
	}
	free(temp);
	return err;
}

static int
output_is_console(void)
{
	DWORD mode;

	return GetConsoleMode(GetStdHandle(STD_OUTPUT_HANDLE), &mode) != 0;
}

int
cli_file_check(const struct cli_args *a, enum cli_kind kind)
{
	const char *path = cli_file_target(a);
	int err;

	if (path == NULL) {
		if (kind == CLI_BINARY && !cli_has(a, CLI_OUTPUT) &&
		    output_is_console())
			return cli_fail(EX_USAGE,
			    _("give a file with -o FILE, or -o - to do it "
			      "all the same"),
			    _("binary data is not written to a terminal"));
		return EX_OK;
	}
	if (path[0] == '\0')
		return cli_file_fail(path, ENOENT);
	if (is_device(path))
		return EX_OK;
	if (is_folder(path))
		return cli_file_fail(path, EISDIR);
	if (cli_path_taken(path) && !cli_has(a, CLI_FORCE))
		return cli_fail(EX_FAIL, _("--force replaces it"), "%s: %s",
		    path, strerror(EEXIST));
	err = try_folder(path);
	return err == 0 ? EX_OK : cli_file_fail(path, err);
}

/* 0 or an errno */
static int
write_all(HANDLE h, const void *data, size_t len)
{
	const uint8_t *p = data;
	DWORD n;

	while (len > 0) {
		const DWORD some = len < INT_MAX ? (DWORD)len : INT_MAX;

		if (!WriteFile(h, p, some, &n, NULL))
			return errno_of(GetLastError());
		p += n;
		len -= n;
	}
	return 0;
}

static int
write_through(const char *path, const void *data, size_t len)
{
	HANDLE h = open_path(path, GENERIC_WRITE, OPEN_EXISTING, 0);
	int err;

	if (h == INVALID_HANDLE_VALUE)
		return cli_file_fail(path, errno);
	err = write_all(h, data, len);
	CloseHandle(h);
	return err == 0 ? EX_OK : cli_file_fail(path, err);
}

/* Whom the folder lets read it. */
static int
write_open(const char *temp, const void *data, size_t len)
{
	HANDLE h =
	    open_path(temp, GENERIC_WRITE, CREATE_NEW, FILE_ATTRIBUTE_NORMAL);
	int err;

	if (h == INVALID_HANDLE_VALUE)
		return errno;
	err = write_all(h, data, len);
	if (err == 0 && !FlushFileBuffers(h))
		err = errno_of(GetLastError());
	CloseHandle(h);
	return err;
}

/* This user alone. */
static int
write_own(const char *temp, const void *data, size_t len)
{
	const jm_err e = jm_path_write(temp, data, len);

	if (e == JM_OK)
		return 0;
	return e == JM_SPACE ? ENOSPC : EIO;
}

/* Give the finished file its name: 0 or an errno. */
static int
publish(const char *temp, const char *path, int force)
{
	wchar_t *from = jm_wide(temp), *to = jm_wide(path);
	int err = ENOMEM;

	if (from != NULL && to != NULL)
		err = MoveFileExW(from, to,
			  MOVEFILE_WRITE_THROUGH |
			      (force ? MOVEFILE_REPLACE_EXISTING : 0))
			  ? 0
			  : errno_of(GetLastError());
	free(from);
	free(to);
	return err;
}

static void
remove_path(const char *path)
{
	wchar_t *wide = jm_wide(path);

	if (wide != NULL)
		(void)DeleteFileW(wide);
	free(wide);
}

static int
write_whole(const char *path, int force, const void *data, size_t len, int own)
{
	char *temp = beside(path);
	int err;

	if (temp == NULL)
		return cli_file_fail(path, ENOMEM);
	err = own ? write_own(temp, data, len) : write_open(temp, data, len);
	if (err == 0)
		err = publish(temp, path, force);
	if (err != 0)
		remove_path(temp);
	free(temp);
	return err == 0 ? EX_OK : cli_file_fail(path, err);
}

int
cli_file_write(const struct cli_args *a, const void *data, size_t len, int own)
{
	const char *path = cli_file_target(a);
	int code;

	if (path == NULL) {
		fwrite(data, 1, len, stdout); /* cli_end looks for errors */
		return EX_OK;
	}
	if (is_device(path))
		return write_through(path, data, len);
	/* Ctrl-C in between would leave the temporary file. */
	(void)SetConsoleCtrlHandler(NULL, TRUE);
	code = write_whole(path, cli_has(a, CLI_FORCE), data, len, own);
	(void)SetConsoleCtrlHandler(NULL, FALSE);
	return code;
}
