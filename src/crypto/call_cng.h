/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For the *_cng.c files alone: Windows' CNG.  Providers are opened for each
 * call and closed after it, so there is nothing to set up, to share between
 * threads or to give back.
 */
#ifndef JM_CRYPTO_CALL_CNG_H
#define JM_CRYPTO_CALL_CNG_H

#define WIN32_NO_STATUS /* ntstatus.h has them all */
#include <windows.h>
#undef WIN32_NO_STATUS
#include <bcrypt.h>
#include <ntstatus.h>

#include "crypto/digest.h"

/* What CNG calls our hash functions; NULL for a cast value. */
LPCWSTR jm_cng_hash_name(enum jm_hash h);

/* Closed with BCryptCloseAlgorithmProvider; *out is NULL on failure. */
jm_err jm_cng_open(
    LPCWSTR algorithm, ULONG flags, BCRYPT_ALG_HANDLE *out) JM_MUST_USE;

/* Of the two that a call can fail for: the library (JM_NOMEM, JM_CRYPTO) and
 * what it was given, which is the caller's word for it.  Wine tells the latter
 * as an internal error, which is counted to it. */
jm_err jm_cng_err(NTSTATUS s, jm_err given) JM_MUST_USE;

/* Adds bytes to a hash or HMAC; CNG counts them in 32 bits. */
jm_err jm_cng_hash_more(
    BCRYPT_HASH_HANDLE hash, const void *data, size_t len) JM_MUST_USE;

#endif
