/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "holder/derive_sign.h"

#include <string.h>

#include "base/secret.h"
#include "base/wipe.h"
#include "card/key.h"

#define RSA_BITS       2048
#define SW_DATA_WRONG  0x6a80
#define SW_PARAM_WRONG 0x6a86

/* Of one use; in locked memory. */
struct signatures {
	uint8_t s[NYM_S_LEN];
	uint8_t again[NYM_S_LEN];
};

/* What a refusal means here: only the one of the data lets another profile be
 * tried, so nothing else may look like it. */
static jm_err
told(const struct jm_card *card, jm_err e)
{
	if (e == JM_CARD && jm_card_sw(card) == SW_DATA_WRONG)
		return JM_UNSUPPORTED;
	return e == JM_UNSUPPORTED ? JM_CARD : e;
}

static jm_err
sign(struct jm_card *card, const uint8_t *t, size_t len, uint8_t s[NYM_S_LEN])
{
	const int by_sfi = jm_card_uses_sfi(card);
	size_t got;
	jm_err e;

	e = jm_card_sign(
	    card, JM_PAIR_AUTH, JM_MODE_RAW, t, len, s, NYM_S_LEN, &got);
	/* It declared short EF ids and does not know this one: nothing was
	 * signed, and it is asked by the file from now on. */
	if (e == JM_UNSUPPORTED && jm_card_sw(card) == SW_PARAM_WRONG &&
	    by_sfi && !jm_card_uses_sfi(card))
		e = jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, t, len, s,
		    NYM_S_LEN, &got);
	if (e == JM_OK && got != NYM_S_LEN)
		e = JM_FORMAT;
	return told(card, e);
}

static int
is_rsa_2048(const struct jm_cert *cert)
{
	return cert != NULL && cert->rsa.n_len == NYM_S_LEN &&
	       cert->rsa.bits == RSA_BITS;
}

/* The one value that the key can give for t.  A number with a multiple of the
 * modulus added would pass the power and be another string. */
static jm_err
check(const struct jm_rsa_pub *key, const uint8_t *t, size_t len,
    const uint8_t s[NYM_S_LEN])
{
	if (memcmp(s, key->n, NYM_S_LEN) >= 0)
		return JM_BAD_SIG;
	return jm_rsa_verify_raw(key, t, len, s, NYM_S_LEN);
}

jm_err
nym_card_prk(struct nym_card *c, enum nym_profile profile,
    const uint8_t sh[NYM_SH_LEN], const uint8_t l[NYM_L_LEN],
    uint8_t prk[NYM_PRK_LEN])
{
	struct signatures *m;
	uint8_t t[NYM_T_MAX];
	void *mem = NULL;
	size_t len;
	jm_err e;

	memset(prk, 0, NYM_PRK_LEN);
	if (!is_rsa_2048(c->cert))
		return JM_UNSUPPORTED;
	if ((e = nym_t(profile, sh, t, &len)) != JM_OK ||
	    (e = jm_secret_new(sizeof *m, &mem)) != JM_OK)
		return e;
	m = mem;
	if ((e = sign(c->card, t, len, m->s)) != JM_OK)
		goto out;
	c->signatures++;
	if ((e = check(&c->cert->rsa, t, len, m->s)) == JM_OK)
		e = nym_prk(l, profile, sh, m->s, prk);
out:
	jm_secret_free(&mem, sizeof *m);
	return e;
}

jm_err
nym_card_l2(
    struct nym_card *c, const uint8_t sh[NYM_SH_LEN], uint8_t l[NYM_L_LEN])
{
	struct signatures *m;
	uint8_t t[NYM_T_MAX];
	void *mem = NULL;
	size_t len;
	jm_err e;

	memset(l, 0, NYM_L_LEN);
	if ((e = nym_t2(sh, t, &len)) != JM_OK ||
	    (e = jm_secret_new(sizeof *m, &mem)) != JM_OK)
		return e;
	m = mem;
	e = jm_card_sign_own(c->card, JM_APP_TEXT, t, len, m->s);
	if (e == JM_OK)
		e = jm_card_sign_own(c->card, JM_APP_TEXT, t, len, m->again);
	if (e != JM_OK) {
		e = told(c->card, e);
		goto out;
	}
	/* Its public key asks the PIN of that application: a fault shows in the
	 * comparison alone. */
	if (!jm_ct_equal(m->s, m->again, NYM_S_LEN))
		e = JM_BAD_SIG;
	else
		e = nym_l_card2(sh, m->s, l);
out:
	jm_secret_free(&mem, sizeof *m);
	return e;
}
