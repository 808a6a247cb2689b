/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/ec_key.h"

#include <openssl/ec.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "tests/support/fault.h"
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
WRAP(EC_GROUP *, NULL, EC_GROUP_new_by_curve_name_ex,
    (OSSL_LIB_CTX *c, const char *p, int n), (c, p, n))
WRAP(EC_KEY *, NULL, EC_KEY_new_ex,
    (OSSL_LIB_CTX *c, const char *p), (c, p))
WRAP(int, 0, EC_KEY_set_method,
    (EC_KEY *k, const EC_KEY_METHOD *m), (k, m))
WRAP(int, 0, EC_KEY_set_group,
    (EC_KEY *k, const EC_GROUP *g), (k, g))
WRAP(BIGNUM *, NULL, BN_secure_new,
    (void), ())
WRAP(BIGNUM *, NULL, BN_bin2bn,
    (const unsigned char *s, int n, BIGNUM *r), (s, n, r))
WRAP(EC_POINT *, NULL, EC_POINT_new,
    (const EC_GROUP *g), (g))
WRAP(int, 0, EC_POINT_mul,
    (const EC_GROUP *g, EC_POINT *r, const BIGNUM *n, const EC_POINT *q, const BIGNUM *m, BN_CTX *c), (g, r, n, q, m, c))
WRAP(size_t, 0, EC_POINT_point2oct,
    (const EC_GROUP *g, const EC_POINT *p, point_conversion_form_t f, unsigned char *b, size_t n, BN_CTX *c), (g, p, f, b, n, c))
WRAP(int, 0, EC_KEY_set_private_key,
    (EC_KEY *k, const BIGNUM *d), (k, d))
WRAP(ECDSA_SIG *, NULL, ECDSA_do_sign,
    (const unsigned char *h, int n, EC_KEY *k), (h, n, k))
WRAP(int, -1, BN_bn2binpad,
    (const BIGNUM *a, unsigned char *to, int n), (a, to, n))
/* clang-format on */
/* NOLINTEND(bugprone-reserved-identifier) */

/* RFC 6979, A.2.5 */
#define KEY_D "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"
#define KEY_X "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
#define KEY_Y "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
/* SEC 2, 2.4.2: base point, order; and the field's prime */
#define BASE_X                                                                 \
	"6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
#define BASE_Y                                                                 \
	"4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
#define BASE_MINUS_Y                                                           \
	"B01CBD1C01E58065711814B583F061E9D431CCA994CEA1313449BF97C840AE0A"
#define ORDER_HEAD                                                             \
	"FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC6325"
#define PRIME_HEAD                                                             \
	"FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFF"
#define ZERO_31 "00000000000000000000000000000000000000000000000000000000000000"

static const uint8_t zero[128];

static void
unhex(const char *hex, uint8_t *out, size_t n)
{
	size_t len;

	assert_int_equal(jm_hex_decode(hex, out, n, &len), JM_OK);
	assert_int_equal(len, n);
}

static int
teardown(void **state)
{
	(void)state;

	jm_crypto_done();
	return 0;
}

static void
a_private_key_is_below_the_order_and_not_zero(void **state)
{
	/* clang-format off */
	static const struct { const char *d; int yes; } row[] = {
		{ ZERO_31 "00", 0 }, { ZERO_31 "01", 1 }, { ZERO_31 "ff", 1 },
		{ ORDER_HEAD "50", 1 }, { ORDER_HEAD "51", 0 },
		{ ORDER_HEAD "52", 0 }, { ORDER_HEAD "FF", 0 },
		{ "80" ZERO_31, 1 }, { "FF" ZERO_31, 1 },
		{ "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 1 },
		{ "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632451", 1 },
		{ "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC642400", 0 },
		{ "FFFFFFFF00000001000000000000000000000000000000000000000000000000", 0 },
		{ "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0 },
	};
	/* clang-format on */
	uint8_t d[32], sig[JM_P256_SIG];
	struct jm_ec_pub pub;
	jm_err e;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		unhex(row[i].d, d, sizeof d);
		if (jm_p256_scalar_ok(d) != row[i].yes)
			fail_msg("%s", row[i].d);
		e = row[i].yes ? JM_OK : JM_ARG;
		assert_int_equal(jm_p256_public(d, &pub), e);
		assert_int_equal(pub.point_len, row[i].yes ? 65 : 0);
		memset(sig, 1, sizeof sig);
		assert_int_equal(jm_p256_sign(d, d, 32, sig), e);
		if (!row[i].yes)
			assert_memory_equal(sig, zero, sizeof sig);
	}
}

static void
known_numbers_have_known_points(void **state)
{
	/* clang-format off */
	static const struct { const char *d, *compressed, *x, *y; } row[] = {
		{ KEY_D, "03" KEY_X, KEY_X, KEY_Y },
		{ ZERO_31 "01", "03" BASE_X, BASE_X, BASE_Y },
		{ ORDER_HEAD "50", "02" BASE_X, BASE_X, BASE_MINUS_Y },
	};
	/* clang-format on */
	uint8_t d[32], x[32], y[32], want[33], got[33];
	struct jm_ec_pub pub, back;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		unhex(row[i].d, d, sizeof d);
		unhex(row[i].x, x, sizeof x);
		unhex(row[i].y, y, sizeof y);
		unhex(row[i].compressed, want, sizeof want);
		assert_int_equal(jm_p256_public(d, &pub), JM_OK);
		assert_int_equal(pub.curve, JM_P256);
		assert_int_equal(pub.point_len, 65);
		assert_int_equal(pub.point[0], 4);
		assert_memory_equal(pub.point + 1, x, 32);
		assert_memory_equal(pub.point + 33, y, 32);
		jm_p256_compress(&pub, got);
		assert_memory_equal(got, want, sizeof want);
		assert_int_equal(jm_p256_expand(got, &back), JM_OK);
		assert_int_equal(back.point_len, 65);
		assert_memory_equal(back.point, pub.point, 65);
	}
}

