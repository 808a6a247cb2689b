/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Times of X.509 and CMS (RFC 5280, section 4.1.2.5): UTCTime up to 2049,
 * GeneralizedTime from 2050 on, whole seconds, UTC ("Z").
 */
#ifndef JM_CRYPTO_ASN1_TIME_H
#define JM_CRYPTO_ASN1_TIME_H

#include <time.h>

#include "base/tlv.h"

/*
 * tag and val as jm_tlv_next gave them.  Either type is taken for any year.  A
 * time past what time_t can hold becomes the last (first) one it can.
 * JM_FORMAT for another type, another form, or a day that does not exist.
 */
jm_err jm_asn1_time_parse(
    unsigned tag, struct jm_rbuf val, time_t *out) JM_MUST_USE;

/* Append t as one object.  A year outside 0..9999 fills the writer. */
void jm_put_asn1_time(struct jm_wbuf *w, time_t t);

#endif
