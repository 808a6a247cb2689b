/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "tests/support/nym_pem.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "tests/support/test.h"

static const struct {
	const char *p, *q;
	unsigned p_offset, q_offset; /* 0: to be found */
} recipe[] = {
	[NYM_PEM_CARD1] = { "card1-p", "card1-q", 1420, 158 },
	[NYM_PEM_TEXT1] = { "card1t-p", "card1t-q", 480, 938 },
	[NYM_PEM_CARD2] = { "card2-p", "card2-q", 0, 0 },
};

static BIGNUM *
prime(const char *name, unsigned offset)
{
	uint8_t v[4 * 32], in[64];
	const int n = snprintf((char *)in, sizeof in, "NYM1-test-rsa-%s", name);
	BIGNUM *p;

	assert_true(n > 0 && (size_t)n + 4 <= sizeof in);
	for (uint8_t i = 0; i < 4; i++) {
		memcpy(in + n, (const uint8_t[]){ 0, 0, 0, i }, 4);
		SHA256(in, (size_t)n + 4, v + i * (size_t)32);
	}
	v[0] |= 0xc0;
	v[sizeof v - 1] |= 1;
	assert_non_null(p = BN_bin2bn(v, sizeof v, NULL));
	assert_int_equal(BN_add_word(p, offset), 1);
	while (offset == 0 && (BN_check_prime(p, NULL, NULL) != 1 ||
				  BN_mod_word(p, 65537) == 1))
		assert_int_equal(BN_add_word(p, 2), 1);
	return p;
}

/* RFC 8017, section 3.2: from p and q, p above q or not. */
static RSA *
key_of(BIGNUM *p, BIGNUM *q)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *e = BN_new(), *n = BN_new(), *d = BN_new(), *phi = BN_new();
	BIGNUM *dp = BN_new(), *dq = BN_new(), *qi = BN_new();
	BIGNUM *p1 = BN_dup(p), *q1 = BN_dup(q);
	RSA *rsa = RSA_new();

	assert_true(BN_set_word(e, 65537) && BN_sub_word(p1, 1) &&
		    BN_sub_word(q1, 1) && BN_mul(n, p, q, ctx) &&
		    BN_mul(phi, p1, q1, ctx));
	assert_non_null(BN_mod_inverse(d, e, phi, ctx));
	assert_non_null(BN_mod_inverse(qi, q, p, ctx));
	assert_true(BN_mod(dp, d, p1, ctx) && BN_mod(dq, d, q1, ctx));
	assert_int_equal(RSA_set0_key(rsa, n, e, d), 1);
	assert_int_equal(RSA_set0_factors(rsa, p, q), 1);
	assert_int_equal(RSA_set0_crt_params(rsa, dp, dq, qi), 1);
	BN_free(phi);
	BN_free(p1);
	BN_free(q1);
	BN_CTX_free(ctx);
	return rsa;
}

void
nym_pem(enum nym_pem_key which, const char *path)
{
	RSA *rsa = key_of(prime(recipe[which].p, recipe[which].p_offset),
	    prime(recipe[which].q, recipe[which].q_offset));
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(
	    PEM_write_RSAPrivateKey(f, rsa, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(fclose(f), 0);
	RSA_free(rsa);
}
