/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu/sm_open.h"

#include <string.h>

#include "apdu/sm_impl.h"
#include "apdu/sw.h"
#include "base/wipe.h"
#include "crypto/digest.h"

#define INS_AUTHENTICATE 0x86
#define SIG_LEN          64
#define ANSWER_MAX       JM_CVC_MAX

/* One opening. */
struct opening {
	const struct jm_link *link;
	struct jm_xbuf *x;
	const struct jm_sm_ident *me;
	const uint8_t *aid;
	size_t aid_len;
	uint8_t et[JM_SM_POINT], ec[JM_SM_POINT];
	struct jm_sm *sm;
	struct jm_cvc card;
	unsigned sw;
};

/* The first exchange, in plain: the card's point for ours. */
static jm_err
swap_points(struct opening *o)
{
	const struct jm_capdu c = { .ins = INS_AUTHENTICATE,
		.p2 = 0x01,
		.data = o->et,
		.nc = sizeof o->et,
		.ne = 256 };
	uint8_t mem[256];
	struct jm_wbuf w;
	jm_err e;

	jm_wbuf_init(&w, mem, sizeof mem);
	if ((e = jm_exchange(o->link, o->x, &c, &w, &o->sw)) != JM_OK)
		return e;
	if (o->sw != 0x9000) {
		e = jm_sw_err(o->sw);
		return e == JM_NOT_FOUND || e == JM_UNSUPPORTED ? e : JM_CARD;
	}
	/* Our own point back would make the keys nobody's. */
	if (w.len != sizeof o->ec || memcmp(mem, o->et, sizeof o->et) == 0)
		return JM_FORMAT;
	memcpy(o->ec, mem, sizeof o->ec);
	return JM_OK;
}

/* From the points to a session that nobody has proven anything in. */
static jm_err
agree(struct opening *o)
{
	uint8_t z[JM_EC_FIELD_MAX] = { 0 };
	struct jm_sm_keys keys = { { 0 }, { 0 }, { 0 } };
	struct jm_soft_key *own = NULL;
	struct jm_ec_pub pub;
	size_t z_len;
	jm_err e;

	if ((e = jm_soft_key_new_ec(JM_P256, &own)) != JM_OK ||
	    (e = jm_soft_key_ec_pub(own, &pub)) != JM_OK)
		goto out;
	memcpy(o->et, pub.point, sizeof o->et);
	if ((e = swap_points(o)) != JM_OK ||
	    (e = jm_ec_pub_set(&pub, JM_P256, o->ec, sizeof o->ec)) != JM_OK ||
	    (e = jm_soft_key_ecdh(own, &pub, z, &z_len)) != JM_OK ||
	    (e = jm_sm_derive(
		 z, z_len, o->aid, o->aid_len, o->et, o->ec, &keys)) != JM_OK)
		goto out;
	e = jm_sm_new(o->link, o->x, &keys, &o->sm);
out:
	jm_wipe(z, sizeof z);
	jm_wipe(&keys, sizeof keys);
	jm_soft_key_free(&own);
	return e;
}

/* A step under the new keys: answer has to be of 9000. */
static jm_err
step(struct opening *o, uint8_t p2, const uint8_t *data, size_t len, size_t ne,
    struct jm_wbuf *answer)
{
	const struct jm_capdu c = { .ins = INS_AUTHENTICATE,
		.p2 = p2,
		.data = data,
		.nc = len,
		.ne = ne };
	jm_err e;

	if ((e = jm_sm_send(o->sm, &c, answer, &o->sw)) != JM_OK)
		return e;
	return o->sw == 0x9000 ? JM_OK : JM_CARD;
}

/* The hash value that one side signs; the card's covers both certificates. */
static jm_err
signed_hash(const struct opening *o, const char *who, const struct jm_cvc *card,
    uint8_t hash[32])
{
	struct jm_hasher *h = NULL;
	jm_err e;

	memset(hash, 0, 32);
	if ((e = jm_hasher_new(JM_SHA256, &h)) != JM_OK ||
	    (e = jm_hasher_update(h, who, strlen(who))) != JM_OK ||
	    (e = jm_hasher_update(h, o->aid, o->aid_len)) != JM_OK ||
	    (e = jm_hasher_update(h, o->et, sizeof o->et)) != JM_OK ||
	    (e = jm_hasher_update(h, o->ec, sizeof o->ec)) != JM_OK ||
	    (e = jm_hasher_update(h, o->me->cvc, o->me->cvc_len)) != JM_OK)
		goto out;
	if (card != NULL &&
	    (e = jm_hasher_update(h, card->raw, card->raw_len)) != JM_OK)
		goto out;
	e = jm_hasher_final(h, hash);
out:
	jm_hasher_free(&h);
	return e;
}

/* Steps 02 and 03: who we are, then that we are; the card's name. */
static jm_err
prove(struct opening *o)
{
	uint8_t mem[ANSWER_MAX], hash[32], sig[JM_EC_SIG_MAX];
	struct jm_wbuf w;
	size_t sig_len;
	jm_err e;

	jm_wbuf_init(&w, mem, sizeof mem);
	if ((e = step(o, 0x02, o->me->cvc, o->me->cvc_len, 0, &w)) != JM_OK ||
	    (e = signed_hash(o, "jumin channel 1 terminal", NULL, hash)) !=
		JM_OK ||
	    (e = jm_soft_key_sign_ecdsa(
		 o->me->key, hash, sizeof hash, sig, &sig_len)) != JM_OK)
		return e;
	e = step(o, 0x03, sig, sig_len, ANSWER_MAX, &w);
	if (e != JM_OK)
		return e;
	e = jm_cvc_accept(w.mem, w.len, o->me->root, &o->card);
	if (e == JM_OK && o->card.role != JM_CVC_CARD)
		e = JM_BAD_SIG;
	return e;
}

/* Step 04: is the card the one it named? */
static jm_err
check(struct opening *o)
{
	uint8_t mem[ANSWER_MAX], hash[32];
	struct jm_wbuf w;
	jm_err e;

	jm_wbuf_init(&w, mem, sizeof mem);
	if ((e = step(o, 0x04, NULL, 0, SIG_LEN, &w)) != JM_OK ||
	    (e = signed_hash(o, "jumin channel 1 card", &o->card, hash)) !=
		JM_OK)
		return e;
	return jm_ecdsa_verify(&o->card.pub, hash, sizeof hash, mem, w.len);
}

jm_err
jm_sm_open(const struct jm_link *link, struct jm_xbuf *x, const uint8_t *aid,
    size_t aid_len, const struct jm_sm_ident *me, struct jm_sm **out,
    struct jm_cvc *card, unsigned *sw)
{
	struct opening o = {
		.link = link, .x = x, .me = me, .aid = aid, .aid_len = aid_len
	};
	jm_err e;

	*out = NULL;
	memset(card, 0, sizeof *card);
	*sw = 0;
	if (aid_len == 0 || aid_len > JM_SM_AID_MAX || me->key == NULL ||
	    me->cvc == NULL || me->cvc_len == 0 || me->cvc_len > JM_CVC_MAX)
		return JM_ARG;
	if ((e = agree(&o)) == JM_OK && (e = prove(&o)) == JM_OK &&
	    (e = check(&o)) == JM_OK) {
		*card = o.card;
		*out = o.sm;
		o.sm = NULL;
	}
	*sw = o.sw;
	jm_sm_free(&o.sm);
	return e;
}
