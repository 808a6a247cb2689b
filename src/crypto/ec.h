/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Elliptic-curve public keys and ECDSA verification (FIPS 186-5; curves of SEC
 * 2, which CRYPTREC's list takes over).  Points are uncompressed: 04 x y.
 */
#ifndef JM_CRYPTO_EC_H
#define JM_CRYPTO_EC_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum jm_curve { JM_P256, JM_P384 };

#define JM_EC_FIELD_MAX 48 /* bytes of a coordinate */
#define JM_EC_POINT_MAX (1 + 2 * JM_EC_FIELD_MAX)
#define JM_EC_SIG_MAX   (2 * JM_EC_FIELD_MAX) /* r and s, raw */

struct jm_ec_pub {
	enum jm_curve curve;
	uint8_t point[JM_EC_POINT_MAX];
	size_t point_len; /* 65 or 97; 0: there is no key */
};

size_t jm_curve_len(enum jm_curve c);    /* bytes of a coordinate: 32, 48 */
unsigned jm_curve_bits(enum jm_curve c); /* 256, 384 */

/* DER of the curve's OBJECT IDENTIFIER (CKA_EC_PARAMS); static. */
const uint8_t *jm_curve_oid(enum jm_curve c, size_t *len);

/*
 * Takes a point from elsewhere.  JM_FORMAT: wrong length or form, or not on the
 * curve; *out has no key then.  Wine's CNG (seen in 8.0) takes in a point off
 * the curve and says no later: there no signature verifies with such a key.
 */
jm_err jm_ec_pub_set(struct jm_ec_pub *out, enum jm_curve curve,
    const uint8_t *point, size_t len) JM_MUST_USE;

/*
 * ECDSA over a ready-made hash value of 1..64 bytes (its leftmost bits count);
 * sig is raw, r and s of jm_curve_len each.  JM_BAD_SIG, also for a signature
 * of another length.
 */
jm_err jm_ecdsa_verify(const struct jm_ec_pub *key, const uint8_t *hash,
    size_t hash_len, const uint8_t *sig, size_t sig_len) JM_MUST_USE;

#endif
