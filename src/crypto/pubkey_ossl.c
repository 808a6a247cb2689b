/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/pubkey.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/wbuf.h"
#include "crypto/ctx_ossl.h"
#include "crypto/digest_ossl.h"

/* 00 01, at least eight FF, 00 */
#define PKCS1_OVERHEAD 11

/*
 * An engine that a host made its default (the program openssl does so with
 * -engine) takes over every use of an EVP key of type "RSA", in a library
 * context of our own too; libp11's refuses what it did not make.  And such a
 * host signs through us: without this care no signature passed its check.  So
 * PSS uses a key of type "RSA-PSS", which engines leave alone, and the plain
 * operation is done on the numbers.
 */

/* The key as OpenSSL's, for PSS only, good until EVP_PKEY_free. */
static jm_err
import_for_pss(OSSL_LIB_CTX *ctx, const struct jm_rsa_pub *key, EVP_PKEY **out)
{
	EVP_PKEY_CTX *pc = NULL;
	OSSL_PARAM_BLD *bld = NULL;
	OSSL_PARAM *params = NULL;
	BIGNUM *n = NULL, *ex = NULL;
	jm_err e = JM_CRYPTO;

	*out = NULL;
	if (key->n_len == 0 || key->n_len > sizeof key->n || key->e_len == 0 ||
	    key->e_len > sizeof key->e)
		return JM_ARG;
	n = BN_bin2bn(key->n, (int)key->n_len, NULL);
	ex = BN_bin2bn(key->e, (int)key->e_len, NULL);
	if (n == NULL || ex == NULL || (bld = OSSL_PARAM_BLD_new()) == NULL ||
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, ex) != 1 ||
	    (params = OSSL_PARAM_BLD_to_param(bld)) == NULL ||
	    (pc = EVP_PKEY_CTX_new_from_name(ctx, "RSA-PSS", NULL)) == NULL ||
	    EVP_PKEY_fromdata_init(pc) != 1 ||
	    EVP_PKEY_fromdata(pc, out, EVP_PKEY_PUBLIC_KEY, params) != 1)
		goto out;
	e = JM_OK;
out:
	EVP_PKEY_CTX_free(pc);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_free(ex);
	BN_free(n);
	return e;
}

/* The block that was signed, as long as the modulus.  Nothing here is secret.
 */
static jm_err
recover(OSSL_LIB_CTX *ctx, const struct jm_rsa_pub *key, const uint8_t *sig,
    uint8_t *block)
{
	BN_CTX *bc = BN_CTX_new_ex(ctx);
	BIGNUM *n, *ex, *s, *m;
	jm_err e = JM_CRYPTO;

	if (bc == NULL)
		return JM_CRYPTO;
	BN_CTX_start(bc);
	n = BN_CTX_get(bc);
	ex = BN_CTX_get(bc);
	s = BN_CTX_get(bc);
	if ((m = BN_CTX_get(bc)) == NULL || /* then all others are there */
	    BN_bin2bn(key->n, (int)key->n_len, n) == NULL ||
	    BN_bin2bn(key->e, (int)key->e_len, ex) == NULL ||
	    BN_bin2bn(sig, (int)key->n_len, s) == NULL)
		goto out;
	if (!BN_is_odd(n) || BN_cmp(s, n) >= 0) {
		e = JM_BAD_SIG;
		goto out;
	}
	if (BN_mod_exp(m, s, ex, n, bc) == 1 &&
	    BN_bn2binpad(m, block, (int)key->n_len) == (int)key->n_len)
		e = JM_OK;
out:
	BN_CTX_end(bc);
	BN_CTX_free(bc);
	return e;
}

/*
 * The whole block is compared, not what is left after unpadding: an unpadder
 * that is lenient somewhere cannot make a forged block pass.
 */
jm_err
jm_rsa_verify_raw(const struct jm_rsa_pub *key, const uint8_t *t, size_t t_len,
    const uint8_t *sig, size_t sig_len)
{
	uint8_t want[JM_RSA_BYTES_MAX], got[JM_RSA_BYTES_MAX];
	OSSL_LIB_CTX *ctx;
	struct jm_wbuf w;
	size_t want_len;
	jm_err e;

	if (key->n_len == 0 || key->n_len > sizeof key->n || key->e_len == 0 ||
	    key->e_len > sizeof key->e)
		return JM_ARG;
	if (sig_len != key->n_len || sig_len < PKCS1_OVERHEAD ||
	    t_len > sig_len - PKCS1_OVERHEAD)
		return JM_BAD_SIG;
	jm_wbuf_init(&w, want, sizeof want);
	jm_put_u8(&w, 0);
	jm_put_u8(&w, 1);
	jm_put_fill(&w, 0xff, sig_len - 3 - t_len);
	jm_put_u8(&w, 0);
	jm_put(&w, t, t_len);
	if ((e = jm_wbuf_done(&w, &want_len)) != JM_OK)
		return e;

	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	e = recover(ctx, key, sig, got);
	if (e == JM_OK && memcmp(got, want, want_len) != 0)
		e = JM_BAD_SIG;
	jm_ossl_leave();
	return e;
}

jm_err
jm_rsa_verify_pss(const struct jm_rsa_pub *key, enum jm_hash h,
    const uint8_t *digest, const uint8_t *sig, size_t sig_len)
{
	EVP_PKEY_CTX *pc = NULL;
	EVP_PKEY *pkey = NULL;
	OSSL_LIB_CTX *ctx;
	EVP_MD *md = NULL;
	jm_err e;

	if (sig_len != key->n_len)
		return JM_BAD_SIG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((e = import_for_pss(ctx, key, &pkey)) != JM_OK)
		goto out;
	/* Setting the hash by a fetched object keeps MGF1 in our context. */
	if ((md = EVP_MD_fetch(ctx, jm_ossl_md_name(h), NULL)) == NULL ||
	    (pc = EVP_PKEY_CTX_new_from_pkey(ctx, pkey, NULL)) == NULL ||
	    EVP_PKEY_verify_init(pc) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(pc, RSA_PKCS1_PSS_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(pc, md) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(pc, md) != 1 ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(pc, RSA_PSS_SALTLEN_DIGEST) != 1) {
		e = JM_CRYPTO;
		goto out;
	}
	if (EVP_PKEY_verify(pc, sig, sig_len, digest, jm_hash_len(h)) != 1)
		e = JM_BAD_SIG;
out:
	EVP_PKEY_CTX_free(pc);
	EVP_MD_free(md);
	EVP_PKEY_free(pkey);
	jm_ossl_leave();
	return e;
}
