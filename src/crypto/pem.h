/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading PEM (RFC 7468). */
#ifndef JM_CRYPTO_PEM_H
#define JM_CRYPTO_PEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The bytes of the first block with this label; whatever stands before and
 * after it is passed over.  Inside, lines may end as they like; all else is
 * strict: whole groups of base64, padding at the very end, zero bits beside it.
 *   JM_NOT_FOUND  there is no such block
 *   JM_FORMAT     there is, and it is broken
 *   JM_SPACE
 */
jm_err jm_pem_read(const char *text, size_t len, const char *label,
    uint8_t *out, size_t cap, size_t *out_len) JM_MUST_USE;

#endif
