/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* With EC_KEY objects, as ec_ossl.c and for its reason. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/ec_key.h"

#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/ctx_ossl.h"

#define HASH_MAX  64
#define POINT_LEN (1 + 2 * JM_P256_LEN)

int
jm_p256_scalar_ok(const uint8_t d[JM_P256_LEN])
{
	/* the order of the curve (SEC 2, 2.4.2) */
	static const uint8_t order[JM_P256_LEN] = { 0xff, 0xff, 0xff, 0xff,
		0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
		0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
	uint32_t any = 0, borrow = 0;

	/* The borrow of d - order tells which is less, without a branch. */
	for (size_t i = JM_P256_LEN; i > 0; i--) {
		any |= d[i - 1];
		borrow = ((uint32_t)d[i - 1] - order[i - 1] - borrow) >> 31;
	}
	return (int)(borrow & ((0u - any) >> 31));
}

/* OpenSSL's own key on the curve, with no number in it yet. */
static jm_err
new_key(OSSL_LIB_CTX *ctx, EC_KEY **out)
{
	EC_GROUP *group = NULL;
	EC_KEY *key = NULL;
	jm_err e = JM_CRYPTO;

	*out = NULL;
	/* The method first: the calls after it are the method's business. */
	if ((group = EC_GROUP_new_by_curve_name_ex(
		 ctx, NULL, NID_X9_62_prime256v1)) == NULL ||
	    (key = EC_KEY_new_ex(ctx, NULL)) == NULL ||
	    EC_KEY_set_method(key, EC_KEY_OpenSSL()) != 1 ||
	    EC_KEY_set_group(key, group) != 1)
		goto out;
	*out = key;
	key = NULL; /* the caller's from here on */
	e = JM_OK;
out:
	EC_KEY_free(key);
	EC_GROUP_free(group);
	return e;
}

/* A number that is secret, good until BN_clear_free. */
static jm_err
new_number(const uint8_t d[JM_P256_LEN], BIGNUM **out)
{
	if ((*out = BN_secure_new()) == NULL)
		return JM_CRYPTO;
	BN_set_flags(*out, BN_FLG_CONSTTIME);
	return BN_bin2bn(d, JM_P256_LEN, *out) == NULL ? JM_CRYPTO : JM_OK;
}

static jm_err
put_point(const EC_GROUP *group, const EC_POINT *pt, struct jm_ec_pub *out)
{
	if (EC_POINT_point2oct(group, pt, POINT_CONVERSION_UNCOMPRESSED,
		out->point, POINT_LEN, NULL) != POINT_LEN) {
		memset(out->point, 0, sizeof out->point);
		return JM_CRYPTO;
	}
	out->point_len = POINT_LEN;
	return JM_OK;
}

jm_err
jm_p256_public(const uint8_t d[JM_P256_LEN], struct jm_ec_pub *out)
{
	const EC_GROUP *group;
	EC_POINT *pt = NULL;
	EC_KEY *key = NULL;
	BIGNUM *bn = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(out, 0, sizeof *out);
	out->curve = JM_P256;
	if (!jm_p256_scalar_ok(d))
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((e = new_key(ctx, &key)) != JM_OK ||
	    (e = new_number(d, &bn)) != JM_OK)
		goto out;
	group = EC_KEY_get0_group(key);
	if ((pt = EC_POINT_new(group)) == NULL ||
	    EC_POINT_mul(group, pt, bn, NULL, NULL, NULL) != 1)
		e = JM_CRYPTO;
	else
		e = put_point(group, pt, out);
out:
	EC_POINT_clear_free(pt);
	BN_clear_free(bn);
	EC_KEY_free(key);
	jm_ossl_leave();
	return e;
}

jm_err
jm_p256_sign(const uint8_t d[JM_P256_LEN], const uint8_t *hash, size_t hash_len,
    uint8_t sig[JM_P256_SIG])
{
	ECDSA_SIG *pair = NULL;
	EC_KEY *key = NULL;
	BIGNUM *bn = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(sig, 0, JM_P256_SIG);
	if (!jm_p256_scalar_ok(d) || hash_len == 0 || hash_len > HASH_MAX)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	/* The key has a copy of the number; both are wiped when freed.  The
	 * nonce is a hash of that number, the value and fresh randomness
	 * (BN_generate_dsa_nonce). */
	if ((e = new_key(ctx, &key)) == JM_OK &&
	    (e = new_number(d, &bn)) == JM_OK &&
	    (EC_KEY_set_private_key(key, bn) != 1 ||
		(pair = ECDSA_do_sign(hash, (int)hash_len, key)) == NULL ||
		BN_bn2binpad(ECDSA_SIG_get0_r(pair), sig, JM_P256_LEN) !=
		    JM_P256_LEN ||
		BN_bn2binpad(ECDSA_SIG_get0_s(pair), sig + JM_P256_LEN,
		    JM_P256_LEN) != JM_P256_LEN)) {
		jm_wipe(sig, JM_P256_SIG);
		e = JM_CRYPTO;
	}
	ECDSA_SIG_free(pair);
	BN_clear_free(bn);
	EC_KEY_free(key);
	jm_ossl_leave();
	return e;
}

void
jm_p256_compress(const struct jm_ec_pub *pub, uint8_t out[JM_P256_COMPRESSED])
{
	out[0] = (uint8_t)(0x02 | (pub->point[POINT_LEN - 1] & 1));
	memcpy(out + 1, pub->point + 1, JM_P256_LEN);
}

jm_err
jm_p256_expand(const uint8_t in[JM_P256_COMPRESSED], struct jm_ec_pub *out)
{
	const EC_GROUP *group;
	EC_POINT *pt = NULL;
	EC_KEY *key = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(out, 0, sizeof *out);
	out->curve = JM_P256;
	if (in[0] != 0x02 && in[0] != 0x03)
		return JM_FORMAT;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((e = new_key(ctx, &key)) != JM_OK)
		goto out;
	group = EC_KEY_get0_group(key);
	if ((pt = EC_POINT_new(group)) == NULL)
		e = JM_CRYPTO;
	else if (EC_POINT_oct2point(group, pt, in, JM_P256_COMPRESSED, NULL) !=
		 1)
		e = JM_FORMAT; /* x past the field's end, or no such y */
	else
		e = put_point(group, pt, out);
out:
	EC_POINT_free(pt);
	EC_KEY_free(key);
	jm_ossl_leave();
	return e;
}
