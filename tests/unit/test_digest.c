/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/digest.h"

#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "tests/support/fault.h"
#include "tests/support/test.h"

#define TWO_BLOCKS "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

/* FIPS 180-4's examples and the empty message. */
/* clang-format off */
static const struct known {
	enum jm_hash h; size_t len; const char *text, *hex;
} known[] = {
	{ JM_SHA1, 20, "", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709" },
	{ JM_SHA1, 20, "abc", "A9993E364706816ABA3E25717850C26C9CD0D89D" },
	{ JM_SHA1, 20, TWO_BLOCKS, "84983E441C3BD26EBAAE4AA1F95129E5E54670F1" },
	{ JM_SHA256, 32, "",
	    "E3B0C44298FC1C149AFBF4C8996FB924"
	    "27AE41E4649B934CA495991B7852B855" },
	{ JM_SHA256, 32, "abc",
	    "BA7816BF8F01CFEA414140DE5DAE2223"
	    "B00361A396177A9CB410FF61F20015AD" },
	{ JM_SHA256, 32, TWO_BLOCKS,
	    "248D6A61D20638B8E5C026930C3E6039"
	    "A33CE45964FF2167F6ECEDD419DB06C1" },
	{ JM_SHA384, 48, "abc",
	    "CB00753F45A35E8BB5A03D699AC65007272C32AB0EDED163"
	    "1A8B605A43FF5BED8086072BA1E7CC2358BAECA134C825A7" },
	{ JM_SHA512, 64, "abc",
	    "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
	    "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F" },
};
/* clang-format on */

static void
assert_value(const struct known *k, const uint8_t *got)
{
	char hex[2 * JM_DIGEST_MAX + 1];

	assert_int_equal(jm_hex_encode(got, k->len, hex, sizeof hex), JM_OK);
	assert_string_equal(hex, k->hex);
}

static void
known_answers_in_one_piece(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(known); i++) {
		uint8_t out[JM_DIGEST_MAX];

		assert_int_equal(jm_hash_len(known[i].h), known[i].len);
		assert_int_equal(jm_hash(known[i].h, known[i].text,
				     strlen(known[i].text), out),
		    JM_OK);
		assert_value(&known[i], out);
	}
}

static void
known_answers_byte_by_byte_and_by_a_copy(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(known); i++) {
		const size_t n = strlen(known[i].text);
		struct jm_hasher *a, *b = NULL;
		uint8_t out[JM_DIGEST_MAX];

		assert_int_equal(jm_hasher_new(known[i].h, &a), JM_OK);
		for (size_t k = 0; k < n; k++) {
			if (k == n / 2)
				assert_int_equal(jm_hasher_clone(a, &b), JM_OK);
			assert_int_equal(
			    jm_hasher_update(a, known[i].text + k, 1), JM_OK);
		}
		assert_int_equal(jm_hasher_update(a, NULL, 0), JM_OK);
		assert_int_equal(jm_hasher_final(a, out), JM_OK);
		assert_value(&known[i], out);
		jm_hasher_free(&a);
		assert_null(a);
		if (b == NULL)
			continue;
		assert_int_equal(
		    jm_hasher_update(b, known[i].text + n / 2, n - n / 2),
		    JM_OK);
		assert_int_equal(jm_hasher_final(b, out), JM_OK);
		assert_value(&known[i], out);
		jm_hasher_free(&b);
	}
}

static void
after_the_end_nothing_goes_on(void **state)
{
	struct jm_hasher *a, *b = (void *)1;
	uint8_t out[JM_DIGEST_MAX];
	(void)state;

	assert_int_equal(jm_hasher_new(JM_SHA256, &a), JM_OK);
	assert_int_equal(jm_hasher_final(a, out), JM_OK);
	memset(out, 0x5a, sizeof out);
	assert_int_equal(jm_hasher_final(a, out), JM_ARG);
	assert_int_equal(out[0], 0);
	assert_int_equal(out[32], 0x5a); /* no more than the value's room */
	assert_int_equal(jm_hasher_update(a, "x", 1), JM_ARG);
	assert_int_equal(jm_hasher_clone(a, &b), JM_ARG);
	assert_null(b);
	jm_hasher_free(&a);
	jm_hasher_free(&a);
	jm_hasher_free(NULL);
}

static void
what_is_no_hash_function_is_refused(void **state)
{
	struct jm_hasher *a = (void *)1;
	uint8_t out[JM_DIGEST_MAX];
	(void)state;

	assert_int_equal(jm_hash_len((enum jm_hash)77), 0);
	assert_int_equal(jm_hasher_new((enum jm_hash)77, &a), JM_ARG);
	assert_null(a);
	assert_int_equal(jm_hash((enum jm_hash)77, "", 0, out), JM_ARG);
}

static void
each_allocation_may_fail(void **state)
{
	(void)state;

	for (unsigned nth = 0;; nth++) {
		struct jm_hasher *a = (void *)1, *b = (void *)1;
		jm_err e;

		jm_crypto_done(); /* the context is made anew, too */
		fault_arm(nth);
		if ((e = jm_hasher_new(JM_SHA1, &a)) == JM_OK)
			e = jm_hasher_clone(a, &b);
		if (!fault_fired()) {
			assert_int_equal(e, JM_OK);
			assert_int_equal(nth, 3);
			jm_hasher_free(&a);
			jm_hasher_free(&b);
			break;
		}
		assert_int_not_equal(e, JM_OK);
		if (a != NULL)
			assert_null(b);
		jm_hasher_free(&a);
	}
	jm_crypto_done();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers_in_one_piece),
		cmocka_unit_test(known_answers_byte_by_byte_and_by_a_copy),
		cmocka_unit_test(after_the_end_nothing_goes_on),
		cmocka_unit_test(what_is_no_hash_function_is_refused),
		cmocka_unit_test(each_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
