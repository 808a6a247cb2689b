/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A certificate once more, for another key and another time. */
#ifndef JM_CRYPTO_X509_REISSUE_H
#define JM_CRYPTO_X509_REISSUE_H

#include "crypto/x509.h"
#include "crypto/x509_key.h"

struct jm_reissue {
	const struct jm_cert *old;     /* which ca signed */
	const struct jm_x509_key *key; /* the new public key */
	const struct jm_cert *ca;
	const struct jm_soft_key *ca_key;
	uint32_t serial_hi, serial_lo; /* positive */
	time_t not_before, not_after;
};

/*
 * Everything that the old certificate says, but for serial number, time, key
 * and subject key identifier, signed anew by ca_key.  out: JM_CERT_MAX bytes.
 *
 *   JM_BAD_SIG  ca did not sign the old one
 *   JM_ARG      ca_key is not ca's key; no serial number
 *   JM_FORMAT   the old one is not of version 3, or of no form we know
 *   JM_SPACE, JM_CRYPTO, JM_NOMEM
 */
jm_err jm_cert_reissue(
    const struct jm_reissue *how, uint8_t *out, size_t *out_len) JM_MUST_USE;

#endif
