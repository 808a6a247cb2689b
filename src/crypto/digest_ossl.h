/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the *_ossl.c files alone: what OpenSSL calls our hash functions. */
#ifndef JM_CRYPTO_DIGEST_OSSL_H
#define JM_CRYPTO_DIGEST_OSSL_H

#include "crypto/digest.h"

const char *jm_ossl_md_name(enum jm_hash h); /* "" for a cast value */

#endif
