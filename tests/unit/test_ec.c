/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/ec.h"

#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/support/wine.h"

/* RFC 6979, A.2.5 and A.2.6 */
/* clang-format off */
static const char *const points[] = {
	[JM_P256] = "04"
	    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
	    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
	[JM_P384] = "04"
	    "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E"
	    "06AAE5286B300C64DEF8F0EA9055866064A254515480BC13"
	    "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9"
	    "F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
};

static const struct known {
	enum jm_curve c; enum jm_hash h; const char *text, *sig;
} known[] = {
	{ JM_P256, JM_SHA1, "sample",
	    "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32"
	    "6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB" },
	{ JM_P256, JM_SHA256, "sample",
	    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
	    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8" },
	{ JM_P256, JM_SHA384, "sample",
	    "0EAFEA039B20E9B42309FB1D89E213057CBF973DC0CFC8F129EDDDC800EF7719"
	    "4861F0491E6998B9455193E34E7B0D284DDD7149A74B95B9261F13ABDE940954" },
	{ JM_P256, JM_SHA512, "sample",
	    "8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00"
	    "2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE" },
	{ JM_P384, JM_SHA256, "sample",
	    "21B13D1E013C7FA1392D03C5F99AF8B30C570C6F98D4EA8E"
	    "354B63A21D3DAA33BDE1E888E63355D92FA2B3C36D8FB2CD"
	    "F3AA443FB107745BF4BD77CB3891674632068A10CA67E3D4"
	    "5DB2266FA7D1FEEBEFDC63ECCD1AC42EC0CB8668A4FA0AB0" },
	{ JM_P384, JM_SHA384, "sample",
	    "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA7"
	    "3D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46"
	    "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526"
	    "203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8" },
	{ JM_P384, JM_SHA512, "sample",
	    "ED0959D5880AB2D869AE7F6C2915C6D60F96507F9CB3E047"
	    "C0046861DA4A799CFE30F35CC900056D7C99CD7882433709"
	    "512C8CCEEE3890A84058CE1E22DBC2198F42323CE8ACA913"
	    "5329F03C068E5112DC7CC3EF3446DEFCEB01A45C2667FDD5" },
};

/* SEC 2, 2.4.2 and 2.5.1 */
static const char *const orders[] = {
	[JM_P256] =
	    "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
	[JM_P384] = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	    "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
};
/* clang-format on */

static size_t
unhex(const char *hex, uint8_t *out, size_t cap)
{
	size_t n;

	assert_int_equal(jm_hex_decode(hex, out, cap, &n), JM_OK);
	return n;
}

static void
get_key(enum jm_curve c, struct jm_ec_pub *pub)
{
	uint8_t point[JM_EC_POINT_MAX];
	size_t n = unhex(points[c], point, sizeof point);

	assert_int_equal(jm_ec_pub_set(pub, c, point, n), JM_OK);
	assert_int_equal(pub->curve, c);
	assert_int_equal(pub->point_len, n);
	assert_memory_equal(pub->point, point, n);
}

/* What the first row of the curve c signs; a copy to spoil. */
struct one {
	struct jm_ec_pub pub;
	uint8_t hash[JM_DIGEST_MAX], sig[JM_EC_SIG_MAX];
	size_t hash_len, sig_len;
};

static void
get_row(const struct known *k, struct one *o)
{
	get_key(k->c, &o->pub);
	assert_int_equal(
	    jm_hash(k->h, k->text, strlen(k->text), o->hash), JM_OK);
	o->hash_len = jm_hash_len(k->h);
	o->sig_len = unhex(k->sig, o->sig, sizeof o->sig);
}

static jm_err
check(const struct one *o)
{
	return jm_ecdsa_verify(
	    &o->pub, o->hash, o->hash_len, o->sig, o->sig_len);
}

static void
known_answers_verify(void **state)
{
	struct one o;
	(void)state;

	for (size_t i = 0; i < NELEM(known); i++) {
		get_row(&known[i], &o);
		assert_int_equal(check(&o), JM_OK);
		o.hash[0] ^= 1;
		assert_int_equal(check(&o), JM_BAD_SIG);
	}
}

static void
every_bit_of_a_signature_counts(void **state)
{
	struct one o;
	(void)state;

	for (size_t i = 0; i < NELEM(known); i += 4) {
		get_row(&known[i], &o);
		for (size_t bit = 0; bit < 8 * o.sig_len; bit += 5) {
			o.sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(check(&o), JM_BAD_SIG);
			o.sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_int_equal(check(&o), JM_OK);
	}
}

static void
a_signature_has_one_length(void **state)
{
	uint8_t longer[JM_EC_SIG_MAX + 1] = { 0 };
	struct one o;
	(void)state;

	get_row(&known[5], &o);
	for (size_t n = 0; n < o.sig_len; n++)
		assert_int_equal(
		    jm_ecdsa_verify(&o.pub, o.hash, o.hash_len, o.sig, n),
		    JM_BAD_SIG);
	memcpy(longer, o.sig, o.sig_len);
	assert_int_equal(
	    jm_ecdsa_verify(&o.pub, o.hash, o.hash_len, longer, o.sig_len + 1),
	    JM_BAD_SIG);
}

/* r + n and s + n are the same to arithmetic that forgets the range. */
static void
numbers_out_of_range_never_verify(void **state)
{
	uint8_t n[JM_EC_FIELD_MAX];
	(void)state;

	for (size_t i = 0; i < NELEM(known); i += 5) {
		const size_t half = jm_curve_len(known[i].c);
		struct one o;

		assert_int_equal(unhex(orders[known[i].c], n, sizeof n), half);
		for (size_t at = 0; at <= half; at += half) {
			get_row(&known[i], &o);
			memset(o.sig + at, 0, half);
			assert_int_equal(check(&o), JM_BAD_SIG);
			memcpy(o.sig + at, n, half);
			assert_int_equal(check(&o), JM_BAD_SIG);
			memset(o.sig + at, 0xff, half);
			assert_int_equal(check(&o), JM_BAD_SIG);
		}
		memset(o.sig, 0, sizeof o.sig);
		assert_int_equal(check(&o), JM_BAD_SIG);
	}
}

/* Wine's CNG takes it in (seen in 8.0), but then no signature is by it. */
static void
assert_off_the_curve(enum jm_curve c, const uint8_t *point, size_t len)
{
	struct one o;

	get_row(&known[c == JM_P256 ? 1 : 5], &o);
	if (on_wine() && jm_ec_pub_set(&o.pub, c, point, len) == JM_OK) {
		assert_int_equal(check(&o), JM_BAD_SIG);
		return;
	}
	assert_int_equal(jm_ec_pub_set(&o.pub, c, point, len), JM_FORMAT);
	assert_int_equal(o.pub.point_len, 0);
}

static void
no_point_off_the_curve_is_a_key(void **state)
{
	uint8_t point[JM_EC_POINT_MAX + 1] = { 0 };
	struct jm_ec_pub pub;
	(void)state;

	for (int c = JM_P256; c <= JM_P384; c++) {
		const enum jm_curve curve = (enum jm_curve)c;
		const size_t n = unhex(points[c], point, sizeof point);

		for (size_t i = 0; i < n; i++) {
			point[i] ^= 2;
			assert_off_the_curve(curve, point, n);
			point[i] ^= 2;
		}
		for (size_t len = 0; len <= n + 1; len++)
			assert_int_equal(jm_ec_pub_set(&pub, curve, point, len),
			    len == n ? JM_OK : JM_FORMAT);
		memset(point + 1, 0, n - 1); /* not infinity either */
		assert_off_the_curve(curve, point, n);
		memset(point + 1, 0xff, n - 1); /* past the field */
		assert_off_the_curve(curve, point, n);
		memset(point, 0, n);
		assert_int_equal(
		    jm_ec_pub_set(&pub, curve, point, 1), JM_FORMAT);
	}
}

/* 06 and 07 tell y's lowest bit beside y; 02 and 03 in its place. */
static void
a_point_has_one_form(void **state)
{
	uint8_t point[JM_EC_POINT_MAX];
	struct jm_ec_pub pub;
	(void)state;

	for (int c = JM_P256; c <= JM_P384; c++) {
		const enum jm_curve curve = (enum jm_curve)c;
		const size_t n = unhex(points[c], point, sizeof point);

		for (unsigned head = 0; head < 256; head++) {
			point[0] = (uint8_t)head;
			assert_int_equal(jm_ec_pub_set(&pub, curve, point, n),
			    head == 4 ? JM_OK : JM_FORMAT);
			assert_int_equal(
			    jm_ec_pub_set(&pub, curve, point, 1 + n / 2),
			    JM_FORMAT);
		}
	}
}

static void
a_key_of_one_curve_is_none_of_the_other(void **state)
{
	struct one o;
	(void)state;

	get_row(&known[0], &o);
	o.pub.curve = JM_P384;
	assert_int_equal(check(&o), JM_ARG);
	get_row(&known[5], &o);
	o.pub.curve = JM_P256;
	assert_int_equal(check(&o), JM_ARG);
	o.pub.point_len = 0;
	assert_int_equal(check(&o), JM_ARG);
}

static void
a_hash_value_has_1_to_64_bytes(void **state)
{
	uint8_t hash[65] = { 1 };
	struct one o;
	(void)state;

	get_row(&known[5], &o);
	for (size_t n = 0; n <= sizeof hash; n++)
		assert_int_equal(
		    jm_ecdsa_verify(&o.pub, hash, n, o.sig, o.sig_len),
		    n == 0 || n > 64 ? JM_ARG : JM_BAD_SIG);
}

static void
curves_are_told_by_their_names(void **state)
{
	const uint8_t *oid;
	size_t n;
	(void)state;

	assert_int_equal(jm_curve_len(JM_P256), 32);
	assert_int_equal(jm_curve_len(JM_P384), 48);
	assert_int_equal(jm_curve_bits(JM_P256), 256);
	assert_int_equal(jm_curve_bits(JM_P384), 384);
	oid = jm_curve_oid(JM_P256, &n);
	assert_int_equal(n, 10);
	assert_memory_equal(oid, "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", n);
	oid = jm_curve_oid(JM_P384, &n);
	assert_int_equal(n, 7);
	assert_memory_equal(oid, "\x06\x05\x2b\x81\x04\x00\x22", n);
}

static int
teardown(void **state)
{
	(void)state;
	jm_crypto_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers_verify),
		cmocka_unit_test(every_bit_of_a_signature_counts),
		cmocka_unit_test(a_signature_has_one_length),
		cmocka_unit_test(numbers_out_of_range_never_verify),
		cmocka_unit_test(no_point_off_the_curve_is_a_key),
		cmocka_unit_test(a_point_has_one_form),
		cmocka_unit_test(a_key_of_one_curve_is_none_of_the_other),
		cmocka_unit_test(a_hash_value_has_1_to_64_bytes),
		cmocka_unit_test(curves_are_told_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
