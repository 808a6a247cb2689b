/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What files.c has from the platform (files_posix.c, files_win.c, which also
 * have cli_file_check and cli_file_write), and what they have from it. */
#ifndef CLI_FILES_IMPL_H
#define CLI_FILES_IMPL_H

#include <stddef.h>

#include "tools/jumin/files.h"

/* path or, for "-", standard input.  EX_FAIL after a message. */
int cli_file_open(const char *path, int *fd);
/* Up to cap bytes: 0 at the end, -1 with errno. */
long cli_file_read(int fd, void *buf, size_t cap);
void cli_file_close(int fd);

/* EX_FAIL after saying what an errno says of path. */
int cli_file_fail(const char *path, int err);

/* -o's file, NULL for standard output. */
const char *cli_file_target(const struct cli_args *a);

#endif
