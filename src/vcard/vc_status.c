/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SET STATUS: from one state of the card's life to the next. */
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_issuer.h"
#include "vcard/vc_text.h"

#define TIME_LEN 14

/* Has it all that a card in its holder's hands has? */
static int
complete(const struct vc_card *card)
{
	for (size_t i = 0; i < card->app_count; i++) {
		const struct vc_app *app = &card->app[i];

		if (!vc_app_there(app))
			continue; /* an option that this card has not */
		for (size_t k = 0; k < app->def->file_count; k++)
			if (vc_in_image(&app->def->files[k]) &&
			    !vc_file_present(&app->file[k]))
				return 0;
	}
	return 1;
}

/* What an issuer does has no operator's word; the time is the issuer's. */
static void
issuer_event(const struct vc_card *card, const struct vc_app *app,
    const struct vc_cmd *c, enum vc_life to, struct vc_event *out)
{
	const struct jm_cvc *peer = vc_channel_peer(app->channel);

	memset(out, 0, sizeof *out);
	out->op = VC_OP_PERSONALISE;
	if (c->nc == TIME_LEN)
		memcpy(out->when, c->data, TIME_LEN);
	if (peer != NULL)
		memcpy(out->terminal, peer->holder, sizeof out->terminal);
	memcpy(out->app, card->app[0].def->name,
	    strlen(card->app[0].def->name) + 1);
	out->target[0] = (uint8_t)to;
	out->target_len = 1;
}

/* A card that has its contents has no more use for its transport key. */
static jm_err
step(struct vc_card *card, enum vc_life to, const struct vc_event *event)
{
	const enum vc_life from = card->life;
	struct vc_transport key = card->transport;
	jm_err e;

	card->life = to;
	memset(&card->transport, 0, sizeof card->transport);
	e = card->store.commit(card->store.arg, VC_PHASE_CHANGE, event);
	if (e != JM_OK) {
		card->life = from;
		card->transport = key;
	}
	jm_wipe(&key, sizeof key);
	return e;
}

/* May the other side do it now?  *event: what the log is to say. */
static unsigned
may(struct vc_card *card, struct vc_app *app, const struct vc_cmd *c,
    enum vc_life to, struct vc_event *event)
{
	const uint32_t right = vc_life_right(card->life, to);

	if (right == 0)
		return 0x6985;
	if ((app->rights & right) == 0 || !vc_channel_ready(app->channel))
		return 0x6982;
	if (right != VC_R_ISSUER) {
		*event = app->authority.say;
		if (c->nc != 0)
			return 0x6700;
		return event->target_len == 1 && event->target[0] == to
			   ? 0x9000
			   : 0x6985;
	}
	if (!card->v.transport_shown)
		return 0x6982;
	if (c->nc != 0 && !vc_time_ok(c->data, c->nc))
		return 0x6a80;
	issuer_event(card, app, c, to, event);
	return to == VC_TERMINATED || complete(card) ? 0x9000 : 0x6985;
}

jm_err
vc_set_status(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	struct vc_app *app = &card->app[card->v.current];
	struct vc_event event;
	jm_err e = JM_OK;

	(void)out;
	*sw = 0x6d00;
	if (app->trust.cvc_len == 0)
		return JM_OK;
	*sw = 0x6985;
	if (card->v.current != 0)
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 > VC_TERMINATED || c->p2 != 0)
		return JM_OK;
	*sw = 0x6700;
	if (c->ne != 0)
		return JM_OK;
	*sw = may(card, app, c, (enum vc_life)c->p1, &event);
	if (*sw == 0x9000) {
		e = step(card, (enum vc_life)c->p1, &event);
		card->v.transport_shown = 0;
	}
	/* An authorisation is for one try. */
	vc_app_spend(app);
	return e;
}
