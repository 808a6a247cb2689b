/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificates that cards and terminals show each other: small enough for one
 * command, all of P-256.  Our own profile of ISO/IEC 7816-8 card verifiable
 * certificates (doc/vcard.md, "Secure channel"):
 *
 *   7F21 { 7F4E { 5F29 01, 42 issuer, 5F20 holder, 4C role rights,
 *                 5F24 YYYYMMDD, 86 point },
 *          5F37 ECDSA with SHA-256 of the object 7F4E, raw }
 *
 * Issuer and holder are 1..16 characters of ASCII 21..7E.
 */
#ifndef JM_CRYPTO_CVC_H
#define JM_CRYPTO_CVC_H

#include "crypto/ec.h"
#include "crypto/soft_key.h"

#define JM_CVC_MAX    220 /* bytes of a certificate */
#define JM_CVC_ID_MAX 16

enum jm_cvc_role {
	JM_CVC_CARD = 1, /* an application of a card */
	JM_CVC_COUNTER,  /* a terminal at a municipal counter */
	JM_CVC_ISSUER,
	JM_CVC_OPERATOR, /* a person's card, whose rights limit what it signs */
	JM_CVC_SERVICE   /* a terminal of a municipal application */
};

struct jm_cvc {
	char issuer[JM_CVC_ID_MAX + 1];
	char holder[JM_CVC_ID_MAX + 1];
	enum jm_cvc_role role;
	uint32_t rights;
	char last_day[8 + 1]; /* YYYYMMDD, the last day it is good for */
	struct jm_ec_pub pub; /* P-256 */
	/* As written; filled by jm_cvc_parse alone. */
	uint8_t raw[JM_CVC_MAX];
	size_t raw_len;
	size_t body_at, body_len; /* the object 7F4E in raw */
	uint8_t sig[64];
};

/*
 * Takes a certificate apart.  Strict: the objects above, each once, in this
 * order, with minimal lengths and nothing else; a known role, a day of the
 * calendar, a point of the curve.  JM_FORMAT; JM_CRYPTO.  *out is all zero on
 * failure.  Whose signature it bears is not looked at.
 */
jm_err jm_cvc_parse(
    const uint8_t *p, size_t len, struct jm_cvc *out) JM_MUST_USE;

/* The signature of what jm_cvc_parse gave, by root (P-256).  JM_BAD_SIG. */
jm_err jm_cvc_verify(
    const struct jm_cvc *cvc, const struct jm_ec_pub *root) JM_MUST_USE;

/* Both at once; *out is all zero unless the signature fits. */
jm_err jm_cvc_accept(const uint8_t *p, size_t len, const struct jm_ec_pub *root,
    struct jm_cvc *out) JM_MUST_USE;

/* Writes the certificate of issuer, holder, role, rights, last_day and pub of
 * spec.  JM_ARG for what jm_cvc_parse would not take; JM_UNSUPPORTED: not an
 * elliptic-curve key. */
jm_err jm_cvc_make(const struct jm_cvc *spec, const struct jm_soft_key *signer,
    uint8_t out[JM_CVC_MAX], size_t *len) JM_MUST_USE;

#endif
