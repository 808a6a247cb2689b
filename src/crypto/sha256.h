/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SHA-256 of something short, without the looking-up that digest.h's functions
 * begin with, which takes longer than the hash: for what is hashed by the
 * million.
 */
#ifndef JM_CRYPTO_SHA256_H
#define JM_CRYPTO_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* JM_CRYPTO; out is all zero then. */
jm_err jm_sha256(const void *data, size_t len, uint8_t out[32]) JM_MUST_USE;

#endif
