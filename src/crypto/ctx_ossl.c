/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/ctx_ossl.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/provider.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "crypto/ctx.h"

struct lib {
	atomic_uint refs; /* the_lib's, and one per object that is made of it */
	OSSL_LIB_CTX *ctx;
	OSSL_PROVIDER *prov;
	_Atomic(EC_GROUP *) p256; /* from its first use on */
};

/*
 * Published whole, without a lock: a child of fork cannot find it taken by a
 * thread that it does not have.
 */
static _Atomic(struct lib *) the_lib;

int
jm_ossl_alive(void)
{
	/* Documented to fail after OPENSSL_cleanup.  0: no configuration. */
	return OPENSSL_init_crypto(0, NULL) == 1;
}

static void
lib_free(struct lib *l)
{
	if (l == NULL)
		return;
	EC_GROUP_free(atomic_load(&l->p256));
	if (l->prov != NULL)
		(void)OSSL_PROVIDER_unload(l->prov);
	OSSL_LIB_CTX_free(l->ctx);
	free(l);
}

static struct lib *
lib_new(void)
{
	struct lib *l;

	if ((l = calloc(1, sizeof *l)) == NULL)
		return NULL;
	atomic_init(&l->refs, 1);
	atomic_init(&l->p256, NULL);
	if ((l->ctx = OSSL_LIB_CTX_new()) != NULL)
		l->prov = OSSL_PROVIDER_load(l->ctx, "default");
	if (l->prov == NULL) {
		lib_free(l);
		return NULL;
	}
	return l;
}

jm_err
jm_ossl_enter(struct ossl_lib_ctx_st **ctx)
{
	struct lib *l, *none = NULL;

	*ctx = NULL;
	if (!jm_ossl_alive())
		return JM_CRYPTO;
	(void)ERR_set_mark();
	if ((l = atomic_load(&the_lib)) == NULL) {
		if ((l = lib_new()) == NULL) {
			jm_ossl_leave();
			return JM_CRYPTO;
		}
		if (!atomic_compare_exchange_strong(&the_lib, &none, l)) {
			lib_free(l); /* another thread was first */
			l = none;
		}
	}
	*ctx = l->ctx;
	return JM_OK;
}

const EC_GROUP *
jm_ossl_p256(void)
{
	struct lib *l = atomic_load(&the_lib);
	EC_GROUP *g, *none = NULL;

	if (l == NULL)
		return NULL;
	if ((g = atomic_load(&l->p256)) != NULL)
		return g;
	if ((g = EC_GROUP_new_by_curve_name_ex(
		 l->ctx, NULL, NID_X9_62_prime256v1)) == NULL)
		return NULL;
	if (atomic_compare_exchange_strong(&l->p256, &none, g))
		return g;
	EC_GROUP_free(g); /* another thread was first */
	return none;
}

void
jm_ossl_leave(void)
{
	(void)ERR_pop_to_mark();
}

static void
lib_unref(struct lib *l)
{
	if (l != NULL && atomic_fetch_sub(&l->refs, 1) == 1 && jm_ossl_alive())
		lib_free(l);
}

void *
jm_ossl_hold(void *held)
{
	struct lib *l = held != NULL ? held : atomic_load(&the_lib);

	if (l != NULL)
		atomic_fetch_add(&l->refs, 1);
	return l;
}

void
jm_ossl_drop(void *held)
{
	lib_unref(held);
}

void
jm_crypto_done(void)
{
	lib_unref(atomic_exchange(&the_lib, NULL));
}
