/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/nym_keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "crypto/digest.h"
#include "tests/support/test.h"

#define PRIME_LEN 128
#define EXPONENT  65537

static struct jm_soft_key *kept[2];

static const char *const names[] = {
	[NYM_TEST_AUTH] = "card1",
	[NYM_TEST_TEXT] = "card1t",
};

/* Where the search for a prime begins. */
static BIGNUM *
start_of(enum nym_test_key which, char prime)
{
	uint8_t v[PRIME_LEN];
	char text[64];
	BIGNUM *bn;
	size_t n;

	snprintf(text, sizeof text, "NYM1-test-rsa-%s-%c", names[which], prime);
	n = strlen(text);
	memset(text + n, 0, 4); /* U32(i) */
	for (unsigned i = 0; i < 4; i++) {
		text[n + 3] = (char)i;
		assert_int_equal(
		    jm_hash(JM_SHA256, text, n + 4, v + 32 * (size_t)i), JM_OK);
	}
	v[0] |= 0xc0;
	v[PRIME_LEN - 1] |= 1;
	bn = BN_bin2bn(v, sizeof v, NULL);
	assert_non_null(bn);
	return bn;
}

static BIGNUM *
find_prime(enum nym_test_key which, char prime, unsigned *offset)
{
	BIGNUM *bn = start_of(which, prime);
	int is_prime;

	for (*offset = 0;; *offset += 2) {
		/* p = 1 mod 65537: the exponent would have no inverse */
		is_prime = BN_mod_word(bn, EXPONENT) != 1
			       ? BN_check_prime(bn, NULL, NULL)
			       : 0;
		assert_true(is_prime >= 0);
		if (is_prime == 1)
			return bn;
		assert_int_equal(BN_add_word(bn, 2), 1);
	}
}

unsigned
nym_test_offset(enum nym_test_key which, char prime)
{
	unsigned offset;

	BN_free(find_prime(which, prime, &offset));
	return offset;
}

/* All numbers of the key from its primes. */
static EVP_PKEY *
make_pkey(BIGNUM *p, BIGNUM *q)
{
	static const char *const param[] = { OSSL_PKEY_PARAM_RSA_N,
		OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
	BIGNUM *v[] = { BN_new(), BN_new(), BN_new(), p, q, BN_new(), BN_new(),
		BN_new() };
	BIGNUM *p1 = BN_dup(p), *q1 = BN_dup(q), *phi = BN_new();
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *pc = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BN_CTX *bc = BN_CTX_new();
	OSSL_PARAM *params;
	EVP_PKEY *pkey = NULL;

	assert_true(BN_sub_word(p1, 1) && BN_sub_word(q1, 1) &&
		    BN_mul(phi, p1, q1, bc) && BN_mul(v[0], p, q, bc) &&
		    BN_set_word(v[1], EXPONENT));
	assert_true(BN_mod_inverse(v[2], v[1], phi, bc) != NULL &&
		    BN_mod_inverse(v[5], v[1], p1, bc) != NULL &&
		    BN_mod_inverse(v[6], v[1], q1, bc) != NULL &&
		    BN_mod_inverse(v[7], q, p, bc) != NULL);
	for (size_t i = 0; i < NELEM(v); i++)
		assert_true(OSSL_PARAM_BLD_push_BN(bld, param[i], v[i]));
	assert_non_null(params = OSSL_PARAM_BLD_to_param(bld));
	assert_int_equal(EVP_PKEY_fromdata_init(pc), 1);
	assert_int_equal(
	    EVP_PKEY_fromdata(pc, &pkey, EVP_PKEY_KEYPAIR, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(pc);
	BN_CTX_free(bc);
	for (size_t i = 0; i < NELEM(v); i++)
		BN_free(v[i]);
	BN_free(phi);
	BN_free(q1);
	BN_free(p1);
	return pkey;
}

struct jm_soft_key *
nym_test_key(enum nym_test_key which)
{
	struct jm_soft_key *key = NULL;
	PKCS8_PRIV_KEY_INFO *p8;
	unsigned char *der = NULL;
	EVP_PKEY *pkey;
	BIGNUM *p, *q;
	unsigned offset;
	int n;

	p = find_prime(which, 'p', &offset);
	q = find_prime(which, 'q', &offset);
	pkey = make_pkey(p, q); /* the primes are freed there */
	assert_non_null(p8 = EVP_PKEY2PKCS8(pkey));
	assert_true((n = i2d_PKCS8_PRIV_KEY_INFO(p8, &der)) > 0);
	assert_int_equal(jm_soft_key_load(der, (size_t)n, &key), JM_OK);
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(p8);
	EVP_PKEY_free(pkey);
	return key;
}

void
nym_test_sign(
    enum nym_test_key which, const uint8_t *t, size_t len, uint8_t s[256])
{
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t n;

	if (kept[which] == NULL)
		kept[which] = nym_test_key(which);
	assert_int_equal(
	    jm_soft_key_sign_raw(kept[which], t, len, sig, &n), JM_OK);
	assert_int_equal(n, 256);
	memcpy(s, sig, 256);
}

void
nym_test_done(void)
{
	for (size_t i = 0; i < NELEM(kept); i++)
		jm_soft_key_free(&kept[i]);
}
