/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/sm_crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#include "base/wbuf.h"
#include "base/wipe.h"
#include "crypto/ctx_ossl.h"
#include "crypto/digest.h"

#define HKDF_MAX (255 * 32)

/* AES-CMAC over a and then b. */
static jm_err
cmac_parts(const uint8_t *key, size_t key_len, const void *a, size_t a_len,
    const void *b, size_t b_len, uint8_t out[JM_AES_BLOCK])
{
	OSSL_PARAM params[2];
	char cipher[] = "AES-256-CBC";
	EVP_MAC_CTX *mc = NULL;
	EVP_MAC *mac = NULL;
	OSSL_LIB_CTX *ctx;
	size_t n = 0;
	jm_err e;

	memset(out, 0, JM_AES_BLOCK);
	if (key_len != 16 && key_len != 32)
		return JM_ARG;
	if (key_len == 16)
		memcpy(cipher, "AES-128-CBC", sizeof cipher);
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	params[0] =
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher, 0);
	params[1] = OSSL_PARAM_construct_end();
	if ((mac = EVP_MAC_fetch(ctx, "CMAC", NULL)) == NULL ||
	    (mc = EVP_MAC_CTX_new(mac)) == NULL ||
	    EVP_MAC_init(mc, key, key_len, params) != 1 ||
	    (a_len > 0 && EVP_MAC_update(mc, a, a_len) != 1) ||
	    (b_len > 0 && EVP_MAC_update(mc, b, b_len) != 1) ||
	    EVP_MAC_final(mc, out, &n, JM_AES_BLOCK) != 1 ||
	    n != JM_AES_BLOCK) {
		jm_wipe(out, JM_AES_BLOCK);
		e = JM_CRYPTO;
	}
	EVP_MAC_CTX_free(mc);
	EVP_MAC_free(mac);
	jm_ossl_leave();
	return e;
}

jm_err
jm_cmac(const uint8_t *key, size_t key_len, const void *data, size_t len,
    uint8_t out[JM_AES_BLOCK])
{
	return cmac_parts(key, key_len, data, len, NULL, 0, out);
}

jm_err
jm_sm_mac(const struct jm_sm_keys *k, const uint8_t *msg, size_t len,
    uint8_t mac[JM_SM_MAC_LEN])
{
	uint8_t whole[JM_AES_BLOCK];
	jm_err e;

	e = cmac_parts(
	    k->mac, sizeof k->mac, k->ssc, sizeof k->ssc, msg, len, whole);
	memcpy(mac, whole, JM_SM_MAC_LEN);
	jm_wipe(whole, sizeof whole);
	return e;
}

/* AES-256 over whole blocks, without padding.  iv NULL: one block, ECB. */
static jm_err
aes(OSSL_LIB_CTX *ctx, const uint8_t key[32], const uint8_t *iv, int encrypt,
    const uint8_t *in, size_t len, uint8_t *out)
{
	const char *name = iv == NULL ? "AES-256-ECB" : "AES-256-CBC";
	EVP_CIPHER_CTX *cc = NULL;
	EVP_CIPHER *cipher = NULL;
	int n = 0, tail = 0;
	jm_err e = JM_CRYPTO;

	if ((cipher = EVP_CIPHER_fetch(ctx, name, NULL)) != NULL &&
	    (cc = EVP_CIPHER_CTX_new()) != NULL &&
	    EVP_CipherInit_ex2(cc, cipher, key, iv, encrypt, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(cc, 0) == 1 &&
	    EVP_CipherUpdate(cc, out, &n, in, (int)len) == 1 &&
	    EVP_CipherFinal_ex(cc, out + n, &tail) == 1 &&
	    (size_t)n + (size_t)tail == len)
		e = JM_OK;
	EVP_CIPHER_CTX_free(cc); /* wipes the key schedule */
	EVP_CIPHER_free(cipher);
	return e;
}

static jm_err
cbc(const struct jm_sm_keys *k, int encrypt, const uint8_t *in, size_t len,
    uint8_t *out)
{
	uint8_t iv[JM_AES_BLOCK] = { 0 };
	OSSL_LIB_CTX *ctx;
	jm_err e;

	if (len == 0 || len % JM_AES_BLOCK != 0 || len > 0x10000)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) == JM_OK) {
		e = aes(ctx, k->enc, NULL, 1, k->ssc, sizeof k->ssc, iv);
		if (e == JM_OK)
			e = aes(ctx, k->enc, iv, encrypt, in, len, out);
		jm_ossl_leave();
	}
	if (e != JM_OK)
		jm_wipe(out, len);
	jm_wipe(iv, sizeof iv);
	return e;
}

