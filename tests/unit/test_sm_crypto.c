/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/sm_crypto.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>
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
WRAP(int, 0, EVP_CIPHER_CTX_set_padding,
    (EVP_CIPHER_CTX *c, int p), (c, p))
WRAP(int, 0, EVP_CipherUpdate,
    (EVP_CIPHER_CTX *c, unsigned char *o, int *n, const unsigned char *i, int l), (c, o, n, i, l))
WRAP(int, 0, EVP_CipherFinal_ex,
    (EVP_CIPHER_CTX *c, unsigned char *o, int *n), (c, o, n))
WRAP(EVP_KDF *, NULL, EVP_KDF_fetch,
    (OSSL_LIB_CTX *c, const char *n, const char *p), (c, n, p))
WRAP(EVP_KDF_CTX *, NULL, EVP_KDF_CTX_new,
    (EVP_KDF *k), (k))
WRAP(int, 0, EVP_KDF_derive,
    (EVP_KDF_CTX *c, unsigned char *k, size_t n, const OSSL_PARAM *p), (c, k, n, p))
/* clang-format on */
/* NOLINTEND(bugprone-reserved-identifier) */

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

#define KEY_128 "2b7e151628aed2a6abf7158809cf4f3c"
#define KEY_256                                                                \
	"603deb1015ca71be2b73aef0857d7781"                                     \
	"1f352c073b6108d72d9810a30914dff4"
#define BLOCK_1 "6bc1bee22e409f96e93d7e117393172a"
#define BLOCK_2 "ae2d8a571e03ac9c9eb76fac45af8e51"
#define BLOCK_3 "30c81c46a35ce411e5fbc1191a0a52ef"
#define BLOCK_4 "f69f2445df4f9b17ad2b417be66c3710"
#define FORTY   BLOCK_1 BLOCK_2 "30c81c46a35ce411"
#define FOUR    BLOCK_1 BLOCK_2 BLOCK_3 BLOCK_4

/* RFC 4493, section 4; NIST SP 800-38B, examples for AES-256. */
static void
cmac_gives_the_published_answers(void **state)
{
	/* clang-format off */
	static const struct { const char *key, *data, *mac; } row[] = {
		{ KEY_128, "",      "bb1d6929e95937287fa37d129b756746" },
		{ KEY_128, BLOCK_1, "070a16b46b4d4144f79bdd9dd04a287c" },
		{ KEY_128, FORTY,   "dfa66747de9ae63030ca32611497c827" },
		{ KEY_128, FOUR,    "51f0bebf7e3b9d92fc49741779363cfe" },
		{ KEY_256, "",      "028962f61b7bf89efc6b551f4667d983" },
		{ KEY_256, BLOCK_1, "28a7023f452e8f82bd4bf28d8c37c35c" },
		{ KEY_256, FORTY,   "aaf3d8f1de5640c232f5b169b9c911e6" },
		{ KEY_256, FOUR,    "e1992190549f6ed5696a2c056c315410" },
	};
	/* clang-format on */
	uint8_t key[32], data[64], want[16], got[16];
	size_t key_len, len;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		key_len = bytes(row[i].key, key, sizeof key);
		len = bytes(row[i].data, data, sizeof data);
		bytes(row[i].mac, want, sizeof want);
		assert_int_equal(jm_cmac(key, key_len, data, len, got), JM_OK);
		assert_memory_equal(got, want, sizeof want);
	}
	assert_int_equal(jm_cmac(key, 24, data, len, got), JM_ARG);
	assert_int_equal(jm_cmac(key, 0, data, len, got), JM_ARG);
}

