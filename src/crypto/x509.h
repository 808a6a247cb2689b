/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the rest of the code wants to know of an X.509 certificate.  Input is
 * hostile: every call takes a length, nothing is trusted beyond it.
 */
#ifndef JM_CRYPTO_X509_H
#define JM_CRYPTO_X509_H

#include <time.h>

#include "crypto/ec.h"
#include "crypto/pubkey.h"

#define JM_CERT_MAX 8192 /* bytes; real ones are 1.2 to 2.2 kB, plan for 4 kB */

/* One DER span inside jm_cert.der. */
struct jm_span {
	size_t off, len;
};

struct jm_cert {
	uint8_t der[JM_CERT_MAX];
	size_t der_len;
	struct jm_span subject, issuer; /* DER Name */
	struct jm_span serial;          /* DER INTEGER, header included */
	struct jm_span spki;            /* DER SubjectPublicKeyInfo */
	struct jm_span tbs;             /* DER TBSCertificate: what is signed */
	struct jm_span sig_alg;         /* DER AlgorithmIdentifier */
	struct jm_span sig;             /* the signature's bytes */
	struct jm_rsa_pub rsa;          /* rsa.n_len 0: the key is no RSA key */
	struct jm_ec_pub ec;            /* ec.point_len 0: on none of our curves */
	time_t not_before, not_after;
	int is_ca;                      /* basic constraints say so */
	int key_usage;                  /* bits of jm_ku, -1: no such extension */
};

/* As X.509 names them; values are our own. */
enum jm_ku {
	JM_KU_DIGITAL_SIGNATURE = 1,
	JM_KU_NON_REPUDIATION = 2,
	JM_KU_KEY_CERT_SIGN = 4,
	JM_KU_CRL_SIGN = 8,
	JM_KU_OTHER = 16
};

/*
 * Parse der (copied into out; trailing bytes are refused).  out is large: have
 * it on the heap.  JM_FORMAT, JM_SPACE (over JM_CERT_MAX), JM_CRYPTO.
 */
jm_err jm_cert_parse(
    const uint8_t *der, size_t len, struct jm_cert *out) JM_MUST_USE;

/* A SubjectPublicKeyInfo by itself; of the two the one that it is not, or both,
 * have no length.  JM_FORMAT, JM_CRYPTO. */
jm_err jm_spki_parse(const uint8_t *der, size_t len, struct jm_rsa_pub *rsa,
    struct jm_ec_pub *ec) JM_MUST_USE;

/*
 * Is cert signed by ca's key, with matching names?  JM_BAD_SIG if not, or if it
 * is signed over a hash older than SHA-1.
 */
jm_err jm_cert_signed_by(
    const struct jm_cert *cert, const struct jm_cert *ca) JM_MUST_USE;

/* RFC 4514-like one line in UTF-8 for people; cut to cap, always terminated.
 * Control characters from the card are escaped (a terminal may show it). */
void jm_cert_subject_text(const struct jm_cert *c, char *out, size_t cap);
void jm_cert_issuer_text(const struct jm_cert *c, char *out, size_t cap);
void jm_cert_serial_text(const struct jm_cert *c, char *out, size_t cap);

/* SHA-256 of the whole DER. */
jm_err jm_cert_fingerprint(const struct jm_cert *c, uint8_t out[32]) JM_MUST_USE;

#endif
