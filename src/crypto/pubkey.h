/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RSA public keys: import, and verification of signatures in software. */
#ifndef JM_CRYPTO_PUBKEY_H
#define JM_CRYPTO_PUBKEY_H

#include "crypto/digest.h"

#define JM_RSA_BYTES_MAX 512 /* modulus of 4096 bits */

/* A plain value: big-endian, no leading zero bytes. */
struct jm_rsa_pub {
	uint8_t n[JM_RSA_BYTES_MAX];
	size_t n_len; /* bytes; 128..JM_RSA_BYTES_MAX */
	uint8_t e[8];
	size_t e_len; /* bytes; 1..8 */
	unsigned bits;
};

/*
 * RSASSA-PKCS1-v1_5 over ready-made input t (a DigestInfo or, for raw keys,
 * any bytes): the recovered block must be 00 01 FF.. 00 t.
 *   JM_BAD_SIG  it is not, or sig_len differs from the modulus' length
 *   JM_CRYPTO   the library's; with Wine's CNG (seen in 8.0) always for input
 *               that is no DigestInfo
 * With CNG the AlgorithmIdentifier in the block may lack its NULL.
 */
jm_err jm_rsa_verify_raw(const struct jm_rsa_pub *key, const uint8_t *t,
    size_t t_len, const uint8_t *sig, size_t sig_len) JM_MUST_USE;

/* RSASSA-PSS, MGF1 with the same hash, salt as long as the hash.  JM_BAD_SIG. */
jm_err jm_rsa_verify_pss(const struct jm_rsa_pub *key, enum jm_hash h,
    const uint8_t *digest, const uint8_t *sig, size_t sig_len) JM_MUST_USE;

#endif
