/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates that OpenSSL signed, with what JPKI uses and with what not. */
#include "crypto/x509.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "crypto/ctx.h"
#include "crypto/x509_other.h"
#include "tests/support/test.h"
#include "tests/support/wine.h"

struct how {
	const char *key, *hash;
	int pss;
	jm_err want;
	enum { ANY, WINDOWS, OPENSSL } by; /* who knows it: this or more */
};

/* Windows has no SHA-224; Wine's crypt32 (seen in 8.0) knows only what our own
 * checks know, too. */
static jm_err
answer(const struct how *how)
{
	const int most = !on_windows() ? OPENSSL : on_wine() ? ANY : WINDOWS;

	return (int)how->by > most ? JM_BAD_SIG : how->want;
}

static EVP_PKEY *
new_key(const char *type)
{
	EVP_PKEY *k = strcmp(type, "RSA") == 0
			  ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
			  : EVP_PKEY_Q_keygen(NULL, NULL, "EC", type);

	assert_non_null(k);
	return k;
}

static void
issue(const struct how *how, EVP_PKEY *key, EVP_PKEY *ca_key, const char *cn,
    struct jm_cert *out)
{
	X509 *x = X509_new();
	X509_NAME *n = X509_NAME_new();
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char *der = NULL;
	EVP_PKEY_CTX *pc;
	int len;

	assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x), 5), 1);
	assert_int_equal(X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC,
			     (const unsigned char *)"CA", -1, -1, 0),
	    1);
	assert_int_equal(X509_set_issuer_name(x, n), 1);
	assert_int_equal(X509_NAME_add_entry_by_txt(n, "OU", MBSTRING_ASC,
			     (const unsigned char *)"x", -1, -1, 0),
	    1);
	if (strcmp(cn, "CA") != 0)
		assert_int_equal(X509_set_subject_name(x, n), 1);
	else
		assert_int_equal(
		    X509_set_subject_name(x, X509_get_issuer_name(x)), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 3600));
	assert_int_equal(X509_set_pubkey(x, key), 1);
	assert_int_equal(
	    EVP_DigestSignInit_ex(md, &pc, how->hash, NULL, NULL, ca_key, NULL),
	    1);
	if (how->pss)
		assert_int_equal(
		    EVP_PKEY_CTX_set_rsa_padding(pc, RSA_PKCS1_PSS_PADDING), 1);
	assert_true(X509_sign_ctx(x, md) > 0);
	len = i2d_X509(x, &der);
	assert_true(len > 0);
	assert_int_equal(jm_cert_parse(der, (size_t)len, out), JM_OK);
	OPENSSL_free(der);
	EVP_MD_CTX_free(md);
	X509_NAME_free(n);
	X509_free(x);
}

/* What the library's own X.509 is asked for on every platform. */
static void
the_library_itself_checks_rsa(void **state)
{
	/* clang-format off */
	static const struct how row[] = {
		{ "RSA", "SHA1",     0, JM_OK, ANY },
		{ "RSA", "SHA2-256", 0, JM_OK, ANY },
		{ "RSA", "SHA2-512", 0, JM_OK, ANY },
		{ "RSA", "MD5",      0, JM_BAD_SIG, ANY },
	};
	/* clang-format on */
	static struct jm_cert ca, leaf;
	EVP_PKEY *key = new_key("RSA"), *ca_key = new_key("RSA");
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		issue(&row[i], ca_key, ca_key, "CA", &ca);
		issue(&row[i], key, ca_key, "leaf", &leaf);
		assert_int_equal(jm_cert_verify_other(&leaf, &ca), row[i].want);
		assert_int_equal(
		    jm_cert_verify_other(&leaf, &leaf), JM_BAD_SIG);
		leaf.der[leaf.sig.off + 9] ^= 1;
		assert_int_equal(jm_cert_verify_other(&leaf, &ca), JM_BAD_SIG);
	}
	leaf.der_len--;
	assert_int_equal(jm_cert_verify_other(&leaf, &ca), JM_BAD_SIG);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(key);
	jm_crypto_done();
}

static void
each_kind_of_signature_is_checked(void **state)
{
	/* clang-format off */
	static const struct how row[] = {
		{ "RSA", "SHA1",     0, JM_OK, ANY },
		{ "RSA", "SHA2-256", 0, JM_OK, ANY },
		{ "RSA", "SHA2-384", 0, JM_OK, ANY },
		{ "RSA", "SHA2-512", 0, JM_OK, ANY },
		{ "RSA", "SHA2-224", 0, JM_OK, OPENSSL },
		{ "RSA", "SHA2-256", 1, JM_OK, WINDOWS },
		{ "RSA", "MD5",      0, JM_BAD_SIG, ANY },
		{ "P-256", "SHA2-256", 0, JM_OK, ANY },
		{ "P-256", "SHA2-384", 0, JM_OK, ANY },
		{ "P-256", "SHA2-512", 0, JM_OK, ANY },
		{ "P-256", "SHA2-224", 0, JM_OK, OPENSSL },
		{ "P-256", "SHA1",     0, JM_OK, WINDOWS },
		{ "P-384", "SHA2-384", 0, JM_OK, ANY },
		{ "P-384", "SHA2-256", 0, JM_OK, ANY },
		{ "P-521", "SHA2-512", 0, JM_OK, WINDOWS },
	};
	/* clang-format on */
	static struct jm_cert ca, leaf, other, bad;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		EVP_PKEY *ca_key = new_key(row[i].key);
		EVP_PKEY *key = new_key(row[i].key);

		issue(&row[i], ca_key, ca_key, "CA", &ca);
		issue(&row[i], key, key, "CA", &other);
		issue(&row[i], key, ca_key, "leaf", &leaf);
		assert_int_equal(
		    ca.rsa.n_len, strcmp(row[i].key, "RSA") == 0 ? 256 : 0);
		assert_int_equal(
		    ca.ec.point_len, strcmp(row[i].key, "P-256") == 0   ? 65
				     : strcmp(row[i].key, "P-384") == 0 ? 97
									: 0);
		if (jm_cert_signed_by(&leaf, &ca) != answer(&row[i]))
			fail_msg("row %d", (int)i);
		assert_int_equal(jm_cert_signed_by(&ca, &ca), answer(&row[i]));
		assert_int_equal(jm_cert_signed_by(&leaf, &other), JM_BAD_SIG);
		assert_int_equal(jm_cert_signed_by(&leaf, &leaf), JM_BAD_SIG);
		for (size_t at = 20; at < leaf.der_len; at += 41) {
			bad = leaf;
			bad.der[at] ^= 1;
			assert_int_equal(
			    jm_cert_signed_by(&bad, &ca), JM_BAD_SIG);
		}
		EVP_PKEY_free(ca_key);
		EVP_PKEY_free(key);
	}
	jm_crypto_done();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_signature_is_checked),
		cmocka_unit_test(the_library_itself_checks_rsa),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
