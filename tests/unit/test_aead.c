/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AES-256-GCM, and what it and HMAC leave when the library fails. */
#include "crypto/aead.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "crypto/hmac.h"
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
WRAP(EVP_MAC *, NULL, EVP_MAC_fetch,
    (OSSL_LIB_CTX *c, const char *n, const char *p), (c, n, p))
WRAP(EVP_MAC_CTX *, NULL, EVP_MAC_CTX_new,
    (EVP_MAC *m), (m))
WRAP(int, 0, EVP_MAC_init,
    (EVP_MAC_CTX *c, const unsigned char *k, size_t n, const OSSL_PARAM *p), (c, k, n, p))
WRAP(int, 0, EVP_MAC_update,
    (EVP_MAC_CTX *c, const unsigned char *d, size_t n), (c, d, n))
WRAP(int, 0, EVP_MAC_final,
    (EVP_MAC_CTX *c, unsigned char *o, size_t *n, size_t m), (c, o, n, m))
WRAP(EVP_CIPHER *, NULL, EVP_CIPHER_fetch,
    (OSSL_LIB_CTX *c, const char *n, const char *p), (c, n, p))
WRAP(EVP_CIPHER_CTX *, NULL, EVP_CIPHER_CTX_new,
    (void), ())
WRAP(int, 0, EVP_CipherInit_ex2,
    (EVP_CIPHER_CTX *c, const EVP_CIPHER *a, const unsigned char *k, const unsigned char *i, int e, const OSSL_PARAM *p), (c, a, k, i, e, p))
WRAP(int, 0, EVP_CipherUpdate,
    (EVP_CIPHER_CTX *c, unsigned char *o, int *n, const unsigned char *i, int l), (c, o, n, i, l))
WRAP(int, 0, EVP_CIPHER_CTX_ctrl,
    (EVP_CIPHER_CTX *c, int t, int a, void *p), (c, t, a, p))
/* clang-format on */
/* NOLINTEND(bugprone-reserved-identifier) */

static const uint8_t zero[128];

static size_t
bytes(const char *hex, uint8_t *out, size_t cap)
{
	size_t n;

	assert_int_equal(jm_hex_decode(hex, out, cap, &n), JM_OK);
	return n;
}

static int
teardown(void **state)
{
	(void)state;

	jm_crypto_done();
	return 0;
}

/* The specification of GCM (McGrew and Viega), test cases 13 to 16. */
#define GCM_KEY                                                                \
	"feffe9928665731c6d6a8f9467308308"                                     \
	"feffe9928665731c6d6a8f9467308308"
#define GCM_PLAIN                                                              \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"     \
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define GCM_CIPHER                                                             \
	"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"     \
	"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
#define ZERO_32                                                                \
	"0000000000000000000000000000000000000000000000000000000000000000"

static const struct gcm_row {
	const char *key, *nonce, *plain, *aad, *sealed;
} gcm_rows[] = {
	{ ZERO_32, "000000000000000000000000", "", "",
	    "530f8afbc74536b9a963b4f1c4cb738b" },
	{ ZERO_32, "000000000000000000000000",
	    "00000000000000000000000000000000", "",
	    "cea7403d4d606b6e074ec5d3baf39d18"
	    "d0d1c8a799996bf0265b98b5d48ab919" },
	{ GCM_KEY, "cafebabefacedbaddecaf888", GCM_PLAIN "1aafd255", "",
	    GCM_CIPHER "898015ad"
		       "b094dac5d93471bdec1a502270e3cc6c" },
	{ GCM_KEY, "cafebabefacedbaddecaf888", GCM_PLAIN,
	    "feedfacedeadbeeffeedfacedeadbeefabaddad2",
	    GCM_CIPHER "76fc6ece0f4e1768cddf8853bb2d551b" },
};

static void
gcm_gives_the_published_answers(void **state)
{
	uint8_t key[32], nonce[12], plain[64], aad[32], want[96], got[96];
	size_t len, aad_len, sealed;
	(void)state;

	for (const struct gcm_row *r = gcm_rows; r < gcm_rows + NELEM(gcm_rows);
	     r++) {
		bytes(r->key, key, sizeof key);
		bytes(r->nonce, nonce, sizeof nonce);
		len = bytes(r->plain, plain, sizeof plain);
		aad_len = bytes(r->aad, aad, sizeof aad);
		sealed = bytes(r->sealed, want, sizeof want);
		assert_int_equal(
		    jm_gcm_seal(key, nonce, aad, aad_len, plain, len, got),
		    JM_OK);
		assert_int_equal(sealed, len + JM_GCM_TAG);
		assert_memory_equal(got, want, sealed);
		/* in place, there and back */
		memcpy(got, plain, len);
		assert_int_equal(
		    jm_gcm_seal(key, nonce, aad, aad_len, got, len, got),
		    JM_OK);
		assert_memory_equal(got, want, sealed);
		assert_int_equal(
		    jm_gcm_open(key, nonce, aad, aad_len, got, sealed, got),
		    JM_OK);
		assert_memory_equal(got, plain, len);
	}
}

