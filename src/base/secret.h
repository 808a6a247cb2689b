/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory for secrets that live longer than one call (a held PIN) or are larger
 * than a stack frame (what a vault holds): whole pages of their own, locked in
 * memory where the limits allow it, wiped before they are given back.
 *
 * secret_posix.c: left out of core files (MADV_DONTDUMP), zero in a child after
 * fork (MADV_WIPEONFORK); without these two there is no such memory.
 * secret_win.c: left out of Windows' error reports where Windows can do that
 * (10 and later); a dump of the whole process that another program takes has
 * it.
 */
#ifndef JM_BASE_SECRET_H
#define JM_BASE_SECRET_H

#include <stddef.h>

#include "base/err.h"

/*
 * size bytes, all zero, 1 to 64 MiB.  JM_NOMEM when no page can be had.  A
 * refused lock (RLIMIT_MEMLOCK, on Windows the working set) is not an error:
 * the pages are used unlocked, and that is logged once at warning level.
 */
jm_err jm_secret_new(size_t size, void **out) JM_MUST_USE;

/* Wipes and releases; nulls the pointer; NULL is fine. */
void jm_secret_free(void **mem, size_t size);

#endif
