/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What TLS has a client key sign, recorded at the key (nym1.md 4.2): with 1.2
 * the DigestInfo of a transcript that begins with 01, whatever the server asks
 * for; with 1.3 PSS alone.  With JM_TLS_RECORD in the environment what was
 * signed is written to the file of that name, for t_set.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* RSA_METHOD looks on as a key signs */

#include "tests/nym/foe.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#include "crypto/rsa_pad.h"
#include "nym/enc.h"

#define SCOPES 2000
#define ROUNDS 8

/* What the key was given, and the handshake so far. */
static struct record {
	uint8_t in[NYM_S_LEN];
	size_t len;
	int padding;
	unsigned calls;
	uint8_t hands[1 << 16];
	size_t hands_len, signed_at;
} rec;

static int (*plain)(int, const unsigned char *, unsigned char *, RSA *, int);

static int
spied(int len, const unsigned char *from, unsigned char *to, RSA *rsa, int pad)
{
	rec.calls++;
	rec.padding = pad;
	rec.len = (size_t)len <= sizeof rec.in ? (size_t)len : 0;
	memcpy(rec.in, from, rec.len);
	rec.signed_at = rec.hands_len;
	return plain(len, from, to, rsa, pad);
}

static void
message(int out, int version, int type, const void *p, size_t len, SSL *ssl,
    void *arg)
{
	(void)out, (void)version, (void)ssl, (void)arg;
	if (type != SSL3_RT_HANDSHAKE || len == 0 ||
	    len > sizeof rec.hands - rec.hands_len ||
	    ((const uint8_t *)p)[0] == 0) /* HelloRequest is in no hash */
		return;
	memcpy(rec.hands + rec.hands_len, p, len);
	rec.hands_len += len;
}

struct world {
	EVP_PKEY *key;
	X509 *cert;
	RSA_METHOD *method;
};

static int
set_up(void **state)
{
	static struct world w;
	EVP_PKEY *fresh = EVP_RSA_gen(2048);
	RSA *rsa = fresh != NULL ? EVP_PKEY_get1_RSA(fresh) : NULL;

	if (rsa == NULL)
		return -1;
	EVP_PKEY_free(fresh);
	w.method = RSA_meth_dup(RSA_get_default_method());
	plain = RSA_meth_get_priv_enc(w.method);
	RSA_meth_set_priv_enc(w.method, spied);
	RSA_set_method(rsa, w.method);
	w.key = EVP_PKEY_new();
	EVP_PKEY_assign_RSA(w.key, rsa);
	w.cert = X509_new();
	X509_set_version(w.cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(w.cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(w.cert), -60);
	X509_gmtime_adj(X509_getm_notAfter(w.cert), 3600);
	X509_set_pubkey(w.cert, w.key);
	if (X509_sign(w.cert, w.key, EVP_sha256()) == 0)
		return -1;
	*state = &w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	X509_free(w->cert);
	EVP_PKEY_free(w->key);
	RSA_meth_free(w->method);
	return 0;
}

static int
anybody(int ok, X509_STORE_CTX *store)
{
	(void)ok, (void)store;
	return 1;
}

static SSL_CTX *
context(const struct world *w, int server, int version, const char *sigalgs)
{
	char list[96];
	SSL_CTX *c =
	    SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());

	assert_non_null(c);
	SSL_CTX_set_min_proto_version(c, version);
	SSL_CTX_set_max_proto_version(c, version);
	SSL_CTX_set_security_level(c, 0); /* SHA-1, as old servers ask */
	assert_int_equal(SSL_CTX_use_certificate(c, w->cert), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(c, w->key), 1);
	if (!server)
		return c;
	SSL_CTX_set_verify(
	    c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, anybody);
	snprintf(list, sizeof list, "%s", sigalgs); /* the macro casts */
	assert_int_equal(SSL_CTX_set1_client_sigalgs_list(c, list), 1);
	return c;
}

/* A line of t_set: the input, and how its transcript begins. */
static void
write_down(void)
{
	const char *name = getenv("JM_TLS_RECORD");
	FILE *f;

	if (name == NULL)
		return;
	f = fopen(name, "a");
	assert_non_null(f);
	for (size_t i = 0; i < rec.len; i++)
		fprintf(f, "%02x", rec.in[i]);
	fputc(' ', f);
	for (size_t i = 0; i < 16; i++)
		fprintf(f, "%02x", rec.hands[i]);
	fputc('\n', f);
	assert_int_equal(fclose(f), 0);
}

/* One handshake in memory; afterwards rec tells what the client had signed. */
static void
shake_hands(const struct world *w, int version, const char *sigalgs)
{
	SSL_CTX *sc = context(w, 1, version, sigalgs);
	SSL_CTX *cc = context(w, 0, version, NULL);
	SSL *s = SSL_new(sc), *c = SSL_new(cc);
	BIO *a, *b;
	int done = 0;

	memset(&rec, 0, sizeof rec);
	assert_int_equal(BIO_new_bio_pair(&a, 1 << 16, &b, 1 << 16), 1);
	SSL_set_bio(s, a, a);
	SSL_set_bio(c, b, b);
	SSL_set_accept_state(s);
	SSL_set_connect_state(c);
	SSL_set_msg_callback(c, message);
	for (int i = 0; i < 20 && done != 3; i++) {
		done = (SSL_do_handshake(c) == 1 ? 1 : 0) |
		       (SSL_do_handshake(s) == 1 ? 2 : 0);
	}
	assert_int_equal(done, 3);
	write_down();
	SSL_free(s);
	SSL_free(c);
	SSL_CTX_free(sc);
	SSL_CTX_free(cc);
}

