/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pkcs11/nymt.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>
#include <string.h>

#include "crypto/ec_sig.h"

static CK_BYTE msg[] = "a message of some length, to be signed";

CK_SLOT_ID
nymt_slot(unsigned reader)
{
	return 4 * reader + 2; /* the module numbers readers as they come */
}

CK_SESSION_HANDLE
nymt_open(unsigned reader)
{
	CK_SESSION_HANDLE s = CK_INVALID_HANDLE;

	assert_int_equal(
	    p11->C_OpenSession(nymt_slot(reader),
		CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s),
	    CKR_OK);
	return s;
}

CK_SESSION_HANDLE
nymt_user(unsigned reader)
{
	const CK_SESSION_HANDLE s = nymt_open(reader);

	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	return s;
}

int
nymt_token(unsigned reader)
{
	CK_SLOT_ID list[4 * VS_READERS];
	const CK_SLOT_ID id = nymt_slot(reader);
	const size_t n = stage_slots(1, list, NELEM(list));
	CK_TOKEN_INFO info;
	int listed = 0;
	CK_RV rv;

	for (size_t i = 0; i < n; i++)
		listed += list[i] == id;
	rv = p11->C_GetTokenInfo(id, &info);
	assert_int_equal(listed, rv == CKR_OK);
	return listed;
}

size_t
nymt_find(CK_SESSION_HANDLE s, CK_ATTRIBUTE *tmpl, CK_ULONG n,
    CK_OBJECT_HANDLE *hit, size_t room)
{
	CK_OBJECT_HANDLE some[100];
	size_t len = 0;
	CK_ULONG got;

	assert_int_equal(p11->C_FindObjectsInit(s, tmpl, n), CKR_OK);
	do {
		assert_int_equal(
		    p11->C_FindObjects(s, some, NELEM(some), &got), CKR_OK);
		for (CK_ULONG i = 0; i < got; i++, len++)
			if (len < room)
				hit[len] = some[i];
	} while (got > 0);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	return len;
}

CK_OBJECT_HANDLE
nymt_object(CK_SESSION_HANDLE s, CK_OBJECT_CLASS class, const char *label)
{
	char text[256];
	CK_ATTRIBUTE tmpl[] = { { CKA_CLASS, &class, sizeof class },
		{ CKA_LABEL, text, strlen(label) } };
	CK_OBJECT_HANDLE hit = CK_INVALID_HANDLE;

	memcpy(text, label, strlen(label));
	assert_in_range(nymt_find(s, tmpl, 2, &hit, 1), 0, 1);
	return hit;
}

size_t
nymt_value(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type,
    void *out, size_t room)
{
	CK_ATTRIBUTE a = { type, out, room };

	assert_int_equal(p11->C_GetAttributeValue(s, o, &a, 1), CKR_OK);
	return a.ulValueLen;
}

CK_RV
nymt_get(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type)
{
	CK_ATTRIBUTE a = { type, NULL, 0 };

	return p11->C_GetAttributeValue(s, o, &a, 1);
}

CK_RV
nymt_sign(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key, CK_BYTE sig[64])
{
	CK_MECHANISM m = { CKM_ECDSA_SHA256, NULL, 0 };
	CK_ULONG len = 64;
	CK_RV rv;

	memset(sig, 0, 64);
	if ((rv = p11->C_SignInit(s, &m, key)) != CKR_OK)
		return rv;
	rv = p11->C_Sign(s, msg, sizeof msg, sig, &len);
	if (rv == CKR_OK)
		assert_int_equal(len, 64);
	return rv;
}

/* --- OpenSSL's verdict ---------------------------------------------------- */

static EVP_PKEY *
key_of_point(CK_BYTE *point, size_t len)
{
	static char curve[] = "prime256v1";
	const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(
					  OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(
		    OSSL_PKEY_PARAM_PUB_KEY, point, len),
		OSSL_PARAM_construct_end() };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM copy[NELEM(params)];
	EVP_PKEY *key = NULL;

	memcpy(copy, params, sizeof copy);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, copy), 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static int
accepts(EVP_PKEY *key, CK_BYTE sig[64])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[JM_EC_DER_MAX];
	size_t n;
	int ok;

	if (jm_ec_sig_to_der(JM_P256, sig, 64, der, &n) != JM_OK)
		n = 0;
	assert_int_equal(
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	ok = EVP_DigestVerify(ctx, der, n, msg, sizeof msg) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

int
nymt_accepts(CK_SESSION_HANDLE s, const char *label, CK_BYTE sig[64])
{
	CK_BYTE point[67], der[1000];
	const unsigned char *p = der;
	EVP_PKEY *key;
	size_t n;
	X509 *x;
	int both;

	n = nymt_value(s, nymt_object(s, CKO_PUBLIC_KEY, label), CKA_EC_POINT,
	    point, sizeof point);
	assert_int_equal(n, 67);
	assert_memory_equal(point, "\x04\x41\x04", 3);
	key = key_of_point(point + 2, 65);
	n = nymt_value(s, nymt_object(s, CKO_CERTIFICATE, label), CKA_VALUE,
	    der, sizeof der);
	x = d2i_X509(NULL, &p, (long)n);
	assert_non_null(x);
	both = accepts(key, sig) + accepts(X509_get0_pubkey(x), sig);
	assert_int_not_equal(both, 1);
	EVP_PKEY_free(key);
	X509_free(x);
	return both == 2;
}
