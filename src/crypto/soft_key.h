/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Private keys in software, RSA and elliptic-curve: the virtual card's keys, its
 * test CA and the keys of a counter.  Never used for a real person's key.  A
 * call for the other kind of key is JM_UNSUPPORTED.
 */
#ifndef JM_CRYPTO_SOFT_KEY_H
#define JM_CRYPTO_SOFT_KEY_H

#include "crypto/ec.h"
#include "crypto/pubkey.h"

#define JM_SOFT_KEY_DER_MAX 2400 /* PKCS#8 of 4096 bits */

struct jm_soft_key;

/* RSA, e = 65537; bits 2048, 3072 or 4096. */
jm_err jm_soft_key_new(unsigned bits, struct jm_soft_key **out) JM_MUST_USE;
jm_err jm_soft_key_new_ec(
    enum jm_curve curve, struct jm_soft_key **out) JM_MUST_USE;
/* PKCS#8, unencrypted, of either kind.  JM_FORMAT. */
jm_err jm_soft_key_load(
    const uint8_t *der, size_t len, struct jm_soft_key **out) JM_MUST_USE;
jm_err jm_soft_key_save(const struct jm_soft_key *k,
    uint8_t out[JM_SOFT_KEY_DER_MAX], size_t *len) JM_MUST_USE;
jm_err jm_soft_key_pub(
    const struct jm_soft_key *k, struct jm_rsa_pub *out) JM_MUST_USE;

int jm_soft_key_is_ec(const struct jm_soft_key *k);
jm_err jm_soft_key_ec_pub(
    const struct jm_soft_key *k, struct jm_ec_pub *out) JM_MUST_USE;

/* ECDSA over a hash value of 1..64 bytes; raw, 2 * jm_curve_len bytes. */
jm_err jm_soft_key_sign_ecdsa(const struct jm_soft_key *k, const uint8_t *hash,
    size_t hash_len, uint8_t sig[JM_EC_SIG_MAX], size_t *sig_len) JM_MUST_USE;

/* ECDH (SP 800-56A, 5.7.1.2): the x coordinate, jm_curve_len bytes; wiped by
 * the caller.  JM_FORMAT: another curve's point. */
jm_err jm_soft_key_ecdh(const struct jm_soft_key *k,
    const struct jm_ec_pub *peer, uint8_t z[JM_EC_FIELD_MAX],
    size_t *z_len) JM_MUST_USE;

/* PKCS#1 v1.5 type 1 padding around t, taken verbatim (t_len <= n_len - 11). */
jm_err jm_soft_key_sign_raw(const struct jm_soft_key *k, const uint8_t *t,
    size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX], size_t *sig_len) JM_MUST_USE;
/* PSS over a SHA-256 value, MGF1-SHA-256, random salt of salt_len bytes. */
jm_err jm_soft_key_sign_pss(const struct jm_soft_key *k,
    const uint8_t digest[32], int salt_len, uint8_t sig[JM_RSA_BYTES_MAX],
    size_t *sig_len) JM_MUST_USE;

void jm_soft_key_free(struct jm_soft_key **k);

/* n random bytes from the library's generator. */
jm_err jm_random(void *out, size_t n) JM_MUST_USE;

#endif
