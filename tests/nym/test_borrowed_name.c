/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Anybody can sign himself a certificate with somebody else's identifier as its
 * name (nym1.md 4.5).  A TLS server that believes the name lets him in; one
 * that keeps the SHA-256 of the key from registration does not.
 */
#include "tests/nym/foe.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#include "nym/cert.h"

#define SCOPE "p11:home"

struct person {
	struct nym_key key;
	EVP_PKEY *pkey;
	X509 *cert;
};

/* A raw key of this l: another one for each. */
static void
person_new(uint8_t seed, struct person *who)
{
	const struct nym_which which = { .use = NYM_USE_RAW };
	uint8_t l[NYM_L_LEN], s[NYM_S_LEN], prk[NYM_PRK_LEN], sh[NYM_SH_LEN];

	memset(l, seed, sizeof l);
	foe_s(NYM_PROFILE_X, SCOPE, s);
	foe_prk(l, NYM_PROFILE_X, SCOPE, s, prk);
	foe_sh(SCOPE, sh);
	assert_int_equal(nym_key_of(prk, sh, &which, &who->key), JM_OK);
	who->pkey = foe_pkey(who->key.d);
	who->cert = NULL;
}

/* The certificate that is due to the key, or with another's nid. */
static void
person_certify(struct person *who, const uint8_t nid[NYM_NID_LEN])
{
	struct nym_key key = who->key;
	uint8_t der[NYM_CERT_MAX];
	const uint8_t *p = der;
	size_t len;

	memcpy(key.nid, nid, sizeof key.nid);
	assert_int_equal(nym_cert_make(&key, der, &len), JM_OK);
	who->cert = d2i_X509(NULL, &p, (long)len);
	assert_non_null(who->cert);
}

static void
person_free(struct person *who)
{
	X509_free(who->cert);
	EVP_PKEY_free(who->pkey);
}

/* --- the server ------------------------------------------------------------
 */

static int
self_signed_will_do(int ok, X509_STORE_CTX *store)
{
	/* what a server for such keys has to do, whatever rule it has then */
	return ok || X509_STORE_CTX_get_error(store) ==
			 X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
}

/* One TLS 1.3 login in memory; the certificate that the server took, NULL when
 * the handshake failed. */
static X509 *
connects(const struct person *who)
{
	SSL_CTX *sc = SSL_CTX_new(TLS_server_method());
	SSL_CTX *cc = SSL_CTX_new(TLS_client_method());
	X509 *seen = NULL;
	BIO *a, *b;
	SSL *s, *c;
	int done = 0;

	SSL_CTX_set_min_proto_version(sc, TLS1_3_VERSION);
	/* whose key the server itself has is of no matter */
	assert_int_equal(SSL_CTX_use_certificate(sc, who->cert), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(sc, who->pkey), 1);
	SSL_CTX_set_verify(sc,
	    SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
	    self_signed_will_do);
	assert_int_equal(SSL_CTX_use_certificate(cc, who->cert), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(cc, who->pkey), 1);
	s = SSL_new(sc);
	c = SSL_new(cc);
	assert_int_equal(BIO_new_bio_pair(&a, 1 << 16, &b, 1 << 16), 1);
	SSL_set_bio(s, a, a);
	SSL_set_bio(c, b, b);
	SSL_set_accept_state(s);
	SSL_set_connect_state(c);
	for (int i = 0; i < 20 && done != 3; i++)
		done = (SSL_do_handshake(c) == 1 ? 1 : 0) |
		       (SSL_do_handshake(s) == 1 ? 2 : 0);
	if (done == 3)
		seen = SSL_get1_peer_certificate(s);
	SSL_free(s);
	SSL_free(c);
	SSL_CTX_free(sc);
	SSL_CTX_free(cc);
	return seen;
}

/* The wrong rule: who is it, by name? */
static int
is_by_name(X509 *cert, const struct nym_key *registered)
{
	char name[128], want[NYM_TEXT_LEN + 1];

	nym_nid_text(registered->nid, want);
	return X509_NAME_get_text_by_NID(X509_get_subject_name(cert),
		   NID_commonName, name, sizeof name) == NYM_TEXT_LEN &&
	       strcmp(name, want) == 0;
}

static void
spki_of(EVP_PKEY *key, uint8_t hash[32])
{
	uint8_t *der = NULL;
	const int len = i2d_PUBKEY(key, &der);

	assert_in_range(len, 60, 200);
	assert_int_equal(jm_hash(JM_SHA256, der, (size_t)len, hash), JM_OK);
	OPENSSL_free(der);
}

/* The right one. */
static int
is_by_key(X509 *cert, const uint8_t registered[32])
{
	uint8_t hash[32];

	spki_of(X509_get0_pubkey(cert), hash);
	return memcmp(hash, registered, sizeof hash) == 0;
}

/* --- tests -----------------------------------------------------------------
 */

static void
a_borrowed_name_is_believed_and_a_key_is_not_borrowed(void **state)
{
	struct person alice, mallory;
	uint8_t registered[32];
	X509 *seen;

	(void)state;
	person_new(1, &alice);
	person_new(2, &mallory);
	person_certify(&alice, alice.key.nid);
	person_certify(&mallory, alice.key.nid);
	spki_of(alice.pkey, registered);

	seen = connects(&alice);
	assert_non_null(seen);
	assert_true(is_by_name(seen, &alice.key));
	assert_true(is_by_key(seen, registered));
	X509_free(seen);

	seen = connects(&mallory);
	assert_non_null(seen); /* OpenSSL takes it as it takes the real one */
	assert_true(is_by_name(seen, &alice.key));
	assert_false(is_by_key(seen, registered));
	X509_free(seen);
	person_free(&alice);
	person_free(&mallory);
}

/* The certificate's own hash is no better a rule: made again it is another. */
static void
the_same_key_may_come_with_another_signature(void **state)
{
	struct person a, b;
	uint8_t one[32], two[32];

	(void)state;
	person_new(1, &a);
	person_new(1, &b);
	person_certify(&a, a.key.nid);
	person_certify(&b, b.key.nid);
	spki_of(a.pkey, one);
	assert_true(is_by_key(b.cert, one));
	assert_int_equal(X509_digest(a.cert, EVP_sha256(), one, NULL), 1);
	assert_int_equal(X509_digest(b.cert, EVP_sha256(), two, NULL), 1);
	assert_memory_not_equal(one, two, sizeof one);
	person_free(&a);
	person_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_borrowed_name_is_believed_and_a_key_is_not_borrowed),
		cmocka_unit_test(the_same_key_may_come_with_another_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
