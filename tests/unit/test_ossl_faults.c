/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every call of OpenSSL that can fail, and every allocation, failed in turn: an
 * error comes out, never a success, nothing leaks and the host's error queue
 * stays as it was.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* as pubkey_ossl.c */

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/ctx.h"
#include "crypto/rsa_pad.h"
#include "crypto/x509_other.h"
#include "tests/support/fault.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"

/* The linker sends our library's calls here; the names are its. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
#define WRAP(type, failed, name, params, args)                                 \
	type __real_##name params;                                             \
	type __wrap_##name params;                                             \
	type __wrap_##name params                                              \
	{                                                                      \
		return fault_point() ? (failed) : __real_##name args;          \
	}

/* clang-format off */
WRAP(OSSL_LIB_CTX *, NULL, OSSL_LIB_CTX_new,
    (void), ())
WRAP(OSSL_PROVIDER *, NULL, OSSL_PROVIDER_load,
    (OSSL_LIB_CTX *c, const char *n), (c, n))
WRAP(EVP_MD *, NULL, EVP_MD_fetch,
    (OSSL_LIB_CTX *c, const char *n, const char *p), (c, n, p))
WRAP(EVP_MD_CTX *, NULL, EVP_MD_CTX_new,
    (void), ())
WRAP(int, 0, EVP_DigestInit_ex2,
    (EVP_MD_CTX *c, const EVP_MD *m, const OSSL_PARAM *p), (c, m, p))
WRAP(int, 0, EVP_DigestUpdate,
    (EVP_MD_CTX *c, const void *d, size_t n), (c, d, n))
WRAP(int, 0, EVP_DigestFinal_ex,
    (EVP_MD_CTX *c, unsigned char *d, unsigned *n), (c, d, n))
WRAP(int, 0, EVP_MD_CTX_copy_ex,
    (EVP_MD_CTX *to, const EVP_MD_CTX *from), (to, from))
WRAP(BIGNUM *, NULL, BN_bin2bn,
    (const unsigned char *s, int n, BIGNUM *b), (s, n, b))
WRAP(RSA *, NULL, RSA_new,
    (void), ())
WRAP(int, 0, RSA_set_method,
    (RSA *r, const RSA_METHOD *m), (r, m))
WRAP(int, 0, RSA_set0_key,
    (RSA *r, BIGNUM *n, BIGNUM *e, BIGNUM *d), (r, n, e, d))
WRAP(int, -1, RSA_public_decrypt,
    (int n, const unsigned char *f, unsigned char *t, RSA *r, int p), (n, f, t, r, p))
WRAP(int, 0, RSA_verify_PKCS1_PSS_mgf1,
    (RSA *r, const unsigned char *h, const EVP_MD *m, const EVP_MD *g, const unsigned char *b, int s), (r, h, m, g, b, s))
WRAP(EC_GROUP *, NULL, EC_GROUP_new_by_curve_name_ex,
    (OSSL_LIB_CTX *c, const char *p, int n), (c, p, n))
WRAP(EC_KEY *, NULL, EC_KEY_new_ex,
    (OSSL_LIB_CTX *c, const char *p), (c, p))
WRAP(int, 0, EC_KEY_set_method,
    (EC_KEY *k, const EC_KEY_METHOD *m), (k, m))
WRAP(int, 0, EC_KEY_set_group,
    (EC_KEY *k, const EC_GROUP *g), (k, g))
WRAP(EC_POINT *, NULL, EC_POINT_new,
    (const EC_GROUP *g), (g))
WRAP(int, 0, EC_POINT_oct2point,
    (const EC_GROUP *g, EC_POINT *p, const unsigned char *b, size_t n, BN_CTX *c), (g, p, b, n, c))
WRAP(int, 0, EC_KEY_set_public_key,
    (EC_KEY *k, const EC_POINT *p), (k, p))
WRAP(ECDSA_SIG *, NULL, ECDSA_SIG_new,
    (void), ())
