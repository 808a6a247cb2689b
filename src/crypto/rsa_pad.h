/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DigestInfo of PKCS#1 (RFC 8017, section 9.2 and appendix B.1): build and
 * recognise.  Exactly the DER forms of notes 1 and 2 of section 9.2, with NULL
 * parameters; anything else is not a DigestInfo to us.
 */
#ifndef JM_CRYPTO_RSA_PAD_H
#define JM_CRYPTO_RSA_PAD_H

#include "crypto/digest.h"

#define JM_DIGESTINFO_MAX 83 /* SHA-512: 19 bytes before 64 */

/* digest: jm_hash_len(h) bytes.  *len: 35, 51, 67 or 83. */
void jm_digestinfo(enum jm_hash h, const uint8_t *digest,
    uint8_t out[JM_DIGESTINFO_MAX], size_t *len);

/* JM_OK and the hash when in is exactly one such DigestInfo, else JM_FORMAT. */
jm_err jm_digestinfo_parse(
    const uint8_t *in, size_t len, enum jm_hash *h) JM_MUST_USE;

#endif
