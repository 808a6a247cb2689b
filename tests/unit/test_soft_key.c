/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/soft_key.h"

#include <string.h>

#include "crypto/ctx.h"
#include "crypto/rsa_pad.h"
#include "tests/support/test.h"

static const uint8_t digest[32] = { 0x11, 0x22, 0x33 };

static int
setup(void **state)
{
	struct jm_soft_key *k;

	if (jm_soft_key_new(2048, &k) != JM_OK)
		return -1;
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	struct jm_soft_key *k = *state;

	jm_soft_key_free(&k);
	jm_crypto_done();
	return k == NULL ? 0 : -1;
}

static void
only_three_sizes_are_made(void **state)
{
	static const unsigned bad[] = { 0, 512, 1024, 2047, 2049, 8192 };
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++) {
		struct jm_soft_key *k = (void *)1;

		assert_int_equal(jm_soft_key_new(bad[i], &k), JM_ARG);
		assert_null(k);
	}
}

static void
public_half_has_the_promised_form(void **state)
{
	static struct jm_rsa_pub pub;

	assert_int_equal(jm_soft_key_pub(*state, &pub), JM_OK);
	assert_int_equal(pub.n_len, 256);
	assert_int_equal(pub.bits, 2048);
	assert_true(pub.n[0] & 0x80);
	assert_int_equal(pub.e_len, 3);
	assert_memory_equal(pub.e, "\x01\x00\x01", 3);
}

static void
saved_key_loads_as_the_same_key(void **state)
{
	static uint8_t der[JM_SOFT_KEY_DER_MAX + 1], again[JM_SOFT_KEY_DER_MAX];
	static struct jm_rsa_pub pub, pub2;
	struct jm_soft_key *k;
	size_t len, len2;

	assert_int_equal(jm_soft_key_save(*state, der, &len), JM_OK);
	assert_in_range(len, 1200, 1230);
	assert_int_equal(jm_soft_key_load(der, len, &k), JM_OK);
	assert_int_equal(jm_soft_key_pub(*state, &pub), JM_OK);
	assert_int_equal(jm_soft_key_pub(k, &pub2), JM_OK);
	assert_memory_equal(&pub, &pub2, sizeof pub);
	assert_int_equal(jm_soft_key_save(k, again, &len2), JM_OK);
	assert_int_equal(len2, len);
	assert_memory_equal(again, der, len);
	jm_soft_key_free(&k);
}

static void
no_other_der_is_a_key(void **state)
{
	static uint8_t der[JM_SOFT_KEY_DER_MAX + 1];
	struct jm_soft_key *k;
	size_t len;

	assert_int_equal(jm_soft_key_save(*state, der, &len), JM_OK);
	der[len] = 0;
	assert_int_equal(jm_soft_key_load(der, len + 1, &k), JM_FORMAT);
	assert_null(k);
	k = (void *)1;
	assert_int_equal(jm_soft_key_load(der, sizeof der, &k), JM_FORMAT);
	assert_null(k);
	for (size_t n = 0; n < len; n += n < 64 ? 1 : 37) {
		assert_int_equal(jm_soft_key_load(der, n, &k), JM_FORMAT);
		assert_null(k);
	}
	der[22] ^= 1; /* in the algorithm's OID */
	assert_int_equal(jm_soft_key_load(der, len, &k), JM_FORMAT);
	assert_null(k);
}

static void
the_largest_key_fits_its_storage(void **state)
{
	static uint8_t der[JM_SOFT_KEY_DER_MAX], sig[JM_RSA_BYTES_MAX];
	static struct jm_rsa_pub pub;
	struct jm_soft_key *k;
	size_t len, sig_len;
	(void)state;

	assert_int_equal(jm_soft_key_new(4096, &k), JM_OK);
	assert_int_equal(jm_soft_key_save(k, der, &len), JM_OK);
	assert_int_equal(jm_soft_key_pub(k, &pub), JM_OK);
	assert_int_equal(pub.n_len, JM_RSA_BYTES_MAX);
	assert_int_equal(
	    jm_soft_key_sign_raw(k, digest, sizeof digest, sig, &sig_len),
	    JM_OK);
	assert_int_equal(sig_len, JM_RSA_BYTES_MAX);
	assert_int_equal(
	    jm_rsa_verify_raw(&pub, digest, sizeof digest, sig, sig_len),
	    JM_OK);
	jm_soft_key_free(&k);
}

