/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "crypto/ctx.h"
#include "crypto/soft_key.h"
#include "tests/support/test.h"

static struct jm_soft_key *keys[2], *rsa;

/* RFC 5903, 8.1: the number i, as PKCS #8 without a public half */
static const uint8_t p8[] = { 0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06,
	0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
	0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
	0x01, 0x04, 0x20, 0xc8, 0x8f, 0x01, 0xf5, 0x10, 0xd9, 0xac, 0x3f, 0x70,
	0xa2, 0x92, 0xda, 0xa2, 0x31, 0x6d, 0xe5, 0x44, 0xe9, 0xaa, 0xb8, 0xaf,
	0xe8, 0x40, 0x49, 0xc6, 0x2a, 0x9c, 0x57, 0x86, 0x2d, 0x14, 0x33 };

static int
setup(void **state)
{
	(void)state;
	return jm_soft_key_new_ec(JM_P256, &keys[JM_P256]) == JM_OK &&
		       jm_soft_key_new_ec(JM_P384, &keys[JM_P384]) == JM_OK &&
		       jm_soft_key_new(2048, &rsa) == JM_OK
		   ? 0
		   : -1;
}

static int
teardown(void **state)
{
	(void)state;
	jm_soft_key_free(&keys[JM_P256]);
	jm_soft_key_free(&keys[JM_P384]);
	jm_soft_key_free(&rsa);
	jm_crypto_done();
	return 0;
}

static void
public_half_is_a_point_of_the_curve(void **state)
{
	struct jm_ec_pub pub, again;
	(void)state;

	for (int c = JM_P256; c <= JM_P384; c++) {
		assert_true(jm_soft_key_is_ec(keys[c]));
		assert_int_equal(jm_soft_key_ec_pub(keys[c], &pub), JM_OK);
		assert_int_equal(pub.curve, c);
		assert_int_equal(
		    pub.point_len, 1 + 2 * jm_curve_len((enum jm_curve)c));
		assert_int_equal(jm_ec_pub_set(&again, (enum jm_curve)c,
				     pub.point, pub.point_len),
		    JM_OK);
	}
}

static void
signatures_verify_with_the_public_half_alone(void **state)
{
	static const size_t lens[] = { 1, 20, 32, 48, 64 };
	uint8_t hash[64], sig[JM_EC_SIG_MAX];
	struct jm_ec_pub pub, other;
	struct jm_soft_key *k;
	size_t n;
	(void)state;

	memset(hash, 0x5a, sizeof hash);
	for (int c = JM_P256; c <= JM_P384; c++) {
		assert_int_equal(jm_soft_key_ec_pub(keys[c], &pub), JM_OK);
		assert_int_equal(
		    jm_soft_key_new_ec((enum jm_curve)c, &k), JM_OK);
		assert_int_equal(jm_soft_key_ec_pub(k, &other), JM_OK);
		jm_soft_key_free(&k);
		for (size_t i = 0; i < NELEM(lens); i++) {
			assert_int_equal(jm_soft_key_sign_ecdsa(
					     keys[c], hash, lens[i], sig, &n),
			    JM_OK);
			assert_int_equal(n, 2 * jm_curve_len((enum jm_curve)c));
			assert_int_equal(
			    jm_ecdsa_verify(&pub, hash, lens[i], sig, n),
			    JM_OK);
			assert_int_equal(
			    jm_ecdsa_verify(&other, hash, lens[i], sig, n),
			    JM_BAD_SIG);
		}
		assert_int_equal(
		    jm_soft_key_sign_ecdsa(keys[c], hash, 0, sig, &n), JM_ARG);
		assert_int_equal(
		    jm_soft_key_sign_ecdsa(keys[c], hash, 65, sig, &n), JM_ARG);
		assert_int_equal(n, 0);
	}
}

