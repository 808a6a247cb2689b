/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/nym/login.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "crypto/digest.h"

static uint8_t challenges[256][32];

void
login_key(const char *scope, uint8_t who, const struct nym_which *which,
    struct nym_key *key)
{
	static const struct nym_which usual = { .use = NYM_USE_ASSERT };
	uint8_t prk[NYM_PRK_LEN], sh[NYM_SH_LEN];

	memset(prk, who, sizeof prk);
	foe_sh(scope, sh);
	assert_int_equal(
	    nym_key_of(prk, sh, which != NULL ? which : &usual, key), JM_OK);
}

static const uint8_t *
challenge_of(uint8_t n)
{
	memset(challenges[n], n, sizeof challenges[n]);
	challenges[n][0] = 0xcc;
	return challenges[n];
}

void
login_request(struct nym_request *r, uint8_t challenge)
{
	memset(r, 0, sizeof *r);
	r->scope = LOGIN_SCOPE;
	r->scope_len = strlen(LOGIN_SCOPE);
	r->challenge = challenge_of(challenge);
	r->challenge_len = 32;
	r->time = LOGIN_NOW;
}

void
login_policy(nym_policy *p)
{
	memset(p, 0, sizeof *p);
	p->scope = LOGIN_SCOPE;
	p->now = LOGIN_NOW;
}

void
login_answer(const struct nym_request *r, const struct nym_key *key,
    const struct nym_key *old, const struct nym_field *att, struct wire *w)
{
	assert_int_equal(
	    nym_assert(r, key, old, NULL, att, w->b, sizeof w->b, &w->len),
	    JM_OK);
}

void
login_sign(const struct nym_key *key, const void *p, size_t len,
    uint8_t sig[JM_P256_SIG])
{
	uint8_t hash[32];

	assert_int_equal(jm_hash(JM_SHA256, p, len, hash), JM_OK);
	assert_int_equal(jm_p256_sign(key->d, hash, sizeof hash, sig), JM_OK);
}

void
login_wire(
    const uint8_t *body, size_t len, const struct nym_key *key, struct wire *w)
{
	uint8_t sig[JM_P256_SIG];
	struct jm_wbuf b;

	login_sign(key, body, len, sig);
	jm_wbuf_init(&b, w->b, sizeof w->b);
	jm_put(&b, "NYM1", 4);
	nym_put_lp(&b, body, len);
	nym_put_lp(&b, sig, sizeof sig);
	jm_put_u8(&b, 0);
	assert_int_equal(jm_wbuf_done(&b, &w->len), JM_OK);
}

void
login_extend(struct wire *w, const void *ext, size_t len)
{
	const size_t count =
	    4 + 2 + ((size_t)w->b[4] << 8 | (size_t)w->b[5]) + 2 + JM_P256_SIG;
	struct jm_wbuf b;

	jm_wbuf_init(&b, w->b + w->len, sizeof w->b - w->len);
	nym_put_lp(&b, ext, len);
	assert_int_equal(jm_wbuf_done(&b, &len), JM_OK);
	w->len += len;
	w->b[count]++;
}

void
login_rollover(const struct wire *w, const uint8_t pk_old[NYM_PK_LEN],
    const struct nym_key *first, const struct nym_key *second, struct wire *ext)
{
	const size_t body_len = (size_t)w->b[4] << 8 | (size_t)w->b[5];
	uint8_t sh[NYM_SH_LEN], hash[32], roll[256], sig[JM_P256_SIG];
	const struct nym_field f[] = { { sh, sizeof sh },
		{ pk_old, NYM_PK_LEN }, { hash, sizeof hash } };
	struct jm_wbuf b;
	size_t len;

	foe_sh(LOGIN_SCOPE, sh);
	assert_int_equal(jm_hash(JM_SHA256, w->b + 6, body_len, hash), JM_OK);
	jm_wbuf_init(&b, roll, sizeof roll);
	nym_put_enc(&b, "NYM1/roll", f, NELEM(f));
	assert_int_equal(jm_wbuf_done(&b, &len), JM_OK);
	jm_wbuf_init(&b, ext->b, sizeof ext->b);
	jm_put_u8(&b, 2);
	nym_put_lp(&b, roll, len);
	login_sign(first, roll, len, sig);
	nym_put_lp(&b, sig, sizeof sig);
	login_sign(second, roll, len, sig);
	nym_put_lp(&b, sig, sizeof sig);
	assert_int_equal(jm_wbuf_done(&b, &ext->len), JM_OK);
}

