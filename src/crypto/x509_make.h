/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Issue the certificates of a test hierarchy in the form of card-facts section 6:
 * names, critical key usage, policy with CPS pointer, issuer alternative name,
 * subject alternative name with otherNames, AKI/SKI, CRL distribution point as a
 * directory name, AIA with OCSP.  Keys of both kinds; the signature is
 * sha256WithRSAEncryption, or ecdsa-with-SHA384 of a CA's key on P-384 and
 * ecdsa-with-SHA256 of one on P-256.
 */
#ifndef JM_CRYPTO_X509_MAKE_H
#define JM_CRYPTO_X509_MAKE_H

#include "crypto/soft_key.h"
#include "crypto/x509.h"

struct jm_other_name {
	const char *oid;  /* dotted */
	const char *utf8; /* value, [0] EXPLICIT UTF8String */
};

/* One attribute of a name: "C", "O", "OU", "L", "CN" and its value. */
struct jm_rdn {
	const char *type;
	const char *utf8;
};

struct jm_cert_spec {
	const struct jm_rdn *subject;
	size_t subject_len;
	const struct jm_rdn *issuer; /* has to be ca's subject */
	size_t issuer_len;           /* 0: taken from ca, or the subject */
	uint32_t serial_hi, serial_lo; /* positive */
	time_t not_before, not_after;
	int is_ca;           /* CA: keyCertSign, cRLSign, no policy */
	int non_repudiation; /* leaf: beside digitalSignature */
	const char *policy_oid;           /* NULL: none */
	const char *cps_uri;              /* NULL: none */
	const struct jm_rdn *issuer_alt;  /* directory name */
	size_t issuer_alt_len;            /* 0: none */
	const struct jm_other_name *other;
	size_t other_len;                 /* 0: none */
	const struct jm_rdn *subject_alt; /* directory name, as CAs have one */
	size_t subject_alt_len; /* 0: none; with no other name, no extension */
	const struct jm_rdn *crl_dp;      /* directory name */
	size_t crl_dp_len;                /* 0: none */
	const char *ocsp_uri;             /* NULL: none */
	size_t pad_to; /* grow the certificate to at least this many bytes with a
	                  private, non-critical extension; 0: leave as it is */
};

/*
 * Sign with ca_key; ca is the issuer's certificate or NULL for a self-signed one
 * (then key must be ca_key's public half).  out: JM_CERT_MAX bytes.  A
 * self-signed certificate has no authority key identifier.
 *
 *   JM_ARG    no serial number, an attribute type or an OID that is none, the
 *             issuer is not ca, ca_key is not ca's key
 *   JM_SPACE  it would be longer than JM_CERT_MAX
 */
jm_err jm_cert_make(const struct jm_cert_spec *spec,
    const struct jm_soft_key *key, const struct jm_soft_key *ca_key,
    const struct jm_cert *ca, uint8_t *out, size_t *out_len) JM_MUST_USE;

#endif