/* RFC 5869, appendix A.1 to A.3. */
static void
hkdf_gives_the_published_answers(void **state)
{
	/* clang-format off */
	static const struct { const char *ikm, *salt, *info, *okm; } row[] = {
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		  "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
		  "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4"
		  "c5bf34007208d5b887185865" },
		{ "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d"
		  "1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b"
		  "3c3d3e3f404142434445464748494a4b4c4d4e4f",
		  "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d"
		  "7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b"
		  "9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		  "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccd"
		  "cecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaeb"
		  "ecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
		  "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19af"
		  "a97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9"
		  "aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87" },
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
		  "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c73"
		  "8d2d9d201395faa4b61a96c8" },
	};
	/* clang-format on */
	static uint8_t ikm[80], salt[80], info[80], want[82], got[8161];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const size_t ikm_len = bytes(row[i].ikm, ikm, sizeof ikm);
		const size_t salt_len = bytes(row[i].salt, salt, sizeof salt);
		const size_t info_len = bytes(row[i].info, info, sizeof info);
		const size_t len = bytes(row[i].okm, want, sizeof want);

		assert_int_equal(
		    jm_hkdf(ikm, ikm_len, salt_len > 0 ? salt : NULL, salt_len,
			info, info_len, got, len),
		    JM_OK);
		assert_memory_equal(got, want, len);
	}
	assert_int_equal(jm_hkdf(ikm, 22, NULL, 0, NULL, 0, got, 0), JM_ARG);
	assert_int_equal(jm_hkdf(ikm, 22, NULL, 0, NULL, 0, got, 8161), JM_ARG);
	assert_int_equal(jm_hkdf(ikm, 22, NULL, 0, NULL, 0, got, 8160), JM_OK);
}

/* NIST SP 800-38A, F.2.5, whose IV is the encryption of this counter. */
static void
encryption_gives_the_published_answer(void **state)
{
	static const char cipher[] = "f58c4c04d6e5f1ba779eabfb5f7bfbd6"
				     "9cfc4e967edb808d679f777bc6702c7d"
				     "39f23369a9d9bacfa530e26304231461"
				     "b2eb05e2c39be9fcda6c19078c6a9d1b";
	struct jm_sm_keys k = { { 0 }, { 0 }, { 0 } };
	uint8_t plain[64], want[64], got[64];
	(void)state;

	bytes(KEY_256, k.enc, sizeof k.enc);
	bytes("393e4e6cdf9b1fc836120fa2a3d8f140", k.ssc, sizeof k.ssc);
	bytes(FOUR, plain, sizeof plain);
	bytes(cipher, want, sizeof want);
	assert_int_equal(jm_sm_encrypt(&k, plain, 64, got), JM_OK);
	assert_memory_equal(got, want, 64);
	assert_int_equal(jm_sm_decrypt(&k, got, 64, got), JM_OK);
	assert_memory_equal(got, plain, 64);
	for (size_t n = 0; n < 64; n++)
		assert_int_equal(jm_sm_encrypt(&k, plain, n, got),
		    n > 0 && n % 16 == 0 ? JM_OK : JM_ARG);
}

static void
the_mac_covers_the_counter_and_the_message(void **state)
{
	struct jm_sm_keys k = { { 0 }, { 0 }, { 0 } };
	uint8_t msg[48], want[16], got[8];
	(void)state;

	bytes(KEY_256, k.mac, sizeof k.mac);
	bytes(BLOCK_1, k.ssc, sizeof k.ssc);
	bytes(BLOCK_2 BLOCK_3 BLOCK_4, msg, sizeof msg);
	bytes("e1992190549f6ed5696a2c056c315410", want, sizeof want);
	assert_int_equal(jm_sm_mac(&k, msg, sizeof msg, got), JM_OK);
	assert_memory_equal(got, want, sizeof got);
}

static void
the_counter_is_a_big_number(void **state)
{
	/* clang-format off */
	static const struct { const char *before, *after; } row[] = {
		{ "00000000000000000000000000000000",
		  "00000000000000000000000000000001" },
		{ "000000000000000000000000000000ff",
		  "00000000000000000000000000000100" },
		{ "00ffffffffffffffffffffffffffffff",
		  "01000000000000000000000000000000" },
		{ "ffffffffffffffffffffffffffffffff",
		  "00000000000000000000000000000000" },
	};
	/* clang-format on */
	struct jm_sm_keys k = { { 0 }, { 0 }, { 0 } };
	uint8_t want[16];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		bytes(row[i].before, k.ssc, sizeof k.ssc);
		bytes(row[i].after, want, sizeof want);
		jm_sm_count(&k);
		assert_memory_equal(k.ssc, want, sizeof want);
	}
}

