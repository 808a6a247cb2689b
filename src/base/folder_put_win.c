/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What changes a folder of the user: files made, renamed, removed, locked. */
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "base/folder_win.h"
#include "base/wide.h"

#define TRIES  25 /* while another program reads what is to go */
#define TRY_MS 20

/* What a change may say. */
static jm_err
written(BOOL ok)
{
	if (ok)
		return JM_OK;
	return folder_err(GetLastError()) == JM_SPACE ? JM_SPACE : JM_IO;
}

/* --- writing -------------------------------------------------------------- */

/* path is freed. */
static jm_err
make_file(wchar_t *path, int *fd)
{
	HANDLE h;
	jm_err e;

	*fd = -1;
	if (path == NULL)
		return JM_IO;
	h = folder_handle(path, GENERIC_WRITE, FILE_SHARE_READ, CREATE_NEW, 0);
	free(path);
	if (h != INVALID_HANDLE_VALUE)
		return folder_take(h, _O_WRONLY, fd);
	e = folder_err(GetLastError());
	return e == JM_EXISTS || e == JM_SPACE ? e : JM_IO;
}

jm_err
folder_create(int folder, const char *name, size_t len, int *fd)
{
	(void)len; /* a process has no limit on files */
	return make_file(folder_path_in(folder, name), fd);
}

jm_err
folder_write(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		const DWORD part = len > INT32_MAX ? INT32_MAX : (DWORD)len;
		DWORD n = 0;

		if (!WriteFile(folder_handle_of(fd), data, part, &n, NULL))
			return written(FALSE);
		if (n == 0)
			return JM_IO;
		data += n;
		len -= n;
	}
	return JM_OK;
}

jm_err
folder_flush(int fd)
{
	return written(FlushFileBuffers(folder_handle_of(fd)));
}

jm_err
folder_finish(int fd)
{
	return _close(fd) == 0 ? JM_OK : JM_IO;
}

/* --- names ---------------------------------------------------------------- */

/* Somebody reads it just now, or a scanner does: worth another try? */
static int
is_in_use(DWORD code)
{
	return code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION ||
	       code == ERROR_LOCK_VIOLATION;
}

static int
is_there(const wchar_t *path)
{
	const DWORD a = GetFileAttributesW(path);

	return a != INVALID_FILE_ATTRIBUTES &&
	       (a & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

jm_err
jm_folder_remove(int folder, const char *name)
{
	wchar_t *path = folder_path_in(folder, name);
	DWORD code = ERROR_SUCCESS;

	if (path == NULL)
		return JM_IO;
	for (int i = 0; i < TRIES; i++) {
		if (DeleteFileW(path)) {
			code = ERROR_SUCCESS;
			break;
		}
		code = GetLastError();
		if (!is_in_use(code) || !is_there(path))
			break;
		Sleep(TRY_MS);
	}
	free(path);
	if (code == ERROR_SUCCESS)
		return JM_OK;
	return folder_err(code) == JM_NOT_FOUND ? JM_NOT_FOUND : JM_IO;
}

jm_err
jm_folder_rename(int folder, const char *from, const char *to)
{
	wchar_t *a = folder_path_in(folder, from);
	wchar_t *b = folder_path_in(folder, to);
	DWORD code = ERROR_SUCCESS;
	jm_err e = JM_IO;

	for (int i = 0; a != NULL && b != NULL && i < TRIES; i++) {
		if (MoveFileExW(a, b,
			MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
			e = JM_OK;
			break;
		}
		code = GetLastError();
		e = folder_err(code);
		if (!is_in_use(code) || !is_there(a))
			break;
		Sleep(TRY_MS);
	}
	free(a);
	free(b);
	return e == JM_OK || e == JM_NOT_FOUND || e == JM_SPACE ? e : JM_IO;
}

jm_err
jm_folder_sync(int folder)
{
	(void)folder; /* each rename was written through */
	return JM_OK;
}

/* --- the lock ------------------------------------------------------------- */

static jm_err
lock_handle(HANDLE h)
{
	OVERLAPPED first = { .Offset = 0 };
	struct jm_file_info info;
	int regular;

	if (!folder_look(h, &regular, &info) || !info.good)
		return JM_IO;
	if (LockFileEx(h, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &first))
		return JM_OK;
	return GetLastError() == ERROR_LOCK_VIOLATION ||
		       GetLastError() == ERROR_IO_PENDING
		   ? JM_FILE_BUSY
		   : JM_IO;
}

jm_err
jm_folder_lock(int folder, const char *name, int *fd)
{
	wchar_t *path = folder_path_in(folder, name);
	HANDLE h;
	jm_err e;

	*fd = -1;
	if (path == NULL)
		return JM_IO;
	/* It shares no deletion: what is locked keeps its name. */
	h = folder_handle(path, GENERIC_READ | GENERIC_WRITE,
	    FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_ALWAYS,
	    FILE_FLAG_OPEN_REPARSE_POINT);
	free(path);
	if (h == INVALID_HANDLE_VALUE)
		return written(FALSE);
	if ((e = lock_handle(h)) == JM_OK)
		return folder_take(h, _O_RDWR, fd);
	(void)CloseHandle(h);
	return e;
}

void
jm_folder_unlock(int fd)
{
	OVERLAPPED first = { .Offset = 0 };

	(void)UnlockFileEx(folder_handle_of(fd), 0, 1, 0, &first);
	(void)_close(fd);
}

/* --- files anywhere ------------------------------------------------------- */

jm_err
jm_path_write(const char *path, const uint8_t *data, size_t len)
{
	jm_err e, closed;
	wchar_t *wide;
	int fd;

	if ((e = make_file(jm_wide(path), &fd)) != JM_OK)
		return e == JM_EXISTS ? JM_IO : e;
	e = folder_write(fd, data, len);
	if (e == JM_OK)
		e = folder_flush(fd);
	closed = folder_finish(fd);
	if (e == JM_OK)
		e = closed;
	if (e != JM_OK && (wide = jm_wide(path)) != NULL) {
		(void)DeleteFileW(wide);
		free(wide);
	}
	return e;
}
