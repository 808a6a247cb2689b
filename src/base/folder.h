/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A folder of this user alone and the files in it, for what other users must
 * neither read nor plant: the cache of certificates, vaults, indexes.
 *
 * folder_posix.c: the folder is 0700 and this user's (effective id), a file
 * 0600, regular and with one link; what is not, is not believed.  Paths are
 * opened step by step below the folder's descriptor, links are not followed.  A
 * set-uid or set-gid program has no such folder.
 *
 * folder_win.c: folder and file belong to this user, and none but this user,
 * the system and administrators stands in the list of who has access, which is
 * made here and takes nothing from the folder above: that one may be shared.
 * A file is regular and has one link, reparse points are not followed; while
 * the folder is open nobody can move it or what is above it.  Paths are UTF-8.
 *
 * Descriptors are those of the C library on both.
 */
#ifndef JM_BASE_FOLDER_H
#define JM_BASE_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define JM_FOLDER_PATH_MAX 512    /* bytes with the NUL; no folder beyond it */
#define JM_FOLDER_NEW      "new-" /* so begins the name of a file on its way */
#define JM_SECOND          1000000000 /* in nanoseconds */

/* On Windows cache, nym and sign below %LOCALAPPDATA%\Jumin. */
enum jm_folder_kind {
	JM_FOLDER_CACHE, /* $XDG_CACHE_HOME/jumin, else $HOME/.cache/jumin */
	JM_FOLDER_NYM,   /* $XDG_DATA_HOME/jumin/nym, else
			    $HOME/.local/share/jumin/nym */
	JM_FOLDER_SIGN   /* likewise jumin/sign: what the minidriver knows of
			    signature certificates */
};

struct jm_file_info {
	uint64_t size;
	int64_t mtime;           /* last written: nanoseconds since 1970 */
	uint64_t volume, number; /* together: which file it is */
	int good; /* a regular file of this user alone with one link, or with
		     none, where another program replaced it just now */
};

/* Its name, there or not.  JM_NOT_FOUND: this program has none. */
jm_err jm_folder_path(
    enum jm_folder_kind kind, char out[JM_FOLDER_PATH_MAX]) JM_MUST_USE;

/* The path of a file in it.  JM_NOT_FOUND (no folder), JM_SPACE (over cap). */
jm_err jm_folder_member(enum jm_folder_kind kind, const char *name, char *out,
    size_t cap) JM_MUST_USE;
/* The name in path if that lies in the folder, else NULL. */
const char *jm_folder_name_in(enum jm_folder_kind kind, const char *path);

/* A descriptor to close; made with its parents when create is set.
 *   JM_NOT_FOUND  there is none
 *   JM_IO         it is not this user's alone, or cannot be made */
jm_err jm_folder_open(
    enum jm_folder_kind kind, int create, int *fd) JM_MUST_USE;

void jm_folder_close(int fd);

/* Of whatever has that name; links are not followed.  JM_NOT_FOUND, JM_IO. */
jm_err jm_folder_info(
    int folder, const char *name, struct jm_file_info *out) JM_MUST_USE;

/* A good file, open for reading, never waited for; *fd to close.
 *   JM_NOT_FOUND, JM_IO (not a file of this user alone) */
jm_err jm_folder_file(int folder, const char *name, int *fd,
    struct jm_file_info *info) JM_MUST_USE;
void jm_fd_touch(int fd); /* its mtime is now, if that can be */
void jm_fd_close(int fd);

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

/* No folder goes.  JM_NOT_FOUND, JM_IO. */
jm_err jm_folder_remove(int folder, const char *name) JM_MUST_USE;
/* Over what has the new name.  JM_NOT_FOUND, JM_SPACE, JM_IO. */
jm_err jm_folder_rename(
    int folder, const char *from, const char *to) JM_MUST_USE;
/* What was removed and renamed is so on the disk.  JM_SPACE, JM_IO. */
jm_err jm_folder_sync(int folder) JM_MUST_USE;

/*
 * A file that is made for it, locked until jm_folder_unlock or the end of the
 * process; *fd is for that.
 *   JM_FILE_BUSY  somebody has it
 *   JM_SPACE, JM_IO (not a file of this user alone)
 */
jm_err jm_folder_lock(int folder, const char *name, int *fd) JM_MUST_USE;
void jm_folder_unlock(int fd);

/* Calls each for every name in the folder that is not hidden, until it returns
 * other than JM_OK. */
jm_err jm_folder_each(int folder,
    jm_err (*each)(int folder, const char *name, void *arg),
    void *arg) JM_MUST_USE;

/* --- files anywhere, of which the user tells the path --------------------- */

/* A regular file of any owner, open for reading; links are followed.
 * JM_NOT_FOUND, JM_IO. */
jm_err jm_path_open(
    const char *path, int *fd, struct jm_file_info *info) JM_MUST_USE;

/* A new file of this user alone: all of it and its name are on the disk, or it
 * is gone again.  JM_SPACE, JM_IO (there is something of that name, too). */
jm_err jm_path_write(
    const char *path, const uint8_t *data, size_t len) JM_MUST_USE;

#endif
