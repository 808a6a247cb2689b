/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AES-256-GCM with a nonce of 12 bytes and a tag of 16 (NIST SP 800-38D). */
#ifndef JM_CRYPTO_AEAD_H
#define JM_CRYPTO_AEAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define JM_GCM_KEY   32
#define JM_GCM_NONCE 12
#define JM_GCM_TAG   16

/* out: len + JM_GCM_TAG bytes, the tag last; in == out is fine.  len up to 64
 * MiB (else JM_ARG).  JM_CRYPTO: out is wiped. */
jm_err jm_gcm_seal(const uint8_t key[JM_GCM_KEY],
    const uint8_t nonce[JM_GCM_NONCE], const void *aad, size_t aad_len,
    const uint8_t *in, size_t len, uint8_t *out) JM_MUST_USE;

/* len counts the tag; out: len - JM_GCM_TAG bytes, all zero unless JM_OK.
 *   JM_DAMAGED  the tag does not fit, or there is no room for one */
jm_err jm_gcm_open(const uint8_t key[JM_GCM_KEY],
    const uint8_t nonce[JM_GCM_NONCE], const void *aad, size_t aad_len,
    const uint8_t *in, size_t len, uint8_t *out) JM_MUST_USE;

#endif
