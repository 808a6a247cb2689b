/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GENERAL AUTHENTICATE: how a channel comes to be. */
#include "vcard/vc_channel.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/digest.h"
#include "vcard/vc_channel_impl.h"

#define SIG_LEN 64

/* Who may open a channel at all, whatever an application's table says. */
#define TERMINALS                                                              \
	(VC_ROLE(JM_CVC_COUNTER) | VC_ROLE(JM_CVC_ISSUER) |                    \
	    VC_ROLE(JM_CVC_SERVICE))

void
vc_trust_clear(struct vc_trust *t)
{
	jm_soft_key_free(&t->key);
	jm_wipe(t, sizeof *t);
}

int
vc_channel_alive(const struct vc_channel *ch)
{
	return ch != NULL && ch->step < STEP_LAST;
}

int
vc_channel_ready(const struct vc_channel *ch)
{
	return ch != NULL && ch->step == STEP_READY;
}

const struct jm_cvc *
vc_channel_peer(const struct vc_channel *ch)
{
	return vc_channel_ready(ch) ? &ch->peer : NULL;
}

void
vc_channel_end(struct vc_channel *ch)
{
	jm_wipe(ch, sizeof *ch);
	ch->step = STEP_OVER;
}

void
vc_channel_free(struct vc_channel **ch)
{
	if (ch == NULL)
		return;
	jm_free_secret(*ch, sizeof **ch);
	*ch = NULL;
}

/* SHA-256 of a signature's text: its name, who speaks where, certificates. */
static jm_err
transcript(const struct vc_channel *ch, const char *name,
    const struct vc_trust *own, uint8_t hash[32])
{
	uint8_t mem[32 + JM_SM_AID_MAX + 2 * JM_SM_POINT + 2 * JM_CVC_MAX];
	struct jm_wbuf w;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put(&w, name, strlen(name));
	jm_put(&w, ch->aid, ch->aid_len);
	jm_put(&w, ch->et, sizeof ch->et);
	jm_put(&w, ch->ec, sizeof ch->ec);
	jm_put(&w, ch->peer.raw, ch->peer.raw_len);
	if (own != NULL)
		jm_put(&w, own->cvc, own->cvc_len);
	if (w.full)
		return JM_ARG;
	return jm_hash(JM_SHA256, w.mem, w.len, hash);
}

/* The card's ephemeral key, and what follows from it and the terminal's. */
static jm_err
agree(struct vc_channel *ch, const struct jm_ec_pub *terminal)
{
	uint8_t z[JM_EC_FIELD_MAX] = { 0 };
	struct jm_soft_key *own = NULL;
	struct jm_ec_pub pub;
	size_t z_len;
	jm_err e;

	if ((e = jm_soft_key_new_ec(JM_P256, &own)) != JM_OK ||
	    (e = jm_soft_key_ec_pub(own, &pub)) != JM_OK ||
	    (e = jm_soft_key_ecdh(own, terminal, z, &z_len)) != JM_OK)
		goto out;
	memcpy(ch->ec, pub.point, sizeof ch->ec);
	e = jm_sm_derive(
	    z, z_len, ch->aid, ch->aid_len, ch->et, ch->ec, &ch->keys);
out:
	jm_wipe(z, sizeof z);
	jm_soft_key_free(&own);
	return e;
}

static jm_err
begin(struct vc_channel **out_ch, const uint8_t *aid, size_t aid_len,
    const struct vc_cmd *c, struct jm_wbuf *out, unsigned *sw)
{
	struct vc_channel *ch = NULL;
	struct jm_ec_pub et;
	jm_err e;

	*sw = 0x6a80;
	if (c->nc != JM_SM_POINT)
		return JM_OK;
	if ((e = jm_ec_pub_set(&et, JM_P256, c->data, c->nc)) != JM_OK)
		return e == JM_FORMAT ? JM_OK : e;
	if (aid_len == 0 || aid_len > sizeof ch->aid)
		return JM_ARG;
	if ((ch = calloc(1, sizeof *ch)) == NULL)
		return JM_NOMEM;
	memcpy(ch->aid, aid, aid_len);
	ch->aid_len = aid_len;
	memcpy(ch->et, c->data, sizeof ch->et);
	if ((e = agree(ch, &et)) != JM_OK)
		goto out;
	jm_put(out, ch->ec, sizeof ch->ec);
	*sw = 0x9000;
	*out_ch = ch;
	ch = NULL;
out:
	vc_channel_free(&ch);
	return e;
}

