/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CardSignData.  What the host describes in three ways (a hash algorithm, the
 * padding of CNG, nothing at all) becomes one mechanism and its input; the
 * token's guard decides whether that may be signed.
 */
#include "base/log.h"
#include "crypto/rsa_pad.h"
#include "drivers/minidriver/containers.h"
#include "drivers/minidriver/entry.h"
#include "drivers/minidriver/md_err.h"
#include "drivers/minidriver/sigcache.h"
#include "objects/ident.h"

#define NO_HASH_OID 1u /* CRYPT_NOHASHOID of wincrypt.h */
#define SIGN_FLAGS                                                             \
	(NO_HASH_OID | CARD_PADDING_INFO_PRESENT | CARD_BUFFER_SIZE_ONLY)

#define PSS_SALT   32 /* the card's only one, with SHA-256 */
#define SHAMD5_LEN 36 /* MD5 and SHA-1 side by side (TLS before 1.2) */

/* One signature: in may be the host's data, or digest_info. */
struct job {
	enum jm_pair pair;
	enum jm_sign_mech mech;
	const uint8_t *in;
	size_t in_len;
	uint8_t digest_info[JM_DIGESTINFO_MAX];
};

/* What was hashed how, as the host tells it. */
enum form {
	FORM_RAW,    /* signed as it is */
	FORM_SHAMD5, /* likewise, of one length */
	FORM_MD5,    /* known, and no longer signed */
	FORM_HASH
};

struct hash_row {
	UINT alg;
	LPCWSTR name; /* CNG's; NULL: it has none */
	enum form form;
	enum jm_hash hash; /* of FORM_HASH */
};

static const struct hash_row hashes[] = {
	{ MD_CALG_SHA1, L"SHA1", FORM_HASH, JM_SHA1 },
	{ MD_CALG_SHA_256, L"SHA256", FORM_HASH, JM_SHA256 },
	{ MD_CALG_SHA_384, L"SHA384", FORM_HASH, JM_SHA384 },
	{ MD_CALG_SHA_512, L"SHA512", FORM_HASH, JM_SHA512 },
	{ MD_CALG_MD5, L"MD5", FORM_MD5, JM_SHA1 },
	{ MD_CALG_SSL3_SHAMD5, NULL, FORM_SHAMD5, JM_SHA1 },
};

static const struct hash_row raw = { 0, NULL, FORM_RAW, JM_SHA1 };

static int
same(LPCWSTR a, LPCWSTR b)
{
	for (; *a != 0 && *a == *b; a++)
		b++;
	return *a == *b;
}

/* By number; NULL and *why: there is none to sign with. */
static const struct hash_row *
by_alg(UINT alg, DWORD *why)
{
	if (alg == 0)
		return &raw;
	for (size_t i = 0; i < NELEM(hashes); i++)
		if (hashes[i].alg == alg)
			return &hashes[i];
	*why = (alg & MD_ALG_CLASS_MASK) == MD_ALG_CLASS_HASH
		   ? (DWORD)SCARD_E_UNSUPPORTED_FEATURE
		   : (DWORD)SCARD_E_INVALID_PARAMETER;
	return NULL;
}

