/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Chains of X.509 certificates to roots of one's own (RFC 5280, section 6), for
 * keys on P-256 that sign statements.  The system's roots are not looked at.
 */
#ifndef JM_CRYPTO_X509_CHAIN_H
#define JM_CRYPTO_X509_CHAIN_H

#include <stdint.h>
#include <time.h>

#include "crypto/ec.h"

#define JM_CHAIN_MAX 4 /* certificates that come with a statement */

struct jm_roots; /* read by many threads at once, changed by one alone */

jm_err jm_roots_new(struct jm_roots **out) JM_MUST_USE;
void jm_roots_free(struct jm_roots **r); /* NULL is fine */

/* PEM, one certificate or several, other text between them; each is a place
 * where a chain may end, self-signed or not.  JM_FORMAT: none, or one that
 * cannot be read; nothing is added then. */
jm_err jm_roots_add(
    struct jm_roots *r, const char *pem, size_t len) JM_MUST_USE;

/* SHA-256 of the SubjectPublicKeyInfo of a key that is trusted no more. */
jm_err jm_roots_revoke(struct jm_roots *r, const uint8_t spki[32]) JM_MUST_USE;

struct jm_chain_cert {
	const uint8_t *der;
	size_t len;
};

/*
 * n certificates, leaf first.  Each signature, validity at now, basic
 * constraints and key usage; the leaf is for signatures and has a key on P-256.
 *   JM_FORMAT   one of them is no certificate, or the leaf's key is another
 *   JM_BAD_SIG  no chain to a root that is valid at that time
 *   JM_REFUSED  a key of the chain that was found is revoked
 * spki: SHA-256 of the leaf's SubjectPublicKeyInfo.
 */
jm_err jm_chain_verify(const struct jm_roots *r,
    const struct jm_chain_cert *certs, size_t n, time_t now,
    struct jm_ec_pub *leaf, uint8_t spki[32]) JM_MUST_USE;

#endif
