/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/nym/foe.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "crypto/digest.h"

static const struct recipe {
	const char *p, *q;
	BN_ULONG p_offset, q_offset;
} recipes[] = {
	[FOE_CARD] = { "NYM1-test-rsa-card1-p", "NYM1-test-rsa-card1-q", 1420,
	    158 },
	[FOE_TEXT] = { "NYM1-test-rsa-card1t-p", "NYM1-test-rsa-card1t-q", 480,
	    938 },
};

struct rsa {
	BN_CTX *ctx;
	BIGNUM *p, *q, *n, *d, *e;
};

/* SHA-256(label || U32(i)) four times, top two bits and the lowest set. */
static BIGNUM *
prime(const char *label, BN_ULONG offset)
{
	uint8_t v[4 * 32], in[64];
	const size_t len = strlen(label);
	BIGNUM *bn;

	memcpy(in, label, len);
	for (uint8_t i = 0; i < 4; i++) {
		memset(in + len, 0, 3);
		in[len + 3] = i;
		assert_int_equal(
		    jm_hash(JM_SHA256, in, len + 4, v + 32 * i), JM_OK);
	}
	v[0] |= 0xc0;
	v[sizeof v - 1] |= 1;
	bn = BN_bin2bn(v, sizeof v, NULL);
	assert_non_null(bn);
	assert_true(BN_add_word(bn, offset));
	return bn;
}

static void
rsa_new(enum foe_key k, struct rsa *r)
{
	BIGNUM *p1, *q1, *phi;

	r->ctx = BN_CTX_new();
	assert_non_null(r->ctx);
	r->p = prime(recipes[k].p, recipes[k].p_offset);
	r->q = prime(recipes[k].q, recipes[k].q_offset);
	r->n = BN_new();
	r->e = BN_new();
	p1 = BN_dup(r->p);
	q1 = BN_dup(r->q);
	phi = BN_new();
	assert_true(BN_set_word(r->e, 65537));
	assert_true(BN_mul(r->n, r->p, r->q, r->ctx));
	assert_true(BN_sub_word(p1, 1) && BN_sub_word(q1, 1));
	assert_true(BN_mul(phi, p1, q1, r->ctx));
	r->d = BN_mod_inverse(NULL, r->e, phi, r->ctx);
	assert_non_null(r->d);
	BN_free(p1);
	BN_free(q1);
	BN_free(phi);
}

static void
rsa_free(struct rsa *r)
{
	BN_free(r->p);
	BN_free(r->q);
	BN_free(r->n);
	BN_free(r->d);
	BN_free(r->e);
	BN_CTX_free(r->ctx);
}

/* 00 01 FF .. FF 00 t */
static BIGNUM *
block(const uint8_t *t, size_t len)
{
	uint8_t em[NYM_S_LEN];
	BIGNUM *bn;

	assert_in_range(len, 1, sizeof em - 11);
	memset(em, 0xff, sizeof em);
	em[0] = 0;
	em[1] = 1;
	em[sizeof em - len - 1] = 0;
	memcpy(em + sizeof em - len, t, len);
	bn = BN_bin2bn(em, sizeof em, NULL);
	assert_non_null(bn);
	return bn;
}

void
foe_sign(enum foe_key k, const uint8_t *t, size_t len, uint8_t s[NYM_S_LEN])
{
	BIGNUM *m = block(t, len), *sig = BN_new();
	struct rsa r;

	rsa_new(k, &r);
	assert_true(BN_mod_exp(sig, m, r.d, r.n, r.ctx));
	assert_int_equal(BN_bn2binpad(sig, s, NYM_S_LEN), NYM_S_LEN);
	BN_free(m);
	BN_free(sig);
	rsa_free(&r);
}

void
foe_sign_faulty(
    enum foe_key k, const uint8_t *t, size_t len, uint8_t s[NYM_S_LEN])
{
	BIGNUM *sig = BN_new(), *sp = BN_new(), *sq = BN_new(), *h = BN_new();
	BIGNUM *inv;
	struct rsa r;

	foe_sign(k, t, len, s);
	assert_non_null(BN_bin2bn(s, NYM_S_LEN, sig));
	rsa_new(k, &r);
	assert_true(BN_mod(sp, sig, r.p, r.ctx));
	assert_true(BN_mod(sq, sig, r.q, r.ctx));
	assert_true(BN_mod_add(sq, sq, BN_value_one(), r.q, r.ctx));
	/* Garner: sq + q * ((sp - sq) / q mod p) */
	inv = BN_mod_inverse(NULL, r.q, r.p, r.ctx);
	assert_non_null(inv);
	assert_true(BN_mod_sub(h, sp, sq, r.p, r.ctx));
	assert_true(BN_mod_mul(h, h, inv, r.p, r.ctx));
	assert_true(BN_mul(sig, h, r.q, r.ctx));
	assert_true(BN_add(sig, sig, sq));
	assert_int_equal(BN_bn2binpad(sig, s, NYM_S_LEN), NYM_S_LEN);
	BN_free(inv);
	BN_free(h);
	BN_free(sq);
	BN_free(sp);
	BN_free(sig);
	rsa_free(&r);
}

