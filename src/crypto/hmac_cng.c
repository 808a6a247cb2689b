/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/hmac.h"

#include <string.h>

#include "base/wipe.h"
#include "crypto/call_cng.h"

#define KEY_MAX 64 /* the block of SHA-256: a longer key would be hashed */

jm_err
jm_hmac(const void *key, size_t key_len, const void *msg, size_t len,
    uint8_t out[JM_HMAC_LEN])
{
	BCRYPT_HASH_HANDLE hash = NULL;
	BCRYPT_ALG_HANDLE alg;
	uint8_t copy[KEY_MAX];
	jm_err e;

	memset(out, 0, JM_HMAC_LEN);
	if (key_len == 0 || key_len > KEY_MAX)
		return JM_ARG;
	if ((e = jm_cng_open(BCRYPT_SHA256_ALGORITHM,
		 BCRYPT_ALG_HANDLE_HMAC_FLAG, &alg)) != JM_OK)
		return e;
	memcpy(copy, key, key_len);
	if ((e = jm_cng_err(
		 BCryptCreateHash(alg, &hash, NULL, 0, copy, (ULONG)key_len, 0),
		 JM_CRYPTO)) != JM_OK ||
	    (e = jm_cng_hash_more(hash, msg, len)) != JM_OK ||
	    (e = jm_cng_err(BCryptFinishHash(hash, out, JM_HMAC_LEN, 0),
		 JM_CRYPTO)) != JM_OK)
		jm_wipe(out, JM_HMAC_LEN);
	jm_wipe(copy, sizeof copy);
	if (hash != NULL)
		(void)BCryptDestroyHash(hash); /* wipes its copy of the key */
	(void)BCryptCloseAlgorithmProvider(alg, 0);
	return e;
}