static void
what_is_no_point_is_not_expanded(void **state)
{
	/* clang-format off */
	static const struct { const char *in; jm_err e; } row[] = {
		{ "02" BASE_X, JM_OK }, { "03" BASE_X, JM_OK },
		{ "00" BASE_X, JM_FORMAT }, { "01" BASE_X, JM_FORMAT },
		{ "04" BASE_X, JM_FORMAT }, { "06" BASE_X, JM_FORMAT },
		{ "07" BASE_X, JM_FORMAT }, { "82" BASE_X, JM_FORMAT },
		{ "FF" BASE_X, JM_FORMAT },
		/* x = 5 is on the curve, x = 1 is not; x = 0 is */
		{ "02" ZERO_31 "05", JM_OK }, { "02" ZERO_31 "01", JM_FORMAT },
		{ "03" ZERO_31 "01", JM_FORMAT }, { "02" ZERO_31 "00", JM_OK },
		/* p, p + 5 */
		{ "02" PRIME_HEAD "FF", JM_FORMAT },
		{ "02FFFFFFFF00000001000000000000000000000001"
		  "000000000000000000000004", JM_FORMAT },
		{ "02FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
		  "FFFFFFFFFFFFFFFFFFFF", JM_FORMAT },
	};
	/* clang-format on */
	struct jm_ec_pub pub;
	uint8_t in[33];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		unhex(row[i].in, in, sizeof in);
		memset(&pub, 0x77, sizeof pub);
		if (jm_p256_expand(in, &pub) != row[i].e)
			fail_msg("row %zu", i);
		assert_int_equal(pub.point_len, row[i].e == JM_OK ? 65 : 0);
		if (row[i].e != JM_OK)
			assert_memory_equal(pub.point, zero, sizeof pub.point);
	}
}

static void
signatures_fit_their_key_and_differ(void **state)
{
	uint8_t d[32], hash[64], one[JM_P256_SIG], two[JM_P256_SIG];
	struct jm_ec_pub pub;
	(void)state;

	unhex(KEY_D, d, sizeof d);
	assert_int_equal(jm_p256_public(d, &pub), JM_OK);
	memset(hash, 0x5a, sizeof hash);
	for (size_t n = 1; n <= sizeof hash; n++) {
		assert_int_equal(jm_p256_sign(d, hash, n, one), JM_OK);
		assert_int_equal(jm_p256_sign(d, hash, n, two), JM_OK);
		assert_memory_not_equal(one, two, sizeof one);
		assert_int_equal(
		    jm_ecdsa_verify(&pub, hash, n, one, sizeof one), JM_OK);
		assert_int_equal(
		    jm_ecdsa_verify(&pub, hash, n, two, sizeof two), JM_OK);
		hash[0] ^= 1;
		assert_int_equal(
		    jm_ecdsa_verify(&pub, hash, n, one, sizeof one),
		    JM_BAD_SIG);
		hash[0] ^= 1;
	}
	memset(one, 1, sizeof one);
	assert_int_equal(jm_p256_sign(d, hash, 0, one), JM_ARG);
	assert_memory_equal(one, zero, sizeof one);
	memset(one, 1, sizeof one);
	assert_int_equal(jm_p256_sign(d, hash, 65, one), JM_ARG);
	assert_memory_equal(one, zero, sizeof one);
}

static void
a_failing_library_leaves_no_point_and_no_signature(void **state)
{
	uint8_t d[32], in[33], sig[JM_P256_SIG], hash[32] = { 1 };
	struct jm_ec_pub pub;
	unsigned n;
	jm_err e;
	(void)state;

	unhex(KEY_D, d, sizeof d);
	unhex("03" KEY_X, in, sizeof in);
	for (n = 0;; n++) {
		memset(&pub, 0x77, sizeof pub);
		fault_arm(n);
		e = jm_p256_public(d, &pub);
		if (!fault_fired())
			break;
		assert_int_equal(e, JM_CRYPTO);
		assert_int_equal(pub.point_len, 0);
		assert_memory_equal(pub.point, zero, sizeof pub.point);
	}
	assert_int_equal(n, 9);
	for (n = 0;; n++) {
		memset(&pub, 0x77, sizeof pub);
		fault_arm(n);
		e = jm_p256_expand(in, &pub);
		if (!fault_fired())
			break;
		assert_int_equal(e, JM_CRYPTO);
		assert_int_equal(pub.point_len, 0);
		assert_memory_equal(pub.point, zero, sizeof pub.point);
	}
	assert_int_equal(n, 6);
	for (n = 0;; n++) {
		memset(sig, 0x77, sizeof sig);
		fault_arm(n);
		e = jm_p256_sign(d, hash, sizeof hash, sig);
		if (!fault_fired())
			break;
		assert_int_equal(e, JM_CRYPTO);
		assert_memory_equal(sig, zero, sizeof sig);
	}
	assert_int_equal(n, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_private_key_is_below_the_order_and_not_zero),
		cmocka_unit_test(known_numbers_have_known_points),
		cmocka_unit_test(what_is_no_point_is_not_expanded),
		cmocka_unit_test(signatures_fit_their_key_and_differ),
		cmocka_unit_test(
		    a_failing_library_leaves_no_point_and_no_signature),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