/* Whatever the session is made of changes both keys. */
static void
keys_follow_from_everything_agreed_on(void **state)
{
	uint8_t in[32 + 16 + 2 * JM_SM_POINT];
	uint8_t *z = in, *aid = in + 32, *et = in + 48,
		*ec = in + 48 + JM_SM_POINT;
	struct jm_sm_keys a, b;
	(void)state;

	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (uint8_t)(i * 7);
	assert_int_equal(jm_sm_derive(z, 32, aid, 16, et, ec, &a), JM_OK);
	assert_memory_not_equal(a.enc, a.mac, sizeof a.enc);
	for (size_t i = 0; i < sizeof in; i++) {
		in[i] ^= 0x10;
		assert_int_equal(
		    jm_sm_derive(z, 32, aid, 16, et, ec, &b), JM_OK);
		assert_memory_not_equal(a.enc, b.enc, sizeof a.enc);
		assert_memory_not_equal(a.mac, b.mac, sizeof a.mac);
		assert_int_equal(b.ssc[15], 0);
		in[i] ^= 0x10;
	}
	assert_int_equal(jm_sm_derive(z, 32, aid, 15, et, ec, &b), JM_OK);
	assert_memory_not_equal(a.enc, b.enc, sizeof a.enc);
	assert_int_equal(jm_sm_derive(z, 31, aid, 16, et, ec, &b), JM_ARG);
	assert_int_equal(jm_sm_derive(z, 32, aid, 0, et, ec, &b), JM_ARG);
	assert_int_equal(jm_sm_derive(z, 32, aid, 17, et, ec, &b), JM_ARG);
}

/* The order of the parts, spelled out once more. */
static void
keys_are_those_of_the_document(void **state)
{
	uint8_t z[32], et[JM_SM_POINT], ec[JM_SM_POINT];
	uint8_t info[15 + 2 + 130] = "jumin channel 1", okm[64];
	struct jm_sm_keys k;
	(void)state;

	memset(z, 1, sizeof z);
	memset(et, 2, sizeof et);
	memset(ec, 3, sizeof ec);
	memcpy(info + 15, "\xa0\xb0", 2);
	memcpy(info + 17, et, 65);
	memcpy(info + 82, ec, 65);
	assert_int_equal(
	    jm_hkdf(z, 32, "", 0, info, sizeof info, okm, 64), JM_OK);
	assert_int_equal(jm_sm_derive(z, 32, info + 15, 2, et, ec, &k), JM_OK);
	assert_memory_equal(k.enc, okm, 32);
	assert_memory_equal(k.mac, okm + 32, 32);
}

/* Failed calls of the library come out as errors, with nothing in the result.
 */
static void
each_failure_of_the_library_is_told(void **state)
{
	struct jm_sm_keys k = { { 1 }, { 2 }, { 3 } };
	static const uint8_t zero[64];
	unsigned fired = 0;
	(void)state;

	jm_crypto_done();
	for (unsigned job = 0; job < 3; job++) {
		for (unsigned nth = 0;; nth++, fired++) {
			uint8_t in[32] = { 1 }, out[32] = { 2 };
			jm_err e = JM_ARG;

			fault_arm(nth);
			if (job == 0)
				e = jm_sm_mac(&k, in, 32, out);
			else if (job == 1)
				e = jm_sm_decrypt(&k, in, 32, out);
			else
				e = jm_hkdf(in, 32, "", 0, "x", 1, out, 32);
			if (!fault_fired()) {
				assert_int_equal(e, JM_OK);
				break;
			}
			assert_int_equal(e, JM_CRYPTO);
			assert_memory_equal(
			    out, zero, job == 0 ? JM_SM_MAC_LEN : 32);
		}
	}
	assert_int_equal(fired, 6 + 2 * 6 + 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cmac_gives_the_published_answers),
		cmocka_unit_test(hkdf_gives_the_published_answers),
		cmocka_unit_test(encryption_gives_the_published_answer),
		cmocka_unit_test(the_mac_covers_the_counter_and_the_message),
		cmocka_unit_test(the_counter_is_a_big_number),
		cmocka_unit_test(keys_follow_from_everything_agreed_on),
		cmocka_unit_test(keys_are_those_of_the_document),
		cmocka_unit_test(each_failure_of_the_library_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
