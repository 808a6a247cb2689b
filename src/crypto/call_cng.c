/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/call_cng.h"

#include "base/wbuf.h"

#define PART_MAX (1u << 30)

LPCWSTR
jm_cng_hash_name(enum jm_hash h)
{
	switch (h) {
	case JM_SHA1: return BCRYPT_SHA1_ALGORITHM;
	case JM_SHA256: return BCRYPT_SHA256_ALGORITHM;
	case JM_SHA384: return BCRYPT_SHA384_ALGORITHM;
	case JM_SHA512: return BCRYPT_SHA512_ALGORITHM;
	}
	return NULL;
}

jm_err
jm_cng_err(NTSTATUS s, jm_err given)
{
	static const NTSTATUS library[] = {
		STATUS_INSUFFICIENT_RESOURCES,
		STATUS_INVALID_HANDLE,
		STATUS_NOT_FOUND, /* no such algorithm */
		STATUS_NOT_IMPLEMENTED,
		STATUS_NOT_SUPPORTED,
		STATUS_UNSUCCESSFUL,
	};

	if (BCRYPT_SUCCESS(s))
		return JM_OK;
	if (s == STATUS_NO_MEMORY)
		return JM_NOMEM;
	for (size_t i = 0; i < NELEM(library); i++)
		if (library[i] == s)
			return JM_CRYPTO;
	return given;
}

jm_err
jm_cng_open(LPCWSTR algorithm, ULONG flags, BCRYPT_ALG_HANDLE *out)
{
	NTSTATUS s = BCryptOpenAlgorithmProvider(out, algorithm, NULL, flags);

	if (!BCRYPT_SUCCESS(s))
		*out = NULL;
	return jm_cng_err(s, JM_CRYPTO);
}

jm_err
jm_cng_hash_more(BCRYPT_HASH_HANDLE hash, const void *data, size_t len)
{
	const UCHAR *p = data;
	jm_err e = JM_OK;

	while (e == JM_OK && len > 0) {
		const ULONG n = len < PART_MAX ? (ULONG)len : PART_MAX;

		e = jm_cng_err(BCryptHashData(hash, (PUCHAR)(uintptr_t)p, n, 0),
		    JM_CRYPTO);
		p += n;
		len -= n;
	}
	return e;
}
