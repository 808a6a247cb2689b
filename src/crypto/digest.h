/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hash functions, whole and in parts (FIPS 180-4). */
#ifndef JM_CRYPTO_DIGEST_H
#define JM_CRYPTO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum jm_hash { JM_SHA1, JM_SHA256, JM_SHA384, JM_SHA512 };

#define JM_DIGEST_MAX 64 /* bytes of the longest value */

size_t jm_hash_len(enum jm_hash h); /* 20, 32, 48, 64 */

/* One shot; out receives jm_hash_len(h) bytes.  JM_CRYPTO. */
jm_err jm_hash(enum jm_hash h, const void *data, size_t len,
    uint8_t *out) JM_MUST_USE;

/*
 * In parts.  new allocates (JM_NOMEM, JM_CRYPTO), final may be called once and
 * needs jm_hash_len bytes of room, clone copies the state so far.
 */
struct jm_hasher;
jm_err jm_hasher_new(enum jm_hash h, struct jm_hasher **out) JM_MUST_USE;
jm_err jm_hasher_update(
    struct jm_hasher *c, const void *data, size_t len) JM_MUST_USE;
jm_err jm_hasher_final(struct jm_hasher *c, uint8_t *out) JM_MUST_USE;
jm_err jm_hasher_clone(
    const struct jm_hasher *c, struct jm_hasher **out) JM_MUST_USE;
void jm_hasher_free(struct jm_hasher **c);

#endif