int
login_verdict(
    const nym_policy *p, uint8_t challenge, const struct wire *w, nym_result *r)
{
	nym_result own;

	return nym_verify(
	    p, challenge_of(challenge), 32, w->b, w->len, r ? r : &own);
}

/* --- attestation ------------------------------------------------------------
 */

static void
extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(e);
	assert_int_equal(X509_add_ext(cert, e, -1), 1);
	X509_EXTENSION_free(e);
}

static X509 *
certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *by)
{
	X509 *c = X509_new();
	X509_NAME *n = X509_get_subject_name(c);
	ASN1_TIME *t = ASN1_TIME_new();

	X509_set_version(c, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
	ASN1_TIME_set(t, (time_t)LOGIN_NOW - 86400 * 30);
	X509_set1_notBefore(c, t);
	ASN1_TIME_set(t, (time_t)LOGIN_NOW + 86400 * 3650);
	X509_set1_notAfter(c, t);
	ASN1_TIME_free(t);
	X509_NAME_add_entry_by_txt(
	    n, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(
	    c, issuer != NULL ? X509_get_subject_name(issuer) : n);
	X509_set_pubkey(c, key);
	if (issuer == NULL)
		extension(c, NID_basic_constraints, "critical,CA:TRUE");
	extension(c, NID_key_usage,
	    issuer == NULL ? "critical,keyCertSign"
			   : "critical,digitalSignature");
	assert_true(X509_sign(c, by, EVP_sha256()) > 0);
	return c;
}

void
login_batch_new(struct login_batch *b, uint8_t seed)
{
	struct nym_key root_key;
	EVP_PKEY *root, *leaf;
	X509 *ca, *cert;
	uint8_t *p = b->der;
	BIO *bio = BIO_new(BIO_s_mem());
	int n;

	login_key("test:root", (uint8_t)(seed + 1), NULL, &root_key);
	login_key("test:batch", seed, NULL, &b->key);
	root = foe_pkey(root_key.d);
	leaf = foe_pkey(b->key.d);
	ca = certificate("Test root", root, NULL, root);
	cert = certificate("Test batch", leaf, ca, root);
	n = i2d_X509(cert, NULL);
	assert_in_range(n, 1, sizeof b->der);
	b->der_len = (size_t)i2d_X509(cert, &p);
	assert_int_equal(PEM_write_bio_X509(bio, ca), 1);
	n = BIO_read(bio, b->root, sizeof b->root - 1);
	assert_in_range(n, 1, sizeof b->root - 1);
	b->root[n] = 0;
	BIO_free(bio);
	X509_free(cert);
	X509_free(ca);
	EVP_PKEY_free(leaf);
	EVP_PKEY_free(root);
}

nym_trust *
login_trust(const struct login_batch *b)
{
	nym_trust *t;

	assert_int_equal(nym_trust_new(&t), NYM_OK);
	assert_int_equal(nym_trust_add(t, NYM_REGISTRAR | NYM_CARD, b->root,
			     strlen(b->root)),
	    NYM_OK);
	return t;
}

void
login_attest(const struct login_batch *b, const struct nym_request *r,
    const struct nym_key *key, const uint8_t *xl_root, struct wire *ext)
{
	const struct nym_field chain = { b->der, b->der_len };
	uint8_t sh[NYM_SH_LEN], fresh[32], xt[NYM_XT_LEN] = { 0x11 };
	struct nym_stmt s = { .kind = NYM_KIND_CARD,
		.sh = sh,
		.use = NYM_USE_ASSERT,
		.x = key->x,
		.period = r->period,
		.rate = 1,
		.fresh = fresh,
		.xt = xt,
		.xl_root = xl_root };

	assert_int_equal(nym_scope_hash(r->scope, r->scope_len, sh), JM_OK);
	assert_int_equal(
	    jm_hash(JM_SHA256, r->challenge, r->challenge_len, fresh), JM_OK);
	assert_int_equal(nym_epoch(r->period, r->time, &s.epoch), JM_OK);
	assert_int_equal(nym_att_make(&s, b->key.d, &chain, 1, ext->b,
			     sizeof ext->b, &ext->len),
	    JM_OK);
}
