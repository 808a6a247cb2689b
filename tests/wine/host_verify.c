/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Windows thinks of a signature: CNG and CryptoAPI of Wine, which share
 * nothing with the driver's own check. */
#include <windows.h>
/* after windows.h */
#include <bcrypt.h>
#include <wincrypt.h>

#include <string.h>

#include "tests/wine/host.h"

#define RSA_HEAD  20 /* of a CryptoAPI blob: before the modulus */
#define RSA_MAX   512
#define ECC_POINT 65
#define PSS_SALT  32

static LPCWSTR
cng_hash(UINT alg)
{
	switch (alg) {
	case MD_CALG_SHA1: return BCRYPT_SHA1_ALGORITHM;
	case MD_CALG_SHA_384: return BCRYPT_SHA384_ALGORITHM;
	case MD_CALG_SHA_512: return BCRYPT_SHA512_ALGORITHM;
	default: return BCRYPT_SHA256_ALGORITHM;
	}
}

void
hash_of(UINT alg, const void *data, DWORD len, BYTE *out, DWORD *out_len)
{
	BCRYPT_ALG_HANDLE a;
	BCRYPT_HASH_HANDLE h;
	DWORD got;

	if (BCryptOpenAlgorithmProvider(&a, cng_hash(alg), NULL, 0) != 0 ||
	    BCryptGetProperty(a, BCRYPT_HASH_LENGTH, (PUCHAR)out_len,
		sizeof *out_len, &got, 0) != 0 ||
	    BCryptCreateHash(a, &h, NULL, 0, NULL, 0, 0) != 0 ||
	    BCryptHashData(h, (PUCHAR)(ULONG_PTR)data, len, 0) != 0 ||
	    BCryptFinishHash(h, out, *out_len, 0) != 0)
		give_up("CNG cannot hash");
	(void)BCryptDestroyHash(h);
	(void)BCryptCloseAlgorithmProvider(a, 0);
}

static DWORD
ecc_blob(const CRYPT_BIT_BLOB *point, BYTE *out, DWORD room)
{
	const DWORD field = (point->cbData - 1) / 2;
	BCRYPT_ECCKEY_BLOB head = { BCRYPT_ECDSA_PUBLIC_P256_MAGIC, field };

	if (field == 48)
		head.dwMagic = BCRYPT_ECDSA_PUBLIC_P384_MAGIC;
	if (point->cbData == 0 || point->pbData[0] != 4 ||
	    sizeof head + 2 * field > room)
		return 0;
	memcpy(out, &head, sizeof head);
	memcpy(out + sizeof head, point->pbData + 1, 2 * field);
	return (DWORD)sizeof head + 2 * field;
}

DWORD
verify_blob(const BYTE *der, DWORD der_len, DWORD spec, BYTE *out, DWORD room)
{
	const CERT_PUBLIC_KEY_INFO *k;
	const CERT_CONTEXT *c;
	DWORD len = room;

	c = CertCreateCertificateContext(X509_ASN_ENCODING, der, der_len);
	if (c == NULL)
		return 0;
	k = &c->pCertInfo->SubjectPublicKeyInfo;
	if (spec > MD_AT_SIGNATURE) {
		len = ecc_blob(&k->PublicKey, out, room);
	} else if (!CryptDecodeObject(X509_ASN_ENCODING, RSA_CSP_PUBLICKEYBLOB,
		       k->PublicKey.pbData, k->PublicKey.cbData, 0, out,
		       &len)) {
		len = 0;
	} else {
		const ALG_ID alg =
		    spec == MD_AT_SIGNATURE ? CALG_RSA_SIGN : CALG_RSA_KEYX;

		memcpy(out + 4, &alg, sizeof alg);
	}
	(void)CertFreeCertificateContext(c);
	return len;
}

/* A CryptoAPI blob as CNG's. */
static DWORD
to_cng(const BYTE *blob, DWORD len, BYTE *out)
{
	const DWORD n = len - RSA_HEAD;
	const BCRYPT_RSAKEY_BLOB head = { BCRYPT_RSAPUBLIC_MAGIC, n * 8, 3, n,
		0, 0 };

	memcpy(out, &head, sizeof head);
	memcpy(out + sizeof head, "\x01\x00\x01", 3);
	for (DWORD i = 0; i < n; i++)
		out[sizeof head + 3 + i] = blob[len - 1 - i];
	return (DWORD)sizeof head + 3 + n;
}

