/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wiping that the optimiser keeps, and comparison in constant time. */
#ifndef JM_BASE_WIPE_H
#define JM_BASE_WIPE_H

#include <stddef.h>

void jm_wipe(void *p, size_t n);        /* NULL and 0 are fine */
void jm_free_secret(void *p, size_t n); /* wipe, then free; NULL is fine */

/* 1 when the n bytes are equal, else 0; the time depends on n alone. */
int jm_ct_equal(const void *a, const void *b, size_t n)
    __attribute__((warn_unused_result));

#endif
