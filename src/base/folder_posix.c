/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The folder is opened anew by each caller and everything in it is reached from
 * that descriptor, so a path that changes meanwhile leads nowhere else.
 */
#include "base/folder_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"

#define STEPS 2

const char folder_separator = '/';

static const struct place {
	const char *variable;
	const char *home[2]; /* below $HOME, each made if need be; the last is
				in place of the variable */
	const char *step[STEPS]; /* the folder itself */
	const char *tail;        /* the same as a path */
} place[] = {
	[JM_FOLDER_CACHE] = { "XDG_CACHE_HOME", { NULL, "/.cache" },
	    { "jumin", NULL }, "/jumin" },
	[JM_FOLDER_NYM] = { "XDG_DATA_HOME", { "/.local", "/.local/share" },
	    { "jumin", "nym" }, "/jumin/nym" },
	[JM_FOLDER_SIGN] = { "XDG_DATA_HOME", { "/.local", "/.local/share" },
	    { "jumin", "sign" }, "/jumin/sign" },
};

int
folder_same(char a, char b)
{
	return a == b;
}

/* What lies above the folder, and tail.  0: there is no such place for this
 * program. */
static int
base_path(char out[JM_FOLDER_PATH_MAX], const struct place *p, const char *tail)
{
	const char *xdg = jm_getenv(p->variable);
	const char *home = jm_getenv("HOME");
	int n = -1;

	/* A relative one is to be ignored (XDG Base Directory, 0.8). */
	if (xdg != NULL && xdg[0] == '/')
		n = snprintf(out, JM_FOLDER_PATH_MAX, "%s%s", xdg, tail);
	else if (home != NULL && home[0] == '/')
		n = snprintf(
		    out, JM_FOLDER_PATH_MAX, "%s%s%s", home, p->home[1], tail);
	return n > 0 && n < JM_FOLDER_PATH_MAX;
}

jm_err
jm_folder_path(enum jm_folder_kind kind, char out[JM_FOLDER_PATH_MAX])
{
	if (base_path(out, &place[kind], place[kind].tail))
		return JM_OK;
	out[0] = '\0';
	return JM_NOT_FOUND;
}

static int
ours_alone(const struct stat *st)
{
	return st->st_uid == geteuid() && (st->st_mode & 077) == 0;
}

/* A folder, where it is missing in a place of this user's or the system's: root
 * with a user's HOME would shut the user out. */
