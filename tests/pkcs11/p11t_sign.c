/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pkcs11/p11t_sign.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static CK_RSA_PKCS_PSS_PARAMS pss = { CKM_SHA256, CKG_MGF1_SHA256, 32 };

#define NO_PARAM NULL, 0
#define PSS      &pss, sizeof pss

/* clang-format off */
struct p11t_way p11t_ways[] = {
	/* what                   mechanism                            hash      pss info digest */
	{ "RSA_PKCS, SHA-1",      { CKM_RSA_PKCS, NO_PARAM },          "SHA1",   0, 1, 0 },
	{ "RSA_PKCS, SHA-256",    { CKM_RSA_PKCS, NO_PARAM },          "SHA256", 0, 1, 0 },
	{ "RSA_PKCS, SHA-384",    { CKM_RSA_PKCS, NO_PARAM },          "SHA384", 0, 1, 0 },
	{ "RSA_PKCS, SHA-512",    { CKM_RSA_PKCS, NO_PARAM },          "SHA512", 0, 1, 0 },
	{ "SHA1_RSA_PKCS",        { CKM_SHA1_RSA_PKCS, NO_PARAM },     "SHA1",   0, 0, 0 },
	{ "SHA256_RSA_PKCS",      { CKM_SHA256_RSA_PKCS, NO_PARAM },   "SHA256", 0, 0, 0 },
	{ "SHA384_RSA_PKCS",      { CKM_SHA384_RSA_PKCS, NO_PARAM },   "SHA384", 0, 0, 0 },
	{ "SHA512_RSA_PKCS",      { CKM_SHA512_RSA_PKCS, NO_PARAM },   "SHA512", 0, 0, 0 },
	{ "RSA_PKCS_PSS",         { CKM_RSA_PKCS_PSS, PSS },           "SHA256", 1, 0, 1 },
	{ "SHA256_RSA_PKCS_PSS",  { CKM_SHA256_RSA_PKCS_PSS, PSS },    "SHA256", 1, 0, 0 },
};

/* RFC 8017, section 9.2, note 1: what stands before the digest. */
static const struct {
	const char *md;
	CK_BYTE head[19];
	size_t len;
} heads[] = {
	{ "SHA1",   { 0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a,
		      0x05, 0x00, 0x04, 0x14 }, 15 },
	{ "SHA256", { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
		      0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 }, 19 },
	{ "SHA384", { 0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
		      0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30 }, 19 },
	{ "SHA512", { 0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
		      0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40 }, 19 },
};
/* clang-format on */
const size_t p11t_ways_len = NELEM(p11t_ways);

size_t
p11t_input(
    const struct p11t_way *w, const void *msg, size_t len, CK_BYTE out[512])
{
	size_t head = 0;
	unsigned n;

	if (!w->digestinfo && !w->digest) {
		memcpy(out, msg, len);
		return len;
	}
	for (size_t i = 0; w->digestinfo && i < NELEM(heads); i++)
		if (strcmp(heads[i].md, w->md) == 0) {
			head = heads[i].len;
			memcpy(out, heads[i].head, head);
		}
	assert_int_equal(EVP_Digest(msg, len, out + head, &n,
			     EVP_get_digestbyname(w->md), NULL),
	    1);
	return head + n;
}

int
p11t_openssl_accepts(CK_SESSION_HANDLE s, enum jm_pair pair,
    const struct p11t_way *w, const void *msg, size_t len, const CK_BYTE *sig,
    size_t sig_len)
{
	const CK_OBJECT_HANDLE cert =
	    p11t_object(s, CKO_CERTIFICATE, pair == AUTH ? 1 : 2);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how;
	static unsigned char der[8192];
	const unsigned char *p = der;
	X509 *x;
	int ok;

	x = d2i_X509(
	    NULL, &p, (long)p11t_value(s, cert, CKA_VALUE, der, sizeof der));
	assert_non_null(x);
	assert_int_equal(
	    EVP_DigestVerifyInit(ctx, &how, EVP_get_digestbyname(w->md), NULL,
		X509_get0_pubkey(x)),
	    1);
	if (w->pss) {
		assert_true(EVP_PKEY_CTX_set_rsa_padding(
				how, RSA_PKCS1_PSS_PADDING) == 1);
		assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(how, 32) == 1);
	}
	ok = EVP_DigestVerify(ctx, sig, sig_len, msg, len) == 1;
	EVP_MD_CTX_free(ctx);
	X509_free(x);
	return ok;
}

CK_OBJECT_HANDLE
p11t_key(CK_SESSION_HANDLE s, enum jm_pair pair)
{
	return p11t_object(s, CKO_PRIVATE_KEY, pair == AUTH ? 1 : 2);
}

CK_RV
p11t_sign_init(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key)
{
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };

	return p11->C_SignInit(s, &m, key);
}