/* The terminal's name; the card does not tell its own yet. */
static jm_err
take_name(struct vc_channel *ch, const struct vc_trust *t,
    const struct vc_cmd *c, struct jm_wbuf *out, unsigned *sw)
{
	jm_err e;

	(void)out;
	if ((e = jm_cvc_parse(c->data, c->nc, &ch->peer)) != JM_OK) {
		*sw = 0x6a80;
		return e == JM_FORMAT ? JM_OK : e;
	}
	*sw = 0x6988;
	if ((t->roles & TERMINALS & VC_ROLE(ch->peer.role)) == 0)
		return JM_OK;
	if ((e = jm_cvc_verify(&ch->peer, &t->root)) != JM_OK)
		return e == JM_BAD_SIG ? JM_OK : e;
	ch->step = STEP_NAMED;
	*sw = 0x9000;
	return JM_OK;
}

/* The terminal's proof; the card's name in return. */
static jm_err
take_proof(struct vc_channel *ch, const struct vc_trust *t,
    const struct vc_cmd *c, struct jm_wbuf *out, unsigned *sw)
{
	uint8_t hash[32];
	jm_err e;

	*sw = 0x6a80;
	if (c->nc != SIG_LEN)
		return JM_OK;
	e = transcript(ch, "jumin channel 1 terminal", NULL, hash);
	if (e != JM_OK)
		return e;
	e = jm_ecdsa_verify(&ch->peer.pub, hash, sizeof hash, c->data, c->nc);
	if (e != JM_OK) {
		*sw = 0x6300;
		return e == JM_BAD_SIG ? JM_OK : e;
	}
	jm_put(out, t->cvc, t->cvc_len);
	ch->step = STEP_PROVEN;
	*sw = 0x9000;
	return JM_OK;
}

static jm_err
give_proof(struct vc_channel *ch, const struct vc_trust *t,
    const struct vc_cmd *c, struct jm_wbuf *out, unsigned *sw)
{
	uint8_t hash[32], sig[JM_EC_SIG_MAX];
	size_t sig_len;
	jm_err e;

	*sw = 0x6a80;
	if (c->nc != 0)
		return JM_OK;
	if ((e = transcript(ch, "jumin channel 1 card", t, hash)) != JM_OK ||
	    (e = jm_soft_key_sign_ecdsa(
		 t->key, hash, sizeof hash, sig, &sig_len)) != JM_OK)
		return e;
	jm_put(out, sig, sig_len);
	ch->step = STEP_READY;
	*sw = 0x9000;
	return JM_OK;
}

/* Steps 02 to 04, each of which the one before allows. */
static const struct step_row {
	enum vc_step when;
	int answers; /* with data, so there has to be an Le */
	jm_err (*run)(struct vc_channel *ch, const struct vc_trust *t,
	    const struct vc_cmd *c, struct jm_wbuf *out, unsigned *sw);
} steps[] = {
	/* 02 */ { STEP_KEYED, 0, take_name },
	/* 03 */ { STEP_NAMED, 1, take_proof },
	/* 04 */ { STEP_PROVEN, 1, give_proof },
};

static jm_err
go_on(struct vc_channel *ch, const struct vc_trust *t, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	const struct step_row *row = &steps[c->p2 - 2];

	*sw = 0x6985;
	if (ch->step != row->when)
		return JM_OK;
	*sw = 0x6700;
	if (row->answers && c->ne == 0)
		return JM_OK;
	return row->run(ch, t, c, out, sw);
}

jm_err
vc_channel_auth(struct vc_channel **ch, const struct vc_trust *trust,
    const uint8_t *aid, size_t aid_len, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	jm_err e = JM_OK;

	*sw = 0x6700;
	if (trust->cvc_len == 0 || trust->key == NULL)
		*sw = 0x6a88;
	else if (c->p1 != 0 || c->p2 < 1 || c->p2 - 2 >= (int)NELEM(steps))
		*sw = 0x6a86;
	else if ((c->p2 == 1) != (*ch == NULL))
		*sw = 0x6985;
	else if (c->p2 != 1)
		e = go_on(*ch, trust, c, out, sw);
	else if (c->ne != 0)
		e = begin(ch, aid, aid_len, c, out, sw);
	if (*ch == NULL)
		return e;
	if (e != JM_OK)
		vc_channel_end(*ch);
	else if (*sw != 0x9000)
		(*ch)->step = STEP_LAST;
	return e;
}
