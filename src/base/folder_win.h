/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between folder_win.c, which opens and reads, and folder_put_win.c.  A handle
 * is a HANDLE, what it may do and shares are of windows.h. */
#ifndef JM_BASE_FOLDER_WIN_H
#define JM_BASE_FOLDER_WIN_H

#include <stdint.h>
#include <wchar.h>

#include "base/folder_impl.h"

/* Of a code of GetLastError: JM_OK, JM_NOT_FOUND, JM_EXISTS, JM_SPACE,
 * JM_NOMEM, else JM_IO. */
jm_err folder_err(unsigned long code);

/* The path of what is in it; memory to free.  NULL: no name, or no memory. */
wchar_t *folder_path_in(int folder, const char *name);

/* CreateFileW, with access for this user alone where it makes the file. */
void *folder_handle(const wchar_t *path, unsigned long access,
    unsigned long share, unsigned long how, unsigned long flags);
void *folder_handle_of(int fd);
/* The handle becomes a descriptor, or is closed.  JM_NOMEM. */
jm_err folder_take(void *handle, int flags, int *fd) JM_MUST_USE;

/* 0: nothing is known of it. */
int folder_look(void *handle, int *regular, struct jm_file_info *out);

#endif