void
foe_public(enum foe_key k, struct jm_rsa_pub *pub)
{
	struct rsa r;

	memset(pub, 0, sizeof *pub);
	rsa_new(k, &r);
	pub->n_len = NYM_S_LEN;
	assert_int_equal(BN_bn2binpad(r.n, pub->n, NYM_S_LEN), NYM_S_LEN);
	pub->e_len = 3;
	assert_int_equal(BN_bn2binpad(r.e, pub->e, 3), 3);
	pub->bits = 2048;
	rsa_free(&r);
}

int
foe_factors(
    enum foe_key k, const uint8_t *t, size_t len, const uint8_t s[NYM_S_LEN])
{
	BIGNUM *m = block(t, len), *sig = BN_bin2bn(s, NYM_S_LEN, NULL);
	BIGNUM *gcd = BN_new();
	struct rsa r;
	int found;

	rsa_new(k, &r);
	/* of the key no more than its public half from here on */
	assert_true(BN_mod_exp(sig, sig, r.e, r.n, r.ctx));
	assert_true(BN_mod_sub(sig, sig, m, r.n, r.ctx));
	assert_true(BN_gcd(gcd, sig, r.n, r.ctx));
	found = !BN_is_one(gcd) && BN_cmp(gcd, r.n) != 0;
	if (found)
		assert_true(BN_cmp(gcd, r.p) == 0 || BN_cmp(gcd, r.q) == 0);
	BN_free(gcd);
	BN_free(sig);
	BN_free(m);
	rsa_free(&r);
	return found;
}

void
foe_sh(const char *scope, uint8_t sh[NYM_SH_LEN])
{
	assert_int_equal(nym_scope_hash(scope, strlen(scope), sh), JM_OK);
}

size_t
foe_t(enum nym_profile profile, const char *scope, uint8_t t[NYM_T_MAX])
{
	uint8_t sh[NYM_SH_LEN];
	size_t len;

	foe_sh(scope, sh);
	assert_int_equal(nym_t(profile, sh, t, &len), JM_OK);
	return len;
}

void
foe_s(enum nym_profile profile, const char *scope, uint8_t s[NYM_S_LEN])
{
	uint8_t t[NYM_T_MAX];
	const size_t len = foe_t(profile, scope, t);

	foe_sign(FOE_CARD, t, len, s);
}

void
foe_prk(const uint8_t *l, enum nym_profile profile, const char *scope,
    const uint8_t s[NYM_S_LEN], uint8_t prk[NYM_PRK_LEN])
{
	static const uint8_t none[NYM_L_LEN];
	uint8_t sh[NYM_SH_LEN];

	foe_sh(scope, sh);
	assert_int_equal(
	    nym_prk(l != NULL ? l : none, profile, sh, s, prk), JM_OK);
}

void
foe_key_of(const uint8_t prk[NYM_PRK_LEN], const char *scope,
    uint32_t generation, struct nym_key *key)
{
	const struct nym_which which = { .use = NYM_USE_ASSERT,
		.generation = generation };
	uint8_t sh[NYM_SH_LEN];

	foe_sh(scope, sh);
	assert_int_equal(nym_key_of(prk, sh, &which, key), JM_OK);
}

void
foe_victim(const uint8_t *l, enum nym_profile profile, const char *scope,
    struct nym_key *key)
{
	uint8_t s[NYM_S_LEN], prk[NYM_PRK_LEN];

	foe_s(profile, scope, s);
	foe_prk(l, profile, scope, s, prk);
	foe_key_of(prk, scope, 0, key);
}

EVP_PKEY *
foe_pkey(const uint8_t d[JM_P256_LEN])
{
	BIGNUM *bn = BN_bin2bn(d, JM_P256_LEN, NULL);
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	struct jm_ec_pub pub;
	EVP_PKEY *pkey = NULL;
	OSSL_PARAM *p;

	assert_int_equal(jm_p256_public(d, &pub), JM_OK);
	OSSL_PARAM_BLD_push_utf8_string(
	    b, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
	OSSL_PARAM_BLD_push_octet_string(
	    b, OSSL_PKEY_PARAM_PUB_KEY, pub.point, pub.point_len);
	OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, bn);
	p = OSSL_PARAM_BLD_to_param(b);
	assert_int_equal(EVP_PKEY_fromdata_init(c), 1);
	assert_int_equal(EVP_PKEY_fromdata(c, &pkey, EVP_PKEY_KEYPAIR, p), 1);
	OSSL_PARAM_free(p);
	OSSL_PARAM_BLD_free(b);
	EVP_PKEY_CTX_free(c);
	BN_free(bn);
	return pkey;
}

int
foe_same(const struct nym_key *a, const struct nym_key *b)
{
	return memcmp(a->d, b->d, sizeof a->d) == 0 &&
	       memcmp(a->nid, b->nid, sizeof a->nid) == 0;
}
