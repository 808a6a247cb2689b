/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pieces that certificates and signed data are written of.  Each appends to w
 * and fills it when something does not fit or is not what it should be.
 */
#ifndef JM_CRYPTO_ASN1_PUT_H
#define JM_CRYPTO_ASN1_PUT_H

#include "base/wbuf.h"

/* An OID from its dotted form; arcs up to 2^32 - 1. */
void jm_put_oid(struct jm_wbuf *w, const char *dotted);

/* AlgorithmIdentifier; with_null: 1 for NULL parameters, 0 for none. */
void jm_put_algorithm(struct jm_wbuf *w, const char *oid, int with_null);

/* A positive INTEGER from big-endian bytes, leading zeros allowed. */
void jm_put_positive(struct jm_wbuf *w, const uint8_t *v, size_t len);

#endif
