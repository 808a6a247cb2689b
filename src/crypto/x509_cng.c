/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <string.h>
#include <wincrypt.h>

#include "base/wbuf.h"
#include "crypto/x509_other.h"

/* Is the hash at least SHA-1?  By name: what is not here is older or unknown,
 * or left out. */
static int
hash_ok(const char *oid)
{
	static const char *const names[] = { szOID_OIWSEC_sha1,
		szOID_NIST_sha256, szOID_NIST_sha384, szOID_NIST_sha512 };

	for (size_t i = 0; i < NELEM(names); i++)
		if (oid != NULL && strcmp(names[i], oid) == 0)
			return 1;
	return 0;
}

/* Good until LocalFree; NULL when it is not such a thing. */
static void *
decode(const char *what, const BYTE *der, size_t len)
{
	DWORD size = 0;
	void *p = NULL;

	return CryptDecodeObjectEx(X509_ASN_ENCODING, what, der, (DWORD)len,
		   CRYPT_DECODE_ALLOC_FLAG, NULL, &p, &size)
		   ? p
		   : NULL;
}

/* RSASSA-PSS tells its hash beside the name (RFC 4055, section 3.1). */
static int
pss_ok(const CRYPT_OBJID_BLOB *params)
{
	CRYPT_RSA_SSA_PSS_PARAMETERS *p =
	    decode(PKCS_RSA_SSA_PSS_PARAMETERS, params->pbData, params->cbData);
	int ok = p != NULL && hash_ok(p->HashAlgorithm.pszObjId) &&
		 hash_ok(p->MaskGenAlgorithm.HashAlgorithm.pszObjId);

	LocalFree(p);
	return ok;
}

static int
algorithm_ok(const CRYPT_ALGORITHM_IDENTIFIER *alg)
{
	static const char *const names[] = {
		szOID_RSA_SHA1RSA,
		szOID_RSA_SHA256RSA,
		szOID_RSA_SHA384RSA,
		szOID_RSA_SHA512RSA,
		szOID_ECDSA_SHA1,
		szOID_ECDSA_SHA256,
		szOID_ECDSA_SHA384,
		szOID_ECDSA_SHA512,
	};

	if (strcmp(alg->pszObjId, szOID_RSA_SSA_PSS) == 0)
		return pss_ok(&alg->Parameters);
	for (size_t i = 0; i < NELEM(names); i++)
		if (strcmp(names[i], alg->pszObjId) == 0)
			return 1;
	return 0;
}

jm_err
jm_cert_verify_other(const struct jm_cert *cert, const struct jm_cert *ca)
{
	CERT_SIGNED_CONTENT_INFO *info =
	    decode(X509_CERT, cert->der, cert->der_len);
	CERT_PUBLIC_KEY_INFO *key =
	    decode(X509_PUBLIC_KEY_INFO, ca->der + ca->spki.off, ca->spki.len);
	CRYPT_DATA_BLOB blob = { (DWORD)cert->der_len,
		(BYTE *)(uintptr_t)cert->der };
	jm_err e = JM_BAD_SIG; /* also for what crypt32 cannot read */

	if (info != NULL && key != NULL &&
	    algorithm_ok(&info->SignatureAlgorithm) &&
	    CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING,
		CRYPT_VERIFY_CERT_SIGN_SUBJECT_BLOB, &blob,
		CRYPT_VERIFY_CERT_SIGN_ISSUER_PUBKEY, key, 0, NULL))
		e = JM_OK;
	LocalFree(info);
	LocalFree(key);
	return e;
}
