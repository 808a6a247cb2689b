/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The folder is opened anew by each call and everything in it is reached from
 * that descriptor, so a path that changes meanwhile leads nowhere else.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/os.h"
#include "objects/cache.h"

#define SUBFOLDER "jumin"
#define DAY       (24 * 60 * 60)
#define NEW       "new-" /* a file on its way */
#define NEW_AGE   (60 * 60)
#define NEW_TRIES 8

/* What lies above the folder.  0: there is no such place for this program. */
static int
base_path(char out[JM_CACHE_PATH_MAX], const char *tail)
{
	const char *xdg = jm_getenv("XDG_CACHE_HOME");
	const char *home = jm_getenv("HOME");
	int n;

	/* A relative one is to be ignored (XDG Base Directory, 0.8). */
	if (xdg != NULL && xdg[0] == '/')
		n = snprintf(out, JM_CACHE_PATH_MAX, "%s%s", xdg, tail);
	else if (home != NULL && home[0] == '/')
		n = snprintf(out, JM_CACHE_PATH_MAX, "%s/.cache%s", home, tail);
	else
		n = -1;
	return n > 0 && n < JM_CACHE_PATH_MAX;
}

static int
ours_alone(const struct stat *st)
{
	return st->st_uid == geteuid() && (st->st_mode & 077) == 0;
}

static int
good_file(const struct stat *st)
{
	/* None is left of one that another program just replaced: it is as
	 * good as the new one, which must not be taken for it. */
	return S_ISREG(st->st_mode) && ours_alone(st) && st->st_nlink <= 1 &&
	       st->st_size > 0 && st->st_size <= JM_CACHE_FILE_MAX;
}

/* What lies above the folder, where that is missing in a place of this user's
 * or the system's: root with a user's HOME would shut the user out. */
static void
make_base(const char *path)
{
	char above[JM_CACHE_PATH_MAX];
	struct stat st;
	size_t n;

	(void)snprintf(above, sizeof above, "%s", path);
	for (n = strlen(above); n > 1 && above[n - 1] == '/';)
		above[--n] = '\0';
	while (n > 1 && above[n - 1] != '/')
		n--;
	above[n] = '\0';
	if (stat(above, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid()))
		(void)mkdir(path, 0700);
}

/*
 * Descriptor of the folder, or -1 and errno.  Only who owns what is above it
 * makes one: root with another user's HOME would make one the user cannot use.
 */
