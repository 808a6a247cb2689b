/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CMS SignedData (RFC 5652) around a signature made elsewhere: one signer, signed
 * attributes contentType, messageDigest, signingTime and signingCertificateV2
 * (RFC 5035).  RSASSA-PKCS1-v1_5 with SHA-256; ECDSA with SHA-384 for a key on
 * P-384 and with SHA-256 for one on P-256.
 *
 * Three steps, so that the PIN is asked for as late as possible and the card is
 * used exactly once:  begin (hashes the content), sign the value of
 * jm_cms_digest with the card (RSA: in a DigestInfo), finish.
 */
#ifndef JM_CRYPTO_CMS_H
#define JM_CRYPTO_CMS_H

#include <time.h>

#include "crypto/x509.h"

struct jm_cms;

/*
 * content is borrowed until jm_cms_free; attached: 1 puts it into the result.
 * cert is copied; extra (may be NULL) is one more certificate to include, the
 * issuer's.  JM_NOMEM, JM_CRYPTO, JM_UNSUPPORTED (another kind of key).
 */
jm_err jm_cms_begin(const uint8_t *content, size_t content_len, int attached,
    const struct jm_cert *cert, const struct jm_cert *extra, time_t when,
    struct jm_cms **out) JM_MUST_USE;

/* The hash value of the DER of the signed attributes, jm_hash_len(jm_cms_hash)
 * bytes: what the card has to sign. */
enum jm_hash jm_cms_hash(const struct jm_cms *c);
jm_err jm_cms_digest(
    const struct jm_cms *c, uint8_t out[JM_DIGEST_MAX]) JM_MUST_USE;

/* DER of the whole ContentInfo, malloc'd for the caller (free with free).  An
 * ECDSA signature comes raw, as keys of cards give it.  JM_ARG: sig cannot be
 * one of this key. */
jm_err jm_cms_finish(struct jm_cms *c, const uint8_t *sig, size_t sig_len,
    uint8_t **der, size_t *der_len) JM_MUST_USE;

void jm_cms_free(struct jm_cms **c);

#endif
