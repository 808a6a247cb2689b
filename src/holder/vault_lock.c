/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One at a time in the vaults' folder. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/os.h"
#include "holder/vault_impl.h"

#define NAME    "lock"
#define STEP_MS 20

struct nym_lock {
	int fd;
};

/* Is the file that is locked still the one of that name? */
static int
still_there(int folder, int fd)
{
	struct stat mine, there;

	return fstat(fd, &mine) == 0 && jm_folder_good(&mine) &&
	       fstatat(folder, NAME, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

static jm_err
try_lock(int folder, int *fd)
{
	jm_err e = JM_OK;

	*fd = openat(folder, NAME,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
	    0600);
	if (*fd < 0)
		return errno == ENOSPC || errno == EDQUOT ? JM_SPACE : JM_IO;
	if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
		e = errno == EWOULDBLOCK || errno == EINTR ? JM_FILE_BUSY
							   : JM_IO;
	else if (!still_there(folder, *fd))
		e = JM_IO;
	if (e != JM_OK) {
		close(*fd);
		*fd = -1;
	}
	return e;
}

/* What a writer that was killed left half written. */
static jm_err
sweep(int folder, const char *name, void *arg)
{
	(void)arg;
	if (strncmp(name, JM_FOLDER_NEW, sizeof JM_FOLDER_NEW - 1) == 0)
		(void)unlinkat(folder, name, 0);
	return JM_OK;
}

jm_err
nym_lock_take(unsigned ms, struct nym_lock **out)
{
	const uint64_t end = jm_now_ms() + ms;
	struct nym_lock *lock = NULL;
	int folder = -1, fd = -1;
	jm_err e;

	*out = NULL;
	if ((e = jm_folder_open(JM_FOLDER_NYM, 1, &folder)) != JM_OK)
		return e;
	if ((lock = calloc(1, sizeof *lock)) == NULL) {
		e = JM_NOMEM;
		goto out;
	}
	while ((e = try_lock(folder, &fd)) == JM_FILE_BUSY && jm_now_ms() < end)
		jm_sleep_ms(STEP_MS);
	if (e == JM_OK)
		e = jm_folder_each(folder, sweep, NULL);
	if (e != JM_OK) {
		if (fd >= 0)
			close(fd);
		goto out;
	}
	lock->fd = fd;
	*out = lock;
	lock = NULL;
out:
	free(lock);
	close(folder);
	return e;
}

void
nym_lock_free(struct nym_lock **lock)
{
	if (*lock == NULL)
		return;
	/* A child that was forked meanwhile has the descriptor, too. */
	(void)flock((*lock)->fd, LOCK_UN);
	close((*lock)->fd);
	free(*lock);
	*lock = NULL;
}
