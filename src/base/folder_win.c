/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A folder that is open cannot be moved, for its handle shares no deletion, and
 * so cannot what lies above it; what is in it is reached by its final path.
 */
#include "base/folder_win.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "base/access.h"
#include "base/wide.h"

#define BASE      L"LOCALAPPDATA"
#define STEPS     2
#define ALL_SHARE (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define LOOK      (FILE_READ_ATTRIBUTES | READ_CONTROL)
#define OF_FOLDER (FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
#define QUOTA     1295               /* ERROR_DISK_QUOTA_EXCEEDED */
#define EPOCH     116444736000000000 /* 1970, in 100 ns since 1601 */

const char folder_separator = '\\';

static const wchar_t *const step[][STEPS] = {
	[JM_FOLDER_CACHE] = { L"\\Jumin", L"\\cache" },
	[JM_FOLDER_NYM] = { L"\\Jumin", L"\\nym" },
	[JM_FOLDER_SIGN] = { L"\\Jumin", L"\\sign" },
};

int
folder_same(char a, char b)
{
	const char sets[] = { a, b };
	char plain[2];

	for (int i = 0; i < 2; i++) {
		plain[i] = sets[i] == '/' ? '\\' : sets[i];
		if (plain[i] >= 'A' && plain[i] <= 'Z')
			plain[i] = (char)(plain[i] + ('a' - 'A'));
	}
	return plain[0] == plain[1];
}

jm_err
folder_err(DWORD code)
{
	switch (code) {
	case ERROR_SUCCESS: return JM_OK;
	case ERROR_FILE_NOT_FOUND:
	case ERROR_PATH_NOT_FOUND: return JM_NOT_FOUND;
	case ERROR_FILE_EXISTS:
	case ERROR_ALREADY_EXISTS: return JM_EXISTS;
	case ERROR_DISK_FULL:
	case ERROR_HANDLE_DISK_FULL:
	case QUOTA:
	case ERROR_FILE_TOO_LARGE: return JM_SPACE;
	case ERROR_NOT_ENOUGH_MEMORY:
	case ERROR_OUTOFMEMORY: return JM_NOMEM;
	default: return JM_IO;
	}
}

HANDLE
folder_handle_of(int fd)
{
	return (HANDLE)_get_osfhandle(fd);
}

/* The handle becomes a descriptor, or is closed. */
jm_err
folder_take(HANDLE h, int flags, int *fd)
{
	*fd = _open_osfhandle((intptr_t)h, flags | _O_BINARY | _O_NOINHERIT);
	if (*fd >= 0)
		return JM_OK;
	(void)CloseHandle(h);
	return JM_NOMEM;
}

HANDLE
folder_handle(
    const wchar_t *path, DWORD access, DWORD share, DWORD how, DWORD flags)
{
	SECURITY_ATTRIBUTES mine = { .nLength = sizeof mine };
	const int makes = how != OPEN_EXISTING;
	HANDLE h;
	DWORD code;

	if (makes && access_new(&mine.lpSecurityDescriptor) != JM_OK) {
		SetLastError(ERROR_ACCESS_DENIED);
		return INVALID_HANDLE_VALUE;
	}
	h = CreateFileW(path, access, share, makes ? &mine : NULL, how,
	    flags | FILE_ATTRIBUTE_NORMAL, NULL);
	code = GetLastError();
	if (makes)
		access_free(&mine.lpSecurityDescriptor);
	SetLastError(code);
	return h;
}

/* --- the folder ----------------------------------------------------------- */

/* What lies above, absolute; memory to free.  NULL: this program has none. */
static wchar_t *
base_path(void)
{
	wchar_t *path;
	DWORD n = GetEnvironmentVariableW(BASE, NULL, 0), got;

	if (n < sizeof "C:\\" || n > JM_FOLDER_PATH_MAX ||
	    (path = calloc(JM_FOLDER_PATH_MAX + 32, sizeof *path)) == NULL)
		return NULL;
	got = GetEnvironmentVariableW(BASE, path, n);
	if (got == n - 1 && ((path[1] == L':' && path[2] == L'\\') ||
				(path[0] == L'\\' && path[1] == L'\\'))) {
		while (got > 0 && path[got - 1] == L'\\')
			path[--got] = L'\0';
		return path;
	}
	free(path);
	return NULL;
}