static int
cng(const BYTE *blob, DWORD blob_len, enum verify_by by, UINT alg,
    const BYTE *hash, DWORD hash_len, const BYTE *sig, DWORD sig_len)
{
	BCRYPT_PKCS1_PADDING_INFO pkcs1 = { cng_hash(alg) };
	BCRYPT_PSS_PADDING_INFO pss = { cng_hash(alg), PSS_SALT };
	BYTE key[RSA_MAX + 64], turned[RSA_MAX];
	LPCWSTR name = BCRYPT_RSA_ALGORITHM, type = BCRYPT_RSAPUBLIC_BLOB;
	void *padding = by == BY_PSS ? (void *)&pss : (void *)&pkcs1;
	ULONG flags = by == BY_PSS ? BCRYPT_PAD_PSS : BCRYPT_PAD_PKCS1;
	BCRYPT_ALG_HANDLE a;
	BCRYPT_KEY_HANDLE k;
	DWORD key_len;
	int good = 0;

	if (sig_len > sizeof turned || blob_len > RSA_MAX)
		return 0;
	for (DWORD i = 0; i < sig_len; i++)
		turned[i] = by == BY_ECDSA ? sig[i] : sig[sig_len - 1 - i];
	if (by == BY_ECDSA) {
		name = blob_len > 100 ? BCRYPT_ECDSA_P384_ALGORITHM
				      : BCRYPT_ECDSA_P256_ALGORITHM;
		type = BCRYPT_ECCPUBLIC_BLOB;
		padding = NULL;
		flags = 0;
		memcpy(key, blob, blob_len);
		key_len = blob_len;
	} else {
		key_len = to_cng(blob, blob_len, key);
	}
	if (BCryptOpenAlgorithmProvider(&a, name, NULL, 0) != 0)
		give_up("CNG has no such algorithm");
	if (BCryptImportKeyPair(a, NULL, type, &k, key, key_len, 0) != 0)
		give_up("CNG does not take the key");
	good = BCryptVerifySignature(k, padding, (PUCHAR)(ULONG_PTR)hash,
		   hash_len, turned, sig_len, flags) == 0;
	(void)BCryptDestroyKey(k);
	(void)BCryptCloseAlgorithmProvider(a, 0);
	return good;
}

static int
capi(const BYTE *blob, DWORD blob_len, UINT alg, const BYTE *hash,
    const BYTE *sig, DWORD sig_len)
{
	HCRYPTPROV p;
	HCRYPTHASH h;
	HCRYPTKEY k;
	int good;

	if (!CryptAcquireContextW(
		&p, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT))
		give_up("there is no CryptoAPI");
	if (!CryptImportKey(p, blob, blob_len, 0, 0, &k) ||
	    !CryptCreateHash(p, alg, 0, 0, &h) ||
	    !CryptSetHashParam(h, HP_HASHVAL, hash, 0))
		give_up("CryptoAPI does not take the key");
	good = CryptVerifySignatureW(h, sig, sig_len, k, NULL, 0);
	(void)CryptDestroyHash(h);
	(void)CryptDestroyKey(k);
	(void)CryptReleaseContext(p, 0);
	return good;
}

void
verify_sig(const BYTE *der, DWORD der_len, enum verify_by by, UINT alg,
    const BYTE *hash, DWORD hash_len, const struct job_sig *sig)
{
	BYTE blob[RSA_MAX], other[RSA_MAX];
	const DWORD len = verify_blob(der, der_len,
	    by == BY_ECDSA ? MD_AT_ECDSA_P384 : MD_AT_SIGNATURE, blob,
	    sizeof blob);

	if (len == 0 || sig->p == NULL || sig->len > sizeof other) {
		check(0, "there is a key, and a signature by it");
		return;
	}
	memcpy(other, sig->p, sig->len);
	other[sig->len / 2] ^= 1;
	check(cng(blob, len, by, alg, hash, hash_len, sig->p, sig->len),
	    "CNG says that it is a signature");
	check(!cng(blob, len, by, alg, hash, hash_len, other, sig->len),
	    "and that another one is none");
	if (by != BY_PKCS1)
		return;
	check(capi(blob, len, alg, hash, sig->p, sig->len),
	    "CryptoAPI says that it is a signature");
	check(!capi(blob, len, alg, hash, other, sig->len),
	    "and that another one is none");
}

void
verify_quietly(const BYTE *der, DWORD der_len, const struct job_sig *sig)
{
	BYTE blob[RSA_MAX];
	const DWORD len =
	    verify_blob(der, der_len, MD_AT_SIGNATURE, blob, sizeof blob);

	if (len == 0 || sig->p == NULL ||
	    !cng(blob, len, BY_PKCS1, MD_CALG_SHA_256, job_hash,
		sizeof job_hash, sig->p, sig->len))
		check(0, "a signature that was handed out is one");
}
