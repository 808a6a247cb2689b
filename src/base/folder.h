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

#include "base/err.h"

#define JM_FOLDER_PATH_MAX 512 /* bytes with the NUL; no folder beyond it */

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

/*
 * The whole of a file, into cap bytes.
 *   JM_NOT_FOUND, JM_IO (not a file of this user alone), JM_SPACE
 */
jm_err jm_folder_read(int folder, const char *name, uint8_t *buf, size_t cap,
    size_t *len) JM_MUST_USE;

/*
 * A file under its name whole or not at all: written beside it, synced,
 * renamed, the folder synced.  backup (may be NULL): the file that was there
 * keeps that name.
 *   JM_SPACE  no room on the disk;  JM_IO;  what was there is there then
 */
jm_err jm_folder_write(int folder, const char *name, const char *backup,
    const uint8_t *data, size_t len) JM_MUST_USE;

/* Calls each for every name in the folder that is not hidden, until it returns
 * other than JM_OK. */
jm_err jm_folder_each(int folder,
    jm_err (*each)(int folder, const char *name, void *arg),
    void *arg) JM_MUST_USE;

#endif