jm_err
jm_sm_encrypt(
    const struct jm_sm_keys *k, const uint8_t *in, size_t len, uint8_t *out)
{
	return cbc(k, 1, in, len, out);
}

jm_err
jm_sm_decrypt(
    const struct jm_sm_keys *k, const uint8_t *in, size_t len, uint8_t *out)
{
	return cbc(k, 0, in, len, out);
}

void
jm_sm_count(struct jm_sm_keys *k)
{
	for (size_t i = sizeof k->ssc; i > 0 && ++k->ssc[i - 1] == 0; i--)
		;
}

/* An octet string that the library reads and does not change. */
static OSSL_PARAM
octets(const char *name, const void *p, size_t len)
{
	union {
		const void *in;
		void *out;
	} u = { p };

	return OSSL_PARAM_construct_octet_string(name, u.out, len);
}

jm_err
jm_hkdf(const void *ikm, size_t ikm_len, const void *salt, size_t salt_len,
    const void *info, size_t info_len, uint8_t *out, size_t out_len)
{
	char digest[] = "SHA2-256";
	OSSL_PARAM params[5], *p = params;
	EVP_KDF_CTX *kc = NULL;
	EVP_KDF *kdf = NULL;
	OSSL_LIB_CTX *ctx;
	jm_err e;

	memset(out, 0, out_len);
	if (out_len == 0 || out_len > HKDF_MAX)
		return JM_ARG;
	if ((e = jm_ossl_enter(&ctx)) != JM_OK)
		return e;
	*p++ =
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
	*p++ = octets(OSSL_KDF_PARAM_KEY, ikm, ikm_len);
	if (salt_len > 0)
		*p++ = octets(OSSL_KDF_PARAM_SALT, salt, salt_len);
	if (info_len > 0)
		*p++ = octets(OSSL_KDF_PARAM_INFO, info, info_len);
	*p = OSSL_PARAM_construct_end();
	if ((kdf = EVP_KDF_fetch(ctx, "HKDF", NULL)) == NULL ||
	    (kc = EVP_KDF_CTX_new(kdf)) == NULL ||
	    EVP_KDF_derive(kc, out, out_len, params) != 1) {
		jm_wipe(out, out_len);
		e = JM_CRYPTO;
	}
	EVP_KDF_CTX_free(kc); /* wipes its copies */
	EVP_KDF_free(kdf);
	jm_ossl_leave();
	return e;
}

jm_err
jm_sm_derive(const uint8_t *z, size_t z_len, const uint8_t *aid, size_t aid_len,
    const uint8_t et[JM_SM_POINT], const uint8_t ec[JM_SM_POINT],
    struct jm_sm_keys *out)
{
	static const char name[] = "jumin channel 1";
	uint8_t info[sizeof name - 1 + JM_SM_AID_MAX + 2 * JM_SM_POINT];
	uint8_t okm[sizeof out->enc + sizeof out->mac];
	struct jm_wbuf w;
	jm_err e;

	memset(out, 0, sizeof *out);
	if (z_len != 32 || aid_len == 0 || aid_len > JM_SM_AID_MAX)
		return JM_ARG;
	jm_wbuf_init(&w, info, sizeof info);
	jm_put(&w, name, sizeof name - 1);
	jm_put(&w, aid, aid_len);
	jm_put(&w, et, JM_SM_POINT);
	jm_put(&w, ec, JM_SM_POINT);
	e = jm_hkdf(z, z_len, NULL, 0, info, w.len, okm, sizeof okm);
	if (e == JM_OK) {
		memcpy(out->enc, okm, sizeof out->enc);
		memcpy(out->mac, okm + sizeof out->enc, sizeof out->mac);
	}
	jm_wipe(okm, sizeof okm);
	return e;
}
