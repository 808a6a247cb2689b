/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates with elliptic-curve keys. */
#include <openssl/x509.h>
#include <string.h>

#include "crypto/x509.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"

static struct jm_cert parsed, c; /* too large for a frame */

static void
keys_and_signatures_are_of_the_curve(void **state)
{
	const struct hierarchy *h = *state;
	const int p384 = h->sign->ec.curve == JM_P384;
	const unsigned char *p = h->sign->der;
	X509 *x = d2i_X509(NULL, &p, (long)h->sign->der_len);
	struct jm_ec_pub pub;

	assert_int_equal(jm_soft_key_ec_pub(h->key, &pub), JM_OK);
	assert_memory_equal(&h->sign->ec, &pub, sizeof pub);
	assert_int_equal(h->sign->rsa.n_len, 0);
	assert_int_equal(X509_get_signature_nid(x),
	    p384 ? NID_ecdsa_with_SHA384 : NID_ecdsa_with_SHA256);
	assert_int_equal(
	    EVP_PKEY_get_bits(X509_get0_pubkey(x)), p384 ? 384 : 256);
	assert_int_equal(jm_cert_signed_by(h->sign, h->sign_ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(h->auth, h->auth_ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(h->sign, h->auth_ca), JM_BAD_SIG);
	X509_free(x);
}

/* Where the point begins in the certificate. */
static size_t
point_at(const struct jm_cert *x)
{
	const size_t n = x->ec.point_len;
	size_t at = x->spki.off + x->spki.len - n;

	assert_memory_equal(x->der + at, x->ec.point, n);
	return at;
}

/* The certificate still has its shape, so it is one, of a key that is none. */
static void
a_key_that_is_no_point_is_no_key(void **state)
{
	const struct hierarchy *h = *state;
	const size_t at = point_at(h->auth);
	static const struct {
		size_t off; /* from the point */
		uint8_t bits;
	} row[] = {
		{ 0, 0x02 },
		{ 0, 0x04 },
		{ 1, 0x01 },
		{ 30, 0x80 },
		{ 64, 0x01 },
	};

	c = *h->auth;
	for (size_t i = 0; i < NELEM(row); i++) {
		c.der[at + row[i].off] ^= row[i].bits;
		assert_int_equal(
		    jm_cert_parse(c.der, c.der_len, &parsed), JM_OK);
		assert_int_equal(parsed.ec.point_len, 0);
		assert_int_equal(parsed.rsa.n_len, 0);
		c.der[at + row[i].off] ^= row[i].bits;
	}
	/* unused bits, another curve of that length */
	c.der[at - 1] = 1;
	assert_int_equal(jm_cert_parse(c.der, c.der_len, &parsed), JM_OK);
	assert_int_equal(parsed.ec.point_len, 0);
	c.der[at - 1] = 0;
	c.der[at - 4 - (c.ec.curve == JM_P384)] ^= 1;
	if (jm_cert_parse(c.der, c.der_len, &parsed) == JM_OK)
		assert_int_equal(parsed.ec.point_len, 0);
}

/* ECDSA signatures have no one encoding but strict DER. */
static void
a_signature_in_another_encoding_is_none(void **state)
{
	const struct hierarchy *h = *state;

	c = *h->auth;
	for (size_t i = 0; i < c.sig.len; i++) {
		for (unsigned bit = 0; bit < 8; bit += 3) {
			c.der[c.sig.off + i] ^= (uint8_t)(1u << bit);
			assert_int_equal(
			    jm_cert_signed_by(&c, h->auth_ca), JM_BAD_SIG);
			c.der[c.sig.off + i] ^= (uint8_t)(1u << bit);
		}
	}
	for (size_t n = 0; n < h->auth->sig.len; n++) {
		c.sig.len = n;
		assert_int_equal(jm_cert_signed_by(&c, h->auth_ca), JM_BAD_SIG);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_and_signatures_are_of_the_curve),
		cmocka_unit_test(a_key_that_is_no_point_is_no_key),
		cmocka_unit_test(a_signature_in_another_encoding_is_none),
	};
	int failed = cmocka_run_group_tests(
	    tests, hierarchy_setup_p256, hierarchy_teardown);

	return failed + cmocka_run_group_tests(
			    tests, hierarchy_setup_p384, hierarchy_teardown);
}
