/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two forms of an ECDSA signature: raw (r and s side by side, PKCS#11 and
 * ISO/IEC 7816-8) and DER (SEQUENCE of two INTEGERs, RFC 3279, 2.2.3).  These
 * look at the form alone: zero, or a number past the order, is told by
 * verification.
 */
#ifndef JM_CRYPTO_EC_SIG_H
#define JM_CRYPTO_EC_SIG_H

#include "crypto/ec.h"

#define JM_EC_DER_MAX (JM_EC_SIG_MAX + 9) /* bytes of the longest DER form */

/* raw: 2 * jm_curve_len bytes, else JM_FORMAT. */
jm_err jm_ec_sig_to_der(enum jm_curve c, const uint8_t *raw, size_t raw_len,
    uint8_t der[JM_EC_DER_MAX], size_t *der_len) JM_MUST_USE;

/* Strict DER (minimal integers, nothing behind): anything else is JM_FORMAT. */
jm_err jm_ec_sig_to_raw(enum jm_curve c, const uint8_t *der, size_t der_len,
    uint8_t raw[JM_EC_SIG_MAX], size_t *raw_len) JM_MUST_USE;

/*
 * What a card whose signature form is not known gave: bytes of exactly the raw
 * length are raw, else DER.  JM_FORMAT for neither.
 */
jm_err jm_ec_sig_any(enum jm_curve c, const uint8_t *sig, size_t len,
    uint8_t raw[JM_EC_SIG_MAX], size_t *raw_len) JM_MUST_USE;

#endif
