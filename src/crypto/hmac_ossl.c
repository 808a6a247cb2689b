/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/ctx_ossl.h"

#define KEY_MAX 64 /* the block of SHA-256: a longer key would be hashed */

jm_err
jm_hmac(const void *key, size_t key_len, const void *msg, size_t len,
    uint8_t out[JM_HMAC_LEN])
{
	char digest[] = "SHA2-256";
	OSSL_PARAM params[2];
	EVP_MAC_CTX *mc = NULL;
	EVP_MAC *mac = NULL;
	OSSL_LIB_CTX *ctx;
	size_t n = 0;
	jm_err e;

	memset(out, 0, JM_HMAC_LEN);
	if (key_len == 0 || key_len > KEY_MAX)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0);
	params[1] = OSSL_PARAM_construct_end();
	if ((mac = EVP_MAC_fetch(ctx, "HMAC", NULL)) == NULL ||
	    (mc = EVP_MAC_CTX_new(mac)) == NULL ||
	    EVP_MAC_init(mc, key, key_len, params) != 1 ||
	    (len > 0 && EVP_MAC_update(mc, msg, len) != 1) ||
	    EVP_MAC_final(mc, out, &n, JM_HMAC_LEN) != 1 || n != JM_HMAC_LEN) {
		jm_wipe(out, JM_HMAC_LEN);
		e = JM_CRYPTO;
	}
	EVP_MAC_CTX_free(mc); /* wipes its copy of the key */
	EVP_MAC_free(mac);
	jm_ossl_leave();
	return e;
}
