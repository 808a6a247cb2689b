/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/ec.h"

#include <string.h>

#include "base/wbuf.h"
#include "crypto/call_cng.h"

#define HASH_MAX 64

static const struct curve {
	LPCWSTR name;
	ULONG magic;
} curves[] = {
	[JM_P256] = { BCRYPT_ECDSA_P256_ALGORITHM,
	    BCRYPT_ECDSA_PUBLIC_P256_MAGIC },
	[JM_P384] = { BCRYPT_ECDSA_P384_ALGORITHM,
	    BCRYPT_ECDSA_PUBLIC_P384_MAGIC },
};

struct ec {
	BCRYPT_ALG_HANDLE alg;
	BCRYPT_KEY_HANDLE key;
};

static void
ec_close(struct ec *ec)
{
	if (ec->key != NULL)
		(void)BCryptDestroyKey(ec->key);
	if (ec->alg != NULL)
		(void)BCryptCloseAlgorithmProvider(ec->alg, 0);
	memset(ec, 0, sizeof *ec);
}

/* point: 04 x y.  JM_FORMAT: CNG validates what it takes in, unless told not
 * to; it is no point of the curve.  For ec_close then, too. */
static jm_err
ec_open(enum jm_curve curve, const uint8_t *point, struct ec *ec)
{
	const size_t len = jm_curve_len(curve);
	struct {
		BCRYPT_ECCKEY_BLOB head;
		UCHAR xy[2 * JM_EC_FIELD_MAX];
	} blob;
	jm_err e;

	memset(ec, 0, sizeof *ec);
	if ((e = jm_cng_open(curves[curve].name, 0, &ec->alg)) != JM_OK)
		return e;
	memset(&blob, 0, sizeof blob);
	blob.head.dwMagic = curves[curve].magic;
	blob.head.cbKey = (ULONG)len;
	memcpy(blob.xy, point + 1, 2 * len);
	return jm_cng_err(
	    BCryptImportKeyPair(ec->alg, NULL, BCRYPT_ECCPUBLIC_BLOB, &ec->key,
		(PUCHAR)&blob, (ULONG)(sizeof blob.head + 2 * len), 0),
	    JM_FORMAT);
}

jm_err
jm_ec_pub_set(struct jm_ec_pub *out, enum jm_curve curve, const uint8_t *point,
    size_t len)
{
	struct ec ec;
	jm_err e;

	memset(out, 0, sizeof *out);
	out->curve = curve;
	if (len != 1 + 2 * jm_curve_len(curve) || point[0] != 0x04)
		return JM_FORMAT;
	if ((e = ec_open(curve, point, &ec)) == JM_OK) {
		memcpy(out->point, point, len);
		out->point_len = len;
	}
	ec_close(&ec);
	return e;
}

/*
 * The same number with the curve's own length, which every implementation
 * takes: ECDSA uses the leftmost bits of a longer one (FIPS 186-5, 6.4.2), and
 * both orders have whole bytes.
 */
static void
fit(const uint8_t *hash, size_t hash_len, uint8_t *out, size_t len)
{
	const size_t n = hash_len < len ? hash_len : len;

	memset(out, 0, len - n);
	memcpy(out + len - n, hash, n);
}

jm_err
jm_ecdsa_verify(const struct jm_ec_pub *key, const uint8_t *hash,
    size_t hash_len, const uint8_t *sig, size_t sig_len)
{
	const size_t len = jm_curve_len(key->curve);
	uint8_t number[JM_EC_FIELD_MAX];
	struct ec ec;
	jm_err e;

	if (key->point_len != 1 + 2 * len || hash_len == 0 ||
	    hash_len > HASH_MAX)
		return JM_ARG;
	if (sig_len != 2 * len)
		return JM_BAD_SIG;
	fit(hash, hash_len, number, len);
	if ((e = ec_open(key->curve, key->point, &ec)) == JM_OK)
		e = jm_cng_err(
		    BCryptVerifySignature(ec.key, NULL, number, (ULONG)len,
			(PUCHAR)(uintptr_t)sig, (ULONG)sig_len, 0),
		    JM_BAD_SIG);
	ec_close(&ec);
	return e;
}
