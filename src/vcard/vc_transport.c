/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The transport key: whoever shows it to a card as it came from its maker is
 * the issuer it was sent to.  Three wrong answers end the card.  As with a PIN
 * a try is paid for on disk before the answer is looked at.
 */
#include <string.h>

#include "base/wipe.h"
#include "crypto/sm_crypto.h"
#include "vcard/vc_issuer.h"

#define CHALLENGE_LEN 16

void
vc_transport_challenge(struct vc_card *card, const uint8_t *random, size_t len)
{
	card->v.challenged = len == CHALLENGE_LEN;
	if (card->v.challenged)
		memcpy(card->v.challenge, random, CHALLENGE_LEN);
}

jm_err
vc_transport_answer(const uint8_t key[VC_TRANSPORT_LEN],
    const uint8_t challenge[16], const uint8_t *id, size_t id_len,
    uint8_t out[16])
{
	uint8_t both[CHALLENGE_LEN + VC_CARD_ID_MAX];

	memset(out, 0, 16);
	if (id_len > VC_CARD_ID_MAX)
		return JM_ARG;
	memcpy(both, challenge, CHALLENGE_LEN);
	memcpy(both + CHALLENGE_LEN, id, id_len);
	return jm_cmac(
	    key, VC_TRANSPORT_LEN, both, CHALLENGE_LEN + id_len, out);
}

/* The card is no good any more, and says so for ever. */
static jm_err
end_card(struct vc_card *card)
{
	struct vc_event event = { .op = VC_OP_TERMINATE,
		.app = "issuer",
		.target = { VC_TERMINATED },
		.target_len = 1,
		.reason = "transport key" };
	const enum vc_life before = card->life;
	jm_err e;

	card->life = VC_TERMINATED;
	e = card->store.commit(card->store.arg, VC_PHASE_CHANGE, &event);
	if (e != JM_OK)
		card->life = before;
	return e;
}

static jm_err
present(struct vc_card *card, const uint8_t *answer, unsigned *sw)
{
	struct vc_transport *t = &card->transport;
	uint8_t want[CHALLENGE_LEN];
	int same;
	jm_err e;

	/* A card that lost its power before it could say so. */
	*sw = 0x6985;
	if (t->tries == 0)
		return end_card(card);
	e = vc_transport_answer(
	    t->key, card->v.challenge, card->id, card->id_len, want);
	if (e != JM_OK)
		return e;
	t->tries--;
	if ((e = card->store.commit(card->store.arg, VC_PHASE_PAY, NULL)) !=
	    JM_OK)
		return e;
	same = jm_ct_equal(want, answer, sizeof want);
	jm_wipe(want, sizeof want);
	if (!same) {
		*sw = 0x63c0 | t->tries;
		return t->tries == 0 ? end_card(card) : JM_OK;
	}
	const unsigned paid = t->tries;

	t->tries = VC_TRANSPORT_TRIES;
	e = card->store.commit(card->store.arg, VC_PHASE_RESTORE, NULL);
	if (e != JM_OK) {
		t->tries = paid;
		return e;
	}
	card->v.transport_shown = 1;
	*sw = 0x9000;
	return JM_OK;
}

jm_err
vc_external_auth(struct vc_card *card, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	const int challenged = card->v.challenged;
	jm_err e;

	(void)out;
	/* A challenge is good for one command. */
	card->v.challenged = 0;
	*sw = 0x6d00;
	if (card->transport.len == 0)
		return JM_OK; /* a card that was never sent anywhere */
	*sw = 0x6a86;
	if (c->p1 != 0 || c->p2 != 0)
		return JM_OK;
	*sw = 0x6a88;
	if (card->v.current != 0)
		return JM_OK;
	*sw = 0x6985;
	if (card->life != VC_MANUFACTURED || !challenged)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc != CHALLENGE_LEN || c->ne != 0)
		return JM_OK;
	card->v.transport_shown = 0;
	e = present(card, c->data, sw);
	jm_wipe(card->v.challenge, sizeof card->v.challenge);
	return e;
}
