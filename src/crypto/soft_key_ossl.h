/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the *_ossl.c files alone: the key inside. */
#ifndef JM_CRYPTO_SOFT_KEY_OSSL_H
#define JM_CRYPTO_SOFT_KEY_OSSL_H

#include "crypto/soft_key.h"

struct evp_pkey_st; /* EVP_PKEY */

struct jm_soft_key {
	struct evp_pkey_st *pkey;
	void *held; /* jm_ossl_hold */
	int ec;
	enum jm_curve curve; /* with ec */
};

/* Inside OpenSSL: a new key, to which pkey belongs from then on.  JM_NOMEM. */
jm_err jm_soft_key_wrap(
    struct evp_pkey_st *pkey, struct jm_soft_key **out) JM_MUST_USE;

/* Is it a key on one of our curves? */
int jm_soft_key_on_curve(const struct evp_pkey_st *pkey, enum jm_curve *curve);

#endif
