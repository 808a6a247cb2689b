/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/nym_try.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "tests/support/test.h"

#define DAY 86400

const uint8_t try_challenge[32] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
	31 };

static const char prk_hex[] =
    "2aebf62d949eaa2dc43ad7377b2fce7b9e26046803ebf725a74a9ea41dc4a80d";
static const char xt_hex[] = "e00e9fa0de6427b5f3865332b1ab9487";

void
try_digest(const uint8_t *p, size_t len, const char *hex)
{
	uint8_t want[32], got[32];
	size_t n;

	assert_int_equal(jm_hex_decode(hex, want, sizeof want, &n), JM_OK);
	assert_int_equal(n, sizeof want);
	assert_int_equal(jm_hash(JM_SHA256, p, len, got), JM_OK);
	assert_memory_equal(got, want, sizeof got);
}

void
try_key(const char *scope, uint16_t period, uint32_t time, uint32_t generation,
    struct nym_key *key)
{
	struct nym_which w = { .use = NYM_USE_ASSERT,
		.period = period,
		.generation = generation };
	uint8_t prk[32], sh[32];
	size_t n;

	assert_int_equal(jm_hex_decode(prk_hex, prk, sizeof prk, &n), JM_OK);
	assert_int_equal(nym_scope_hash(scope, strlen(scope), sh), JM_OK);
	assert_int_equal(nym_epoch(period, time, &w.epoch), JM_OK);
	assert_int_equal(nym_key_of(prk, sh, &w, key), JM_OK);
}

struct nym_request
try_request(void)
{
	return (struct nym_request){ .scope = TRY_SCOPE,
		.scope_len = strlen(TRY_SCOPE),
		.challenge = try_challenge,
		.challenge_len = sizeof try_challenge,
		.time = TRY_TIME };
}

nym_policy
try_policy(void)
{
	return (nym_policy){ .scope = TRY_SCOPE, .now = TRY_TIME };
}

void
try_other_s(uint8_t sig[64])
{
	BIGNUM *n = NULL, *s = BN_bin2bn(sig + 32, 32, NULL);

	assert_int_not_equal(BN_hex2bn(&n, "FFFFFFFF00000000FFFFFFFFFFFFFFFF"
					   "BCE6FAADA7179E84F3B9CAC2FC632551"),
	    0);
	assert_non_null(s);
	assert_int_equal(BN_sub(s, n, s), 1);
	assert_int_equal(BN_bn2binpad(s, sig + 32, 32), 32);
	BN_free(s);
	BN_free(n);
}

static void
add_ext(X509 *x, X509 *by, int nid, const char *value)
{
	X509_EXTENSION *e;
	X509V3_CTX c;

	X509V3_set_ctx(&c, by, x, NULL, NULL, 0);
	assert_non_null(e = X509V3_EXT_conf_nid(NULL, &c, nid, value));
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

static X509 *
certificate(const char *name, EVP_PKEY *key, X509 *by, EVP_PKEY *by_key,
    enum try_flaw flaw)
{
	const int ca = by == NULL;
	X509_NAME *n;
	X509 *x;

	assert_non_null(x = X509_new());
	assert_int_equal(X509_set_version(x, 2), 1);
	ASN1_INTEGER_set(X509_get_serialNumber(x), ca ? 1 : 2);
	ASN1_TIME_set(X509_getm_notBefore(x), (time_t)TRY_TIME - 400 * DAY);
	ASN1_TIME_set(X509_getm_notAfter(x),
	    (time_t)TRY_TIME + (flaw == TRY_EXPIRED ? -1 : 400 * DAY));
	n = X509_get_subject_name(x);
	X509_NAME_add_entry_by_txt(
	    n, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, ca ? n : X509_get_subject_name(by));
	X509_set_pubkey(x, key);
	add_ext(x, ca ? x : by, NID_basic_constraints,
	    ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	add_ext(x, ca ? x : by, NID_key_usage,
	    ca                    ? "critical,keyCertSign"
	    : flaw == TRY_NO_SIGN ? "critical,keyEncipherment"
				  : "critical,digitalSignature");
	assert_true(X509_sign(x, by_key, EVP_sha256()) > 0);
	return x;
}

static void
spki_of(X509 *x, uint8_t out[32])
{
	uint8_t *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);

	assert_true(n > 0);
	assert_int_equal(jm_hash(JM_SHA256, der, (size_t)n, out), JM_OK);
	OPENSSL_free(der);
}

void
try_pki_make(struct try_pki *p, enum try_flaw flaw)
{
	EVP_PKEY *ca = EVP_EC_gen("P-256");
	EVP_PKEY *key = EVP_EC_gen(flaw == TRY_P384 ? "P-384" : "P-256");
	X509 *root = certificate("Root", ca, NULL, ca, TRY_GOOD);
	X509 *leaf = certificate("Leaf", key, root, ca, flaw);
	BIO *bio = BIO_new(BIO_s_mem());
	uint8_t *der = p->leaf;
	BIGNUM *d = NULL;
	int n;

	memset(p, 0, sizeof *p);
	assert_int_equal(PEM_write_bio_X509(bio, root), 1);
	n = BIO_read(bio, p->root_pem, sizeof p->root_pem - 1);
	assert_true(n > 0 && n < (int)sizeof p->root_pem - 1);
	assert_true((n = i2d_X509(leaf, NULL)) <= (int)sizeof p->leaf);
	p->leaf_len = (size_t)i2d_X509(leaf, &der);
	assert_int_equal(
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d), 1);
	if (flaw != TRY_P384)
		assert_int_equal(BN_bn2binpad(d, p->d, 32), 32);
	else
		p->d[31] = 1;
	spki_of(leaf, p->leaf_spki);
	spki_of(root, p->root_spki);
	BN_clear_free(d);
	BIO_free(bio);
	X509_free(leaf);
	X509_free(root);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca);
}

struct nym_stmt
try_stmt(enum nym_kind kind, const struct nym_request *r,
    const struct nym_key *key, const uint8_t sh[32], uint8_t fresh[32])
{
	static uint8_t xt[16];
	struct nym_stmt s = { .kind = kind,
		.sh = sh,
		.use = NYM_USE_ASSERT,
		.x = key->x,
		.period = r->period,
		.rate = 1,
		.xt = xt };
	size_t n;

	assert_int_equal(jm_hex_decode(xt_hex, xt, sizeof xt, &n), JM_OK);
	assert_int_equal(nym_epoch(r->period, r->time, &s.epoch), JM_OK);
	if (kind == NYM_KIND_REGISTRAR) {
		s.not_before = r->time / DAY * DAY;
		s.not_after = s.not_before + 30 * DAY;
		return s;
	}
	assert_int_equal(
	    jm_hash(JM_SHA256, r->challenge, r->challenge_len, fresh), JM_OK);
	s.fresh = fresh;
	return s;
}

void
try_att(const struct nym_stmt *s, const struct try_pki *p, uint8_t *out,
    size_t cap, struct nym_field *ext)
{
	const struct nym_field der = { p->leaf, p->leaf_len };

	ext->p = out;
	assert_int_equal(
	    nym_att_make(s, p->d, &der, 1, out, cap, &ext->len), JM_OK);
}
