/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The folder and what makes a file believable are base/folder.h's; here is what
 * stays in it and for how long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/log.h"
#include "objects/cache.h"

#define DAY     (24 * 60 * 60)
#define NEW_AGE (60 * 60)

_Static_assert(JM_CACHE_PATH_MAX == JM_FOLDER_PATH_MAX, "one limit on paths");

static int
good_file(const struct jm_file_info *info)
{
	return info->good && info->size > 0 && info->size <= JM_CACHE_FILE_MAX;
}

/* Descriptor of the folder, or -1. */
static int
open_folder(void)
{
	int fd;

	return jm_folder_open(JM_FOLDER_CACHE, 0, &fd) == JM_OK ? fd : -1;
}

static int
is_name(const char *s)
{
	return strlen(s) == JM_CACHE_NAME - 1 &&
	       strspn(s, "0123456789abcdef") == JM_CACHE_NAME - 1;
}

static int
is_new(const char *s)
{
	return strncmp(s, JM_FOLDER_NEW, sizeof JM_FOLDER_NEW - 1) == 0;
}

static int
older_than(const struct jm_file_info *info, time_t seconds)
{
	return time(NULL) - (time_t)(info->mtime / JM_SECOND) > seconds;
}

static void
discard(int folder, const char *name, const char *why)
{
	/* A folder of that name is nobody's doing but the user's. */
	if (jm_folder_remove(folder, name) == JM_OK)
		jm_log(JM_LOG_DEBUG, "cache: a file was removed: %s", why);
}

/* Removes what is not to be trusted.  used: it is asked for by a card. */
static jm_err
read_file(int folder, const char *name, int used, uint8_t *buf, size_t *len)
{
	struct jm_file_info info;
	const char *bad = NULL;
	jm_err e;
	int fd;

	*len = 0;
	if ((e = jm_folder_file(folder, name, &fd, &info)) == JM_NOT_FOUND)
		return e;
	if (e != JM_OK || !good_file(&info))
		bad = "not this user's alone";
	else if (older_than(&info, (time_t)JM_CACHE_DAYS * DAY))
		bad = "not used for long";
	else if (jm_fd_read(fd, buf, JM_CACHE_FILE_MAX, len) != JM_OK)
		bad = "not readable";
	else if (used && older_than(&info, DAY))
		jm_fd_touch(fd);
	if (fd >= 0)
		jm_fd_close(fd);
	if (bad == NULL)
		return JM_OK;
	*len = 0;
	discard(folder, name, bad);
	return JM_NOT_FOUND;
}

static jm_err
could_answer(int folder, const char *name, void *arg)
{
	int *any = arg;
	struct jm_file_info info;

	if (!is_name(name) || jm_folder_info(folder, name, &info) != JM_OK)
		return JM_OK;
	if (good_file(&info) &&
	    !older_than(&info, (time_t)JM_CACHE_DAYS * DAY)) {
		*any = 1;
		return JM_EXISTS;
	}
	discard(folder, name, "not this user's alone, or not used for long");
	return JM_OK;
}

int
jm_cache_any(void)
{
	const int folder = open_folder();
	int any = 0;

	if (folder < 0)
		return 0;
	if (jm_folder_each(folder, could_answer, &any) == JM_IO)
		any = 0;
	jm_folder_close(folder);
	return any;
}

jm_err
jm_cache_load(const char *name, uint8_t *buf, size_t *len)
{
	const int folder = open_folder();
	jm_err e = JM_NOT_FOUND;

	*len = 0;
	if (folder < 0)
		return e;
	if (is_name(name))
		e = read_file(folder, name, 1, buf, len);
	jm_folder_close(folder);
	return e;
}

struct sweep {
	uint8_t *buf;
	unsigned files;
	int64_t when; /* of the one unused for longest */
	char oldest[JM_CACHE_NAME];
};

static jm_err
sweep_one(int folder, const char *name, void *arg)
{
	struct sweep *s = arg;
	struct jm_file_info info;
	size_t len;

	if (jm_folder_info(folder, name, &info) != JM_OK)
		return JM_OK;
	if (is_new(name) && older_than(&info, NEW_AGE))
		discard(folder, name, "left over");
	if (!is_name(name) || read_file(folder, name, 0, s->buf, &len) != JM_OK)
		return JM_OK;
	if (jm_cache_stale(s->buf, len, time(NULL))) {
		discard(folder, name, "broken or expired");
		return JM_OK;
	}
	if (s->files++ == 0 || info.mtime < s->when) {
		s->when = info.mtime;
		memcpy(s->oldest, name, JM_CACHE_NAME);
	}
	return JM_OK;
}

static void
sweep(int folder)
{
	struct sweep s = { .buf = malloc(JM_CACHE_FILE_MAX) };

	if (s.buf == NULL)
		return;
	/* One file came since the last sweep; a few when many programs write
	 * at once. */
	for (int i = 0; i < JM_CACHE_FILES_MAX; i++) {
		s.files = 0;
		if (jm_folder_each(folder, sweep_one, &s) != JM_OK ||
		    s.files <= JM_CACHE_FILES_MAX)
			break;
		discard(folder, s.oldest, "too many");
	}
	free(s.buf);
}

void
jm_cache_store(const char *name, const uint8_t *data, size_t len)
{
	jm_err e;
	int folder;

	if (!is_name(name) || len > JM_CACHE_FILE_MAX)
		return;
	if ((e = jm_folder_open(JM_FOLDER_CACHE, 1, &folder)) != JM_OK) {
		jm_log(JM_LOG_DEBUG, "cache: no folder: %s", jm_errname(e));
		return;
	}
	if ((e = jm_folder_put(folder, name, data, len)) != JM_OK)
		jm_log(JM_LOG_DEBUG, "cache: not written: %s", jm_errname(e));
	else
		sweep(folder);
	jm_folder_close(folder);
}

void
jm_cache_drop(const char *name)
{
	const int folder = open_folder();

	if (folder < 0)
		return;
	if (is_name(name))
		discard(folder, name, "it is not this card's");
	jm_folder_close(folder);
}

struct clear {
	unsigned n;
	int failed;
};

static jm_err
clear_one(int folder, const char *name, void *arg)
{
	struct clear *c = arg;
	jm_err e;

	if (!is_name(name) && !is_new(name))
		return JM_OK;
	e = jm_folder_remove(folder, name);
	if (e == JM_OK)
		c->n += is_name(name) != 0;
	else if (e != JM_NOT_FOUND)
		c->failed = 1;
	return JM_OK;
}

jm_err
jm_cache_clear(unsigned *n, char *path, size_t cap)
{
	char full[JM_FOLDER_PATH_MAX];
	struct clear c = { 0, 0 };
	int folder;
	jm_err e;

	*n = 0;
	e = jm_folder_path(JM_FOLDER_CACHE, full);
	snprintf(path, cap, "%s", e == JM_OK ? full : "");
	if ((e = jm_folder_open(JM_FOLDER_CACHE, 0, &folder)) != JM_OK)
		return e == JM_NOT_FOUND ? JM_OK : JM_IO;
	if (jm_folder_each(folder, clear_one, &c) != JM_OK)
		c.failed = 1;
	jm_folder_close(folder);
	*n = c.n;
	return c.failed ? JM_IO : JM_OK;
}