static int
open_folder(int create)
{
	char path[JM_CACHE_PATH_MAX];
	struct stat st;
	int base, fd;

	errno = ENOENT;
	if (!base_path(path, ""))
		return -1;
	if (create)
		make_base(path);
	if ((base = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		if (errno == ENOTDIR)
			errno = ENOENT;
		return -1;
	}
	if (create && fstat(base, &st) == 0 && st.st_uid == geteuid())
		(void)mkdirat(base, SUBFOLDER, 0700);
	fd = openat(
	    base, SUBFOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(base);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || !ours_alone(&st)) {
		close(fd);
		errno = EPERM;
		return -1;
	}
	return fd;
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
	return strncmp(s, NEW, sizeof NEW - 1) == 0;
}

static int
older_than(const struct stat *st, time_t seconds)
{
	return time(NULL) - st->st_mtime > seconds;
}

static void
discard(int folder, const char *name, const char *why)
{
	/* A folder of that name is nobody's doing but the user's. */
	if (unlinkat(folder, name, 0) == 0)
		jm_log(JM_LOG_DEBUG, "cache: a file was removed: %s", why);
}

/*
 * For each name in the folder; f returns 0 to stop.  The stream has a
 * descriptor of its own.
 */
static void
each_name(
    int folder, int (*f)(int folder, const char *name, void *arg), void *arg)
{
	const struct dirent *d;
	DIR *dir;
	int fd;

	if ((fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return;
	if ((dir = fdopendir(fd)) == NULL) {
		close(fd);
		return;
	}
	while ((d = readdir(dir)) != NULL && f(folder, d->d_name, arg))
		;
	closedir(dir);
}

/* *got: bytes, up to cap. */
static int
read_all(int fd, uint8_t *buf, size_t cap, size_t *got)
{
	*got = 0;
	while (*got < cap) {
		const ssize_t n = read(fd, buf + *got, cap - *got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	return 0;
}

/* Removes what is not to be trusted.  used: it is asked for by a card. */
static jm_err
read_file(int folder, const char *name, int used, uint8_t *buf, size_t *len)
{
	/* O_NONBLOCK: nobody writes to a FIFO of that name. */
	const int flags =
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	const int fd = openat(folder, name, flags);
	struct stat st;
	const char *bad = NULL;

	*len = 0;
	if (fd < 0 && errno == ENOENT)
		return JM_NOT_FOUND;
	if (fd < 0 || fstat(fd, &st) != 0 || !good_file(&st))
		bad = "not this user's alone";
	else if (older_than(&st, (time_t)JM_CACHE_DAYS * DAY))
		bad = "not used for long";
	else if (read_all(fd, buf, JM_CACHE_FILE_MAX, len) != 0)
		bad = "not readable";
	else if (used && older_than(&st, DAY))
		(void)futimens(fd, NULL);
	if (fd >= 0)
		close(fd);
	if (bad == NULL)
		return JM_OK;
	*len = 0;
	discard(folder, name, bad);
	return JM_NOT_FOUND;
}

static int
could_answer(int folder, const char *name, void *arg)
{
	int *any = arg;
	struct stat st;

	if (!is_name(name) ||
	    fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 1;
	if (good_file(&st) && !older_than(&st, (time_t)JM_CACHE_DAYS * DAY)) {
		*any = 1;
		return 0;
	}
	discard(folder, name, "not this user's alone, or not used for long");
	return 1;
}

int
jm_cache_any(void)
{
	const int folder = open_folder(0);
	int any = 0;

	if (folder < 0)
		return 0;
	each_name(folder, could_answer, &any);
	close(folder);
	return any;
}

jm_err
jm_cache_load(const char *name, uint8_t *buf, size_t *len)
{
	const int folder = open_folder(0);
	jm_err e = JM_NOT_FOUND;

	*len = 0;
	if (folder < 0)
		return e;
	if (is_name(name))
		e = read_file(folder, name, 1, buf, len);
	close(folder);
	return e;
}

/* A host with a limit on files would be killed by a write beyond it. */
static int
within_limit(size_t len)
{
	struct rlimit r;

	return getrlimit(RLIMIT_FSIZE, &r) == 0 &&
	       (r.rlim_cur == RLIM_INFINITY || r.rlim_cur >= len);
}

static int
write_all(int fd, const uint8_t *p, size_t len)
{
	while (len > 0) {
		const ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* A file under a name that no other writer has.  -1: none. */
static int
open_new(int folder, char *name, size_t cap)
{
	int fd = -1;

	for (int i = 0; fd < 0 && i < NEW_TRIES; i++) {
		snprintf(name, cap, NEW "%lx-%llx-%d", jm_process_id(),
		    (unsigned long long)jm_now_ms(), i);
		fd = openat(folder, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

static int
put_file(int folder, const char *name, const uint8_t *data, size_t len)
{
	char fresh[64];
	const int fd = open_new(folder, fresh, sizeof fresh);
	int bad;

	if (fd < 0)
		return -1;
	bad = write_all(fd, data, len) != 0;
	bad |= close(fd) != 0;
	if (bad || renameat(folder, fresh, folder, name) != 0) {
		(void)unlinkat(folder, fresh, 0);
		return -1;
	}
	return 0;
}

struct sweep {
	uint8_t *buf;
	unsigned files;
	struct timespec when; /* of the one unused for longest */
	char oldest[JM_CACHE_NAME];
};

static int
before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec
				      : a->tv_nsec < b->tv_nsec;
}

static int
sweep_one(int folder, const char *name, void *arg)
{
	struct sweep *s = arg;
	struct stat st;
	size_t len;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 1;
	if (is_new(name) && older_than(&st, NEW_AGE))
		discard(folder, name, "left over");
	if (!is_name(name) || read_file(folder, name, 0, s->buf, &len) != JM_OK)
		return 1;
	if (jm_cache_stale(s->buf, len, time(NULL))) {
		discard(folder, name, "broken or expired");
		return 1;
	}
	if (s->files++ == 0 || before(&st.st_mtim, &s->when)) {
		s->when = st.st_mtim;
		memcpy(s->oldest, name, JM_CACHE_NAME);
	}
	return 1;
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
		each_name(folder, sweep_one, &s);
		if (s.files <= JM_CACHE_FILES_MAX)
			break;
		discard(folder, s.oldest, "too many");
	}
	free(s.buf);
}

void
jm_cache_store(const char *name, const uint8_t *data, size_t len)
{
	int folder;

	if (!is_name(name) || len > JM_CACHE_FILE_MAX || !within_limit(len))
		return;
	if ((folder = open_folder(1)) < 0) {
		jm_log(JM_LOG_DEBUG, "cache: no folder: %s", strerror(errno));
		return;
	}
	if (put_file(folder, name, data, len) != 0)
		jm_log(JM_LOG_DEBUG, "cache: not written: %s", strerror(errno));
	else
		sweep(folder);
	close(folder);
}

void
jm_cache_drop(const char *name)
{
	const int folder = open_folder(0);

	if (folder < 0)
		return;
	if (is_name(name))
		discard(folder, name, "it is not this card's");
	close(folder);
}

struct clear {
	unsigned n;
	int failed;
};

static int
clear_one(int folder, const char *name, void *arg)
{
	struct clear *c = arg;

	if (!is_name(name) && !is_new(name))
		return 1;
	if (unlinkat(folder, name, 0) == 0)
		c->n += is_name(name) != 0;
	else if (errno != ENOENT)
		c->failed = 1;
	return 1;
}

jm_err
jm_cache_clear(unsigned *n, char *path, size_t cap)
{
	char full[JM_CACHE_PATH_MAX];
	struct clear c = { 0, 0 };
	int folder;

	*n = 0;
	if (!base_path(full, "/" SUBFOLDER))
		full[0] = '\0';
	snprintf(path, cap, "%s", full);
	if ((folder = open_folder(0)) < 0)
		return errno == ENOENT ? JM_OK : JM_IO;
	each_name(folder, clear_one, &c);
	close(folder);
	*n = c.n;
	return c.failed ? JM_IO : JM_OK;
}