static void
saved_key_loads_as_the_same_key(void **state)
{
	static uint8_t der[JM_SOFT_KEY_DER_MAX];
	struct jm_ec_pub pub, pub2;
	struct jm_soft_key *k;
	size_t len;
	(void)state;

	for (int c = JM_P256; c <= JM_P384; c++) {
		assert_int_equal(jm_soft_key_save(keys[c], der, &len), JM_OK);
		assert_int_equal(jm_soft_key_load(der, len, &k), JM_OK);
		assert_true(jm_soft_key_is_ec(k));
		assert_int_equal(jm_soft_key_ec_pub(keys[c], &pub), JM_OK);
		assert_int_equal(jm_soft_key_ec_pub(k, &pub2), JM_OK);
		assert_memory_equal(&pub, &pub2, sizeof pub);
		jm_soft_key_free(&k);
		for (size_t n = 0; n < len; n++) {
			k = (void *)1;
			assert_int_equal(
			    jm_soft_key_load(der, n, &k), JM_FORMAT);
			assert_null(k);
		}
	}
}

/* The same number on a curve of ours and on one, as long, that is none. */
static void
a_key_on_another_curve_is_none(void **state)
{
	static const uint8_t k1[] = { 0x30, 0x3e, 0x02, 0x01, 0x00, 0x30, 0x10,
		0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
		0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a }; /* secp256k1 */
	uint8_t der[64];
	struct jm_soft_key *k;
	(void)state;

	memcpy(der, k1, sizeof k1);
	memcpy(der + sizeof k1, p8 + 26, sizeof p8 - 26);
	assert_int_equal(jm_soft_key_load(p8, sizeof p8, &k), JM_OK);
	jm_soft_key_free(&k);
	assert_int_equal(jm_soft_key_load(der, sizeof der, &k), JM_FORMAT);
	assert_null(k);
}

static void
both_sides_agree_on_a_secret(void **state)
{
	uint8_t z[JM_EC_FIELD_MAX], z2[JM_EC_FIELD_MAX];
	struct jm_ec_pub a, b;
	struct jm_soft_key *k;
	size_t n, n2;
	(void)state;

	for (int c = JM_P256; c <= JM_P384; c++) {
		assert_int_equal(
		    jm_soft_key_new_ec((enum jm_curve)c, &k), JM_OK);
		assert_int_equal(jm_soft_key_ec_pub(keys[c], &a), JM_OK);
		assert_int_equal(jm_soft_key_ec_pub(k, &b), JM_OK);
		assert_int_equal(jm_soft_key_ecdh(keys[c], &b, z, &n), JM_OK);
		assert_int_equal(jm_soft_key_ecdh(k, &a, z2, &n2), JM_OK);
		assert_int_equal(n, jm_curve_len((enum jm_curve)c));
		assert_int_equal(n2, n);
		assert_memory_equal(z, z2, n);
		assert_int_equal(jm_soft_key_ecdh(k, &b, z2, &n2), JM_OK);
		assert_memory_not_equal(z, z2, n);
		jm_soft_key_free(&k);
	}
}

/* RFC 5903, 8.1: i and the public half of r */
static void
a_known_secret_comes_out(void **state)
{
	static const uint8_t r[] = { 0x04, 0xd1, 0x2d, 0xfb, 0x52, 0x89, 0xc8,
		0xd4, 0xf8, 0x12, 0x08, 0xb7, 0x02, 0x70, 0x39, 0x8c, 0x34,
		0x22, 0x96, 0x97, 0x0a, 0x0b, 0xcc, 0xb7, 0x4c, 0x73, 0x6f,
		0xc7, 0x55, 0x44, 0x94, 0xbf, 0x63, 0x56, 0xfb, 0xf3, 0xca,
		0x36, 0x6c, 0xc2, 0x3e, 0x81, 0x57, 0x85, 0x4c, 0x13, 0xc5,
		0x8d, 0x6a, 0xac, 0x23, 0xf0, 0x46, 0xad, 0xa3, 0x0f, 0x83,
		0x53, 0xe7, 0x4f, 0x33, 0x03, 0x98, 0x72, 0xab };
	static const uint8_t want[] = { 0xd6, 0x84, 0x0f, 0x6b, 0x42, 0xf6,
		0xed, 0xaf, 0xd1, 0x31, 0x16, 0xe0, 0xe1, 0x25, 0x65, 0x20,
		0x2f, 0xef, 0x8e, 0x9e, 0xce, 0x7d, 0xce, 0x03, 0x81, 0x24,
		0x64, 0xd0, 0x4b, 0x94, 0x42, 0xde };
	uint8_t z[JM_EC_FIELD_MAX];
	struct jm_soft_key *k;
	struct jm_ec_pub pub;
	size_t n;
	(void)state;

	assert_int_equal(jm_soft_key_load(p8, sizeof p8, &k), JM_OK);
	assert_int_equal(jm_ec_pub_set(&pub, JM_P256, r, sizeof r), JM_OK);
	assert_int_equal(jm_soft_key_ecdh(k, &pub, z, &n), JM_OK);
	assert_int_equal(n, sizeof want);
	assert_memory_equal(z, want, n);
	jm_soft_key_free(&k);
}

