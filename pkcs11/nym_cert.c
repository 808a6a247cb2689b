/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/nym_cert.h"

#include "base/tlv.h"

#define SEQUENCE 0x30u

/* After version and what stands before it: serial number, algorithm, issuer,
 * validity, subject, key (RFC 5280, 4.1). */
static unsigned
place(enum p11_nym_field field)
{
	switch (field) {
	case P11_NYM_SERIAL: return 0;
	case P11_NYM_ISSUER: return 2;
	case P11_NYM_SUBJECT: return 4;
	case P11_NYM_SPKI: break;
	}
	return 5;
}

static jm_err
inside(struct jm_rbuf *r, struct jm_rbuf *val)
{
	unsigned tag;
	jm_err e;

	if ((e = jm_tlv_next(r, &tag, val)) != JM_OK)
		return e;
	return tag == SEQUENCE ? JM_OK : JM_FORMAT;
}

jm_err
p11_nym_cert(const struct nym_index_entry *e, enum p11_nym_field field,
    const uint8_t **p, size_t *len)
{
	struct jm_rbuf der = { e->cert, e->cert_len }, cert, tbs, val;
	unsigned tag;
	jm_err err;

	*p = NULL;
	*len = 0;
	if (e->cert_len > sizeof e->cert)
		return JM_FORMAT;
	if ((err = inside(&der, &cert)) != JM_OK ||
	    (err = inside(&cert, &tbs)) != JM_OK ||
	    (err = jm_tlv_next(&tbs, &tag, &val)) != JM_OK) /* version */
		return err;
	for (unsigned i = place(field); i > 0; i--)
		if ((err = jm_tlv_next(&tbs, &tag, &val)) != JM_OK)
			return err;
	der = tbs;
	if ((err = jm_tlv_next(&tbs, &tag, &val)) != JM_OK)
		return err;
	*p = der.p;
	*len = (size_t)(tbs.p - der.p);
	return JM_OK;
}
