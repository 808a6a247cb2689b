/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One at a time in the vaults' folder. */
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/os.h"
#include "holder/vault_impl.h"

#define NAME    "lock"
#define STEP_MS 20

struct nym_lock {
	int fd;
};

/* What a writer that was killed left half written. */
static jm_err
sweep(int folder, const char *name, void *arg)
{
	(void)arg;
	if (strncmp(name, JM_FOLDER_NEW, sizeof JM_FOLDER_NEW - 1) == 0)
		(void)!jm_folder_remove(folder, name);
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
	while ((e = jm_folder_lock(folder, NAME, &fd)) == JM_FILE_BUSY &&
	       jm_now_ms() < end)
		jm_sleep_ms(STEP_MS);
	if (e == JM_OK)
		e = jm_folder_each(folder, sweep, NULL);
	if (e != JM_OK) {
		if (fd >= 0)
			jm_folder_unlock(fd);
		goto out;
	}
	lock->fd = fd;
	*out = lock;
	lock = NULL;
out:
	free(lock);
	jm_folder_close(folder);
	return e;
}

void
nym_lock_free(struct nym_lock **lock)
{
	if (*lock == NULL)
		return;
	jm_folder_unlock((*lock)->fd);
	free(*lock);
	*lock = NULL;
}
