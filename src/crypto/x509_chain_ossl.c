/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/x509_chain.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/ctx_ossl.h"
#include "crypto/digest.h"

#define CERT_MAX  8192
#define POINT_LEN 65
#define LEVEL     2 /* of OpenSSL: 112 bits and more, no SHA-1 */

struct jm_roots {
	X509_STORE *store;
	uint8_t (*revoked)[32];
	size_t n_revoked;
	void *held; /* jm_ossl_hold */
};

jm_err
jm_roots_new(struct jm_roots **out)
{
	struct jm_roots *r = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	*out = NULL;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	e = JM_NOMEM;
	if ((r = calloc(1, sizeof *r)) == NULL ||
	    (r->store = X509_STORE_new()) == NULL)
		goto out;
	r->held = jm_ossl_hold(NULL);
	*out = r;
	r = NULL; /* the caller's from here on */
	e = JM_OK;
out:
	free(r);
	jm_ossl_leave();
	return e;
}

void
jm_roots_free(struct jm_roots **r)
{
	if (r == NULL || *r == NULL)
		return;
	if (jm_ossl_alive())
		X509_STORE_free((*r)->store);
	jm_ossl_drop((*r)->held);
	free((*r)->revoked);
	free(*r);
	*r = NULL;
}

/* All or nothing: *n of them, NULL at the first that cannot be read. */
static STACK_OF(X509) * read_pem(OSSL_LIB_CTX *ctx, const char *pem, size_t len)
{
	STACK_OF(X509) *all = sk_X509_new_null();
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	unsigned long why;
	X509 *one = NULL;
	int ok = 0;

	if (all == NULL || bio == NULL)
		goto out;
	for (;;) {
		if ((one = X509_new_ex(ctx, NULL)) == NULL)
			goto out;
		if (PEM_read_bio_X509(bio, &one, NULL, NULL) == NULL)
			break;
		if (sk_X509_push(all, one) <= 0)
			goto out;
		one = NULL; /* the stack's from here on */
	}
	why = ERR_peek_last_error();
	ok = ERR_GET_LIB(why) == ERR_LIB_PEM &&
	     ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
out:
	X509_free(one);
	BIO_free(bio);
	if (!ok) {
		sk_X509_pop_free(all, X509_free);
		all = NULL;
	}
	return all;
}

jm_err
jm_roots_add(struct jm_roots *r, const char *pem, size_t len)
{
	STACK_OF(X509) *all = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	if (len > INT_MAX)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	e = JM_FORMAT;
	if ((all = read_pem(ctx, pem, len)) == NULL || sk_X509_num(all) == 0)
		goto out;
	e = JM_NOMEM;
	for (int i = 0; i < sk_X509_num(all); i++)
		if (X509_STORE_add_cert(r->store, sk_X509_value(all, i)) != 1)
			goto out;
	e = JM_OK;
out:
	sk_X509_pop_free(all, X509_free);
	jm_ossl_leave();
	return e;
}

jm_err
jm_roots_revoke(struct jm_roots *r, const uint8_t spki[32])
{
	uint8_t(*more)[32];

	if ((more = realloc(r->revoked, (r->n_revoked + 1) * sizeof *more)) ==
	    NULL)
		return JM_NOMEM;
	r->revoked = more;
	memcpy(r->revoked[r->n_revoked++], spki, 32);
	return JM_OK;
}

/* One DER certificate with nothing behind it; NULL. */
static X509 *
read_der(OSSL_LIB_CTX *ctx, const struct jm_chain_cert *c)
{
	const uint8_t *p = c->der;
	X509 *x;

	if (c->len > CERT_MAX || (x = X509_new_ex(ctx, NULL)) == NULL)
		return NULL;
	if (d2i_X509(&x, &p, (long)c->len) == NULL)
		return NULL; /* and x is gone */
	if (p != c->der + c->len) {
		X509_free(x);
		return NULL;
	}
	return x;
}

