/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parts of a service identity's certificate, found by walking its DER: there
 * may be ten thousand, and a search looks at each.
 */
#ifndef P11_NYM_CERT_H
#define P11_NYM_CERT_H

#include "holder/index.h"

enum p11_nym_field {
	P11_NYM_SERIAL, /* DER INTEGER */
	P11_NYM_ISSUER, /* DER Name */
	P11_NYM_SUBJECT,
	P11_NYM_SPKI /* DER SubjectPublicKeyInfo */
};

/* Borrows from the entry, header included.  JM_FORMAT: it is no certificate. */
jm_err p11_nym_cert(const struct nym_index_entry *e, enum p11_nym_field field,
    const uint8_t **p, size_t *len) JM_MUST_USE;

#endif