static void
make_one(const char *path)
{
	char above[JM_FOLDER_PATH_MAX];
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

/* What lies above the folder: one step, or as many as lie below $HOME. */
static void
make_base(const struct place *p, const char *path)
{
	const char *xdg = jm_getenv(p->variable);
	char first[JM_FOLDER_PATH_MAX];
	size_t n;

	if (p->home[0] != NULL && (xdg == NULL || xdg[0] != '/')) {
		n = strlen(path) - strlen(p->home[1]) + strlen(p->home[0]);
		(void)snprintf(first, sizeof first, "%.*s", (int)n, path);
		make_one(first);
	}
	make_one(path);
}

/*
 * One step down from *fd, which is closed.  Only who owns what is above a
 * folder makes it: root with another user's HOME would make one the user cannot
 * use.
 */
static int
step_down(int *fd, const char *name, int create, int last)
{
	const int above = *fd;
	struct stat st;

	if (create && fstat(above, &st) == 0 && st.st_uid == geteuid())
		(void)mkdirat(above, name, 0700);
	*fd = openat(
	    above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(above);
	if (*fd < 0)
		return -1;
	/* On the way to it nobody else may move things; it alone is closed. */
	if (fstat(*fd, &st) == 0 && st.st_uid == geteuid() &&
	    (st.st_mode & (last ? 077 : 022)) == 0)
		return 0;
	close(*fd);
	*fd = -1;
	errno = EPERM;
	return -1;
}

jm_err
jm_folder_open(enum jm_folder_kind kind, int create, int *fd)
{
	const struct place *p = &place[kind];
	char path[JM_FOLDER_PATH_MAX];

	*fd = -1;
	if (!base_path(path, p, ""))
		return JM_NOT_FOUND;
	if (create)
		make_base(p, path);
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0 && errno == ENOTDIR)
		errno = ENOENT;
	for (size_t i = 0; *fd >= 0 && i < STEPS && p->step[i] != NULL; i++)
		if (step_down(fd, p->step[i], create,
			i + 1 == STEPS || p->step[i + 1] == NULL) != 0)
			break;
	if (*fd >= 0)
		return JM_OK;
	return errno == ENOENT && !create ? JM_NOT_FOUND : JM_IO;
}

void
jm_folder_close(int fd)
{
	close(fd);
}

/* --- reading -------------------------------------------------------------- */

static int64_t
nanoseconds(const struct timespec *t)
{
	const int64_t most = INT64_MAX / JM_SECOND - 1;

	if (t->tv_sec > most || t->tv_sec < -most)
		return t->tv_sec < 0 ? INT64_MIN : INT64_MAX;
	return (int64_t)t->tv_sec * JM_SECOND + t->tv_nsec;
}

static void
take_info(const struct stat *st, struct jm_file_info *out)
{
	*out = (struct jm_file_info){
		.size = st->st_size < 0 ? 0 : (uint64_t)st->st_size,
		.mtime = nanoseconds(&st->st_mtim),
		.volume = st->st_dev,
		.number = st->st_ino,
		.good =
		    S_ISREG(st->st_mode) && ours_alone(st) && st->st_nlink <= 1,
	};
}

/* Of an open file, which is closed where it is not what it has to be. */
static jm_err
look_at(int *fd, int (*fits)(const struct stat *), struct jm_file_info *out)
{
	struct stat st;

	memset(out, 0, sizeof *out);
	if (*fd < 0)
		return errno == ENOENT ? JM_NOT_FOUND : JM_IO;
	if (fstat(*fd, &st) == 0) {
		take_info(&st, out);
		if (fits != NULL ? fits(&st) : out->good)
			return JM_OK;
	}
	close(*fd);
	*fd = -1;
	return JM_IO;
}

jm_err
jm_folder_info(int folder, const char *name, struct jm_file_info *out)
{
	struct stat st;

	memset(out, 0, sizeof *out);
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? JM_NOT_FOUND : JM_IO;
	take_info(&st, out);
	return JM_OK;
}

jm_err
jm_folder_file(int folder, const char *name, int *fd, struct jm_file_info *info)
{
	/* O_NONBLOCK: nobody writes to a FIFO of that name. */
	*fd = openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return look_at(fd, NULL, info);
}

static int
is_regular(const struct stat *st)
{
	return S_ISREG(st->st_mode);
}

jm_err
jm_path_open(const char *path, int *fd, struct jm_file_info *info)
{
	*fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return look_at(fd, is_regular, info);
}

void
jm_fd_touch(int fd)
{
	(void)futimens(fd, NULL);
}

void
jm_fd_close(int fd)
{
	close(fd);
}

jm_err
jm_fd_read(int fd, uint8_t *buf, size_t cap, size_t *len)
{
	*len = 0;
	while (*len < cap) {
		const ssize_t n = read(fd, buf + *len, cap - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*len = 0;
			return JM_IO;
		}
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	return JM_OK;
}

jm_err
jm_folder_each(int folder,
    jm_err (*each)(int folder, const char *name, void *arg), void *arg)
{
	const struct dirent *d;
	jm_err e = JM_OK;
	DIR *dir;
	int fd;

	/* The stream has a descriptor of its own. */
	if ((fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return JM_IO;
	if ((dir = fdopendir(fd)) == NULL) {
		close(fd);
		return JM_IO;
	}
	while (e == JM_OK && (d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.')
			e = each(folder, d->d_name, arg);
	closedir(dir);
	return e;
}

/* --- writing -------------------------------------------------------------- */

/* What errno says of a write. */
static jm_err
written(int bad)
{
	if (!bad)
		return JM_OK;
	return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? JM_SPACE
								    : JM_IO;
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

/* A host with a limit on files would be killed by a write beyond it. */
static int
within_limit(size_t len)
{
	struct rlimit r;

	return getrlimit(RLIMIT_FSIZE, &r) == 0 &&
	       (r.rlim_cur == RLIM_INFINITY || r.rlim_cur >= len);
}

jm_err
folder_create(int folder, const char *name, size_t len, int *fd)
{
	*fd = -1;
	if (!within_limit(len))
		return JM_SPACE;
	*fd = openat(folder, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return JM_OK;
	return errno == EEXIST ? JM_EXISTS : written(1);
}

jm_err
folder_write(int fd, const uint8_t *data, size_t len)
{
	return written(write_all(fd, data, len) != 0);
}

jm_err
folder_flush(int fd)
{
	return written(fsync(fd) != 0);
}

jm_err
folder_finish(int fd)
{
	return written(close(fd) != 0);
}

jm_err
jm_folder_remove(int folder, const char *name)
{
	if (unlinkat(folder, name, 0) == 0)
		return JM_OK;
	return errno == ENOENT ? JM_NOT_FOUND : JM_IO;
}

jm_err
jm_folder_rename(int folder, const char *from, const char *to)
{
	if (renameat(folder, from, folder, to) == 0)
		return JM_OK;
	return errno == ENOENT ? JM_NOT_FOUND : written(1);
}

jm_err
jm_folder_sync(int folder)
{
	/* EINVAL: a file system without that */
	return written(fsync(folder) != 0 && errno != EINVAL);
}

/* --- the lock ------------------------------------------------------------- */

/* Is the file that is locked still the one of that name? */
static int
still_there(int folder, const char *name, int fd)
{
	struct jm_file_info mine, there;
	struct stat st;

	if (fstat(fd, &st) != 0 ||
	    jm_folder_info(folder, name, &there) != JM_OK)
		return 0;
	take_info(&st, &mine);
	return mine.good && mine.volume == there.volume &&
	       mine.number == there.number;
}

jm_err
jm_folder_lock(int folder, const char *name, int *fd)
{
	jm_err e = JM_OK;

	*fd = openat(folder, name,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
	    0600);
	if (*fd < 0)
		return written(1);
	if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
		e = errno == EWOULDBLOCK || errno == EINTR ? JM_FILE_BUSY
							   : JM_IO;
	else if (!still_there(folder, name, *fd))
		e = JM_IO;
	if (e != JM_OK) {
		close(*fd);
		*fd = -1;
	}
	return e;
}

void
jm_folder_unlock(int fd)
{
	/* A child that was forked meanwhile has the descriptor, too. */
	(void)flock(fd, LOCK_UN);
	close(fd);
}

/* --- files anywhere ------------------------------------------------------- */

/* The name itself has to last, too. */
static jm_err
sync_above(const char *path)
{
	char above[JM_FOLDER_PATH_MAX];
	const char *slash = strrchr(path, '/');
	jm_err e;
	int fd;

	(void)snprintf(above, sizeof above, "%.*s",
	    slash == NULL ? 1 : (int)(slash - path) + 1,
	    slash == NULL ? "." : path);
	if ((fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return JM_OK; /* a folder that may be written alone */
	e = jm_folder_sync(fd);
	close(fd);
	return e;
}

jm_err
jm_path_write(const char *path, const uint8_t *data, size_t len)
{
	jm_err e, closed;
	int fd;

	if (strlen(path) >= JM_FOLDER_PATH_MAX)
		return JM_IO;
	if ((e = folder_create(AT_FDCWD, path, len, &fd)) != JM_OK)
		return e == JM_EXISTS ? JM_IO : e;
	e = folder_write(fd, data, len);
	if (e == JM_OK)
		e = folder_flush(fd);
	closed = folder_finish(fd);
	if (e == JM_OK)
		e = closed;
	if (e == JM_OK)
		e = sync_above(path);
	if (e != JM_OK)
		(void)unlink(path);
	return e;
}
