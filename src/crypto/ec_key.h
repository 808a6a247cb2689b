/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keys on P-256 that are made of a number and live for one operation: the keys
 * of service identities.  Keys that last are soft_key.h's.
 */
#ifndef JM_CRYPTO_EC_KEY_H
#define JM_CRYPTO_EC_KEY_H

#include "crypto/ec.h"

#define JM_P256_LEN        32
#define JM_P256_COMPRESSED 33
#define JM_P256_SIG        64 /* r and s, raw */

/* Is 0 < d < n?  In constant time. */
int jm_p256_scalar_ok(const uint8_t d[JM_P256_LEN]);

/* d * G, uncompressed.  JM_ARG: no such number. */
jm_err jm_p256_public(
    const uint8_t d[JM_P256_LEN], struct jm_ec_pub *out) JM_MUST_USE;

/* ECDSA over a hash value of 1..64 bytes.  JM_ARG, JM_CRYPTO; sig is all zero
 * then.  The nonce is hedged (a hash of d, the value and fresh randomness). */
jm_err jm_p256_sign(const uint8_t d[JM_P256_LEN], const uint8_t *hash,
    size_t hash_len, uint8_t sig[JM_P256_SIG]) JM_MUST_USE;

/* SEC 1, 2.3.3: 02 or 03 by the parity of y, then x. */
void jm_p256_compress(
    const struct jm_ec_pub *pub, uint8_t out[JM_P256_COMPRESSED]);

/* JM_FORMAT: another first byte, x not below p, or no point of the curve. */
jm_err jm_p256_expand(
    const uint8_t in[JM_P256_COMPRESSED], struct jm_ec_pub *out) JM_MUST_USE;

#endif
