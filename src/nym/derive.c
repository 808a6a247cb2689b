/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/derive.h"

#include <string.h>

#include "base/wbuf.h"
#include "base/wipe.h"
#include "crypto/digest.h"
#include "nym/enc.h"

#define DAY       86400 /* seconds */
#define SLOT_MAX  254   /* rate is at most 255 */
#define TRIES     256   /* c of section 3 is one byte */
#define LAST_TIME 0xffffffff

/* --- binding secrets and PRK ---------------------------------------------- */

jm_err
nym_site_msg(
    const uint8_t sh[NYM_SH_LEN], uint8_t msg[NYM_SITE_MSG], size_t *len)
{
	const struct nym_field f = { sh, NYM_SH_LEN };
	struct jm_wbuf w;

	memset(msg, 0, NYM_SITE_MSG);
	jm_wbuf_init(&w, msg, NYM_SITE_MSG);
	nym_put_enc(&w, "NYM1/site", &f, 1);
	return jm_wbuf_done(&w, len);
}

jm_err
nym_l_site(
    const uint8_t k_op[32], const uint8_t sh[NYM_SH_LEN], uint8_t l[NYM_L_LEN])
{
	const struct nym_field f = { sh, NYM_SH_LEN };

	return nym_enc_hmac(k_op, 32, "NYM1/site", &f, 1, -1, l);
}

jm_err
nym_l_card2(const uint8_t sh[NYM_SH_LEN], const uint8_t s2[NYM_S_LEN],
    uint8_t l[NYM_L_LEN])
{
	static const uint8_t zero[32];
	const struct nym_field f[] = { { sh, NYM_SH_LEN }, { s2, NYM_S_LEN } };

	return nym_enc_hmac(
	    zero, sizeof zero, "NYM1/card2", f, NELEM(f), -1, l);
}

jm_err
nym_prk(const uint8_t l[NYM_L_LEN], enum nym_profile profile,
    const uint8_t sh[NYM_SH_LEN], const uint8_t s[NYM_S_LEN],
    uint8_t prk[NYM_PRK_LEN])
{
	const uint8_t number = (uint8_t)profile;
	const struct nym_field f[] = { { &number, 1 }, { sh, NYM_SH_LEN },
		{ s, NYM_S_LEN } };

	memset(prk, 0, NYM_PRK_LEN);
	if (profile != NYM_PROFILE_X && profile != NYM_PROFILE_S)
		return JM_ARG;
	return nym_enc_hmac(l, NYM_L_LEN, "NYM1/A-prk", f, NELEM(f), -1, prk);
}

jm_err
nym_prk_b(const uint8_t k_n[32], const uint8_t sh[NYM_SH_LEN],
    uint8_t prk[NYM_PRK_LEN])
{
	const struct nym_field f = { sh, NYM_SH_LEN };

	return nym_enc_hmac(k_n, 32, "NYM1/B-prk", &f, 1, -1, prk);
}

jm_err
nym_k_card(const uint8_t prk_v[NYM_PRK_LEN], const uint8_t id[NYM_VAULT_ID],
    uint8_t key[32])
{
	const struct nym_field f = { id, NYM_VAULT_ID };

	return nym_enc_hmac(
	    prk_v, NYM_PRK_LEN, "NYM1/vault-card", &f, 1, -1, key);
}

jm_err
nym_k_code(const uint8_t code[NYM_CODE_LEN], const uint8_t id[NYM_VAULT_ID],
    uint8_t key[32])
{
	const struct nym_field f = { id, NYM_VAULT_ID };

	return nym_enc_hmac(
	    code, NYM_CODE_LEN, "NYM1/vault-code", &f, 1, -1, key);
}

/* --- keys ----------------------------------------------------------------- */

jm_err
nym_epoch(uint16_t period, int64_t unix_time, uint32_t *e)
{
	*e = 0;
	if (unix_time < 0 || unix_time > LAST_TIME)
		return JM_ARG;
	switch (period) {
	case 0: return JM_OK;
	case 7:
	case 28:
	case 91: *e = (uint32_t)unix_time / DAY / period; return JM_OK;
	default: return JM_ARG;
	}
}

