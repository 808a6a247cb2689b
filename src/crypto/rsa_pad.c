/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/rsa_pad.h"

#include <string.h>

#define PREFIX_MAX 19

/*
 * SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING } up to the digest's first
 * byte: RFC 8017, section 9.2, note 1.
 */
/* clang-format off */
static const struct prefix {
	enum jm_hash hash;
	size_t len;
	uint8_t der[PREFIX_MAX];
} prefixes[] = {
	{ JM_SHA1, 15, { 0x30, 0x21, 0x30, 0x09, 0x06, 0x05,
		0x2b, 0x0e, 0x03, 0x02, 0x1a,
		0x05, 0x00, 0x04, 0x14 } },
	{ JM_SHA256, 19, { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
		0x05, 0x00, 0x04, 0x20 } },
	{ JM_SHA384, 19, { 0x30, 0x41, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
		0x05, 0x00, 0x04, 0x30 } },
	{ JM_SHA512, 19, { 0x30, 0x51, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03,
		0x05, 0x00, 0x04, 0x40 } },
};
/* clang-format on */

void
jm_digestinfo(enum jm_hash h, const uint8_t *digest,
    uint8_t out[JM_DIGESTINFO_MAX], size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < NELEM(prefixes); i++) {
		const struct prefix *p = &prefixes[i];

		if (p->hash != h)
			continue;
		memcpy(out, p->der, p->len);
		memcpy(out + p->len, digest, jm_hash_len(h));
		*len = p->len + jm_hash_len(h);
		return;
	}
}

jm_err
jm_digestinfo_parse(const uint8_t *in, size_t len, enum jm_hash *h)
{
	*h = JM_SHA1;
	for (size_t i = 0; i < NELEM(prefixes); i++) {
		const struct prefix *p = &prefixes[i];

		if (len == p->len + jm_hash_len(p->hash) &&
		    memcmp(in, p->der, p->len) == 0) {
			*h = p->hash;
			return JM_OK;
		}
	}
	return JM_FORMAT;
}
