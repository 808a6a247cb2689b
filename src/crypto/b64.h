/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Base64 (RFC 4648, section 4) without line breaks. */
#ifndef JM_CRYPTO_B64_H
#define JM_CRYPTO_B64_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Characters for n bytes, without the NUL. */
#define JM_B64_LEN(n) (((n) + 2) / 3 * 4)

/* Writes JM_B64_LEN(n) characters and a NUL; cap counts both.  JM_SPACE, JM_ARG
 * (more than 1 MiB). */
jm_err jm_b64_encode(
    const uint8_t *in, size_t n, char *out, size_t cap) JM_MUST_USE;

#endif
