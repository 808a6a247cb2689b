/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Base64url without padding (RFC 4648, section 5): one spelling for each byte
 * string, and no other is taken. */
#ifndef JM_CRYPTO_B64URL_H
#define JM_CRYPTO_B64URL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define JM_B64URL_LEN(n) (((n)*4 + 2) / 3) /* characters, without the NUL */

/* Writes JM_B64URL_LEN(n) characters and a NUL; cap counts both.  JM_SPACE. */
jm_err jm_b64url_encode(
    const uint8_t *in, size_t n, char *out, size_t cap) JM_MUST_USE;

/* JM_FORMAT for padding, blanks, another alphabet, bits that are not zero at
 * the end; JM_SPACE past cap. */
jm_err jm_b64url_decode(const char *text, size_t len, uint8_t *out, size_t cap,
    size_t *out_len) JM_MUST_USE;

#endif