static const struct hash_row *
by_name(LPCWSTR name, DWORD *why)
{
	if (name == NULL)
		return &raw;
	for (size_t i = 0; i < NELEM(hashes); i++)
		if (hashes[i].name != NULL && same(hashes[i].name, name))
			return &hashes[i];
	*why = (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	return NULL;
}

/* Has the data the length that its hash has? */
static DWORD
check_len(const struct hash_row *h, DWORD len)
{
	switch (h->form) {
	case FORM_RAW: break;
	case FORM_MD5: return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	case FORM_SHAMD5:
		if (len != SHAMD5_LEN)
			return (DWORD)SCARD_E_INVALID_PARAMETER;
		break;
	case FORM_HASH:
		if (len != jm_hash_len(h->hash))
			return (DWORD)SCARD_E_INVALID_PARAMETER;
		break;
	}
	return ERROR_SUCCESS;
}

static DWORD
plan_pkcs1(
    const CARD_SIGNING_INFO *info, const struct hash_row *h, struct job *j)
{
	const DWORD rc = check_len(h, info->cbData);

	if (rc != ERROR_SUCCESS)
		return rc;
	j->mech = JM_SIGN_PKCS1;
	if (h->form != FORM_HASH)
		return ERROR_SUCCESS;
	jm_digestinfo(h->hash, info->pbData, j->digest_info, &j->in_len);
	j->in = j->digest_info;
	return ERROR_SUCCESS;
}

static DWORD
plan_pss(const CARD_SIGNING_INFO *info, const struct jm_token *t, struct job *j)
{
	const MD_PSS_PADDING *pss = info->pPaddingInfo;

	if (pss->pszAlgId == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if (!same(pss->pszAlgId, L"SHA256") || pss->cbSalt != PSS_SALT ||
	    !jm_token_has_pss(t))
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	if (info->cbData != jm_hash_len(JM_SHA256))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	j->mech = JM_SIGN_PSS_SHA256;
	return ERROR_SUCCESS;
}

/* CNG's description; of an RSA key. */
static DWORD
plan_padding(
    const CARD_SIGNING_INFO *info, const struct jm_token *t, struct job *j)
{
	const struct hash_row *h;
	DWORD why = 0;

	if (info->dwPaddingType == CARD_PADDING_NONE)
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	if ((info->dwPaddingType != CARD_PADDING_PKCS1 &&
		info->dwPaddingType != CARD_PADDING_PSS) ||
	    info->pPaddingInfo == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if (info->dwPaddingType == CARD_PADDING_PSS)
		return plan_pss(info, t, j);
	h = by_name(
	    ((const MD_PKCS1_PADDING *)info->pPaddingInfo)->pszAlgId, &why);
	return h == NULL ? why : plan_pkcs1(info, h, j);
}

/* A key on a curve takes the hash value; there is nothing to pad. */
static DWORD
plan_ec(const CARD_SIGNING_INFO *info, struct job *j)
{
	const struct hash_row *h;
	DWORD why = 0;

	if ((info->dwSigningFlags & CARD_PADDING_INFO_PRESENT) != 0 &&
	    info->dwPaddingType != CARD_PADDING_NONE)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((h = by_alg(info->aiHashAlg, &why)) == NULL)
		return why;
	j->mech = JM_SIGN_ECDSA;
	return check_len(h, info->cbData);
}

static DWORD
plan(const CARD_SIGNING_INFO *info, const struct jm_token *t, struct job *j)
{
	const struct hash_row *h;
	DWORD why = 0;

	j->in = info->pbData;
	j->in_len = info->cbData;
	if (jm_token_key_alg(t, j->pair) == JM_KEY_EC)
		return plan_ec(info, j);
	if ((info->dwSigningFlags & CARD_PADDING_INFO_PRESENT) != 0)
		return plan_padding(info, t, j);
	if ((h = by_alg(info->aiHashAlg, &why)) == NULL)
		return why;
	if ((info->dwSigningFlags & NO_HASH_OID) != 0)
		h = &raw;
	return plan_pkcs1(info, h, j);
}

/* From the structure alone. */
static DWORD
check_info(const CARD_SIGNING_INFO *info)
{
	const DWORD flags = info->dwSigningFlags;
	const int padding = (flags & CARD_PADDING_INFO_PRESENT) != 0;

	if (info->dwVersion != 1 && info->dwVersion != 2)
		return ERROR_REVISION_MISMATCH;
	if ((flags & ~SIGN_FLAGS) != 0)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	/* Version 1 ends before the padding, which says all of the hash. */
	if (padding && (info->dwVersion == 1 || (flags & NO_HASH_OID) != 0))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((flags & CARD_BUFFER_SIZE_ONLY) == 0 &&
	    (info->pbData == NULL || info->cbData == 0))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return ERROR_SUCCESS;
}

/* The key that is meant. */
static DWORD
find_key(
    const struct md_ctx *c, const CARD_SIGNING_INFO *info, enum jm_pair *pair)
{
	if (!md_container_pair(info->bContainerIndex, pair) ||
	    md_container_cert(c, info->bContainerIndex) == NULL)
		return (DWORD)SCARD_E_NO_KEY_CONTAINER;
	if (info->dwKeySpec != md_container_spec(c, info->bContainerIndex))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return ERROR_SUCCESS;
}

/* Least significant byte first: so CryptoAPI has RSA signatures, and the host
 * turns them for CNG. */
static void
reverse(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len / 2; i++) {
		const uint8_t b = p[i];

		p[i] = p[len - 1 - i];
		p[len - 1 - i] = b;
	}
}

/*
 * A certificate that was registered and is not this key's (renewed at the
 * counter): the signature was not made or is not handed out, and what shows the
 * container goes.
 */
static DWORD
drop_registered(struct md_ctx *c, enum jm_pair pair)
{
	if (md_sigcache_forget(c->id) != JM_OK)
		jm_log(JM_LOG_WARNING, "the registered certificate stays");
	if (jm_token_register_cert(c->token, jm_ident_pair_cert(pair), NULL) !=
	    JM_OK)
		return (DWORD)SCARD_E_UNEXPECTED;
	return (DWORD)SCARD_E_CERTIFICATE_UNAVAILABLE;
}

static int
is_registered(const struct jm_token *t, enum jm_pair pair)
{
	return jm_token_cert_registered(t, jm_ident_pair_cert(pair)) != NULL;
}

static DWORD
sign(struct md_ctx *c, const CARD_DATA *card, const struct job *j,
    CARD_SIGNING_INFO *info)
{
	const int registered = is_registered(c->token, j->pair);
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t len;
	jm_err e;

	e = jm_token_sign(c->token, j->pair, j->mech, j->in, j->in_len, sig,
	    sizeof sig, &len);
	if (registered && (e == JM_OTHER_KEY || e == JM_BAD_SIG))
		return drop_registered(c, j->pair);
	if (e != JM_OK)
		return md_err(e);
	if (j->mech != JM_SIGN_ECDSA)
		reverse(sig, len);
	return md_give(
	    card, sig, len, &info->pbSignedData, &info->cbSignedData);
}

DWORD WINAPI
md_sign_data(CARD_DATA *card, CARD_SIGNING_INFO *info)
{
	struct job j = { .pair = JM_PAIR_AUTH };
	struct md_ctx *c;
	int size_only;
	DWORD rc;

	if (info == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	info->pbSignedData = NULL;
	info->cbSignedData = 0;
	if ((rc = check_info(info)) != ERROR_SUCCESS)
		return rc;
	size_only = (info->dwSigningFlags & CARD_BUFFER_SIZE_ONLY) != 0;
	/* The length alone is told from memory. */
	rc = md_enter(card, size_only ? MD_MEMORY : MD_CARD, &c);
	if (rc != ERROR_SUCCESS)
		return rc;
	if ((rc = find_key(c, info, &j.pair)) != ERROR_SUCCESS)
		return md_leave_code(c, rc);
	if (size_only)
		info->cbSignedData = (DWORD)jm_token_sig_len(c->token, j.pair);
	else if ((rc = plan(info, c->token, &j)) == ERROR_SUCCESS)
		rc = sign(c, card, &j, info);
	return md_leave_code(c, rc);
}