WRAP(int, 0, ECDSA_SIG_set0,
    (ECDSA_SIG *g, BIGNUM *r, BIGNUM *s), (g, r, s))
WRAP(int, -1, ECDSA_do_verify,
    (const unsigned char *h, int n, const ECDSA_SIG *s, EC_KEY *k), (h, n, s, k))
WRAP(int, 0, EVP_PKEY_fromdata_init,
    (EVP_PKEY_CTX *c), (c))
WRAP(int, 0, EVP_PKEY_fromdata,
    (EVP_PKEY_CTX *c, EVP_PKEY **k, int n, OSSL_PARAM p[]), (c, k, n, p))
WRAP(EVP_PKEY_CTX *, NULL, EVP_PKEY_CTX_new_from_name,
    (OSSL_LIB_CTX *c, const char *n, const char *p), (c, n, p))
WRAP(int, 0, EVP_PKEY_derive_init,
    (EVP_PKEY_CTX *c), (c))
WRAP(int, 0, EVP_PKEY_derive_set_peer,
    (EVP_PKEY_CTX *c, EVP_PKEY *k), (c, k))
WRAP(int, 0, EVP_PKEY_derive,
    (EVP_PKEY_CTX *c, unsigned char *z, size_t *n), (c, z, n))
WRAP(EVP_PKEY_CTX *, NULL, EVP_PKEY_CTX_new_from_pkey,
    (OSSL_LIB_CTX *c, EVP_PKEY *k, const char *p), (c, k, p))
WRAP(int, 0, EVP_PKEY_CTX_set_rsa_padding,
    (EVP_PKEY_CTX *c, int m), (c, m))
WRAP(int, 0, EVP_PKEY_CTX_set_signature_md,
    (EVP_PKEY_CTX *c, const EVP_MD *m), (c, m))
WRAP(int, 0, EVP_PKEY_CTX_set_rsa_mgf1_md,
    (EVP_PKEY_CTX *c, const EVP_MD *m), (c, m))
WRAP(int, 0, EVP_PKEY_CTX_set_rsa_pss_saltlen,
    (EVP_PKEY_CTX *c, int n), (c, n))
WRAP(int, 0, EVP_PKEY_sign_init,
    (EVP_PKEY_CTX *c), (c))
WRAP(int, 0, EVP_PKEY_sign,
    (EVP_PKEY_CTX *c, unsigned char *s, size_t *sn, const unsigned char *d, size_t n), (c, s, sn, d, n))
WRAP(PKCS8_PRIV_KEY_INFO *, NULL, EVP_PKEY2PKCS8,
    (const EVP_PKEY *k), (k))
WRAP(int, -1, i2d_PKCS8_PRIV_KEY_INFO,
    (const PKCS8_PRIV_KEY_INFO *i, unsigned char **p), (i, p))
WRAP(PKCS8_PRIV_KEY_INFO *, NULL, d2i_PKCS8_PRIV_KEY_INFO,
    (PKCS8_PRIV_KEY_INFO **i, const unsigned char **p, long n), (i, p, n))
WRAP(EVP_PKEY *, NULL, EVP_PKCS82PKEY_ex,
    (const PKCS8_PRIV_KEY_INFO *i, OSSL_LIB_CTX *c, const char *p), (i, c, p))
WRAP(int, 0, EVP_PKEY_get_bn_param,
    (const EVP_PKEY *k, const char *n, BIGNUM **b), (k, n, b))
WRAP(X509 *, NULL, X509_new_ex,
    (OSSL_LIB_CTX *c, const char *p), (c, p))
WRAP(EVP_PKEY *, NULL, d2i_PUBKEY_ex,
    (EVP_PKEY **k, const unsigned char **p, long n, OSSL_LIB_CTX *c, const char *q), (k, p, n, c, q))
WRAP(int, -1, X509_verify,
    (X509 *x, EVP_PKEY *k), (x, k))
WRAP(int, 0, RAND_bytes_ex,
    (OSSL_LIB_CTX *c, unsigned char *b, size_t n, unsigned s), (c, b, n, s))
