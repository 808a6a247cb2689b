/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/rsa_pad.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "crypto/ctx.h"
#include "crypto/soft_key.h"
#include "tests/support/test.h"

/* clang-format off */
static const struct { enum jm_hash h; size_t len; const char *name; } all[] = {
	{ JM_SHA1,   35, "SHA1" },     { JM_SHA256, 51, "SHA2-256" },
	{ JM_SHA384, 67, "SHA2-384" }, { JM_SHA512, 83, "SHA2-512" },
};
/* clang-format on */

static void
build(size_t i, uint8_t out[JM_DIGESTINFO_MAX + 1], size_t *n)
{
	uint8_t digest[JM_DIGEST_MAX];

	memset(digest, 0x5a, sizeof digest);
	memset(out, 0x77, JM_DIGESTINFO_MAX + 1);
	jm_digestinfo(all[i].h, digest, out, n);
	assert_int_equal(*n, all[i].len);
	assert_int_equal(out[*n], 0x77);
}

static void
what_was_built_is_recognised(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(all); i++) {
		uint8_t t[JM_DIGESTINFO_MAX + 1];
		enum jm_hash h = JM_SHA1;
		size_t n;

		build(i, t, &n);
		assert_int_equal(jm_digestinfo_parse(t, n, &h), JM_OK);
		assert_int_equal(h, all[i].h);
	}
}

static void
nothing_but_the_digest_may_differ(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(all); i++) {
		const size_t digest = all[i].len - jm_hash_len(all[i].h);
		uint8_t t[JM_DIGESTINFO_MAX + 1];
		enum jm_hash h;
		size_t n;

		build(i, t, &n);
		for (size_t bit = 0; bit < 8 * n; bit++) {
			t[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(jm_digestinfo_parse(t, n, &h),
			    bit / 8 < digest ? JM_FORMAT : JM_OK);
			t[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t k = 0; k < n; k++)
			assert_int_equal(
			    jm_digestinfo_parse(t, k, &h), JM_FORMAT);
		assert_int_equal(jm_digestinfo_parse(t, n + 1, &h), JM_FORMAT);
	}
}

static void
other_encodings_are_no_digestinfo(void **state)
{
	/* SHA-256 without NULL, and with a long form of a length */
	static const uint8_t no_null[49] = { 0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04,
		0x20 };
	static const uint8_t ber[52] = { 0x30, 0x81, 0x31, 0x30, 0x0d, 0x06,
		0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
		0x05, 0x00, 0x04, 0x20 };
	enum jm_hash h;
	(void)state;

	assert_int_equal(
	    jm_digestinfo_parse(no_null, sizeof no_null, &h), JM_FORMAT);
	assert_int_equal(jm_digestinfo_parse(ber, sizeof ber, &h), JM_FORMAT);
	assert_int_equal(jm_digestinfo_parse(NULL, 0, &h), JM_FORMAT);
}

/* The public key as OpenSSL's, by way of PKCS #8. */
static EVP_PKEY *
as_evp(const struct jm_soft_key *k)
{
	static uint8_t der[JM_SOFT_KEY_DER_MAX];
	const unsigned char *p = der;
	EVP_PKEY *pkey;
	size_t len;

	assert_int_equal(jm_soft_key_save(k, der, &len), JM_OK);
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)len);
	assert_non_null(pkey);
	return pkey;
}

static void
a_raw_signature_over_it_is_a_signature_to_openssl(void **state)
{
	struct jm_soft_key *k;
	EVP_PKEY *pkey;
	(void)state;

	assert_int_equal(jm_soft_key_new(2048, &k), JM_OK);
	pkey = as_evp(k);
	for (size_t i = 0; i < NELEM(all); i++) {
		uint8_t digest[JM_DIGEST_MAX], t[JM_DIGESTINFO_MAX];
		uint8_t sig[JM_RSA_BYTES_MAX];
		EVP_MD_CTX *md = EVP_MD_CTX_new();
		size_t t_len, sig_len;

		assert_int_equal(jm_hash(all[i].h, "hello", 5, digest), JM_OK);
		jm_digestinfo(all[i].h, digest, t, &t_len);
		assert_int_equal(
		    jm_soft_key_sign_raw(k, t, t_len, sig, &sig_len), JM_OK);
		assert_int_equal(EVP_DigestVerifyInit_ex(md, NULL, all[i].name,
				     NULL, NULL, pkey, NULL),
		    1);
		assert_int_equal(EVP_DigestVerify(md, sig, sig_len,
				     (const unsigned char *)"hello", 5),
		    1);
		EVP_MD_CTX_free(md);
	}
	EVP_PKEY_free(pkey);
	jm_soft_key_free(&k);
	jm_crypto_done();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_built_is_recognised),
		cmocka_unit_test(nothing_but_the_digest_may_differ),
		cmocka_unit_test(other_encodings_are_no_digestinfo),
		cmocka_unit_test(
		    a_raw_signature_over_it_is_a_signature_to_openssl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
