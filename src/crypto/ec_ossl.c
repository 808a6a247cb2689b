/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * With the EC_KEY objects of OpenSSL and not with EVP keys, as pubkey_ossl.c
 * and for its reason: a host's engine may take over every EVP key, and the
 * default of every EC_KEY, but an EC_KEY can be given OpenSSL's own method.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/ec.h"

#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "crypto/ctx_ossl.h"

#define HASH_MAX 64

static const int nids[] = {
	[JM_P256] = NID_X9_62_prime256v1,
	[JM_P384] = NID_secp384r1,
};

/* The key as OpenSSL's, good until EC_KEY_free.  JM_FORMAT: no such point. */
static jm_err
import(OSSL_LIB_CTX *ctx, enum jm_curve curve, const uint8_t *point, size_t len,
    EC_KEY **out)
{
	EC_GROUP *group = NULL;
	EC_POINT *pt = NULL;
	EC_KEY *key = NULL;
	jm_err e = JM_CRYPTO;

	*out = NULL;
	/* The method first: the calls after it are the method's business. */
	if ((group = EC_GROUP_new_by_curve_name_ex(ctx, NULL, nids[curve])) ==
		NULL ||
	    (key = EC_KEY_new_ex(ctx, NULL)) == NULL ||
	    EC_KEY_set_method(key, EC_KEY_OpenSSL()) != 1 ||
	    EC_KEY_set_group(key, group) != 1 ||
	    (pt = EC_POINT_new(group)) == NULL)
		goto out;
	/* It fails for a point that is not on the curve, too. */
	e = JM_FORMAT;
	if (EC_POINT_oct2point(group, pt, point, len, NULL) != 1)
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
	EC_GROUP_free(group);
	return e;
}

jm_err
jm_ec_pub_set(struct jm_ec_pub *out, enum jm_curve curve, const uint8_t *point,
    size_t len)
{
	EC_KEY *key = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(out, 0, sizeof *out);
	out->curve = curve;
	if (len != 1 + 2 * jm_curve_len(curve) || point[0] != 0x04)
		return JM_FORMAT;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((e = import(ctx, curve, point, len, &key)) == JM_OK) {
		memcpy(out->point, point, len);
		out->point_len = len;
	}
	EC_KEY_free(key);
	jm_ossl_leave();
	return e;
}

/* Raw r and s as OpenSSL's pair, good until ECDSA_SIG_free. */
static jm_err
import_sig(const uint8_t *sig, size_t half, ECDSA_SIG **out)
{
	BIGNUM *r = NULL, *s = NULL;
	ECDSA_SIG *pair = NULL;
	jm_err e = JM_CRYPTO;

	*out = NULL;
	if ((r = BN_bin2bn(sig, (int)half, NULL)) == NULL ||
	    (s = BN_bin2bn(sig + half, (int)half, NULL)) == NULL ||
	    (pair = ECDSA_SIG_new()) == NULL || ECDSA_SIG_set0(pair, r, s) != 1)
		goto out;
	r = s = NULL; /* the pair's from here on */
	*out = pair;
	pair = NULL; /* the caller's from here on */
	e = JM_OK;
out:
	ECDSA_SIG_free(pair);
	BN_free(s);
	BN_free(r);
	return e;
}

jm_err
jm_ecdsa_verify(const struct jm_ec_pub *key, const uint8_t *hash,
    size_t hash_len, const uint8_t *sig, size_t sig_len)
{
	const size_t half = jm_curve_len(key->curve);
	ECDSA_SIG *pair = NULL;
	EC_KEY *ec = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	if (key->point_len != 1 + 2 * half || hash_len == 0 ||
	    hash_len > HASH_MAX)
		return JM_ARG;
	if (sig_len != 2 * half)
		return JM_BAD_SIG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((e = import(ctx, key->curve, key->point, key->point_len, &ec)) ==
		JM_OK &&
	    (e = import_sig(sig, half, &pair)) == JM_OK &&
	    ECDSA_do_verify(hash, (int)hash_len, pair, ec) != 1)
		e = JM_BAD_SIG;
	ECDSA_SIG_free(pair);
	EC_KEY_free(ec);
	jm_ossl_leave();
	return e;
}