int
nym_which_ok(const struct nym_which *which)
{
	uint32_t last;

	if (which->slot > SLOT_MAX ||
	    nym_epoch(which->period, LAST_TIME, &last) != JM_OK ||
	    which->epoch > last)
		return 0;
	switch (which->use) {
	case NYM_USE_ASSERT:
	case NYM_USE_WEBAUTHN: return 1;
	case NYM_USE_RAW: return which->slot == 0 && which->period == 0;
	}
	return 0; /* only a cast gets here */
}

/* The numbers of a key as the fields of an ENC. */
struct numbers {
	uint8_t use, slot, period[2], epoch[4], generation[4], c;
};

static void
be32(uint8_t out[4], uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> (24 - 8 * i) & 0xff);
}

static void
numbers_of(const struct nym_which *which, struct numbers *n)
{
	*n =
	    (struct numbers){ .use = (uint8_t)which->use, .slot = which->slot };
	n->period[0] = (uint8_t)(which->period >> 8);
	n->period[1] = (uint8_t)(which->period & 0xff);
	be32(n->epoch, which->epoch);
	be32(n->generation, which->generation);
}

/* The first candidate that is a private key: rejected, never reduced. */
static jm_err
find_d(
    const uint8_t *prk, const struct nym_which *which, uint8_t d[JM_P256_LEN])
{
	struct numbers n;
	const struct nym_field f[] = { { &n.use, 1 }, { &n.slot, 1 },
		{ n.period, 2 }, { n.epoch, 4 }, { n.generation, 4 },
		{ &n.c, 1 } };
	jm_err e;

	numbers_of(which, &n);
	for (unsigned c = 0; c < TRIES; c++) {
		n.c = (uint8_t)c;
		if ((e = nym_enc_hmac(prk, NYM_PRK_LEN, "NYM1/key", f, NELEM(f),
			 1, d)) != JM_OK)
			return e;
		if (jm_p256_scalar_ok(d))
			return JM_OK;
	}
	return JM_ARG;
}

jm_err
nym_key_of(const uint8_t prk[NYM_PRK_LEN], const uint8_t sh[NYM_SH_LEN],
    const struct nym_which *which, struct nym_key *out)
{
	struct jm_ec_pub pub;
	jm_err e;

	memset(out, 0, sizeof *out);
	if (!nym_which_ok(which))
		return JM_ARG;
	if ((e = find_d(prk, which, out->d)) != JM_OK ||
	    (e = jm_p256_public(out->d, &pub)) != JM_OK)
		goto out;
	jm_p256_compress(&pub, out->pk);
	memcpy(out->x, out->pk + 1, NYM_X_LEN);
	e = nym_nid(sh, which->use, out->x, out->nid);
out:
	if (e != JM_OK)
		jm_wipe(out, sizeof *out);
	return e;
}

jm_err
nym_nid(const uint8_t sh[NYM_SH_LEN], enum nym_use use,
    const uint8_t x[NYM_X_LEN], uint8_t nid[NYM_NID_LEN])
{
	const uint8_t number = (uint8_t)use;
	const struct nym_field f[] = { { sh, NYM_SH_LEN }, { &number, 1 },
		{ x, NYM_X_LEN } };

	memset(nid, 0, NYM_NID_LEN);
	if (use != NYM_USE_ASSERT && use != NYM_USE_RAW &&
	    use != NYM_USE_WEBAUTHN)
		return JM_ARG;
	return nym_enc_hash("NYM1/nid", f, NELEM(f), nid);
}

jm_err
nym_xt(const uint8_t prk[NYM_PRK_LEN], const struct nym_which *which,
    uint8_t xt[NYM_XT_LEN])
{
	uint8_t whole[JM_DIGEST_MAX];
	struct numbers n;
	const struct nym_field f[] = { { &n.slot, 1 }, { n.period, 2 },
		{ n.epoch, 4 }, { n.generation, 4 } };
	jm_err e;

	memset(xt, 0, NYM_XT_LEN);
	if (!nym_which_ok(which))
		return JM_ARG;
	numbers_of(which, &n);
	e = nym_enc_hmac(prk, NYM_PRK_LEN, "NYM1/xt", f, NELEM(f), 1, whole);
	if (e == JM_OK)
		memcpy(xt, whole, NYM_XT_LEN);
	jm_wipe(whole, sizeof whole);
	return e;
}