/* Is it T of one of the scopes? */
static int
is_t(const uint8_t *in, size_t len)
{
	uint8_t t[NYM_T_MAX], sh[NYM_SH_LEN];
	char scope[40];
	size_t t_len;

	for (unsigned i = 0; i < SCOPES; i++) {
		const int n =
		    snprintf(scope, sizeof scope, "web:s%u.example.jp", i);

		assert_int_equal(nym_scope_hash(scope, (size_t)n, sh), JM_OK);
		for (int p = NYM_PROFILE_X; p <= NYM_PROFILE_S; p++) {
			assert_int_equal(
			    nym_t((enum nym_profile)p, sh, t, &t_len), JM_OK);
			if (t_len == len && memcmp(t, in, len) == 0)
				return 1;
		}
	}
	return 0;
}

static void
tls_1_2_signs_the_hash_of_a_transcript_that_begins_with_01(void **state)
{
	/* what servers ask for, the hostile ones one thing alone */
	static const char *const asked[] = { "RSA+SHA1", "RSA+SHA256",
		"RSA+SHA384", "RSA+SHA512", "RSA+SHA512:RSA+SHA1",
		"RSA+SHA1:RSA+SHA256:RSA+SHA384:RSA+SHA512" };

	for (size_t i = 0; i < NELEM(asked); i++)
		for (int k = 0; k < ROUNDS; k++) {
			uint8_t h[JM_DIGEST_MAX], t[JM_DIGESTINFO_MAX];
			enum jm_hash hash;
			size_t len;

			shake_hands(*state, TLS1_2_VERSION, asked[i]);
			/* the server's key signed first, the client's last;
			 * both by the same record */
			assert_int_equal(rec.padding, RSA_PKCS1_PADDING);
			assert_int_equal(
			    jm_digestinfo_parse(rec.in, rec.len, &hash), JM_OK);
			assert_int_equal(rec.hands[0], 0x01);
			assert_int_equal(
			    jm_hash(hash, rec.hands, rec.signed_at, h), JM_OK);
			jm_digestinfo(hash, h, t, &len);
			assert_int_equal(len, rec.len);
			assert_memory_equal(t, rec.in, len);
			if (k == 0)
				assert_false(is_t(rec.in, rec.len));
		}
}

static void
tls_1_3_signs_no_digestinfo(void **state)
{
	static const char *const asked[] = { "rsa_pss_rsae_sha256",
		"rsa_pss_rsae_sha512",
		"rsa_pss_rsae_sha256:RSA+SHA512:RSA+SHA1" };

	for (size_t i = 0; i < NELEM(asked); i++)
		for (int k = 0; k < ROUNDS; k++) {
			shake_hands(*state, TLS1_3_VERSION, asked[i]);
			assert_int_equal(rec.padding, RSA_NO_PADDING);
			assert_int_equal(rec.len, NYM_S_LEN);
			assert_int_equal(rec.in[rec.len - 1], 0xbc);
			assert_false(rec.in[0] == 0 && rec.in[1] == 1);
		}
}

/* The set knows T when it is one, so that "none" says something. */
static void
t_of_a_scope_is_known(void **state)
{
	uint8_t t[NYM_T_MAX];
	size_t len = foe_t(NYM_PROFILE_X, "web:s1999.example.jp", t);

	(void)state;
	assert_true(is_t(t, len));
	t[len - 1] ^= 1;
	assert_false(is_t(t, len));
	len = foe_t(NYM_PROFILE_S, "web:s0.example.jp", t);
	assert_true(is_t(t, len));
}

/* M begins with 00 06, so no transcript, PSS input, CMS or ssh block does. */
static void
no_protocol_begins_as_m_does(void **state)
{
	/* clang-format off */
	static const struct { const char *what; uint8_t b[5]; } other[] = {
		{ "TLS 1.2",          { 0x01, 0x00, 0x02, 0x00, 0x03 } },
		{ "TLS 1.3",          { 0x20, 0x20, 0x20, 0x20, 0x20 } },
		{ "ssh",              { 0x00, 0x00, 0x00, 0x20, 0x00 } },
		{ "CMS attributes",   { 0x31, 0x69, 0x30, 0x18, 0x06 } },
		{ "certificate",      { 0x30, 0x82, 0x01, 0x48, 0xa0 } },
		{ "JWS",              { 'e', 'y', 'J', 'h', 'b' } },
		{ "SSHSIG",           { 'S', 'S', 'H', 'S', 'I' } },
	};
	/* clang-format on */
	uint8_t m[64], sh[NYM_SH_LEN] = { 0 };
	const struct nym_field f = { sh, sizeof sh };
	struct jm_wbuf w;

	(void)state;
	jm_wbuf_init(&w, m, sizeof m);
	nym_put_enc(&w, "NYM1/A", &f, 1);
	assert_memory_equal(m, "\x00\x06NYM1/A", 8);
	for (size_t i = 0; i < NELEM(other); i++)
		assert_memory_not_equal(m, other[i].b, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    tls_1_2_signs_the_hash_of_a_transcript_that_begins_with_01),
		cmocka_unit_test(tls_1_3_signs_no_digestinfo),
		cmocka_unit_test(t_of_a_scope_is_known),
		cmocka_unit_test(no_protocol_begins_as_m_does),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