static void
a_flipped_bit_opens_nothing(void **state)
{
	uint8_t key[32] = { 1 }, nonce[12] = { 2 }, aad[8] = { 3 };
	uint8_t sealed[48], out[32];
	uint8_t *const parts[] = { key, nonce, aad, sealed };
	static const size_t sizes[] = { sizeof key, sizeof nonce, sizeof aad,
		sizeof sealed };
	(void)state;

	memset(out, 0x77, sizeof out);
	assert_int_equal(
	    jm_gcm_seal(key, nonce, aad, sizeof aad, out, sizeof out, sealed),
	    JM_OK);
	for (size_t p = 0; p < NELEM(parts); p++) {
		for (size_t bit = 0; bit < 8 * sizes[p]; bit++) {
			parts[p][bit / 8] ^= (uint8_t)(1 << bit % 8);
			memset(out, 0x77, sizeof out);
			assert_int_equal(
			    jm_gcm_open(key, nonce, aad, sizeof aad, sealed,
				sizeof sealed, out),
			    JM_DAMAGED);
			assert_memory_equal(out, zero, sizeof out);
			parts[p][bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	assert_int_equal(jm_gcm_open(key, nonce, aad, sizeof aad - 1, sealed,
			     sizeof sealed, out),
	    JM_DAMAGED);
	for (size_t n = 0; n < sizeof sealed; n++) {
		memset(out, 0x77, sizeof out);
		assert_int_equal(
		    jm_gcm_open(key, nonce, aad, sizeof aad, sealed, n, out),
		    JM_DAMAGED);
		assert_memory_equal(
		    out, zero, n < JM_GCM_TAG ? 0 : n - JM_GCM_TAG);
	}
	assert_int_equal(jm_gcm_open(key, nonce, aad, sizeof aad, sealed,
			     sizeof sealed, out),
	    JM_OK);
}

static void
more_than_64_mib_is_refused(void **state)
{
	const size_t most = (size_t)64 << 20;
	uint8_t key[32] = { 0 }, nonce[12] = { 0 };
	uint8_t *big = calloc(1, most + JM_GCM_TAG + 1);
	(void)state;

	assert_non_null(big);
	assert_int_equal(
	    jm_gcm_seal(key, nonce, NULL, 0, big, most + 1, big), JM_ARG);
	assert_int_equal(
	    jm_gcm_seal(key, nonce, big, most + 1, big, 0, big), JM_ARG);
	big[0] = 1;
	assert_int_equal(
	    jm_gcm_open(key, nonce, NULL, 0, big, most + 1 + JM_GCM_TAG, big),
	    JM_ARG);
	assert_int_equal(big[0], 0);
	assert_int_equal(
	    jm_gcm_seal(key, nonce, NULL, 0, big, most, big), JM_OK);
	assert_int_equal(
	    jm_gcm_open(key, nonce, NULL, 0, big, most + JM_GCM_TAG, big),
	    JM_OK);
	free(big);
}

static jm_err
try_hmac(uint8_t *out, size_t *len)
{
	*len = JM_HMAC_LEN;
	return jm_hmac("key", 3, "msg", 3, out);
}

static jm_err
try_seal(uint8_t *out, size_t *len)
{
	static const uint8_t key[32], nonce[12];

	*len = 8 + JM_GCM_TAG;
	return jm_gcm_seal(key, nonce, "aad", 3, zero, 8, out);
}

static jm_err
try_open(uint8_t *out, size_t *len)
{
	uint8_t sealed[8 + JM_GCM_TAG], key[32], nonce[12];

	bytes(ZERO_32, key, sizeof key);
	bytes(gcm_rows[0].nonce, nonce, sizeof nonce);
	/* 8 bytes of zero under that key, no aad */
	bytes("cea7403d4d606b6e", sealed, 8);
	bytes("fb3d0b1c5a3ae0a8e3c1fc0c3a2c9d2a", sealed + 8, JM_GCM_TAG);
	*len = 8;
	return jm_gcm_open(key, nonce, "aad", 3, sealed, sizeof sealed, out);
}

static void
a_failing_library_leaves_nothing(void **state)
{
	static const struct {
		jm_err (*f)(uint8_t *out, size_t *len);
		jm_err last; /* without a failure */
		unsigned calls;
	} row[] = {
		{ try_hmac, JM_OK, 5 },
		{ try_seal, JM_OK, 6 },
		{ try_open, JM_DAMAGED, 6 },
	};
	uint8_t out[64];
	unsigned n;
	size_t len;
	jm_err e;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		for (n = 0;; n++) {
			memset(out, 0x77, sizeof out);
			fault_arm(n);
			e = row[i].f(out, &len);
			if (!fault_fired())
				break;
			assert_int_equal(e, JM_CRYPTO);
			assert_memory_equal(out, zero, len);
		}
		assert_int_equal(e, row[i].last);
		assert_int_equal(n, row[i].calls);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gcm_gives_the_published_answers),
		cmocka_unit_test(a_flipped_bit_opens_nothing),
		cmocka_unit_test(more_than_64_mib_is_refused),
		cmocka_unit_test(a_failing_library_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