static jm_err
spki_hash(X509 *x, uint8_t out[32])
{
	uint8_t *der = NULL;
	jm_err e = JM_CRYPTO;
	int n;

	if ((n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der)) > 0)
		e = jm_hash(JM_SHA256, der, (size_t)n, out);
	OPENSSL_free(der);
	return e;
}

/* The leaf's key, which has to be one for signatures. */
static jm_err
leaf_key(X509 *x, struct jm_ec_pub *out)
{
	/* RFC 5480: id-ecPublicKey, prime256v1, 65 bytes of point */
	static const uint8_t head[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07,
		0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
		0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00 };
	uint8_t *der = NULL;
	jm_err e = JM_FORMAT;
	int n;

	if ((X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE) != 0 &&
	    (n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der)) ==
		(int)sizeof head + POINT_LEN &&
	    memcmp(der, head, sizeof head) == 0)
		e = jm_ec_pub_set(out, JM_P256, der + sizeof head, POINT_LEN);
	OPENSSL_free(der);
	return e;
}

/* JM_OK: there is a chain, which x holds. */
static jm_err
find_chain(X509_STORE_CTX *x, const struct jm_roots *r, X509 *leaf,
    STACK_OF(X509) * others, time_t now)
{
	X509_VERIFY_PARAM *p;

	if (X509_STORE_CTX_init(x, r->store, leaf, others) != 1)
		return JM_CRYPTO;
	p = X509_STORE_CTX_get0_param(x);
	X509_VERIFY_PARAM_set_time(p, now);
	X509_VERIFY_PARAM_set_depth(p, JM_CHAIN_MAX);
	X509_VERIFY_PARAM_set_auth_level(p, LEVEL);
	if (X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_PARTIAL_CHAIN) != 1 ||
	    X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_ANY) != 1)
		return JM_CRYPTO;
	return X509_verify_cert(x) == 1 ? JM_OK : JM_BAD_SIG;
}

static jm_err
not_revoked(const struct jm_roots *r, STACK_OF(X509) * chain)
{
	uint8_t spki[32];
	jm_err e;

	for (int i = 0; i < sk_X509_num(chain); i++) {
		if ((e = spki_hash(sk_X509_value(chain, i), spki)) != JM_OK)
			return e;
		for (size_t k = 0; k < r->n_revoked; k++)
			if (memcmp(r->revoked[k], spki, sizeof spki) == 0)
				return JM_REFUSED;
	}
	return JM_OK;
}

jm_err
jm_chain_verify(const struct jm_roots *r, const struct jm_chain_cert *certs,
    size_t n, time_t now, struct jm_ec_pub *leaf, uint8_t spki[32])
{
	STACK_OF(X509) *others = NULL;
	X509_STORE_CTX *x = NULL;
	X509 *first = NULL, *one;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(leaf, 0, sizeof *leaf);
	memset(spki, 0, 32);
	if (n == 0 || n > JM_CHAIN_MAX)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	e = JM_NOMEM;
	if ((others = sk_X509_new_null()) == NULL ||
	    (x = X509_STORE_CTX_new_ex(ctx, NULL)) == NULL)
		goto out;
	e = JM_FORMAT;
	if ((first = read_der(ctx, &certs[0])) == NULL)
		goto out;
	for (size_t i = 1; i < n; i++) {
		if ((one = read_der(ctx, &certs[i])) == NULL)
			goto out;
		if (sk_X509_push(others, one) <= 0) {
			X509_free(one);
			e = JM_NOMEM;
			goto out;
		}
	}
	if ((e = find_chain(x, r, first, others, now)) != JM_OK ||
	    (e = not_revoked(r, X509_STORE_CTX_get0_chain(x))) != JM_OK ||
	    (e = leaf_key(first, leaf)) != JM_OK)
		goto out;
	e = spki_hash(first, spki);
out:
	if (e != JM_OK)
		memset(leaf, 0, sizeof *leaf);
	X509_STORE_CTX_free(x);
	sk_X509_pop_free(others, X509_free);
	X509_free(first);
	jm_ossl_leave();
	return e;
}
