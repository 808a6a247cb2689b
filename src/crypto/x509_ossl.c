/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "crypto/ctx_ossl.h"
#include "crypto/x509_other.h"

/* OpenSSL's estimate for SHA-1 signatures; MD5 and older are below it. */
#define SECURITY_BITS_MIN 63

jm_err
jm_cert_verify_other(const struct jm_cert *cert, const struct jm_cert *ca)
{
	const unsigned char *p = cert->der;
	const unsigned char *spki = ca->der + ca->spki.off;
	EVP_PKEY *key = NULL;
	OSSL_LIB_CTX *ctx;
	X509 *x = NULL;
	int bits;
	jm_err e;

	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((x = X509_new_ex(ctx, NULL)) == NULL) {
		e = JM_CRYPTO;
		goto out;
	}
	e = JM_BAD_SIG; /* also for what OpenSSL cannot read */
	if (d2i_X509(&x, &p, (long)cert->der_len) == NULL ||
	    p != cert->der + cert->der_len ||
	    X509_get_signature_info(x, NULL, NULL, &bits, NULL) != 1 ||
	    bits < SECURITY_BITS_MIN)
		goto out;
	key = d2i_PUBKEY_ex(NULL, &spki, (long)ca->spki.len, ctx, NULL);
	if (key != NULL && X509_verify(x, key) == 1)
		e = JM_OK;
out:
	EVP_PKEY_free(key);
	X509_free(x);
	jm_ossl_leave();
	return e;
}
