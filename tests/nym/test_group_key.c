/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why attestation is a batch key and not the pseudonymous signature of
 * TR-03110 (nym1.md 5.2): there all cards of a group share Y = x*G, each holds
 * (x1, x2) with x = x1 + z*x2, and two opened chips tell x and z, with which
 * anybody makes cards that nobody issued.
 */
#include "tests/support/test.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <string.h>

#include "crypto/digest.h"

static BN_CTX *ctx;
static EC_GROUP *curve;
static const BIGNUM *order;

struct group {
	BIGNUM *x, *z;   /* the issuer's */
	EC_POINT *y, *h; /* Y = x*G, G2 = z*G */
};
struct chip {
	BIGNUM *x1, *x2;
};
struct proof {
	EC_POINT *nym;
	BIGNUM *c, *s1, *s2;
};

static BIGNUM *
random_number(void)
{
	BIGNUM *r = BN_new();

	assert_non_null(r);
	do
		assert_true(BN_priv_rand_range(r, order));
	while (BN_is_zero(r));
	return r;
}

/* a*P + b*Q; either pair may be NULL */
static EC_POINT *
sum(const BIGNUM *a, const EC_POINT *p, const BIGNUM *b, const EC_POINT *q)
{
	EC_POINT *left = EC_POINT_new(curve), *right = EC_POINT_new(curve);

	assert_true(EC_POINT_mul(curve, left, NULL, p, a, ctx));
	if (q != NULL) {
		assert_true(EC_POINT_mul(curve, right, NULL, q, b, ctx));
		assert_true(EC_POINT_add(curve, left, left, right, ctx));
	}
	EC_POINT_free(right);
	return left;
}

static int
set_up(void **state)
{
	static struct group g;

	ctx = BN_CTX_new();
	curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	if (ctx == NULL || curve == NULL)
		return -1;
	order = EC_GROUP_get0_order(curve);
	g.x = random_number();
	g.z = random_number();
	g.y = sum(g.x, EC_GROUP_get0_generator(curve), NULL, NULL);
	g.h = sum(g.z, EC_GROUP_get0_generator(curve), NULL, NULL);
	*state = &g;
	return 0;
}

static int
tear_down(void **state)
{
	struct group *g = *state;

	BN_free(g->x);
	BN_free(g->z);
	EC_POINT_free(g->y);
	EC_POINT_free(g->h);
	EC_GROUP_free(curve);
	BN_CTX_free(ctx);
	return 0;
}

/* x1 = x - z*x2 */
static struct chip
issue(const BIGNUM *x, const BIGNUM *z)
{
	struct chip c = { BN_new(), random_number() };

	assert_true(BN_mod_mul(c.x1, z, c.x2, order, ctx));
	assert_true(BN_mod_sub(c.x1, x, c.x1, order, ctx));
	return c;
}

static void
chip_free(struct chip *c)
{
	BN_free(c->x1);
	BN_free(c->x2);
}

static BIGNUM *
hash_points(const EC_POINT *const p[3], const char *msg)
{
	uint8_t in[3 * 65 + 64], out[32];
	size_t len = 0;

	for (size_t i = 0; i < 3; i++)
		len += EC_POINT_point2oct(curve, p[i],
		    POINT_CONVERSION_UNCOMPRESSED, in + len, 65, ctx);
	memcpy(in + len, msg, strlen(msg));
	len += strlen(msg);
	assert_int_equal(jm_hash(JM_SHA256, in, len, out), JM_OK);
	return BN_bin2bn(out, sizeof out, NULL);
}

/* s = k - c*x */
static BIGNUM *
response(const BIGNUM *k, const BIGNUM *c, const BIGNUM *x)
{
	BIGNUM *s = BN_new();

	assert_true(BN_mod_mul(s, c, x, order, ctx));
	assert_true(BN_mod_sub(s, k, s, order, ctx));
	return s;
}

/* The card signs msg in sector P_S under its pseudonym there. */
static struct proof
sign(const struct group *g, const struct chip *card, const EC_POINT *ps,
    const char *msg)
{
	BIGNUM *k1 = random_number(), *k2 = random_number();
	EC_POINT *q = sum(k1, EC_GROUP_get0_generator(curve), k2, g->h);
	EC_POINT *a = sum(k1, ps, NULL, NULL);
	struct proof f;

	f.nym = sum(card->x1, ps, NULL, NULL);
	f.c = hash_points((const EC_POINT *const[]){ q, a, f.nym }, msg);
	f.s1 = response(k1, f.c, card->x1);
	f.s2 = response(k2, f.c, card->x2);
	EC_POINT_free(a);
	EC_POINT_free(q);
	BN_free(k2);
	BN_free(k1);
	return f;
}

