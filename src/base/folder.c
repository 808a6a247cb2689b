/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is the same on each platform. */
#include <stdio.h>
#include <string.h>

#include "base/folder_impl.h"
#include "base/os.h"

#define NEW_TRIES 8

jm_err
jm_folder_member(
    enum jm_folder_kind kind, const char *name, char *out, size_t cap)
{
	char folder[JM_FOLDER_PATH_MAX];
	jm_err e;
	int n;

	out[0] = '\0';
	if ((e = jm_folder_path(kind, folder)) != JM_OK)
		return e;
	n = snprintf(out, cap, "%s%c%s", folder, folder_separator, name);
	if (n > 0 && (size_t)n < cap)
		return JM_OK;
	out[0] = '\0';
	return JM_SPACE;
}

const char *
jm_folder_name_in(enum jm_folder_kind kind, const char *path)
{
	char folder[JM_FOLDER_PATH_MAX];
	const char *name;
	size_t n = 0;

	if (jm_folder_path(kind, folder) != JM_OK)
		return NULL;
	while (folder[n] != '\0' && folder_same(path[n], folder[n]))
		n++;
	if (folder[n] != '\0' || !folder_same(path[n], folder_separator))
		return NULL;
	name = path + n + 1;
	for (const char *p = name; *p != '\0'; p++)
		if (folder_same(*p, folder_separator))
			return NULL;
	return name;
}

jm_err
jm_folder_read(
    int folder, const char *name, uint8_t *buf, size_t cap, size_t *len)
{
	struct jm_file_info info;
	jm_err e;
	int fd;

	*len = 0;
	if ((e = jm_folder_file(folder, name, &fd, &info)) != JM_OK)
		return e;
	e = info.size > cap ? JM_SPACE : jm_fd_read(fd, buf, cap, len);
	jm_fd_close(fd);
	return e;
}

/* A file under a name that no other writer has. */
static jm_err
open_new(int folder, size_t len, char *name, size_t cap, int *fd)
{
	jm_err e = JM_EXISTS;

	for (int i = 0; e == JM_EXISTS && i < NEW_TRIES; i++) {
		snprintf(name, cap, JM_FOLDER_NEW "%lx-%llx-%d",
		    jm_process_id(), (unsigned long long)jm_now_ms(), i);
		e = folder_create(folder, name, len, fd);
	}
	return e == JM_EXISTS ? JM_IO : e;
}

/* The file that was there, if any, to its other name; back on failure. */
static jm_err
exchange(int folder, const char *fresh, const char *name, const char *backup)
{
	int moved = 0;
	jm_err e;

	if (backup != NULL) {
		e = jm_folder_rename(folder, name, backup);
		if (e != JM_OK && e != JM_NOT_FOUND)
			return e;
		moved = e == JM_OK;
	}
	e = jm_folder_rename(folder, fresh, name);
	if (e != JM_OK && moved)
		(void)!jm_folder_rename(folder, backup, name);
	return e == JM_NOT_FOUND ? JM_IO : e;
}

static jm_err
put(int folder, const char *name, const char *backup, const uint8_t *data,
    size_t len, int lasting)
{
	char fresh[64];
	jm_err e, closed;
	int fd;

	if ((e = open_new(folder, len, fresh, sizeof fresh, &fd)) != JM_OK)
		return e;
	e = folder_write(fd, data, len);
	if (e == JM_OK && lasting)
		e = folder_flush(fd);
	closed = folder_finish(fd);
	if (e == JM_OK)
		e = closed;
	if (e == JM_OK)
		e = exchange(folder, fresh, name, backup);
	if (e != JM_OK)
		(void)!jm_folder_remove(folder, fresh);
	else if (lasting)
		e = jm_folder_sync(folder);
	return e;
}

jm_err
jm_folder_write(int folder, const char *name, const char *backup,
    const uint8_t *data, size_t len)
{
	return put(folder, name, backup, data, len, 1);
}

jm_err
jm_folder_put(int folder, const char *name, const uint8_t *data, size_t len)
{
	return put(folder, name, NULL, data, len, 0);
}
