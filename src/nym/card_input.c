/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the card signs; for the guard, too, which makes nothing of it. */
#include <string.h>

#include "base/wbuf.h"
#include "crypto/digest.h"
#include "nym/derive.h"
#include "nym/enc.h"

#define M_MAX 64 /* bytes of what a card's signature is over */

const uint8_t nym_reserved_oid[20] = { 0x69, 0x81, 0xfa, 0x8f, 0x9d, 0x94, 0xcd,
	0xc1, 0xf2, 0xad, 0xf5, 0x9f, 0xac, 0x8b, 0xed, 0xf2, 0xe0, 0xfd, 0xd4,
	0x01 };

/* SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING }, around the hash value */
static const uint8_t head_x[] = { 0x30, 0x3c, 0x30, 0x18, 0x06, 0x14 };
static const uint8_t mid_x[] = { 0x05, 0x00, 0x04, 0x20 };
static const uint8_t head_s[] = { 0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60,
	0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04,
	0x40 };

static jm_err
put_t(const char *label, enum nym_profile profile, const uint8_t *sh,
    uint8_t t[NYM_T_MAX], size_t *len)
{
	const enum jm_hash h = profile == NYM_PROFILE_S ? JM_SHA512 : JM_SHA256;
	const struct nym_field f = { sh, NYM_SH_LEN };
	uint8_t m[M_MAX], value[JM_DIGEST_MAX];
	struct jm_wbuf w;
	size_t n;
	jm_err e;

	*len = 0;
	memset(t, 0, NYM_T_MAX);
	if (profile != NYM_PROFILE_X && profile != NYM_PROFILE_S)
		return JM_ARG;
	jm_wbuf_init(&w, m, sizeof m);
	nym_put_enc(&w, label, &f, 1);
	if ((e = jm_wbuf_done(&w, &n)) != JM_OK ||
	    (e = jm_hash(h, m, n, value)) != JM_OK)
		return e;
	jm_wbuf_init(&w, t, NYM_T_MAX);
	if (profile == NYM_PROFILE_X) {
		jm_put(&w, head_x, sizeof head_x);
		jm_put(&w, nym_reserved_oid, sizeof nym_reserved_oid);
		jm_put(&w, mid_x, sizeof mid_x);
	} else
		jm_put(&w, head_s, sizeof head_s);
	jm_put(&w, value, jm_hash_len(h));
	return jm_wbuf_done(&w, len);
}

jm_err
nym_t(enum nym_profile profile, const uint8_t sh[NYM_SH_LEN],
    uint8_t t[NYM_T_MAX], size_t *len)
{
	return put_t("NYM1/A", profile, sh, t, len);
}

jm_err
nym_t2(const uint8_t sh[NYM_SH_LEN], uint8_t t[NYM_T_MAX], size_t *len)
{
	return put_t("NYM1/A2", NYM_PROFILE_X, sh, t, len);
}
