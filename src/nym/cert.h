/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The self-signed certificate of a raw key (nym1.md, section 4.5): a function
 * of identifier and key and nothing else, for TLS client authentication.
 */
#ifndef NYM_CERT_H
#define NYM_CERT_H

#include "nym/derive.h"

#define NYM_TBS_LEN  328
#define NYM_CERT_MAX 420

/* TBSCertificate alone, and with the signature of its key. */
jm_err nym_cert_tbs(const uint8_t nid[NYM_NID_LEN],
    const uint8_t pk[NYM_PK_LEN], uint8_t tbs[NYM_TBS_LEN]) JM_MUST_USE;
jm_err nym_cert_make(const struct nym_key *key, uint8_t out[NYM_CERT_MAX],
    size_t *len) JM_MUST_USE;

#endif
