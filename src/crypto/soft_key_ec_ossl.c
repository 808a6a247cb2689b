/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Private keys on elliptic curves. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <string.h>

#include "crypto/ctx_ossl.h"
#include "crypto/ec_sig.h"
#include "crypto/soft_key_ossl.h"

#define HASH_MAX 64

/* OpenSSL's names of them */
static const char *const names[] = {
	[JM_P256] = "prime256v1",
	[JM_P384] = "secp384r1",
};

int
jm_soft_key_on_curve(const EVP_PKEY *pkey, enum jm_curve *curve)
{
	char name[32];
	size_t n;

	*curve = JM_P256;
	if (EVP_PKEY_is_a(pkey, "EC") != 1 ||
	    EVP_PKEY_get_group_name(pkey, name, sizeof name, &n) != 1)
		return 0;
	for (size_t i = 0; i < NELEM(names); i++) {
		if (strcmp(name, names[i]) == 0) {
			*curve = (enum jm_curve)i;
			return 1;
		}
	}
	return 0;
}

jm_err
jm_soft_key_new_ec(enum jm_curve curve, struct jm_soft_key **out)
{
	OSSL_LIB_CTX *ctx;
	EVP_PKEY *pkey;
	jm_err e;

	*out = NULL;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	pkey = EVP_PKEY_Q_keygen(ctx, NULL, "EC", names[curve]);
	e = pkey == NULL ? JM_CRYPTO : jm_soft_key_wrap(pkey, out);
	if (e != JM_OK)
		EVP_PKEY_free(pkey);
	jm_ossl_leave();
	return e;
}

int
jm_soft_key_is_ec(const struct jm_soft_key *k)
{
	return k->ec;
}

/* A coordinate of the public point, with its leading zero bytes. */
static int
get_coordinate(const EVP_PKEY *pkey, const char *name, uint8_t *out, size_t len)
{
	BIGNUM *bn = NULL;
	int ok;

	ok = EVP_PKEY_get_bn_param(pkey, name, &bn) == 1 &&
	     BN_bn2binpad(bn, out, (int)len) == (int)len;
	BN_free(bn);
	return ok;
}

jm_err
jm_soft_key_ec_pub(const struct jm_soft_key *k, struct jm_ec_pub *out)
{
	const size_t half = jm_curve_len(k->curve);
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(out, 0, sizeof *out);
	if (!k->ec)
		return JM_UNSUPPORTED;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	out->curve = k->curve;
	out->point[0] = 0x04;
	if (get_coordinate(
		k->pkey, OSSL_PKEY_PARAM_EC_PUB_X, out->point + 1, half) &&
	    get_coordinate(
		k->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, out->point + 1 + half, half))
		out->point_len = 1 + 2 * half;
	else
		e = JM_CRYPTO;
	jm_ossl_leave();
	return e;
}

jm_err
jm_soft_key_sign_ecdsa(const struct jm_soft_key *k, const uint8_t *hash,
    size_t hash_len, uint8_t sig[JM_EC_SIG_MAX], size_t *sig_len)
{
	uint8_t der[JM_EC_DER_MAX];
	size_t n = sizeof der;
	EVP_PKEY_CTX *pc = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	*sig_len = 0;
	if (!k->ec)
		return JM_UNSUPPORTED;
	if (hash_len == 0 || hash_len > HASH_MAX)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	/* Without a hash set, the input is taken for the hash value. */
	if ((pc = EVP_PKEY_CTX_new_from_pkey(ctx, k->pkey, NULL)) == NULL ||
	    EVP_PKEY_sign_init(pc) != 1 ||
	    EVP_PKEY_sign(pc, der, &n, hash, hash_len) != 1 ||
	    jm_ec_sig_to_raw(k->curve, der, n, sig, sig_len) != JM_OK)
		e = JM_CRYPTO;
	EVP_PKEY_CTX_free(pc);
	jm_ossl_leave();
	return e;
}

/* The other side's point as OpenSSL's, good until EVP_PKEY_free; NULL. */
static EVP_PKEY *
import(OSSL_LIB_CTX *ctx, const struct jm_ec_pub *pub)
{
	char group[32];
	uint8_t point[JM_EC_POINT_MAX];
	EVP_PKEY *pkey = NULL;
	EVP_PKEY_CTX *pc;
	OSSL_PARAM params[3];

	/* OSSL_PARAM takes neither for const */
	memcpy(group, names[pub->curve], strlen(names[pub->curve]) + 1);
	memcpy(point, pub->point, sizeof point);
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
	    OSSL_PKEY_PARAM_PUB_KEY, point, pub->point_len);
	params[2] = OSSL_PARAM_construct_end();
	if ((pc = EVP_PKEY_CTX_new_from_name(ctx, "EC", NULL)) == NULL ||
	    EVP_PKEY_fromdata_init(pc) != 1 ||
	    EVP_PKEY_fromdata(pc, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(pc);
	return pkey;
}

jm_err
jm_soft_key_ecdh(const struct jm_soft_key *k, const struct jm_ec_pub *peer,
    uint8_t z[JM_EC_FIELD_MAX], size_t *z_len)
{
	size_t n = JM_EC_FIELD_MAX;
	EVP_PKEY_CTX *pc = NULL;
	EVP_PKEY *other = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	*z_len = 0;
	if (!k->ec)
		return JM_UNSUPPORTED;
	if (peer->point_len == 0 || peer->curve != k->curve)
		return JM_FORMAT;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	e = JM_CRYPTO;
	if ((other = import(ctx, peer)) == NULL ||
	    (pc = EVP_PKEY_CTX_new_from_pkey(ctx, k->pkey, NULL)) == NULL ||
	    EVP_PKEY_derive_init(pc) != 1 ||
	    EVP_PKEY_derive_set_peer(pc, other) != 1 ||
	    EVP_PKEY_derive(pc, z, &n) != 1 || n != jm_curve_len(k->curve))
		goto out;
	*z_len = n;
	e = JM_OK;
out:
	EVP_PKEY_CTX_free(pc);
	EVP_PKEY_free(other);
	jm_ossl_leave();
	return e;
}