static void
proof_free(struct proof *f)
{
	EC_POINT_free(f->nym);
	BN_free(f->c);
	BN_free(f->s1);
	BN_free(f->s2);
}

/* The service, which knows Y and G2 alone. */
static int
accepts(const struct group *g, const struct proof *f, const EC_POINT *ps,
    const char *msg)
{
	EC_POINT *r = sum(f->s1, EC_GROUP_get0_generator(curve), f->s2, g->h);
	EC_POINT *q = sum(f->c, g->y, NULL, NULL);
	EC_POINT *a = sum(f->s1, ps, f->c, f->nym);
	BIGNUM *c;
	int ok;

	assert_true(EC_POINT_add(curve, q, q, r, ctx));
	c = hash_points((const EC_POINT *const[]){ q, a, f->nym }, msg);
	ok = BN_cmp(c, f->c) == 0;
	BN_free(c);
	EC_POINT_free(a);
	EC_POINT_free(q);
	EC_POINT_free(r);
	return ok;
}

static int
accepts_card(const struct group *g, const struct chip *card, const char *msg)
{
	BIGNUM *sector = random_number();
	EC_POINT *ps = sum(sector, EC_GROUP_get0_generator(curve), NULL, NULL);
	struct proof f = sign(g, card, ps, msg);
	const int ok = accepts(g, &f, ps, msg);

	assert_false(accepts(g, &f, ps, "something else"));
	proof_free(&f);
	EC_POINT_free(ps);
	BN_free(sector);
	return ok;
}

static void
issued_cards_are_accepted_and_others_not(void **state)
{
	const struct group *g = *state;
	struct chip card = issue(g->x, g->z);
	struct chip made_up = { random_number(), random_number() };

	assert_true(accepts_card(g, &card, "login"));
	assert_false(accepts_card(g, &made_up, "login"));
	chip_free(&made_up);
	chip_free(&card);
}

static void
two_opened_chips_forge_the_whole_group(void **state)
{
	const struct group *g = *state;
	struct chip a = issue(g->x, g->z), b = issue(g->x, g->z), forged;
	BIGNUM *z = BN_new(), *x = BN_new(), *t = BN_new();

	/* z = (a1 - b1) / (b2 - a2), x = a1 + z*a2 */
	assert_true(BN_mod_sub(t, b.x2, a.x2, order, ctx));
	assert_non_null(BN_mod_inverse(t, t, order, ctx));
	assert_true(BN_mod_sub(z, a.x1, b.x1, order, ctx));
	assert_true(BN_mod_mul(z, z, t, order, ctx));
	assert_true(BN_mod_mul(x, z, a.x2, order, ctx));
	assert_true(BN_mod_add(x, x, a.x1, order, ctx));
	assert_int_equal(BN_cmp(z, g->z), 0);
	assert_int_equal(BN_cmp(x, g->x), 0);
	for (int i = 0; i < 3; i++) { /* persons that there are none of */
		forged = issue(x, z);
		assert_true(accepts_card(g, &forged, "login"));
		chip_free(&forged);
	}
	BN_free(t);
	BN_free(x);
	BN_free(z);
	chip_free(&b);
	chip_free(&a);
}

/* One opened chip makes no second card: its equation has two unknowns. */
static void
one_opened_chip_is_itself_alone(void **state)
{
	const struct group *g = *state;
	struct chip a = issue(g->x, g->z), forged;
	BIGNUM *z = random_number(), *x = BN_new();

	assert_true(BN_mod_mul(x, z, a.x2, order, ctx));
	assert_true(BN_mod_add(x, x, a.x1, order, ctx));
	forged = issue(x, z);
	assert_true(accepts_card(g, &a, "login"));
	assert_false(accepts_card(g, &forged, "login"));
	chip_free(&forged);
	BN_free(x);
	BN_free(z);
	chip_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(issued_cards_are_accepted_and_others_not),
		cmocka_unit_test(two_opened_chips_forge_the_whole_group),
		cmocka_unit_test(one_opened_chip_is_itself_alone),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
