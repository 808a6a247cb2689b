/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/pubkey.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "crypto/ctx.h"
#include "crypto/rsa_pad.h"
#include "crypto/soft_key.h"
#include "tests/support/test.h"
#include "tests/support/wine.h"

/* One key for all tests: ours, and the same one as OpenSSL's. */
static struct {
	struct jm_soft_key *key;
	EVP_PKEY *evp;
	struct jm_rsa_pub pub;
	uint8_t t[JM_DIGESTINFO_MAX];
	size_t t_len;
} fix;

static int
setup(void **state)
{
	static uint8_t der[JM_SOFT_KEY_DER_MAX];
	const unsigned char *p = der;
	uint8_t digest[32];
	size_t len;
	(void)state;

	memset(digest, 0x42, sizeof digest);
	jm_digestinfo(JM_SHA256, digest, fix.t, &fix.t_len);
	if (jm_soft_key_new(2048, &fix.key) != JM_OK ||
	    jm_soft_key_pub(fix.key, &fix.pub) != JM_OK ||
	    jm_soft_key_save(fix.key, der, &len) != JM_OK)
		return -1;
	fix.evp = d2i_AutoPrivateKey(NULL, &p, (long)len);
	return fix.evp == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;

	EVP_PKEY_free(fix.evp);
	jm_soft_key_free(&fix.key);
	jm_crypto_done();
	return 0;
}

/* The private key over a whole block, as a forger would wish to have it. */
static void
sign_block(const uint8_t block[256], uint8_t sig[256])
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(fix.evp, NULL);
	size_t n = 256;

	assert_non_null(c);
	assert_int_equal(EVP_PKEY_sign_init(c), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(c, RSA_NO_PADDING), 1);
	assert_int_equal(EVP_PKEY_sign(c, sig, &n, block, 256), 1);
	assert_int_equal(n, 256);
	EVP_PKEY_CTX_free(c);
}

static void
good_block(uint8_t block[256])
{
	memset(block, 0xff, 256);
	block[0] = 0;
	block[1] = 1;
	block[255 - fix.t_len] = 0;
	memcpy(block + 256 - fix.t_len, fix.t, fix.t_len);
}

static void
the_block_of_the_standard_is_accepted(void **state)
{
	uint8_t block[256], sig[256];
	(void)state;

	good_block(block);
	sign_block(block, sig);
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len, sig, 256), JM_OK);
}

static void
a_block_with_any_byte_changed_is_refused(void **state)
{
	uint8_t block[256], sig[256];
	(void)state;

	for (size_t i = 0; i < 256; i += i < 8 || i > 200 ? 1 : 19) {
		good_block(block);
		block[i] ^= i == 0 ? 0x40 : 0x01;
		if (i == 0) /* must stay below the modulus */
			block[0] = 0x01;
		sign_block(block, sig);
		assert_int_equal(
		    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len, sig, 256),
		    JM_BAD_SIG);
	}
}

/* Short padding with room for a forger's bytes behind the DigestInfo. */
static void
bytes_behind_the_digestinfo_are_refused(void **state)
{
	uint8_t block[256], sig[256];
	(void)state;

	memset(block, 0x5a, sizeof block);
	memset(block, 0xff, 11);
	block[0] = 0;
	block[1] = 1;
	block[10] = 0;
	memcpy(block + 11, fix.t, fix.t_len);
	sign_block(block, sig);
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len, sig, 256),
	    JM_BAD_SIG);
	/* but it is one over all of those bytes */
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, block + 11, 245, sig, 256), JM_OK);
}

/* Seven bytes of padding, one too few, and all else as it should be. */
static void
short_padding_is_refused(void **state)
{
	uint8_t block[256], sig[256];
	(void)state;

	for (size_t pad = 7; pad <= 8; pad++) {
		memset(block, 0x5a, sizeof block);
		memset(block, 0xff, 2 + pad);
		block[0] = 0;
		block[1] = 1;
		block[2 + pad] = 0;
		sign_block(block, sig);
		assert_int_equal(jm_rsa_verify_raw(&fix.pub, block + 3 + pad,
				     253 - pad, sig, 256),
		    pad < 8 ? JM_BAD_SIG : JM_OK);
	}
}