jm_err
jm_folder_path(enum jm_folder_kind kind, char out[JM_FOLDER_PATH_MAX])
{
	wchar_t *path = base_path();
	int ok = 0;

	out[0] = '\0';
	if (path != NULL) {
		for (size_t i = 0; i < STEPS; i++)
			(void)wcscat(path, step[kind][i]);
		ok = jm_narrow(path, out, JM_FOLDER_PATH_MAX);
	}
	free(path);
	return ok ? JM_OK : JM_NOT_FOUND;
}

static int
is_folder(HANDLE h)
{
	BY_HANDLE_FILE_INFORMATION info;

	return GetFileInformationByHandle(h, &info) &&
	       (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 &&
	       (info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0;
}

/* One step down: path is made if need be and opened. */
static jm_err
step_down(const wchar_t *path, int create, HANDLE *out)
{
	SECURITY_ATTRIBUTES mine = { .nLength = sizeof mine };
	HANDLE h;

	*out = INVALID_HANDLE_VALUE;
	if (create) {
		if (access_new(&mine.lpSecurityDescriptor) != JM_OK)
			return JM_IO;
		(void)CreateDirectoryW(path, &mine);
		access_free(&mine.lpSecurityDescriptor);
	}
	h = folder_handle(path, LOOK | FILE_LIST_DIRECTORY,
	    FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING, OF_FOLDER);
	if (h == INVALID_HANDLE_VALUE)
		return folder_err(GetLastError()) == JM_NOT_FOUND && !create
			   ? JM_NOT_FOUND
			   : JM_IO;
	if (!is_folder(h) || !access_is_mine(h)) {
		(void)CloseHandle(h);
		return JM_IO;
	}
	*out = h;
	return JM_OK;
}

jm_err
jm_folder_open(enum jm_folder_kind kind, int create, int *fd)
{
	HANDLE above = INVALID_HANDLE_VALUE, h = INVALID_HANDLE_VALUE;
	wchar_t *path = base_path();
	jm_err e = JM_OK;

	*fd = -1;
	if (path == NULL)
		return JM_NOT_FOUND;
	for (size_t i = 0; e == JM_OK && i < STEPS; i++) {
		(void)wcscat(path, step[kind][i]);
		e = step_down(path, create, &h);
		if (above != INVALID_HANDLE_VALUE)
			(void)CloseHandle(above);
		above = h;
	}
	free(path);
	return e == JM_OK ? folder_take(h, _O_RDONLY, fd) : e;
}

void
jm_folder_close(int fd)
{
	(void)_close(fd);
}

/* The path of what is in it; memory to free.  NULL: no name, or no memory. */
wchar_t *
folder_path_in(int folder, const char *name)
{
	HANDLE h = folder_handle_of(folder);
	wchar_t *path = NULL, *wide;
	DWORD n;

	if (name[0] == '\0' || strpbrk(name, "/\\:") != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    (wide = jm_wide(name)) == NULL)
		return NULL;
	n = h == INVALID_HANDLE_VALUE
		? 0
		: GetFinalPathNameByHandleW(h, NULL, 0, 0); /* with its NUL */
	if (n > 0)
		path = calloc(n + 1 + wcslen(wide), sizeof *path);
	if (path != NULL) {
		const DWORD got = GetFinalPathNameByHandleW(h, path, n, 0);

		if (got > 0 && got < n) {
			path[got] = L'\\';
			(void)wcscpy(path + got + 1, wide);
		} else {
			free(path);
			path = NULL;
		}
	}
	free(wide);
	return path;
}

/* --- reading -------------------------------------------------------------- */

static int64_t
nanoseconds(const FILETIME *t)
{
	const uint64_t hundreds =
	    (uint64_t)t->dwHighDateTime << 32 | t->dwLowDateTime;
	const uint64_t most = INT64_MAX / 100 + (uint64_t)EPOCH;

	if (hundreds >= most)
		return INT64_MAX;
	return ((int64_t)hundreds - EPOCH) * 100;
}

static int
is_regular(HANDLE h, const BY_HANDLE_FILE_INFORMATION *info)
{
	return GetFileType(h) == FILE_TYPE_DISK &&
	       (info->dwFileAttributes &
		   (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT |
		       FILE_ATTRIBUTE_DEVICE)) == 0;
}

int
folder_look(HANDLE h, int *regular, struct jm_file_info *out)
{
	BY_HANDLE_FILE_INFORMATION info;

	memset(out, 0, sizeof *out);
	*regular = 0;
	if (!GetFileInformationByHandle(h, &info))
		return 0;
	*regular = is_regular(h, &info);
	out->size = (uint64_t)info.nFileSizeHigh << 32 | info.nFileSizeLow;
	out->mtime = nanoseconds(&info.ftLastWriteTime);
	out->volume = info.dwVolumeSerialNumber;
	out->number = (uint64_t)info.nFileIndexHigh << 32 | info.nFileIndexLow;
	out->good = *regular && info.nNumberOfLinks <= 1 && access_is_mine(h);
	return 1;
}

/* Open and looked at; any: of whatever owner.  path is freed. */
static jm_err
open_file(wchar_t *path, DWORD access, DWORD flags, int any, HANDLE *out,
    struct jm_file_info *info)
{
	int regular;
	HANDLE h;

	*out = INVALID_HANDLE_VALUE;
	memset(info, 0, sizeof *info);
	if (path == NULL)
		return JM_IO;
	h = folder_handle(path, access, ALL_SHARE, OPEN_EXISTING, flags);
	free(path);
	if (h == INVALID_HANDLE_VALUE)
		return folder_err(GetLastError()) == JM_NOT_FOUND ? JM_NOT_FOUND
								  : JM_IO;
	if (folder_look(h, &regular, info) && (any ? regular : info->good)) {
		*out = h;
		return JM_OK;
	}
	(void)CloseHandle(h);
	return JM_IO;
}

jm_err
jm_folder_info(int folder, const char *name, struct jm_file_info *out)
{
	wchar_t *path = folder_path_in(folder, name);
	int regular, known;
	HANDLE h;

	memset(out, 0, sizeof *out);
	if (path == NULL)
		return JM_IO;
	h = folder_handle(path, LOOK, ALL_SHARE, OPEN_EXISTING, OF_FOLDER);
	free(path);
	if (h == INVALID_HANDLE_VALUE)
		return folder_err(GetLastError()) == JM_NOT_FOUND ? JM_NOT_FOUND
								  : JM_IO;
	known = folder_look(h, &regular, out);
	(void)CloseHandle(h);
	return known ? JM_OK : JM_IO;
}

jm_err
jm_folder_file(int folder, const char *name, int *fd, struct jm_file_info *info)
{
	jm_err e;
	HANDLE h;

	*fd = -1;
	e = open_file(folder_path_in(folder, name),
	    GENERIC_READ | FILE_WRITE_ATTRIBUTES, FILE_FLAG_OPEN_REPARSE_POINT,
	    0, &h, info);
	return e == JM_OK ? folder_take(h, _O_RDONLY, fd) : e;
}

jm_err
jm_path_open(const char *path, int *fd, struct jm_file_info *info)
{
	jm_err e;
	HANDLE h;

	*fd = -1;
	e = open_file(jm_wide(path), GENERIC_READ, 0, 1, &h, info);
	return e == JM_OK ? folder_take(h, _O_RDONLY, fd) : e;
}

void
jm_fd_touch(int fd)
{
	FILETIME now;

	GetSystemTimeAsFileTime(&now);
	(void)SetFileTime(folder_handle_of(fd), NULL, NULL, &now);
}

void
jm_fd_close(int fd)
{
	(void)_close(fd);
}

jm_err
jm_fd_read(int fd, uint8_t *buf, size_t cap, size_t *len)
{
	*len = 0;
	while (*len < cap) {
		const size_t left = cap - *len;
		DWORD n = 0;

		if (!ReadFile(folder_handle_of(fd), buf + *len,
			left > INT32_MAX ? INT32_MAX : (DWORD)left, &n, NULL)) {
			*len = 0;
			return JM_IO;
		}
		if (n == 0)
			break;
		*len += n;
	}
	return JM_OK;
}

jm_err
jm_folder_each(int folder,
    jm_err (*each)(int folder, const char *name, void *arg), void *arg)
{
	wchar_t *path = folder_path_in(folder, "*");
	WIN32_FIND_DATAW *found = malloc(sizeof *found);
	char name[JM_FOLDER_PATH_MAX];
	HANDLE search = INVALID_HANDLE_VALUE;
	jm_err e = path == NULL || found == NULL ? JM_IO : JM_OK;

	if (e != JM_OK)
		goto out;
	search = FindFirstFileW(path, found);
	if (search == INVALID_HANDLE_VALUE) {
		e = JM_IO; /* even an empty one has "." */
		goto out;
	}
	do {
		if (found->cFileName[0] != L'.' &&
		    jm_narrow(found->cFileName, name, sizeof name))
			e = each(folder, name, arg);
	} while (e == JM_OK && FindNextFileW(search, found));
	(void)FindClose(search);
out:
	free(found);
	free(path);
	return e;
}
