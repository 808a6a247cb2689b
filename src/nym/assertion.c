/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The holder's half: body, signature, extensions. */
#include "nym/assertion.h"

#include <string.h>

#include "crypto/digest.h"

enum { EXT_ATT = 1, EXT_ROLLOVER = 2, EXT_MANIFEST = 3 };

jm_err
nym_body(const struct nym_request *r, const uint8_t pk[NYM_PK_LEN],
    uint8_t *out, size_t cap, size_t *len)
{
	enum nym_scheme scheme;
	uint8_t num[11];
	struct jm_wbuf w;
	uint32_t epoch;
	jm_err e;

	*len = 0;
	if ((e = nym_scope_check(r->scope, r->scope_len, &scheme)) != JM_OK)
		return e;
	if (r->challenge_len < NYM_CHALLENGE_MIN ||
	    r->challenge_len > NYM_CHALLENGE_MAX)
		return JM_ARG;
	if ((e = nym_epoch(r->period, r->time, &epoch)) != JM_OK)
		return e;
	jm_wbuf_init(&w, num, sizeof num);
	jm_put_u8(&w, NYM_USE_ASSERT);
	jm_put_be16(&w, r->period);
	jm_put_be32(&w, epoch);
	jm_put_be32(&w, r->time);
	const struct nym_field f[] = { { r->scope, r->scope_len },
		{ r->challenge, r->challenge_len }, { num, 1 }, { num + 1, 2 },
		{ num + 3, 4 }, { pk, NYM_PK_LEN }, { num + 7, 4 },
		{ r->ctx, r->ctx != NULL ? NYM_CTX_LEN : 0 } };
	jm_wbuf_init(&w, out, cap);
	nym_put_enc(&w, "NYM1/assert", f, NELEM(f));
	return jm_wbuf_done(&w, len);
}

/* The signature over SHA-256 of p. */
static jm_err
put_sig(
    struct jm_wbuf *w, const struct nym_key *key, const uint8_t *p, size_t len)
{
	uint8_t hash[32], sig[JM_P256_SIG];
	jm_err e;

	if ((e = jm_hash(JM_SHA256, p, len, hash)) == JM_OK &&
	    (e = jm_p256_sign(key->d, hash, sizeof hash, sig)) == JM_OK)
		nym_put_lp(w, sig, sizeof sig);
	return e;
}

/* Extension 2: both keys sign, or whoever can touch a message could hang his
 * own account on a stranger. */
static jm_err
put_rollover(struct jm_wbuf *w, const struct nym_request *r,
    const struct nym_key *key, const struct nym_key *old, const uint8_t *body,
    size_t body_len)
{
	uint8_t sh[NYM_SH_LEN], hash[32], roll[NYM_ROLL_LEN];
	uint8_t mem[NYM_ROLL_LEN + 2 * JM_P256_SIG + 16];
	const struct nym_field f[] = { { sh, sizeof sh },
		{ old->pk, NYM_PK_LEN }, { hash, sizeof hash } };
	struct jm_wbuf ext, rw;
	size_t len;
	jm_err e;

	if (memcmp(old->x, key->x, NYM_X_LEN) == 0)
		return JM_ARG;
	if ((e = nym_scope_hash(r->scope, r->scope_len, sh)) != JM_OK ||
	    (e = jm_hash(JM_SHA256, body, body_len, hash)) != JM_OK)
		return e;
	jm_wbuf_init(&rw, roll, sizeof roll);
	nym_put_enc(&rw, "NYM1/roll", f, NELEM(f));
	if ((e = jm_wbuf_done(&rw, &len)) != JM_OK)
		return e;
	jm_wbuf_init(&ext, mem, sizeof mem);
	jm_put_u8(&ext, EXT_ROLLOVER);
	nym_put_lp(&ext, roll, len);
	if ((e = put_sig(&ext, old, roll, len)) != JM_OK ||
	    (e = put_sig(&ext, key, roll, len)) != JM_OK ||
	    (e = jm_wbuf_done(&ext, &len)) != JM_OK)
		return e;
	nym_put_lp(w, mem, len);
	return JM_OK;
}

jm_err
nym_assert(const struct nym_request *r, const struct nym_key *key,
    const struct nym_key *old, const uint8_t *manifest_hash,
    const struct nym_field *att, uint8_t *out, size_t cap, size_t *len)
{
	uint8_t body[NYM_BODY_MAX];
	size_t body_len;
	struct jm_wbuf w;
	int exts;
	jm_err e;

	*len = 0;
	if (att != NULL &&
	    (att->len == 0 || *(const uint8_t *)att->p != EXT_ATT))
		return JM_ARG;
	if ((e = nym_body(r, key->pk, body, sizeof body, &body_len)) != JM_OK)
		return e;
	jm_wbuf_init(&w, out, cap < NYM_WIRE_MAX ? cap : NYM_WIRE_MAX);
	jm_put(&w, "NYM1", 4);
	nym_put_lp(&w, body, body_len);
	if ((e = put_sig(&w, key, body, body_len)) != JM_OK)
		return e;
	exts = (att != NULL) + (old != NULL) + (manifest_hash != NULL);
	jm_put_u8(&w, (unsigned)exts);
	if (att != NULL)
		nym_put_lp(&w, att->p, att->len);
	if (old != NULL &&
	    (e = put_rollover(&w, r, key, old, body, body_len)) != JM_OK)
		return e;
	if (manifest_hash != NULL) {
		jm_put_be16(&w, 1 + 32);
		jm_put_u8(&w, EXT_MANIFEST);
		jm_put(&w, manifest_hash, 32);
	}
	return jm_wbuf_done(&w, len);
}
