/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * With the RSA objects of OpenSSL, deprecated since 3.0, and not with EVP keys:
 * those ask the host's engines first, in a library context of our own too.  A
 * host that made an engine its default (the program openssl does so with
 * -engine) signs through us, and libp11's engine refuses keys that it did not
 * make: no signature would pass its check here.  An RSA object can be given the
 * method that OpenSSL itself has.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/pubkey.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/wbuf.h"
#include "base/wipe.h"
#include "crypto/ctx_ossl.h"
#include "crypto/digest_ossl.h"

/* 00 01, at least eight FF, 00 */
#define PKCS1_OVERHEAD 11

/* The key as OpenSSL's, good until RSA_free. */
static jm_err
import(const struct jm_rsa_pub *key, RSA **out)
{
	BIGNUM *n = NULL, *ex = NULL;
	RSA *rsa = NULL;
	jm_err e = JM_CRYPTO;

	*out = NULL;
	if ((n = BN_bin2bn(key->n, (int)key->n_len, NULL)) == NULL ||
	    (ex = BN_bin2bn(key->e, (int)key->e_len, NULL)) == NULL ||
	    (rsa = RSA_new()) == NULL ||
	    RSA_set_method(rsa, RSA_PKCS1_OpenSSL()) != 1 ||
	    RSA_set0_key(rsa, n, ex, NULL) != 1)
		goto out;
	n = ex = NULL; /* the key's from here on */
	*out = rsa;
	rsa = NULL; /* the caller's from here on */
	e = JM_OK;
out:
	RSA_free(rsa);
	BN_free(ex);
	BN_free(n);
	return e;
}

static int
is_key(const struct jm_rsa_pub *key)
{
	return key->n_len > 0 && key->n_len <= sizeof key->n &&
	       key->e_len > 0 && key->e_len <= sizeof key->e;
}

/* The block that was signed, as long as the modulus. */
static jm_err
recover(RSA *rsa, const uint8_t *sig, size_t sig_len, uint8_t *block)
{
	const int n = (int)sig_len;

	/* It fails for a number not below the modulus, too. */
	return RSA_public_decrypt(n, sig, block, rsa, RSA_NO_PADDING) == n
		   ? JM_OK
		   : JM_BAD_SIG;
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
	RSA *rsa = NULL;
	struct jm_wbuf w;
	size_t want_len;
	jm_err e;

	if (!is_key(key))
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
	if ((e = import(key, &rsa)) == JM_OK &&
	    (e = recover(rsa, sig, sig_len, got)) == JM_OK &&
	    memcmp(got, want, want_len) != 0)
		e = JM_BAD_SIG;
	RSA_free(rsa);
	jm_ossl_leave();
	/* Of a faulty signature it gives the key away. */
	jm_wipe(got, sizeof got);
	return e;
}

jm_err
jm_rsa_verify_pss(const struct jm_rsa_pub *key, enum jm_hash h,
    const uint8_t *digest, const uint8_t *sig, size_t sig_len)
{
	uint8_t block[JM_RSA_BYTES_MAX];
	OSSL_LIB_CTX *ctx;
	EVP_MD *md = NULL;
	RSA *rsa = NULL;
	jm_err e;

	if (!is_key(key))
		return JM_ARG;
	if (sig_len != key->n_len)
		return JM_BAD_SIG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((md = EVP_MD_fetch(ctx, jm_ossl_md_name(h), NULL)) == NULL) {
		e = JM_CRYPTO;
		goto out;
	}
	if ((e = import(key, &rsa)) == JM_OK &&
	    (e = recover(rsa, sig, sig_len, block)) == JM_OK &&
	    RSA_verify_PKCS1_PSS_mgf1(
		rsa, digest, md, md, block, RSA_PSS_SALTLEN_DIGEST) != 1)
		e = JM_BAD_SIG;
out:
	RSA_free(rsa);
	EVP_MD_free(md);
	jm_ossl_leave();
	jm_wipe(block, sizeof block);
	return e;
}
