/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Helpers of the tests of signatures: all mechanisms, and OpenSSL's verdict. */
#ifndef JM_TESTS_PKCS11_P11T_SIGN_H
#define JM_TESTS_PKCS11_P11T_SIGN_H

#include "tests/pkcs11/p11t.h"

/* One way to sign a message: the mechanism, and what C_Sign gets for it. */
struct p11t_way {
	const char *what;
	CK_MECHANISM m;
	const char *md; /* OpenSSL's name of the hash */
	int pss;        /* else PKCS#1 v1.5 */
	int digestinfo; /* the program sends a DigestInfo */
	int digest;     /* the program sends the digest */
};
extern struct p11t_way p11t_ways[];
extern const size_t p11t_ways_len;

/* What a program passes to C_Sign to have msg signed that way. */
size_t p11t_input(
    const struct p11t_way *w, const void *msg, size_t len, CK_BYTE out[512]);

/* Does OpenSSL accept the signature of msg, with the certificate that the
 * module shows for the session's slot? */
int p11t_openssl_accepts(CK_SESSION_HANDLE s, enum jm_pair pair,
    const struct p11t_way *w, const void *msg, size_t len, const CK_BYTE *sig,
    size_t sig_len);

/* The private key of a slot. */
CK_OBJECT_HANDLE p11t_key(CK_SESSION_HANDLE s, enum jm_pair pair);

/* C_SignInit with CKM_SHA256_RSA_PKCS. */
CK_RV p11t_sign_init(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key);

#endif
