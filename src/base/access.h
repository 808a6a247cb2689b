/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who may do what with a file, on Windows alone.  A handle is a HANDLE. */
#ifndef JM_BASE_ACCESS_H
#define JM_BASE_ACCESS_H

#include "base/err.h"

/* A security descriptor for what is made: it is the user's, and the user and
 * the system alone have access.  JM_IO. */
jm_err access_new(void **descriptor) JM_MUST_USE;
void access_free(void **descriptor);

/* Does it belong to the user, and has nobody access but the user (by name
 * or as the owner), the system and administrators, who can take it anyway? */
int access_is_mine(void *handle);

#endif