/* clang-format on */
/* NOLINTEND(bugprone-reserved-identifier) */

static struct {
	uint8_t p8[JM_SOFT_KEY_DER_MAX], t[JM_DIGESTINFO_MAX];
	uint8_t raw[JM_RSA_BYTES_MAX], pss[JM_RSA_BYTES_MAX];
	size_t p8_len, t_len, raw_len, pss_len;
	struct jm_soft_key *ec;
	struct jm_ec_pub ec_pub;
	uint8_t ecdsa[JM_EC_SIG_MAX];
	size_t ecdsa_len;
} good;

/* One job each; its result, and nothing left behind whatever that is. */
static jm_err
hash_in_parts(const struct hierarchy *h)
{
	struct jm_hasher *a = NULL, *b = NULL;
	uint8_t d[32];
	jm_err e;

	(void)h;
	jm_crypto_done(); /* a context is made, too */
	if ((e = jm_hasher_new(JM_SHA256, &a)) == JM_OK &&
	    (e = jm_hasher_update(a, "abc", 3)) == JM_OK &&
	    (e = jm_hasher_clone(a, &b)) == JM_OK)
		e = jm_hasher_final(b, d);
	jm_hasher_free(&a);
	jm_hasher_free(&b);
	return e;
}

static jm_err
verify_raw(const struct hierarchy *h)
{
	return jm_rsa_verify_raw(
	    &h->sign->rsa, good.t, good.t_len, good.raw, good.raw_len);
}

static jm_err
verify_pss(const struct hierarchy *h)
{
	return jm_rsa_verify_pss(
	    &h->sign->rsa, JM_SHA256, good.t, good.pss, good.pss_len);
}

static jm_err
sign_raw(const struct hierarchy *h)
{
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t n = 1;
	jm_err e = jm_soft_key_sign_raw(h->key, good.t, good.t_len, sig, &n);

	assert_int_equal(n, e == JM_OK ? 256 : 0);
	return e;
}

static jm_err
sign_pss(const struct hierarchy *h)
{
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t n = 1;
	jm_err e = jm_soft_key_sign_pss(h->key, good.t, 32, sig, &n);

	assert_int_equal(n, e == JM_OK ? 256 : 0);
	return e;
}

static jm_err
save(const struct hierarchy *h)
{
	static uint8_t der[JM_SOFT_KEY_DER_MAX];
	size_t n = 1;
	jm_err e = jm_soft_key_save(h->key, der, &n);

	assert_int_equal(n, e == JM_OK ? good.p8_len : 0);
	return e;
}

static jm_err
load(const struct hierarchy *h)
{
	struct jm_soft_key *k = (void *)1;
	jm_err e = jm_soft_key_load(good.p8, good.p8_len, &k);

	(void)h;
	assert_int_equal(k != NULL, e == JM_OK);
	jm_soft_key_free(&k);
	return e;
}

static jm_err
public_half(const struct hierarchy *h)
{
	static struct jm_rsa_pub pub;

	return jm_soft_key_pub(h->key, &pub);
}

static jm_err
signed_by(const struct hierarchy *h)
{
	return jm_cert_signed_by(h->sign, h->sign_ca);
}

static jm_err
signed_by_other(const struct hierarchy *h)
{
	return jm_cert_verify_other(h->sign, h->sign_ca);
}

static jm_err
take_point(const struct hierarchy *h)
{
	struct jm_ec_pub pub;
	jm_err e;

	(void)h;
	e = jm_ec_pub_set(
	    &pub, JM_P384, good.ec_pub.point, good.ec_pub.point_len);
	assert_int_equal(pub.point_len, e == JM_OK ? 97 : 0);
	return e;
}

static jm_err
verify_ecdsa(const struct hierarchy *h)
{
	(void)h;
	return jm_ecdsa_verify(
	    &good.ec_pub, good.t, 48, good.ecdsa, good.ecdsa_len);
}