static void
keys_of_all_sizes_work(void **state)
{
	/* clang-format off */
	static const struct { size_t bits; unsigned e; size_t n_len; } row[] = {
		{ 1024, 65537, 128 }, { 2048, 3, 256 }, { 2041, 65537, 256 },
		{ 4096, 65537, 512 },
	};
	/* clang-format on */
	uint8_t sig[JM_RSA_BYTES_MAX];
	static struct jm_rsa_pub pub;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
		BIGNUM *e = BN_new(), *n = NULL;
		EVP_PKEY *k = NULL;
		size_t len = sizeof sig;

		assert_int_equal(BN_set_word(e, row[i].e), 1);
		assert_int_equal(EVP_PKEY_keygen_init(c), 1);
		assert_int_equal(
		    EVP_PKEY_CTX_set_rsa_keygen_bits(c, (int)row[i].bits), 1);
		assert_int_equal(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(c, e), 1);
		assert_int_equal(EVP_PKEY_generate(c, &k), 1);
		EVP_PKEY_CTX_free(c);
		assert_int_equal(
		    EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_RSA_N, &n), 1);
		pub.n_len = (size_t)BN_bn2bin(n, pub.n);
		pub.e_len = (size_t)BN_bn2bin(e, pub.e);
		assert_int_equal(pub.n_len, row[i].n_len);

		c = EVP_PKEY_CTX_new(k, NULL);
		assert_int_equal(EVP_PKEY_sign_init(c), 1);
		assert_int_equal(
		    EVP_PKEY_sign(c, sig, &len, fix.t, fix.t_len), 1);
		assert_int_equal(
		    jm_rsa_verify_raw(&pub, fix.t, fix.t_len, sig, len), JM_OK);
		sig[len - 1] ^= 1;
		assert_int_equal(
		    jm_rsa_verify_raw(&pub, fix.t, fix.t_len, sig, len),
		    JM_BAD_SIG);
		EVP_PKEY_CTX_free(c);
		EVP_PKEY_free(k);
		BN_free(n);
		BN_free(e);
	}
}

static void
other_lengths_of_anything_are_refused(void **state)
{
	uint8_t sig[JM_RSA_BYTES_MAX], t[JM_RSA_BYTES_MAX] = { 0 };
	size_t n;
	(void)state;

	assert_int_equal(
	    jm_soft_key_sign_raw(fix.key, fix.t, fix.t_len, sig, &n), JM_OK);
	for (size_t k = 0; k < n; k += 51)
		assert_int_equal(
		    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len, sig, k),
		    JM_BAD_SIG);
	sig[n] = 0;
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len, sig, n + 1),
	    JM_BAD_SIG);
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len - 1, sig, n),
	    JM_BAD_SIG);
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, fix.t, 0, sig, n), JM_BAD_SIG);
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, t, 246, sig, n), JM_BAD_SIG);
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, t, SIZE_MAX, sig, n), JM_BAD_SIG);
}

static void
numbers_not_below_the_modulus_are_refused(void **state)
{
	uint8_t sig[JM_RSA_BYTES_MAX];
	(void)state;

	assert_int_equal(jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len,
			     fix.pub.n, fix.pub.n_len),
	    JM_BAD_SIG);
	memset(sig, 0xff, sizeof sig);
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len, sig, 256),
	    JM_BAD_SIG);
	memset(sig, 0, sizeof sig);
	assert_int_equal(
	    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len, sig, 256),
	    JM_BAD_SIG);
}

