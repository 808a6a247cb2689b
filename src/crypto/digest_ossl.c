/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/ctx_ossl.h"
#include "crypto/digest_ossl.h"

struct jm_hasher {
	EVP_MD_CTX *md;
	size_t len; /* bytes of the value */
	int done;   /* final was called */
	void *held; /* jm_ossl_hold */
};

jm_err
jm_hasher_new(enum jm_hash h, struct jm_hasher **out)
{
	struct jm_hasher *c = NULL;
	OSSL_LIB_CTX *ctx;
	EVP_MD *md = NULL;
	jm_err e;

	*out = NULL;
	if (jm_hash_len(h) == 0)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((c = calloc(1, sizeof *c)) == NULL) {
		e = JM_NOMEM;
		goto out;
	}
	c->held = jm_ossl_hold(NULL);
	c->len = jm_hash_len(h);
	e = JM_CRYPTO;
	if ((md = EVP_MD_fetch(ctx, jm_ossl_md_name(h), NULL)) == NULL ||
	    (c->md = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex2(c->md, md, NULL) != 1)
		goto out;
	*out = c;
	c = NULL;
	e = JM_OK;
out:
	EVP_MD_free(md); /* c->md has its own reference */
	jm_hasher_free(&c);
	jm_ossl_leave();
	return e;
}

jm_err
jm_hasher_update(struct jm_hasher *c, const void *data, size_t len)
{
	OSSL_LIB_CTX *ctx;
	jm_err e;

	if (c->done)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if (len > 0 && EVP_DigestUpdate(c->md, data, len) != 1)
		e = JM_CRYPTO;
	jm_ossl_leave();
	return e;
}

jm_err
jm_hasher_final(struct jm_hasher *c, uint8_t *out)
{
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(out, 0, c->len);
	if (c->done)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	c->done = 1;
	if (EVP_DigestFinal_ex(c->md, out, NULL) != 1)
		e = JM_CRYPTO;
	jm_ossl_leave();
	return e;
}

jm_err
jm_hasher_clone(const struct jm_hasher *c, struct jm_hasher **out)
{
	struct jm_hasher *n = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	*out = NULL;
	if (c->done)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	if ((n = calloc(1, sizeof *n)) == NULL) {
		e = JM_NOMEM;
		goto out;
	}
	n->held = jm_ossl_hold(c->held);
	n->len = c->len;
	if ((n->md = EVP_MD_CTX_new()) == NULL ||
	    EVP_MD_CTX_copy_ex(n->md, c->md) != 1) {
		e = JM_CRYPTO;
		goto out;
	}
	*out = n;
	n = NULL;
out:
	jm_hasher_free(&n);
	jm_ossl_leave();
	return e;
}

void
jm_hasher_free(struct jm_hasher **c)
{
	if (c == NULL || *c == NULL)
		return;
	if (jm_ossl_alive())
		EVP_MD_CTX_free((*c)->md);
	jm_ossl_drop((*c)->held);
	free(*c);
	*c = NULL;
}