static jm_err
sign_ecdsa(const struct hierarchy *h)
{
	uint8_t sig[JM_EC_SIG_MAX];
	size_t n = 1;
	jm_err e = jm_soft_key_sign_ecdsa(good.ec, good.t, 48, sig, &n);

	(void)h;
	assert_int_equal(n, e == JM_OK ? 96 : 0);
	return e;
}

static jm_err
public_half_ec(const struct hierarchy *h)
{
	struct jm_ec_pub pub;
	jm_err e = jm_soft_key_ec_pub(good.ec, &pub);

	(void)h;
	assert_int_equal(pub.point_len, e == JM_OK ? 97 : 0);
	return e;
}

static jm_err
ecdh(const struct hierarchy *h)
{
	uint8_t z[JM_EC_FIELD_MAX];
	size_t n = 1;
	jm_err e = jm_soft_key_ecdh(good.ec, &good.ec_pub, z, &n);

	(void)h;
	assert_int_equal(n, e == JM_OK ? 48 : 0);
	return e;
}

static jm_err
random_bytes(const struct hierarchy *h)
{
	uint8_t b[8];

	(void)h;
	return jm_random(b, sizeof b);
}

static void
prepare(const struct hierarchy *h)
{
	uint8_t digest[32] = { 7 };

	jm_digestinfo(JM_SHA256, digest, good.t, &good.t_len);
	assert_int_equal(
	    jm_soft_key_save(h->key, good.p8, &good.p8_len), JM_OK);
	assert_int_equal(jm_soft_key_sign_raw(h->key, good.t, good.t_len,
			     good.raw, &good.raw_len),
	    JM_OK);
	assert_int_equal(
	    jm_soft_key_sign_pss(h->key, good.t, 32, good.pss, &good.pss_len),
	    JM_OK);
	assert_int_equal(jm_soft_key_new_ec(JM_P384, &good.ec), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(good.ec, &good.ec_pub), JM_OK);
	assert_int_equal(jm_soft_key_sign_ecdsa(good.ec, good.t, 48, good.ecdsa,
			     &good.ecdsa_len),
	    JM_OK);
}

static int
end(void **state)
{
	jm_soft_key_free(&good.ec);
	return hierarchy_teardown(state);
}

static void
no_failure_inside_is_a_success_outside(void **state)
{
	/* clang-format off */
	static const struct {
		jm_err (*job)(const struct hierarchy *);
		unsigned calls; /* that can fail; grows with the code */
	} row[] = {
		{ hash_in_parts, 12 }, { verify_raw, 6 }, { verify_pss, 8 },
		{ sign_raw, 4 }, { sign_pss, 8 }, { save, 2 }, { load, 3 },
		{ public_half, 2 }, { signed_by, 12 }, { signed_by_other, 3 },
		{ take_point, 7 }, { verify_ecdsa, 12 }, { sign_ecdsa, 3 },
		{ public_half_ec, 2 }, { ecdh, 7 }, { random_bytes, 1 },
	};
	/* clang-format on */
	const struct hierarchy *h = *state;

	prepare(h);
	for (size_t i = 0; i < NELEM(row); i++) {
		for (unsigned nth = 0;; nth++) {
			jm_err e;

			ERR_clear_error();
			ERR_raise(ERR_LIB_USER, 77); /* the host's */
			fault_arm(nth);
			e = row[i].job(h);
			fault_disarm();
			assert_int_equal(ERR_clear_last_mark(), 0);
			assert_int_equal(ERR_GET_REASON(ERR_get_error()), 77);
			assert_int_equal(ERR_peek_error(), 0);
			if (!fault_fired()) {
				assert_int_equal(e, JM_OK);
				if (nth != row[i].calls)
					fail_msg("row %zu: %u", i, nth);
				break;
			}
			assert_int_not_equal(e, JM_OK);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_failure_inside_is_a_success_outside),
	};

	return cmocka_run_group_tests(tests, hierarchy_setup, end);
}
