/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/key.h"

#include <string.h>

#include "apdu/sw.h"
#include "base/wipe.h"
#include "card/card_impl.h"

#define CLA_PSO      0x80
#define P2_OWN       0x00 /* the application's own key */
#define V15_OVERHEAD 11   /* least padding of PKCS#1 v1.5 */
#define SHA256_LEN   32
#define MESSAGE_MAX  255
#define SIG_LEN_MAX  256 /* what a short command brings */
#define HASH_MAX     64

/* clang-format off */
static const struct {
	size_t min, max; /* bytes of input; max 0: what the modulus leaves */
} input[] = {
	[JM_MODE_RAW]         = { 1,          0           },
	[JM_MODE_BARE_HASH]   = { 1,          MESSAGE_MAX },
	[JM_MODE_SHA256]      = { SHA256_LEN, SHA256_LEN  },
	[JM_MODE_HASH_SHA256] = { 1,          MESSAGE_MAX },
	[JM_MODE_PSS]         = { SHA256_LEN, SHA256_LEN  },
	[JM_MODE_HASH_PSS]    = { 1,          MESSAGE_MAX },
};
/* clang-format on */

static int
input_fits(const struct jm_prof_key *key, enum jm_sign_mode mode, size_t in_len)
{
	size_t max = input[mode].max;

	if (key->alg == JM_KEY_EC)
		return in_len >= 1 && in_len <= HASH_MAX;
	if (max == 0)
		max = key->bits / 8 - V15_OVERHEAD;
	return in_len >= input[mode].min && in_len <= max;
}

/* Has the card this mode for this key, and can its reply be had? */
static int
mode_works(const struct jm_card *card, const struct jm_prof_key *key,
    enum jm_sign_mode mode)
{
	const size_t len = key->bits / 8;

	if ((jm_card_modes(card) & 1u << mode) == 0)
		return 0;
	return key->alg == JM_KEY_EC
		   ? mode == JM_MODE_RAW
		   : len <= SIG_LEN_MAX && len >= 2 * V15_OVERHEAD;
}

static int
reply_fits(const struct jm_prof_key *key, size_t len)
{
	if (key->alg == JM_KEY_EC)
		return len >= JM_CARD_ECDSA_MIN && len <= JM_CARD_ECDSA_MAX;
	return len == key->bits / 8 ||
	       (key->least != 0 && len == key->least / 8);
}

/* The card does not take this P1 or P2. */
static jm_err
refuse_mode(struct jm_card *card, enum jm_sign_mode mode, int by_sfi)
{
	/* Every card has the raw mode, so P2 was what it did not know. */
	if (mode == JM_MODE_RAW && by_sfi)
		card->sfi = 0;
	else
		card->refused |= 1u << mode;
	return JM_UNSUPPORTED;
}

jm_err
jm_card_sign(struct jm_card *card, enum jm_pair pair, enum jm_sign_mode mode,
    const uint8_t *in, size_t in_len, uint8_t *sig, size_t cap, size_t *sig_len)
{
	const struct jm_prof_key *key;
	struct jm_capdu c = { .cla = CLA_PSO,
		.ins = JM_INS_PSO,
		.p1 = (uint8_t)mode,
		.p2 = JM_P2_CURRENT,
		.data = in,
		.nc = in_len,
		.ne = 256 };
	struct jm_wbuf data;
	unsigned sw;
	int by_sfi;
	jm_err e;

	*sig_len = 0;
	if ((unsigned)mode >= NELEM(input) || (unsigned)pair >= JM_PAIRS ||
	    card->profile == NULL)
		return JM_ARG;
	key = &card->profile->key[pair];
	if (!key->present)
		return JM_NOT_FOUND;
	if (!mode_works(card, key, mode))
		return JM_UNSUPPORTED;
	if (!input_fits(key, mode, in_len))
		return JM_ARG;
	if (cap < (key->alg == JM_KEY_EC ? JM_CARD_ECDSA_MAX : key->bits / 8))
		return JM_SPACE;

	jm_card_disinherit(card);
	if ((e = jm_card_select(card)) != JM_OK)
		return e;
	by_sfi = card->sfi && card->ef != key->ef;
	if (!by_sfi && (e = jm_card_select_ef(card, key->ef)) != JM_OK)
		return e;
	if (by_sfi) {
		c.p2 = (uint8_t)(JM_P2_CURRENT | jm_sfi(key->ef));
		card->ef = 0; /* whether it becomes current is not known */
	}
	jm_wbuf_init(&data, card->wire->reply, JM_CARD_REPLY);
	if ((e = jm_card_send(card, &c, &data, &sw)) != JM_OK)
		goto out;
	if (sw == 0x6a86)
		e = refuse_mode(card, mode, by_sfi);
	else if ((e = jm_sw_err(sw)) == JM_OK && !reply_fits(key, data.len))
		e = JM_FORMAT;
	if (e == JM_OK) {
		memcpy(sig, data.mem, data.len);
		*sig_len = data.len;
	}
out:
	jm_wipe(card->wire->reply, JM_CARD_REPLY);
	return e;
}

jm_err
jm_card_sign_own(struct jm_card *card, enum jm_app app, const uint8_t *in,
    size_t in_len, uint8_t sig[JM_OWN_SIG])
{
	const struct jm_capdu c = { .cla = CLA_PSO,
		.ins = JM_INS_PSO,
		.p1 = JM_MODE_RAW,
		.p2 = P2_OWN,
		.data = in,
		.nc = in_len,
		.ne = JM_OWN_SIG };
	struct jm_wbuf data;
	unsigned sw;
	jm_err e;

	memset(sig, 0, JM_OWN_SIG);
	if (in_len < 1 || in_len > JM_OWN_SIG - V15_OVERHEAD)
		return JM_ARG;
	jm_card_disinherit(card);
	if ((e = jm_card_select_app(card, app)) != JM_OK)
		return e;
	jm_wbuf_init(&data, card->wire->reply, JM_CARD_REPLY);
	if ((e = jm_card_send(card, &c, &data, &sw)) == JM_OK &&
	    (e = jm_sw_err(sw)) == JM_OK && data.len != JM_OWN_SIG)
		e = JM_FORMAT;
	if (e == JM_OK)
		memcpy(sig, data.mem, JM_OWN_SIG);
	jm_wipe(card->wire->reply, JM_CARD_REPLY);
	return e;
}