static void
another_curve_s_point_is_no_peer(void **state)
{
	uint8_t z[JM_EC_FIELD_MAX];
	struct jm_ec_pub pub;
	size_t n = 1;
	(void)state;

	assert_int_equal(jm_soft_key_ec_pub(keys[JM_P384], &pub), JM_OK);
	assert_int_equal(
	    jm_soft_key_ecdh(keys[JM_P256], &pub, z, &n), JM_FORMAT);
	assert_int_equal(n, 0);
	pub.curve = JM_P256; /* a lie about it does not help */
	assert_int_not_equal(
	    jm_soft_key_ecdh(keys[JM_P256], &pub, z, &n), JM_OK);
	assert_int_equal(n, 0);
	pub.point_len = 0;
	assert_int_equal(
	    jm_soft_key_ecdh(keys[JM_P256], &pub, z, &n), JM_FORMAT);
}

static void
neither_kind_does_the_other_s_work(void **state)
{
	uint8_t in[32] = { 0 }, sig[JM_RSA_BYTES_MAX], z[JM_EC_FIELD_MAX];
	static struct jm_rsa_pub rsa_pub;
	struct jm_ec_pub pub;
	size_t n = 1;
	(void)state;

	assert_false(jm_soft_key_is_ec(rsa));
	assert_int_equal(jm_soft_key_ec_pub(keys[JM_P256], &pub), JM_OK);
	assert_int_equal(
	    jm_soft_key_sign_ecdsa(rsa, in, 32, sig, &n), JM_UNSUPPORTED);
	assert_int_equal(n, 0);
	assert_int_equal(jm_soft_key_ecdh(rsa, &pub, z, &n), JM_UNSUPPORTED);
	assert_int_equal(jm_soft_key_ec_pub(rsa, &pub), JM_UNSUPPORTED);
	assert_int_equal(pub.point_len, 0);
	for (int c = JM_P256; c <= JM_P384; c++) {
		assert_int_equal(
		    jm_soft_key_pub(keys[c], &rsa_pub), JM_UNSUPPORTED);
		assert_int_equal(rsa_pub.n_len, 0);
		assert_int_equal(jm_soft_key_sign_raw(keys[c], in, 32, sig, &n),
		    JM_UNSUPPORTED);
		assert_int_equal(jm_soft_key_sign_pss(keys[c], in, 32, sig, &n),
		    JM_UNSUPPORTED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_half_is_a_point_of_the_curve),
		cmocka_unit_test(signatures_verify_with_the_public_half_alone),
		cmocka_unit_test(saved_key_loads_as_the_same_key),
		cmocka_unit_test(a_key_on_another_curve_is_none),
		cmocka_unit_test(both_sides_agree_on_a_secret),
		cmocka_unit_test(a_known_secret_comes_out),
		cmocka_unit_test(another_curve_s_point_is_no_peer),
		cmocka_unit_test(neither_kind_does_the_other_s_work),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
