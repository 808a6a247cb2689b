/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <stdio.h>
#include <string.h>

/* The interface is older than const. */
static LPSTR
lax(const char *s)
{
	return (LPSTR)(ULONG_PTR)s;
}

DWORD
job_pin(struct host *h, PIN_ID id, const char *pin, DWORD *tries)
{
	*tries = 77;
	return h->d.pfnCardAuthenticateEx(&h->d, id, 0, (PBYTE)lax(pin),
	    (DWORD)strlen(pin), NULL, NULL, tries);
}

PIN_ID
job_pin_of(BYTE container)
{
	return container == 0 ? ROLE_USER : SIGN_ID;
}

const char *
job_right_pin(PIN_ID id)
{
	return id == ROLE_USER ? AUTH_PIN : SIGN_PIN;
}

void
job_verified(struct host *h, PIN_SET want)
{
	PIN_SET got = 0xffff;
	DWORD len = 0;

	is(ERROR_SUCCESS,
	    h->d.pfnCardGetProperty(&h->d, L"Authenticated State", (PBYTE)&got,
		sizeof got, &len, 0),
	    "Authenticated State");
	is(want, got, "what is verified");
}

DWORD
job_read(
    struct host *h, const char *dir, const char *file, BYTE **data, DWORD *len)
{
	*data = NULL;
	*len = 0;
	return h->d.pfnCardReadFile(&h->d, lax(dir), lax(file), 0, data, len);
}

unsigned
job_containers(struct host *h, DWORD spec[8])
{
	CONTAINER_MAP_RECORD r;
	unsigned n = 0;
	BYTE *map;
	DWORD len;

	if (job_read(h, "mscp", "cmapfile", &map, &len) != ERROR_SUCCESS)
		return 0;
	for (DWORD i = 0; i < 8 && (i + 1) * sizeof r <= len; i++) {
		memcpy(&r, map + i * sizeof r, sizeof r);
		spec[i] = 0;
		if ((r.bFlags & CONTAINER_MAP_VALID_CONTAINER) == 0)
			continue;
		n++;
		if (r.wKeyExchangeKeySizeBits != 0)
			spec[i] = MD_AT_KEYEXCHANGE;
		else if (r.wSigKeySizeBits == 384)
			spec[i] = MD_AT_ECDSA_P384;
		else if (r.wSigKeySizeBits == 256)
			spec[i] = MD_AT_ECDSA_P256;
		else
			spec[i] = MD_AT_SIGNATURE;
	}
	host_free(map);
	return n;
}

DWORD
job_cert(struct host *h, BYTE container, DWORD spec, BYTE **der, DWORD *len)
{
	char name[9];

	snprintf(name, sizeof name, "%s%02u",
	    spec == MD_AT_KEYEXCHANGE ? "kxc" : "ksc", container);
	return job_read(h, "mscp", name, der, len);
}

DWORD
job_sign_info(struct host *h, CARD_SIGNING_INFO *info)
{
	info->pbSignedData = (BYTE *)info; /* nothing that may be freed */
	info->cbSignedData = 4711;
	return h->d.pfnCardSignData(&h->d, info);
}

DWORD
job_sign(struct host *h, BYTE container, DWORD spec, UINT alg, const BYTE *hash,
    DWORD hash_len, struct job_sig *sig)
{
	CARD_SIGNING_INFO info = { .dwVersion = 2,
		.bContainerIndex = container,
		.dwKeySpec = spec,
		.aiHashAlg = alg,
		.pbData = (PBYTE)(ULONG_PTR)hash,
		.cbData = hash_len };
	const DWORD code = job_sign_info(h, &info);

	sig->p = info.pbSignedData;
	sig->len = info.cbSignedData;
	if (code != ERROR_SUCCESS && (sig->p != NULL || sig->len != 0))
		check(0, "a signature that is refused has no bytes");
	return code;
}

const BYTE job_hash[32] = { 0x2c, 0xf2, 0x4d, 0xba, 0x5f, 0xb0, 0xa3, 0x0e };

DWORD
job_sign_any(struct host *h, BYTE container, DWORD spec, struct job_sig *sig)
{
	return job_sign(h, container, spec, MD_CALG_SHA_256, job_hash,
	    sizeof job_hash, sig);
}
