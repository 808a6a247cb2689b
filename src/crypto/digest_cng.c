/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/digest.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/call_cng.h"

/* Open as long as one of the hashers made with it is there: a copy of a hasher
 * may outlive the first. */
struct provider {
	atomic_uint refs;
	BCRYPT_ALG_HANDLE alg;
};

struct jm_hasher {
	struct provider *of;
	BCRYPT_HASH_HANDLE hash;
	size_t len; /* bytes of the value */
	int done;   /* final was called */
};

static jm_err
provider_new(enum jm_hash h, struct provider **out)
{
	jm_err e;

	if ((*out = calloc(1, sizeof **out)) == NULL)
		return JM_NOMEM;
	atomic_init(&(*out)->refs, 1);
	e = jm_cng_open(jm_cng_hash_name(h), 0, &(*out)->alg);
	if (e != JM_OK) {
		free(*out);
		*out = NULL;
	}
	return e;
}

static void
provider_drop(struct provider *p)
{
	if (p == NULL || atomic_fetch_sub(&p->refs, 1) != 1)
		return;
	(void)BCryptCloseAlgorithmProvider(p->alg, 0);
	free(p);
}

jm_err
jm_hasher_new(enum jm_hash h, struct jm_hasher **out)
{
	struct jm_hasher *c;
	jm_err e;

	*out = NULL;
	if (jm_hash_len(h) == 0)
		return JM_ARG;
	if ((c = calloc(1, sizeof *c)) == NULL)
		return JM_NOMEM;
	c->len = jm_hash_len(h);
	if ((e = provider_new(h, &c->of)) != JM_OK ||
	    (e = jm_cng_err(
		 BCryptCreateHash(c->of->alg, &c->hash, NULL, 0, NULL, 0, 0),
		 JM_CRYPTO)) != JM_OK)
		goto out;
	*out = c;
	c = NULL; /* the caller's from here on */
out:
	jm_hasher_free(&c);
	return e;
}

jm_err
jm_hasher_update(struct jm_hasher *c, const void *data, size_t len)
{
	return c->done ? JM_ARG : jm_cng_hash_more(c->hash, data, len);
}

jm_err
jm_hasher_final(struct jm_hasher *c, uint8_t *out)
{
	memset(out, 0, c->len);
	if (c->done)
		return JM_ARG;
	c->done = 1;
	return jm_cng_err(
	    BCryptFinishHash(c->hash, out, (ULONG)c->len, 0), JM_CRYPTO);
}

jm_err
jm_hasher_clone(const struct jm_hasher *c, struct jm_hasher **out)
{
	struct jm_hasher *n;
	jm_err e;

	*out = NULL;
	if (c->done)
		return JM_ARG;
	if ((n = calloc(1, sizeof *n)) == NULL)
		return JM_NOMEM;
	n->len = c->len;
	n->of = c->of;
	atomic_fetch_add(&n->of->refs, 1);
	if ((e = jm_cng_err(BCryptDuplicateHash(c->hash, &n->hash, NULL, 0, 0),
		 JM_CRYPTO)) != JM_OK)
		goto out;
	*out = n;
	n = NULL; /* the caller's from here on */
out:
	jm_hasher_free(&n);
	return e;
}

void
jm_hasher_free(struct jm_hasher **c)
{
	if (c == NULL || *c == NULL)
		return;
	if ((*c)->hash != NULL)
		(void)BCryptDestroyHash((*c)->hash);
	provider_drop((*c)->of);
	free(*c);
	*c = NULL;
}
