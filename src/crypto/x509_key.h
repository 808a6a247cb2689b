/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For x509_make.c and x509_reissue.c: public keys of both kinds, and what is
 * signed with them. */
#ifndef JM_CRYPTO_X509_KEY_H
#define JM_CRYPTO_X509_KEY_H

#include "base/wbuf.h"
#include "crypto/soft_key.h"

#define JM_X509_SIG_MAX JM_RSA_BYTES_MAX

/* One of the two; the other has no length. */
struct jm_x509_key {
	struct jm_rsa_pub rsa;
	struct jm_ec_pub ec;
};

jm_err jm_x509_key_of(
    const struct jm_soft_key *k, struct jm_x509_key *out) JM_MUST_USE;
/* Is it what these two say? */
int jm_x509_key_is(const struct jm_x509_key *key, const struct jm_rsa_pub *rsa,
    const struct jm_ec_pub *ec);

/* SubjectPublicKeyInfo */
void jm_put_spki(struct jm_wbuf *w, const struct jm_x509_key *key);

/* RFC 5280, section 4.2.1.2, method 1 */
jm_err jm_x509_key_id(
    const struct jm_x509_key *key, uint8_t out[20]) JM_MUST_USE;

/*
 * What a CA with this key signs with: RSASSA-PKCS1-v1_5 or ECDSA, with SHA-384
 * for P-384 and SHA-256 otherwise.  The AlgorithmIdentifier, and the bytes of a
 * signature over tbs.
 */
void jm_put_signature_alg(struct jm_wbuf *w, const struct jm_x509_key *ca);
jm_err jm_x509_sign(const struct jm_soft_key *ca_key, const uint8_t *tbs,
    size_t len, uint8_t sig[JM_X509_SIG_MAX], size_t *sig_len) JM_MUST_USE;

#endif
