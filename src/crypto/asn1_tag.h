/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tags of ASN.1 that certificates and signed data are made of. */
#ifndef JM_CRYPTO_ASN1_TAG_H
#define JM_CRYPTO_ASN1_TAG_H

enum {
	TAG_BOOLEAN = 0x01,
	TAG_INTEGER = 0x02,
	TAG_BIT_STRING = 0x03,
	TAG_OCTET_STRING = 0x04,
	TAG_NULL = 0x05,
	TAG_OID = 0x06,
	TAG_UTF8 = 0x0c,
	TAG_NUMERIC = 0x12,
	TAG_PRINTABLE = 0x13,
	TAG_T61 = 0x14,
	TAG_IA5 = 0x16,
	TAG_UTC_TIME = 0x17,
	TAG_GENERALIZED_TIME = 0x18,
	TAG_VISIBLE = 0x1a,
	TAG_UNIVERSAL = 0x1c,
	TAG_BMP = 0x1e,
	TAG_SEQUENCE = 0x30,
	TAG_SET = 0x31
};

/* Context-specific [n], constructed and primitive */
#define TAG_CTX(n)      (0xa0u | (n))
#define TAG_CTX_PRIM(n) (0x80u | (n))

#endif
