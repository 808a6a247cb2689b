/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For the *_ossl.c files alone: the library context and the way in and out of
 * OpenSSL.  No OpenSSL header is needed to include this one.
 *
 * The error queue belongs to the host's thread: a function calls jm_ossl_enter
 * before its first call of OpenSSL and jm_ossl_leave after its last, and what
 * it left in the queue is gone while the host's own errors stay.
 */
#ifndef JM_CRYPTO_CTX_OSSL_H
#define JM_CRYPTO_CTX_OSSL_H

#include "base/err.h"

struct ossl_lib_ctx_st; /* OSSL_LIB_CTX */
struct ec_group_st;     /* EC_GROUP */

/*
 * The context, made now if there is none.  JM_CRYPTO when it cannot be made or
 * when OpenSSL has shut down already (the exit handler of a host that calls us
 * later still): then no call of OpenSSL may follow.  On JM_OK the caller must
 * pass through jm_ossl_leave.
 */
jm_err jm_ossl_enter(struct ossl_lib_ctx_st **ctx) JM_MUST_USE;
void jm_ossl_leave(void);

/*
 * Inside the two: a reference to the context, for an object that is made of it
 * and outlives the call; one more to the one that held is, for a copy of such
 * an object.  Given back after that object was freed; NULL is fine.
 */
void *jm_ossl_hold(void *held) JM_MUST_USE;
void jm_ossl_drop(void *held);

/* Inside the two: the curve P-256, made once and kept with the context, for
 * making it takes as long as a signature.  Read-only.  NULL: it cannot be. */
const struct ec_group_st *jm_ossl_p256(void);

/*
 * 0 once OpenSSL has shut down.  What frees an object of OpenSSL asks first,
 * and lets it leak then: its locks and tables are gone.
 */
int jm_ossl_alive(void);

#endif
