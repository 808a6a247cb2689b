/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A folder of this user alone and the files in it, for what other users must
 * neither read nor plant: the cache of certificates, vaults, indexes.
 *
 * The folder is 0700 and this user's (effective id), a file 0600, regular and
 * with one link; what is not, is not believed.  Paths are opened step by step
 * below the folder's descriptor, links are not followed.  A set-uid or set-gid
 * program has no such folder.
 */
#ifndef JM_BASE_FOLDER_H
#define JM_BASE_FOLDER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"

#define JM_FOLDER_PATH_MAX 512    /* bytes with the NUL; no folder beyond it */
#define JM_FOLDER_NEW      "new-" /* so begins the name of a file on its way */

enum jm_folder_kind {
	JM_FOLDER_CACHE, /* $XDG_CACHE_HOME/jumin, else $HOME/.cache/jumin */
	JM_FOLDER_NYM    /* $XDG_DATA_HOME/jumin/nym, else
			    $HOME/.local/share/jumin/nym */
};

/* Its name, there or not.  JM_NOT_FOUND: this program has none. */
jm_err jm_folder_path(
    enum jm_folder_kind kind, char out[JM_FOLDER_PATH_MAX]) JM_MUST_USE;

/* A descriptor to close; made with its parents when create is set.
 *   JM_NOT_FOUND  there is none
 *   JM_IO         it is not this user's alone, or cannot be made */
jm_err jm_folder_open(
    enum jm_folder_kind kind, int create, int *fd) JM_MUST_USE;

/* Is it a regular file of this user alone?  One with no link left, that
 * another program replaced just now, is. */
int jm_folder_good(const struct stat *st);

/* Such a file, open for reading, never waited for; *fd to close.
 *   JM_NOT_FOUND, JM_IO (not a file of this user alone) */
jm_err jm_folder_file(
    int folder, const char *name, int *fd, struct stat *st) JM_MUST_USE;

/* What is left to read of fd, up to cap bytes.  JM_IO. */
jm_err jm_fd_read(int fd, uint8_t *buf, size_t cap, size_t *len) JM_MUST_USE;

/*
 * The whole of a file, into cap bytes.
 *   JM_NOT_FOUND, JM_IO (not a file of this user alone), JM_SPACE
 */
jm_err jm_folder_read(int folder, const char *name, uint8_t *buf, size_t cap,
    size_t *len) JM_MUST_USE;

/*
 * A file under its name whole or not at all: written beside it, synced,
 * renamed, the folder synced.  backup (may be NULL): the file that was there
 * gets that name first, so for a moment it is the only one.
 *   JM_SPACE  no room on the disk, or beyond the limit on files that the
 *             process has
 *   JM_IO     likewise: what was there is there; only where the folder itself
 *             could not be synced the new one may be
 */
jm_err jm_folder_write(int folder, const char *name, const char *backup,
    const uint8_t *data, size_t len) JM_MUST_USE;

/* The same for what may be lost with the power: nothing is synced. */
jm_err jm_folder_put(
    int folder, const char *name, const uint8_t *data, size_t len) JM_MUST_USE;

/* All of it to fd, synced.  JM_SPACE, JM_IO. */
jm_err jm_fd_write(int fd, const uint8_t *data, size_t len) JM_MUST_USE;

/* Calls each for every name in the folder that is not hidden, until it returns
 * other than JM_OK. */
jm_err jm_folder_each(int folder,
    jm_err (*each)(int folder, const char *name, void *arg),
    void *arg) JM_MUST_USE;

#endif
