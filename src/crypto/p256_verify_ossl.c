/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * As jm_ecdsa_verify of ec_ossl.c and for its reasons, with the curve made
 * once.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/ec.h>

#include "crypto/ctx_ossl.h"
#include "crypto/p256_verify.h"

#define HALF 32

static int
set_point(
    const EC_GROUP *group, const uint8_t pk[JM_P256_COMPRESSED], EC_POINT *pt)
{
	return (pk[0] == 0x02 || pk[0] == 0x03) &&
	       EC_POINT_oct2point(group, pt, pk, JM_P256_COMPRESSED, NULL) == 1;
}

/* JM_FORMAT: no such point. */
static jm_err
import(OSSL_LIB_CTX *ctx, const EC_GROUP *group,
    const uint8_t pk[JM_P256_COMPRESSED], EC_KEY **out)
{
	EC_POINT *pt = NULL;
	EC_KEY *key = NULL;
	jm_err e = JM_CRYPTO;

	*out = NULL;
	if ((pt = EC_POINT_new(group)) == NULL ||
	    (key = EC_KEY_new_ex(ctx, NULL)) == NULL ||
	    EC_KEY_set_method(key, EC_KEY_OpenSSL()) != 1 ||
	    EC_KEY_set_group(key, group) != 1)
		goto out;
	e = JM_FORMAT;
	if (!set_point(group, pk, pt))
		goto out;
	e = JM_CRYPTO;
	if (EC_KEY_set_public_key(key, pt) != 1)
		goto out;
	*out = key;
	key = NULL; /* the caller's from here on */
	e = JM_OK;
out:
	EC_KEY_free(key);
	EC_POINT_free(pt);
	return e;
}

static jm_err
import_sig(const uint8_t sig[JM_P256_SIG], ECDSA_SIG **out)
{
	BIGNUM *r = BN_bin2bn(sig, HALF, NULL);
	BIGNUM *s = BN_bin2bn(sig + HALF, HALF, NULL);

	*out = ECDSA_SIG_new();
	if (r != NULL && s != NULL && *out != NULL &&
	    ECDSA_SIG_set0(*out, r, s) == 1)
		return JM_OK;
	ECDSA_SIG_free(*out);
	BN_free(s);
	BN_free(r);
	*out = NULL;
	return JM_CRYPTO;
}

jm_err
jm_p256_verify(const uint8_t pk[JM_P256_COMPRESSED], const uint8_t hash[32],
    const uint8_t sig[JM_P256_SIG])
{
	const EC_GROUP *group;
	ECDSA_SIG *pair = NULL;
	EC_KEY *key = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((group = jm_ossl_p256()) == NULL)
		e = JM_CRYPTO;
	else if ((e = import(ctx, group, pk, &key)) == JM_OK &&
		 (e = import_sig(sig, &pair)) == JM_OK &&
		 ECDSA_do_verify(hash, HALF, pair, key) != 1)
		e = JM_BAD_SIG;
	ECDSA_SIG_free(pair);
	EC_KEY_free(key);
	jm_ossl_leave();
	return e;
}