static void
flipped_signatures_and_other_keys_are_refused(void **state)
{
	static struct jm_rsa_pub other;
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t n;
	(void)state;

	assert_int_equal(
	    jm_soft_key_sign_raw(fix.key, fix.t, fix.t_len, sig, &n), JM_OK);
	for (size_t bit = 0; bit < 8 * n; bit += 61) {
		sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(
		    jm_rsa_verify_raw(&fix.pub, fix.t, fix.t_len, sig, n),
		    JM_BAD_SIG);
		sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	other = fix.pub;
	other.n[100] ^= 1;
	assert_int_equal(
	    jm_rsa_verify_raw(&other, fix.t, fix.t_len, sig, n), JM_BAD_SIG);
	other = fix.pub;
	other.e[2] = 3;
	assert_int_equal(
	    jm_rsa_verify_raw(&other, fix.t, fix.t_len, sig, n), JM_BAD_SIG);
}

static void
a_value_that_is_no_key_fails(void **state)
{
	static struct jm_rsa_pub bad;
	uint8_t sig[JM_RSA_BYTES_MAX] = { 1 };
	(void)state;

	/* all zero, as jm_cert has it for another kind of key */
	assert_int_not_equal(
	    jm_rsa_verify_raw(&bad, fix.t, fix.t_len, sig, 0), JM_OK);
	assert_int_not_equal(
	    jm_rsa_verify_pss(&bad, JM_SHA256, fix.t, sig, 0), JM_OK);
	bad = fix.pub;
	bad.e_len = 0;
	assert_int_not_equal(
	    jm_rsa_verify_raw(&bad, fix.t, fix.t_len, sig, 256), JM_OK);
	bad = fix.pub;
	memset(bad.n, 0, sizeof bad.n);
	assert_int_not_equal(
	    jm_rsa_verify_raw(&bad, fix.t, fix.t_len, sig, 256), JM_OK);
	bad = fix.pub;
	bad.n_len = sizeof bad.n + 1;
	assert_int_not_equal(
	    jm_rsa_verify_raw(&bad, fix.t, fix.t_len, sig, bad.n_len), JM_OK);
}

/* As OpenSSL makes it, salt as long as the hash. */
static size_t
sign_pss(const char *name, int salt, const uint8_t *digest, size_t len,
    uint8_t sig[256])
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(fix.evp, NULL);
	EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
	size_t n = 256;

	assert_int_equal(EVP_PKEY_sign_init(c), 1);
	assert_int_equal(
	    EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(c, md), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(c, salt), 1);
	assert_int_equal(EVP_PKEY_sign(c, sig, &n, digest, len), 1);
	EVP_PKEY_CTX_free(c);
	EVP_MD_free(md);
	return n;
}

/* Wine's CNG has no PSS with SHA-1 (seen in 8.0). */
static jm_err
pss_answer(enum jm_hash h, jm_err e)
{
	return h == JM_SHA1 && on_wine() ? JM_CRYPTO : e;
}

static void
pss_is_accepted_with_its_own_hash_only(void **state)
{
	/* clang-format off */
	static const struct { enum jm_hash h; const char *name; } row[] = {
		{ JM_SHA1, "SHA1" }, { JM_SHA256, "SHA2-256" },
		{ JM_SHA384, "SHA2-384" }, { JM_SHA512, "SHA2-512" },
	};
	/* clang-format on */
	uint8_t sig[256], digest[JM_DIGEST_MAX];
	(void)state;

	memset(digest, 0x21, sizeof digest);
	for (size_t i = 0; i < NELEM(row); i++) {
		const size_t len = jm_hash_len(row[i].h);
		size_t n = sign_pss(row[i].name, (int)len, digest, len, sig);

		for (size_t k = 0; k < NELEM(row); k++)
			assert_int_equal(jm_rsa_verify_pss(&fix.pub, row[k].h,
					     digest, sig, n),
			    pss_answer(row[k].h, i == k ? JM_OK : JM_BAD_SIG));
		sig[9] ^= 1;
		assert_int_equal(
		    jm_rsa_verify_pss(&fix.pub, row[i].h, digest, sig, n),
		    pss_answer(row[i].h, JM_BAD_SIG));
		assert_int_equal(
		    jm_rsa_verify_pss(&fix.pub, row[i].h, digest, sig, n - 1),
		    JM_BAD_SIG);
		n = sign_pss(row[i].name, (int)len - 1, digest, len, sig);
		assert_int_equal(
		    jm_rsa_verify_pss(&fix.pub, row[i].h, digest, sig, n),
		    pss_answer(row[i].h, JM_BAD_SIG));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_block_of_the_standard_is_accepted),
		cmocka_unit_test(a_block_with_any_byte_changed_is_refused),
		cmocka_unit_test(bytes_behind_the_digestinfo_are_refused),
		cmocka_unit_test(short_padding_is_refused),
		cmocka_unit_test(keys_of_all_sizes_work),
		cmocka_unit_test(other_lengths_of_anything_are_refused),
		cmocka_unit_test(numbers_not_below_the_modulus_are_refused),
		cmocka_unit_test(flipped_signatures_and_other_keys_are_refused),
		cmocka_unit_test(a_value_that_is_no_key_fails),
		cmocka_unit_test(pss_is_accepted_with_its_own_hash_only),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
