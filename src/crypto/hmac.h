/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HMAC with SHA-256 (FIPS 198-1). */
#ifndef JM_CRYPTO_HMAC_H
#define JM_CRYPTO_HMAC_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define JM_HMAC_LEN 32

/* key: 1..64 bytes.  JM_ARG, JM_CRYPTO; out is all zero then. */
jm_err jm_hmac(const void *key, size_t key_len, const void *msg, size_t len,
    uint8_t out[JM_HMAC_LEN]) JM_MUST_USE;

#endif
