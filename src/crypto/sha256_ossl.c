/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* OpenSSL's own code for it, which no provider or engine stands before. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/sha256.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

jm_err
jm_sha256(const void *data, size_t len, uint8_t out[32])
{
	SHA256_CTX c;
	jm_err e = JM_OK;

	if (SHA256_Init(&c) != 1 || SHA256_Update(&c, data, len) != 1 ||
	    SHA256_Final(out, &c) != 1) {
		memset(out, 0, 32);
		e = JM_CRYPTO;
	}
	OPENSSL_cleanse(&c, sizeof c);
	return e;
}
