/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why the identifier is no restricted identification (nym1.md 5.1, TR-03110):
 * raw curve points are linked by whoever chose related sector points, a key
 * derivation without the scope is linked by a shared one, and who has the
 * sector's private key computes the identifier of a card from its public key.
 * Ours hashes, has the scope inside, and does not come from a curve point.
 */
#include "tests/nym/foe.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <string.h>

#include "nym/enc.h"

#define PEOPLE 100
#define HERE   "web:here.example.jp"
#define THERE  "web:there.example.jp"

static BN_CTX *ctx;
static EC_GROUP *curve;

static int
set_up(void **state)
{
	(void)state;
	ctx = BN_CTX_new();
	curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	return ctx != NULL && curve != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	EC_GROUP_free(curve);
	BN_CTX_free(ctx);
	return 0;
}

static BIGNUM *
number(const char *seed, unsigned i)
{
	uint8_t h[32], in[64];
	BIGNUM *n;
	const int len = snprintf((char *)in, sizeof in, "%s%u", seed, i);

	assert_in_range(len, 1, sizeof in - 1);
	assert_int_equal(jm_hash(JM_SHA256, in, (size_t)len, h), JM_OK);
	n = BN_bin2bn(h, sizeof h, NULL);
	assert_true(BN_mod(n, n, EC_GROUP_get0_order(curve), ctx));
	return n;
}

/* k*P; P NULL: the base point */
static EC_POINT *
times(const BIGNUM *k, const EC_POINT *p)
{
	EC_POINT *r = EC_POINT_new(curve);

	assert_true(EC_POINT_mul(
	    curve, r, p == NULL ? k : NULL, p, p == NULL ? NULL : k, ctx));
	return r;
}

static void
x_of(const EC_POINT *p, uint8_t out[32])
{
	BIGNUM *x = BN_new();

	assert_true(EC_POINT_get_affine_coordinates(curve, p, x, NULL, ctx));
	assert_int_equal(BN_bn2binpad(x, out, 32), 32);
	BN_free(x);
}

/* One person's sk * P_S. */
static EC_POINT *
restricted(unsigned person, const EC_POINT *sector)
{
	BIGNUM *sk = number("holder", person);
	EC_POINT *r = times(sk, sector);

	BN_free(sk);
	return r;
}

/* scope NULL: x alone is hashed */
static void
hashed(const EC_POINT *p, const char *scope, uint8_t out[32])
{
	uint8_t x[32], sh[NYM_SH_LEN] = { 0 };
	const struct nym_field f = { x, sizeof x };

	x_of(p, x);
	if (scope == NULL) {
		assert_int_equal(jm_hash(JM_SHA256, x, sizeof x, out), JM_OK);
		return;
	}
	foe_sh(scope, sh);
	assert_int_equal(
	    nym_enc_hmac(sh, sizeof sh, "NYM1/rt", &f, 1, -1, out), JM_OK);
}

/* Two services that agreed on P' = b*P find their common people again. */
static void
related_points_link_raw_output_and_no_hash(void **state)
{
	BIGNUM *a = number("sector", 1), *b = number("ratio", 1);
	EC_POINT *here = times(a, NULL), *there = times(b, here);
	unsigned raw = 0, hash = 0;

	(void)state;
	for (unsigned i = 0; i < PEOPLE; i++) {
		EC_POINT *p = restricted(i, here), *q = restricted(i, there);
		EC_POINT *moved = times(b, p);
		uint8_t h[32], h_there[32];
		BIGNUM *as_number;
		EC_POINT *as_point = EC_POINT_new(curve);

		raw += EC_POINT_cmp(curve, moved, q, ctx) == 0;
		/* With the hash alone nothing can be moved: taken for an x
		 * coordinate, if it is one, it leads nowhere. */
		hashed(p, NULL, h);
		hashed(q, NULL, h_there);
		hash += memcmp(h, h_there, sizeof h) == 0;
		as_number = BN_bin2bn(h, sizeof h, NULL);
		if (EC_POINT_set_compressed_coordinates(
			curve, as_point, as_number, 0, ctx)) {
			EC_POINT *r = times(b, as_point);
			uint8_t x[32];

			hashed(r, NULL, x);
			hash += memcmp(x, h_there, sizeof x) == 0;
			x_of(r, x);
			hash += memcmp(x, h_there, sizeof x) == 0;
			EC_POINT_free(r);
		}
		BN_free(as_number);
		EC_POINT_free(as_point);
		EC_POINT_free(moved);
		EC_POINT_free(q);
		EC_POINT_free(p);
	}
	assert_int_equal(raw, PEOPLE);
	assert_int_equal(hash, 0);
	EC_POINT_free(there);
	EC_POINT_free(here);
	BN_free(b);
	BN_free(a);
}

