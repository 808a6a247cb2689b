/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/soft_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/ctx_ossl.h"
#include "crypto/digest_ossl.h"
#include "crypto/soft_key_ossl.h"

#define PKCS1_OVERHEAD 11

static int
bits_allowed(unsigned bits)
{
	return bits == 2048 || bits == 3072 || bits == 4096;
}

static int
key_allowed(const EVP_PKEY *pkey)
{
	enum jm_curve c;

	return EVP_PKEY_is_a(pkey, "RSA") == 1
		   ? bits_allowed((unsigned)EVP_PKEY_get_bits(pkey))
		   : jm_soft_key_on_curve(pkey, &c);
}

jm_err
jm_soft_key_wrap(EVP_PKEY *pkey, struct jm_soft_key **out)
{
	if ((*out = calloc(1, sizeof **out)) == NULL)
		return JM_NOMEM;
	(*out)->pkey = pkey;
	(*out)->held = jm_ossl_hold(NULL);
	(*out)->ec = jm_soft_key_on_curve(pkey, &(*out)->curve);
	return JM_OK;
}

jm_err
jm_soft_key_new(unsigned bits, struct jm_soft_key **out)
{
	OSSL_LIB_CTX *ctx;
	EVP_PKEY *pkey;
	jm_err e;

	*out = NULL;
	if (!bits_allowed(bits))
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	pkey = EVP_PKEY_Q_keygen(ctx, NULL, "RSA", (size_t)bits);
	e = pkey == NULL ? JM_CRYPTO : jm_soft_key_wrap(pkey, out);
	if (e != JM_OK)
		EVP_PKEY_free(pkey);
	jm_ossl_leave();
	return e;
}

jm_err
jm_soft_key_load(const uint8_t *der, size_t len, struct jm_soft_key **out)
{
	PKCS8_PRIV_KEY_INFO *p8 = NULL;
	EVP_PKEY *pkey = NULL;
	const unsigned char *p = der;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	*out = NULL;
	if (len > JM_SOFT_KEY_DER_MAX)
		return JM_FORMAT;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	e = JM_FORMAT;
	if ((p8 = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)len)) == NULL ||
	    p != der + len ||
	    (pkey = EVP_PKCS82PKEY_ex(p8, ctx, NULL)) == NULL ||
	    !key_allowed(pkey))
		goto out;
	if ((e = jm_soft_key_wrap(pkey, out)) == JM_OK)
		pkey = NULL; /* the new key's from here on */
out:
	EVP_PKEY_free(pkey);
	PKCS8_PRIV_KEY_INFO_free(p8); /* wipes the key in it */
	jm_ossl_leave();
	return e;
}

jm_err
jm_soft_key_save(
    const struct jm_soft_key *k, uint8_t out[JM_SOFT_KEY_DER_MAX], size_t *len)
{
	PKCS8_PRIV_KEY_INFO *p8 = NULL;
	unsigned char *der = NULL;
	OSSL_LIB_CTX *ctx;
	int n = 0;
	jm_err e;

	*len = 0;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((p8 = EVP_PKEY2PKCS8(k->pkey)) == NULL ||
	    (n = i2d_PKCS8_PRIV_KEY_INFO(p8, &der)) <= 0) {
		e = JM_CRYPTO;
		goto out;
	}
	if (n > JM_SOFT_KEY_DER_MAX) {
		e = JM_SPACE;
		goto out;
	}
	memcpy(out, der, (size_t)n);
	*len = (size_t)n;
out:
	OPENSSL_clear_free(der, n > 0 ? (size_t)n : 0);
	PKCS8_PRIV_KEY_INFO_free(p8);
	jm_ossl_leave();
	return e;
}