static void
raw_input_is_signed_as_it_is(void **state)
{
	static const size_t lens[] = { 0, 1, 32, 51, 83, 244, 245 };
	uint8_t t[246], sig[JM_RSA_BYTES_MAX];
	static struct jm_rsa_pub pub;
	size_t n;

	memset(t, 0x5a, sizeof t);
	assert_int_equal(jm_soft_key_pub(*state, &pub), JM_OK);
	for (size_t i = 0; i < NELEM(lens); i++) {
		assert_int_equal(
		    jm_soft_key_sign_raw(*state, t, lens[i], sig, &n), JM_OK);
		assert_int_equal(n, 256);
		assert_int_equal(
		    jm_rsa_verify_raw(&pub, t, lens[i], sig, n), JM_OK);
	}
	assert_int_equal(jm_soft_key_sign_raw(*state, t, 246, sig, &n), JM_ARG);
	assert_int_equal(n, 0);
}

static void
raw_signatures_are_deterministic(void **state)
{
	uint8_t a[JM_RSA_BYTES_MAX], b[JM_RSA_BYTES_MAX];
	size_t a_len, b_len;

	assert_int_equal(
	    jm_soft_key_sign_raw(*state, digest, sizeof digest, a, &a_len),
	    JM_OK);
	assert_int_equal(
	    jm_soft_key_sign_raw(*state, digest, sizeof digest, b, &b_len),
	    JM_OK);
	assert_int_equal(a_len, b_len);
	assert_memory_equal(a, b, a_len);
}

static void
pss_verifies_with_the_hash_s_salt_only(void **state)
{
	/* clang-format off */
	static const struct { int salt; jm_err want; } row[] = {
		{ 32, JM_OK }, { 0, JM_BAD_SIG }, { 20, JM_BAD_SIG },
		{ 222, JM_BAD_SIG },
	};
	/* clang-format on */
	uint8_t sig[JM_RSA_BYTES_MAX];
	static struct jm_rsa_pub pub;
	size_t n;

	assert_int_equal(jm_soft_key_pub(*state, &pub), JM_OK);
	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(
		    jm_soft_key_sign_pss(*state, digest, row[i].salt, sig, &n),
		    JM_OK);
		assert_int_equal(
		    jm_rsa_verify_pss(&pub, JM_SHA256, digest, sig, n),
		    row[i].want);
	}
	assert_int_equal(
	    jm_soft_key_sign_pss(*state, digest, 223, sig, &n), JM_CRYPTO);
	assert_int_equal(
	    jm_soft_key_sign_pss(*state, digest, -1, sig, &n), JM_ARG);
	assert_int_equal(n, 0);
}

static void
random_bytes_differ(void **state)
{
	uint8_t a[32], b[32];
	(void)state;

	assert_int_equal(jm_random(a, sizeof a), JM_OK);
	assert_int_equal(jm_random(b, sizeof b), JM_OK);
	assert_memory_not_equal(a, b, sizeof a);
	assert_int_equal(jm_random(a, 0), JM_OK);
}

static void
the_context_comes_back_after_its_end(void **state)
{
	uint8_t sig[JM_RSA_BYTES_MAX];
	struct jm_soft_key *k;
	size_t n;

	(void)state;
	jm_crypto_done();
	jm_crypto_done();
	assert_int_equal(jm_soft_key_new(2048, &k), JM_OK);
	assert_int_equal(
	    jm_soft_key_sign_raw(k, digest, sizeof digest, sig, &n), JM_OK);
	jm_soft_key_free(&k);
	jm_soft_key_free(&k);
	jm_soft_key_free(NULL);
	jm_crypto_done();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_three_sizes_are_made),
		cmocka_unit_test(public_half_has_the_promised_form),
		cmocka_unit_test(saved_key_loads_as_the_same_key),
		cmocka_unit_test(no_other_der_is_a_key),
		cmocka_unit_test(the_largest_key_fits_its_storage),
		cmocka_unit_test(raw_input_is_signed_as_it_is),
		cmocka_unit_test(raw_signatures_are_deterministic),
		cmocka_unit_test(pss_verifies_with_the_hash_s_salt_only),
		cmocka_unit_test(random_bytes_differ),
	};
	const struct CMUnitTest last[] = {
		cmocka_unit_test(the_context_comes_back_after_its_end),
	};
	int failed = cmocka_run_group_tests(tests, setup, teardown);

	return failed + cmocka_run_group_tests(last, NULL, NULL);
}