static void
one_point_for_two_links_without_the_scope_and_not_with_it(void **state)
{
	BIGNUM *a = number("sector", 1);
	EC_POINT *shared = times(a, NULL);
	unsigned without = 0, with = 0;

	(void)state;
	for (unsigned i = 0; i < PEOPLE; i++) {
		EC_POINT *p = restricted(i, shared);
		uint8_t h1[32], h2[32];

		hashed(p, NULL, h1);
		hashed(p, NULL, h2);
		without += memcmp(h1, h2, 32) == 0;
		hashed(p, HERE, h1);
		hashed(p, THERE, h2);
		with += memcmp(h1, h2, 32) == 0;
		EC_POINT_free(p);
	}
	assert_int_equal(without, PEOPLE);
	assert_int_equal(with, 0);
	EC_POINT_free(shared);
	BN_free(a);
}

/* The identifier's own hash has the scope, too: one key under two names. */
static void
one_key_has_another_nid_in_each_scope(void **state)
{
	static const uint8_t x[NYM_X_LEN] = { 9 };
	uint8_t sh[NYM_SH_LEN], here[NYM_NID_LEN], there[NYM_NID_LEN];
	uint8_t raw[NYM_NID_LEN];

	(void)state;
	foe_sh(HERE, sh);
	assert_int_equal(nym_nid(sh, NYM_USE_ASSERT, x, here), JM_OK);
	assert_int_equal(nym_nid(sh, NYM_USE_RAW, x, raw), JM_OK);
	foe_sh(THERE, sh);
	assert_int_equal(nym_nid(sh, NYM_USE_ASSERT, x, there), JM_OK);
	assert_memory_not_equal(here, there, sizeof here);
	assert_memory_not_equal(here, raw, sizeof here);
}

static void
the_sector_key_gives_restricted_identifiers_and_no_nid(void **state)
{
	BIGNUM *p = number("NYM1-test-p", 0), *sk = number("holder", 5);
	EC_POINT *sector = times(p, NULL), *pk = times(sk, NULL);
	EC_POINT *on_card = times(sk, sector), *without_card = times(p, pk);
	uint8_t id[32], forged[32], k_n[32], prk[NYM_PRK_LEN];
	struct nym_key key, login;

	(void)state;
	/* Plain: H(x(sk * P_S)) = H(x(p_S * PK)). */
	hashed(on_card, NULL, id);
	hashed(without_card, NULL, forged);
	assert_memory_equal(id, forged, sizeof id);
	/* A login key made of it is the sector authority's as well. */
	foe_key_of(id, HERE, 0, &key);
	foe_key_of(forged, HERE, 0, &login);
	assert_true(foe_same(&key, &login));
	/* Ours: of k_N, which has no public half.  The same knowledge gives
	 * the revocation tag and no login. */
	{
		uint8_t sh[NYM_SH_LEN];

		assert_int_equal(
		    jm_hash(JM_SHA256, "k_N of person 5", 15, k_n), JM_OK);
		foe_sh(HERE, sh);
		assert_int_equal(nym_prk_b(k_n, sh, prk), JM_OK);
	}
	foe_key_of(prk, HERE, 0, &key);
	assert_false(foe_same(&key, &login));
	hashed(on_card, HERE, id);
	hashed(without_card, HERE, forged);
	assert_memory_equal(id, forged, 16); /* rt, as it is meant to be */
	foe_key_of(forged, HERE, 0, &login);
	assert_false(foe_same(&key, &login));

	EC_POINT_free(without_card);
	EC_POINT_free(on_card);
	EC_POINT_free(pk);
	EC_POINT_free(sector);
	BN_free(sk);
	BN_free(p);
}

/* nym1.md section 13, "rt": what this program computes is that tag. */
static void
the_tag_is_that_of_the_vector(void **state)
{
	static const uint8_t want[16] = { 0x40, 0xb1, 0xb4, 0x42, 0xac, 0x64,
		0x5d, 0xb1, 0x38, 0x28, 0xc7, 0x2c, 0xe6, 0x0f, 0xa5, 0xb1 };
	uint8_t h[32], tag[32];
	BIGNUM *sk, *p;
	EC_POINT *sector, *z;

	(void)state;
	assert_int_equal(jm_hash(JM_SHA256, "NYM1-test-skR", 13, h), JM_OK);
	sk = BN_bin2bn(h, sizeof h, NULL);
	assert_int_equal(jm_hash(JM_SHA256, "NYM1-test-pS", 12, h), JM_OK);
	p = BN_bin2bn(h, sizeof h, NULL);
	sector = times(p, NULL);
	z = times(sk, sector);
	hashed(z, "web:example.jp", tag);
	assert_memory_equal(tag, want, sizeof want);
	EC_POINT_free(z);
	EC_POINT_free(sector);
	BN_free(p);
	BN_free(sk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(related_points_link_raw_output_and_no_hash),
		cmocka_unit_test(
		    one_point_for_two_links_without_the_scope_and_not_with_it),
		cmocka_unit_test(one_key_has_another_nid_in_each_scope),
		cmocka_unit_test(
		    the_sector_key_gives_restricted_identifiers_and_no_nid),
		cmocka_unit_test(the_tag_is_that_of_the_vector),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