/* One number of the key, big-endian without leading zero bytes. */
static jm_err
get_number(const EVP_PKEY *pkey, const char *name, uint8_t *out, size_t cap,
    size_t *len)
{
	BIGNUM *bn = NULL;
	jm_err e = JM_CRYPTO;
	int n;

	*len = 0;
	if (EVP_PKEY_get_bn_param(pkey, name, &bn) != 1)
		return e;
	if ((n = BN_num_bytes(bn)) > 0 && (size_t)n <= cap &&
	    BN_bn2bin(bn, out) == n) {
		*len = (size_t)n;
		e = JM_OK;
	}
	BN_free(bn);
	return e;
}

jm_err
jm_soft_key_pub(const struct jm_soft_key *k, struct jm_rsa_pub *out)
{
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(out, 0, sizeof *out);
	if (k->ec)
		return JM_UNSUPPORTED;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((e = get_number(k->pkey, OSSL_PKEY_PARAM_RSA_N, out->n,
		 sizeof out->n, &out->n_len)) == JM_OK &&
	    (e = get_number(k->pkey, OSSL_PKEY_PARAM_RSA_E, out->e,
		 sizeof out->e, &out->e_len)) == JM_OK)
		out->bits = (unsigned)EVP_PKEY_get_bits(k->pkey);
	jm_ossl_leave();
	return e;
}

jm_err
jm_soft_key_sign_raw(const struct jm_soft_key *k, const uint8_t *t,
    size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX], size_t *sig_len)
{
	EVP_PKEY_CTX *pc = NULL;
	size_t n = JM_RSA_BYTES_MAX;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	*sig_len = 0;
	if (k->ec)
		return JM_UNSUPPORTED;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if (t_len > (size_t)EVP_PKEY_get_size(k->pkey) - PKCS1_OVERHEAD) {
		e = JM_ARG;
		goto out;
	}
	/* Without a hash set, the input goes into the block as it is. */
	if ((pc = EVP_PKEY_CTX_new_from_pkey(ctx, k->pkey, NULL)) == NULL ||
	    EVP_PKEY_sign_init(pc) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(pc, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_sign(pc, sig, &n, t, t_len) != 1) {
		e = JM_CRYPTO;
		goto out;
	}
	*sig_len = n;
out:
	EVP_PKEY_CTX_free(pc);
	jm_ossl_leave();
	return e;
}

jm_err
jm_soft_key_sign_pss(const struct jm_soft_key *k, const uint8_t digest[32],
    int salt_len, uint8_t sig[JM_RSA_BYTES_MAX], size_t *sig_len)
{
	EVP_PKEY_CTX *pc = NULL;
	size_t n = JM_RSA_BYTES_MAX;
	OSSL_LIB_CTX *ctx;
	EVP_MD *md = NULL;
	jm_err e;

	*sig_len = 0;
	if (k->ec)
		return JM_UNSUPPORTED;
	if (salt_len < 0) /* OpenSSL gives those numbers other meanings */
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((md = EVP_MD_fetch(ctx, jm_ossl_md_name(JM_SHA256), NULL)) ==
		NULL ||
	    (pc = EVP_PKEY_CTX_new_from_pkey(ctx, k->pkey, NULL)) == NULL ||
	    EVP_PKEY_sign_init(pc) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(pc, RSA_PKCS1_PSS_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(pc, md) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(pc, md) != 1 ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(pc, salt_len) != 1 ||
	    EVP_PKEY_sign(pc, sig, &n, digest, 32) != 1) {
		e = JM_CRYPTO;
		goto out;
	}
	*sig_len = n;
out:
	EVP_PKEY_CTX_free(pc);
	EVP_MD_free(md);
	jm_ossl_leave();
	return e;
}

void
jm_soft_key_free(struct jm_soft_key **k)
{
	if (k == NULL || *k == NULL)
		return;
	if (jm_ossl_alive())
		EVP_PKEY_free((*k)->pkey);
	jm_ossl_drop((*k)->held);
	free(*k);
	*k = NULL;
}

jm_err
jm_random(void *out, size_t n)
{
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(out, 0, n);
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if (n > 0 && RAND_bytes_ex(ctx, out, n, 0) != 1)
		e = JM_CRYPTO;
	jm_ossl_leave();
	return e;
}
