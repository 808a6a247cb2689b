/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ECDSA on P-256 with SHA-256 by a key that came as 33 bytes: what a service
 * does at each login, and the quick way of doing it.
 */
#ifndef JM_CRYPTO_P256_VERIFY_H
#define JM_CRYPTO_P256_VERIFY_H

#include "crypto/ec_key.h"

/*
 * JM_FORMAT   no point of the curve: another first byte than 02 and 03, x not
 *             below p
 * JM_BAD_SIG  r or s is not from 1 to n - 1, or the signature is not valid
 * Both s and n - s are: a signature is no identifier.
 */
jm_err jm_p256_verify(const uint8_t pk[JM_P256_COMPRESSED],
    const uint8_t hash[32], const uint8_t sig[JM_P256_SIG]) JM_MUST_USE;

#endif
