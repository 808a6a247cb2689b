/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between folder.c, which knows the order of steps, and the platforms'. */
#ifndef JM_BASE_FOLDER_IMPL_H
#define JM_BASE_FOLDER_IMPL_H

#include "base/folder.h"

extern const char folder_separator; /* of names in a path */
/* Are these two characters of paths the same name's? */
int folder_same(char a, char b);

/* A file of this user alone that was not there, for len bytes to write.
 * JM_EXISTS, JM_SPACE (beyond the limit of this process, too), JM_IO. */
jm_err folder_create(
    int folder, const char *name, size_t len, int *fd) JM_MUST_USE;
/* JM_SPACE, JM_IO. */
jm_err folder_write(int fd, const uint8_t *data, size_t len) JM_MUST_USE;
jm_err folder_flush(int fd) JM_MUST_USE;
jm_err folder_finish(int fd) JM_MUST_USE; /* closes it in any case */

#endif
