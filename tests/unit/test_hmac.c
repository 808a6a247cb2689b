/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/hmac.h"

#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "tests/support/test.h"

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

/* RFC 4231, 4.2 to 4.5. */
static void
hmac_gives_the_published_answers(void **state)
{
	/* clang-format off */
	static const struct { const char *key, *msg, *mac; } row[] = {
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		  "4869205468657265",
		  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
		{ "4a656665",
		  "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		  "dddddddddddddddddddddddddddddddddddddddddddddddddddd"
		  "dddddddddddddddddddddddddddddddddddddddddddddddd",
		  "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
		{ "0102030405060708090a0b0c0d0e0f10111213141516171819",
		  "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
		  "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
		  "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
	};
	/* clang-format on */
	uint8_t key[64], msg[64], want[32], got[32];
	size_t key_len, len;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		key_len = bytes(row[i].key, key, sizeof key);
		len = bytes(row[i].msg, msg, sizeof msg);
		bytes(row[i].mac, want, sizeof want);
		assert_int_equal(jm_hmac(key, key_len, msg, len, got), JM_OK);
		assert_memory_equal(got, want, sizeof want);
	}
}

static void
a_key_has_1_to_64_bytes(void **state)
{
	uint8_t key[65] = { 1 }, a[32], b[32];
	(void)state;

	for (size_t n = 0; n <= 65; n++) {
		memset(a, 1, sizeof a);
		if (n >= 1 && n <= 64) {
			assert_int_equal(jm_hmac(key, n, NULL, 0, a), JM_OK);
			/* it fills up with zeros: lengths of a key are not
			 * told apart */
			assert_int_equal(jm_hmac(key, 64, NULL, 0, b), JM_OK);
			assert_memory_equal(a, b, sizeof a);
		} else {
			assert_int_equal(jm_hmac(key, n, NULL, 0, a), JM_ARG);
			assert_memory_equal(a, (uint8_t[32]){ 0 }, sizeof a);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hmac_gives_the_published_answers),
		cmocka_unit_test(a_key_has_1_to_64_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
