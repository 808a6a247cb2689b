/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nym1.md, section 10, rows 8 (the card's side is test_derive_sign's), 10 and
 * 11: what the derivation stands on, and that a reset leaves nothing behind.
 * Row 9 is a vector.
 */
#include <string.h>

#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "nym/enc.h"
#include "tests/nym/leak.h"
#include "tests/nym/sample.h"
#include "tests/support/nym_keys.h"
#include "tests/support/test.h"

static void
a_signature_is_the_same_twice_and_refused_with_a_bit_flipped(void **state)
{
	uint8_t t[NYM_T_MAX], s[NYM_S_LEN], again[NYM_S_LEN], sh[NYM_SH_LEN];
	struct jm_soft_key *key;
	struct jm_rsa_pub pub;
	size_t n, bit;
	(void)state;

	key = nym_test_key(NYM_TEST_AUTH);
	assert_int_equal(jm_soft_key_pub(key, &pub), JM_OK);
	for (size_t i = 0; i < 200; i++) {
		sample_sh(i, sh);
		assert_int_equal(
		    nym_t(i < 100 ? NYM_PROFILE_X : NYM_PROFILE_S, sh, t, &n),
		    JM_OK);
		nym_test_sign(NYM_TEST_AUTH, t, n, s);
		nym_test_sign(NYM_TEST_AUTH, t, n, again);
		assert_memory_equal(s, again, sizeof s);
		assert_int_equal(
		    jm_rsa_verify_raw(&pub, t, n, s, sizeof s), JM_OK);
		bit = i * 1021 % (8 * sizeof s);
		s[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(
		    jm_rsa_verify_raw(&pub, t, n, s, sizeof s), JM_BAD_SIG);
	}
	jm_soft_key_free(&key);
}

/* --- row 10 --------------------------------------------------------------- */

struct encoded {
	uint8_t bytes[40];
	size_t len;
};

static int
by_bytes(const void *a, const void *b)
{
	const struct encoded *x = a, *y = b;
	const size_t n = x->len < y->len ? x->len : y->len;
	const int d = memcmp(x->bytes, y->bytes, n);

	if (d != 0 || x->len == y->len)
		return d;
	return x->len < y->len ? -1 : 1;
}

/* Every way to make up to three fields of up to two bytes that are 0, 1 or 2
 * (what lengths and counts look like), under three labels. */
static void
other_fields_are_other_bytes(void **state)
{
	static const char *const labels[] = { "", "\1", "\1\1" };
	static uint8_t strings[13][2];
	static const size_t lens[13] = { 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2,
		2 };
	struct encoded *e = calloc(3 * (1 + 13 + 169 + 2197), sizeof *e);
	struct nym_field f[3];
	struct jm_wbuf w;
	size_t n = 0;
	(void)state;

	assert_non_null(e);
	for (size_t i = 1; i < 4; i++)
		strings[i][0] = (uint8_t)(i - 1);
	for (size_t i = 4; i < 13; i++) {
		strings[i][0] = (uint8_t)((i - 4) / 3);
		strings[i][1] = (uint8_t)((i - 4) % 3);
	}
	for (size_t label = 0; label < 3; label++) {
		size_t tuples = 1;

		for (size_t fields = 0; fields <= 3; fields++, tuples *= 13) {
			for (size_t i = 0; i < tuples; i++, n++) {
				for (size_t k = 0, v = i; k < 3; k++, v /= 13)
					f[k] =
					    (struct nym_field){ strings[v % 13],
						    lens[v % 13] };
				jm_wbuf_init(&w, e[n].bytes, sizeof e[n].bytes);
				nym_put_enc(&w, labels[label], f, fields);
				assert_int_equal(
				    jm_wbuf_done(&w, &e[n].len), JM_OK);
			}
		}
	}
	assert_int_equal(n, 3 * (1 + 13 + 169 + 2197));
	qsort(e, n, sizeof *e, by_bytes);
	for (size_t i = 1; i < n; i++)
		assert_true(by_bytes(&e[i - 1], &e[i]) < 0);
	free(e);
}

/* One string cut in two at every place, fields grown by one byte: never the
 * same bytes. */
static void
a_cut_at_another_place_is_other_bytes(void **state)
{
	uint8_t text[300], out[2][400];
	struct jm_wbuf w[2];
	(void)state;

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (uint8_t)(i / 256 == 0 ? i : 0);
	for (size_t cut = 0; cut < sizeof text; cut++) {
		for (size_t k = 0; k < 2; k++) {
			const struct nym_field f[] = { { text, cut + k },
				{ text + cut + k, sizeof text - cut - k } };

			jm_wbuf_init(&w[k], out[k], sizeof out[k]);
			nym_put_enc(&w[k], "NYM1/x", f, 2);
			assert_false(w[k].full);
		}
		assert_int_equal(w[0].len, w[1].len);
		assert_memory_not_equal(out[0], out[1], w[0].len);
	}
}

/* --- row 11 --------------------------------------------------------------- */

/* What somebody may make of an old identifier without PRK. */
static void
derive_from(const struct nym_key *k, const uint8_t *xt, const uint8_t *sh,
    unsigned way, uint8_t out[32])
{
	static const uint8_t one[4] = { 0, 0, 0, 1 };
	const struct nym_field f[] = { { sh, 32 }, { k->nid, 32 }, { one, 4 } };
	const uint8_t *from = way % 3 == 0 ? k->nid : way % 3 == 1 ? k->x : xt;
	const size_t len = way % 3 == 2 ? NYM_XT_LEN : 32;
	const struct nym_which next = { .use = NYM_USE_ASSERT,
		.generation = 1 };
	uint8_t prk[32] = { 0 };
	struct nym_key key;

	memcpy(prk, from, len);
	switch (way / 3) {
	case 0:
		assert_int_equal(jm_hash(JM_SHA256, from, len, out), JM_OK);
		break;
	case 1: assert_int_equal(jm_hmac(from, len, one, 4, out), JM_OK); break;
	case 2:
		assert_int_equal(nym_enc_hash("NYM1/nid", f, 3, out), JM_OK);
		break;
	case 3:
		assert_int_equal(nym_nid(sh, NYM_USE_ASSERT, prk, out), JM_OK);
		break;
	default:
		assert_int_equal(nym_key_of(prk, sh, &next, &key), JM_OK);
		memcpy(out, key.nid, 32);
	}
}

static void
a_reset_shares_nothing_with_what_was(void **state)
{
	struct nym_which which[2] = { sample_first, sample_first };
	uint8_t prk[NYM_PRK_LEN], xt[2][NYM_XT_LEN], guess[32], sh[NYM_SH_LEN];
	struct nym_key key[2];
	(void)state;

	for (size_t i = 0; i < 100; i++) {
		sample_sh(i, sh);
		sample_prk(i, sh, prk);
		for (uint32_t g = 0; g < 2; g++) {
			which[g].generation = (uint32_t)i + g;
			assert_int_equal(
			    nym_key_of(prk, sh, &which[g], &key[g]), JM_OK);
			assert_int_equal(nym_xt(prk, &which[g], xt[g]), JM_OK);
		}
		/* 8 bytes of the one nowhere in the other */
		assert_false(leak_in(&key[1], sizeof key[1], key[0].nid, 32));
		assert_false(leak_in(&key[1], sizeof key[1], key[0].x, 32));
		assert_false(leak_in(&key[1], sizeof key[1], key[0].d, 32));
		assert_false(leak_in(xt[1], NYM_XT_LEN, xt[0], NYM_XT_LEN));
		assert_false(leak_in(&key[1], sizeof key[1], xt[0], 16));
		for (unsigned way = 0; way < 15; way++) {
			derive_from(&key[0], xt[0], sh, way, guess);
			assert_memory_not_equal(guess, key[1].nid, 32);
			assert_memory_not_equal(guess, key[1].x, 32);
			assert_memory_not_equal(guess, xt[1], 16);
		}
		/* PRK gives both: a reset heals no leak (4.3) */
		assert_int_equal(
		    nym_key_of(prk, sh, &which[1], &key[0]), JM_OK);
		assert_memory_equal(key[0].nid, key[1].nid, 32);
	}
}

static int
teardown(void **state)
{
	(void)state;

	nym_test_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_signature_is_the_same_twice_and_refused_with_a_bit_flipped),
		cmocka_unit_test(other_fields_are_other_bytes),
		cmocka_unit_test(a_cut_at_another_place_is_other_bytes),
		cmocka_unit_test(a_reset_shares_nothing_with_what_was),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
