/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host made an engine its default for RSA and elliptic curves, as the program
 * openssl does for -engine: our own check of a signature goes past it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* engines are the subject here */

#include <openssl/ec.h>
#include <openssl/engine.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "crypto/pubkey.h"
#include "crypto/rsa_pad.h"
#include "crypto/soft_key.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"

#ifndef OPENSSL_NO_ENGINE

/* Methods that can do nothing at all; the same for RSA_new and EC_KEY_new. */
static EVP_PKEY_METHOD *nothing, *nothing_ec;
static RSA_METHOD *no_rsa;
static EC_KEY_METHOD *no_ec;

static int
methods(ENGINE *e, EVP_PKEY_METHOD **method, const int **nids, int nid)
{
	static const int taken[] = { EVP_PKEY_RSA, EVP_PKEY_EC };
	(void)e;

	if (method == NULL) {
		*nids = taken;
		return NELEM(taken);
	}
	*method = nid == EVP_PKEY_RSA  ? nothing
		  : nid == EVP_PKEY_EC ? nothing_ec
				       : NULL;
	return *method != NULL;
}

/* Also for the objects of RSA that are older than EVP: a method of zeros. */
static ENGINE *
take_over(void)
{
	ENGINE *e = ENGINE_new();

	nothing = EVP_PKEY_meth_new(EVP_PKEY_RSA, 0);
	nothing_ec = EVP_PKEY_meth_new(EVP_PKEY_EC, 0);
	assert_non_null(nothing);
	assert_non_null(nothing_ec);
	assert_non_null(e);
	assert_int_equal(ENGINE_set_id(e, "thief"), 1);
	assert_int_equal(ENGINE_set_name(e, "takes every key"), 1);
	assert_int_equal(ENGINE_set_pkey_meths(e, methods), 1);
	assert_int_equal(ENGINE_set_default_pkey_meths(e), 1);
	no_rsa = RSA_meth_new("thief", 0);
	assert_non_null(no_rsa);
	assert_int_equal(ENGINE_set_RSA(e, no_rsa), 1);
	assert_int_equal(ENGINE_set_default_RSA(e), 1);
	no_ec = EC_KEY_METHOD_new(NULL); /* of zeros */
	assert_non_null(no_ec);
	assert_int_equal(ENGINE_set_EC(e, no_ec), 1);
	assert_int_equal(ENGINE_set_default_EC(e), 1);
	return e;
}

static void
give_back(ENGINE *e)
{
	ENGINE_unregister_pkey_meths(e);
	ENGINE_unregister_RSA(e);
	ENGINE_unregister_EC(e);
	ENGINE_free(e);
	RSA_meth_free(no_rsa);
	EC_KEY_METHOD_free(no_ec);
}

static void
nor_in_those_of_elliptic_curves(void **state)
{
	uint8_t hash[48] = { 5 }, sig[JM_EC_SIG_MAX];
	struct jm_soft_key *key;
	struct jm_ec_pub pub, got;
	const struct hierarchy *h;
	EVP_PKEY_CTX *c;
	void *certs;
	ENGINE *e;
	EC_KEY *k;
	size_t n;
	(void)state;

	assert_int_equal(jm_soft_key_new_ec(JM_P384, &key), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(key, &pub), JM_OK);
	assert_int_equal(
	    jm_soft_key_sign_ecdsa(key, hash, sizeof hash, sig, &n), JM_OK);
	(void)hierarchy_setup_p384(&certs);
	e = take_over();
	/* it does stand in the way of both */
	c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	assert_int_not_equal(EVP_PKEY_fromdata_init(c), 1);
	EVP_PKEY_CTX_free(c);
	k = EC_KEY_new_by_curve_name(NID_secp384r1);
	assert_ptr_equal(EC_KEY_get_method(k), no_ec);
	EC_KEY_free(k);

	assert_int_equal(
	    jm_ec_pub_set(&got, JM_P384, pub.point, pub.point_len), JM_OK);
	assert_int_equal(
	    jm_ecdsa_verify(&pub, hash, sizeof hash, sig, n), JM_OK);
	h = certs;
	assert_int_equal(jm_cert_signed_by(h->sign, h->sign_ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(h->sign, h->auth_ca), JM_BAD_SIG);
	sig[95] ^= 1;
	assert_int_equal(
	    jm_ecdsa_verify(&pub, hash, sizeof hash, sig, n), JM_BAD_SIG);

	give_back(e);
	jm_soft_key_free(&key);
	(void)hierarchy_teardown(&certs);
}

static void
an_engine_of_the_host_has_no_part_in_our_checks(void **state)
{
	uint8_t digest[32], t[JM_DIGESTINFO_MAX], raw[JM_RSA_BYTES_MAX],
	    pss[JM_RSA_BYTES_MAX];
	struct jm_soft_key *key;
	struct jm_rsa_pub pub;
	EVP_PKEY_CTX *c;
	size_t t_len, n;
	ENGINE *e;
	const struct hierarchy *h;
	void *certs;
	(void)state;

	memset(digest, 0x42, sizeof digest);
	jm_digestinfo(JM_SHA256, digest, t, &t_len);
	assert_int_equal(jm_soft_key_new(2048, &key), JM_OK);
	assert_int_equal(jm_soft_key_pub(key, &pub), JM_OK);
	assert_int_equal(jm_soft_key_sign_raw(key, t, t_len, raw, &n), JM_OK);
	assert_int_equal(jm_soft_key_sign_pss(key, digest, 32, pss, &n), JM_OK);
	assert_int_equal(n, 256);

	(void)hierarchy_setup(&certs);
	e = take_over();
	/* it does stand in the way of whoever asks for a key by its name */
	c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	assert_int_not_equal(EVP_PKEY_fromdata_init(c), 1);
	EVP_PKEY_CTX_free(c);

	assert_int_equal(jm_rsa_verify_raw(&pub, t, t_len, raw, n), JM_OK);
	assert_int_equal(
	    jm_rsa_verify_pss(&pub, JM_SHA256, digest, pss, n), JM_OK);
	h = certs;
	assert_int_equal(jm_cert_signed_by(h->sign, h->sign_ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(h->sign, h->auth_ca), JM_BAD_SIG);
	raw[255] ^= 1;
	pss[255] ^= 1;
	assert_int_equal(jm_rsa_verify_raw(&pub, t, t_len, raw, n), JM_BAD_SIG);
	assert_int_equal(
	    jm_rsa_verify_pss(&pub, JM_SHA256, digest, pss, n), JM_BAD_SIG);

	give_back(e);
	jm_soft_key_free(&key);
	(void)hierarchy_teardown(&certs);
}

#else

static void
an_engine_of_the_host_has_no_part_in_our_checks(void **state)
{
	(void)state;
	skip_on_a_desk(
	    "an OpenSSL with engines"); /* this OpenSSL has no engines */
}

static void
nor_in_those_of_elliptic_curves(void **state)
{
	an_engine_of_the_host_has_no_part_in_our_checks(state);
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_engine_of_the_host_has_no_part_in_our_checks),
		cmocka_unit_test(nor_in_those_of_elliptic_curves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
