/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the *_ossl.c files alone: the key inside. */
#ifndef JM_CRYPTO_SOFT_KEY_OSSL_H
#define JM_CRYPTO_SOFT_KEY_OSSL_H

struct evp_pkey_st; /* EVP_PKEY */

struct jm_soft_key {
	struct evp_pkey_st *pkey;
	void *held; /* jm_ossl_hold */
};

#endif
