/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/aead.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/ctx_ossl.h"

#define INPUT_MAX (64u << 20) /* the library counts in int */

/* A context with key, nonce and aad in it, good until EVP_CIPHER_CTX_free. */
static jm_err
begin(OSSL_LIB_CTX *ctx, int encrypt, const uint8_t *key, const uint8_t *nonce,
    const void *aad, size_t aad_len, EVP_CIPHER_CTX **out)
{
	EVP_CIPHER_CTX *cc = NULL;
	EVP_CIPHER *cipher = NULL;
	int n = 0;
	jm_err e = JM_CRYPTO;

	*out = NULL;
	/* Its nonce has 12 bytes unless told otherwise. */
	if ((cipher = EVP_CIPHER_fetch(ctx, "AES-256-GCM", NULL)) == NULL ||
	    (cc = EVP_CIPHER_CTX_new()) == NULL ||
	    EVP_CipherInit_ex2(cc, cipher, key, nonce, encrypt, NULL) != 1 ||
	    (aad_len > 0 &&
		EVP_CipherUpdate(cc, NULL, &n, aad, (int)aad_len) != 1))
		goto out;
	*out = cc;
	cc = NULL; /* the caller's from here on */
	e = JM_OK;
out:
	EVP_CIPHER_CTX_free(cc);
	EVP_CIPHER_free(cipher);
	return e;
}

jm_err
jm_gcm_seal(const uint8_t key[JM_GCM_KEY], const uint8_t nonce[JM_GCM_NONCE],
    const void *aad, size_t aad_len, const uint8_t *in, size_t len,
    uint8_t *out)
{
	EVP_CIPHER_CTX *cc = NULL;
	OSSL_LIB_CTX *ctx;
	int n = 0, tail = 0;
	jm_err e;

	if (len > INPUT_MAX || aad_len > INPUT_MAX)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) == JM_OK) {
		e = begin(ctx, 1, key, nonce, aad, aad_len, &cc);
		if (e == JM_OK &&
		    ((len > 0 &&
			 EVP_CipherUpdate(cc, out, &n, in, (int)len) != 1) ||
			EVP_CipherFinal_ex(cc, out + n, &tail) != 1 ||
			(size_t)n + (size_t)tail != len ||
			EVP_CIPHER_CTX_ctrl(cc, EVP_CTRL_AEAD_GET_TAG,
			    JM_GCM_TAG, out + len) != 1))
			e = JM_CRYPTO;
		EVP_CIPHER_CTX_free(cc); /* wipes the key schedule */
		jm_ossl_leave();
	}
	if (e != JM_OK)
		jm_wipe(out, len + JM_GCM_TAG);
	return e;
}

jm_err
jm_gcm_open(const uint8_t key[JM_GCM_KEY], const uint8_t nonce[JM_GCM_NONCE],
    const void *aad, size_t aad_len, const uint8_t *in, size_t len,
    uint8_t *out)
{
	uint8_t tag[JM_GCM_TAG], none[1];
	EVP_CIPHER_CTX *cc = NULL;
	OSSL_LIB_CTX *ctx;
	int n = 0, tail = 0;
	jm_err e;

	if (len < JM_GCM_TAG)
		return JM_DAMAGED;
	len -= JM_GCM_TAG;
	if (len > INPUT_MAX || aad_len > INPUT_MAX) {
		jm_wipe(out, len);
		return JM_ARG;
	}
	memcpy(tag, in + len, sizeof tag); /* in may be out */
	if ((e = jm_ossl_enter(&ctx)) == JM_OK) {
		e = begin(ctx, 0, key, nonce, aad, aad_len, &cc);
		if (e == JM_OK &&
		    ((len > 0 &&
			 EVP_CipherUpdate(cc, out, &n, in, (int)len) != 1) ||
			(size_t)n != len ||
			EVP_CIPHER_CTX_ctrl(
			    cc, EVP_CTRL_AEAD_SET_TAG, JM_GCM_TAG, tag) != 1))
			e = JM_CRYPTO;
		/* Of GCM nothing is left to come; this compares the tags. */
		if (e == JM_OK && EVP_CipherFinal_ex(cc, none, &tail) != 1)
			e = JM_DAMAGED;
		EVP_CIPHER_CTX_free(cc); /* wipes the key schedule */
		jm_ossl_leave();
	}
	if (e != JM_OK)
		jm_wipe(out, len);
	return e;
}
