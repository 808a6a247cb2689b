/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/card.h"

#include <stdlib.h>

#include "apdu/sw.h"
#include "base/secret.h"
#include "base/wipe.h"
#include "card/card_impl.h"

jm_err
jm_card_open(const struct jm_link *link, struct jm_card **out)
{
	struct jm_card *card;
	void *mem;
	jm_err e;

	*out = NULL;
	if ((card = calloc(1, sizeof *card)) == NULL)
		return JM_NOMEM;
	if ((e = jm_secret_new(sizeof *card->wire, &mem)) != JM_OK) {
		free(card);
		return e;
	}
	card->wire = mem;
	card->link = *link;
	card->unanswered = 1;
	*out = card;
	return JM_OK;
}

static void
discard(struct jm_card **card)
{
	void *mem = (*card)->wire;

	jm_secret_free(&mem, sizeof *(*card)->wire);
	jm_free_secret(*card, sizeof **card);
	*card = NULL;
}

void
jm_card_free(struct jm_card **card)
{
	if (*card == NULL)
		return;
	jm_card_end(*card);
	jm_link_close(&(*card)->link);
	jm_card_release(card);
}

void
jm_card_abandon(struct jm_card **card)
{
	if (*card == NULL)
		return;
	jm_link_abandon(&(*card)->link);
	discard(card);
}

void
jm_card_release(struct jm_card **card)
{
	if (*card == NULL)
		return;
	jm_card_end(*card);
	discard(card);
}

void
jm_card_forget(struct jm_card *card)
{
	card->selected = card->inherited = 0;
	card->app = JM_APP_JPKI;
	card->ef = 0;
}

jm_err
jm_card_begin(struct jm_card *card)
{
	jm_err e;

	if (card->begun)
		return JM_ARG;
	card->lost = card->gone = card->verify_sent = 0;
	e = card->link.ops->begin(card->link.self);
	if (e == JM_RESET)
		card->unanswered = 1;
	card->begun = e == JM_OK;
	card->inherited = card->begun && card->selected &&
			  card->link.ops->goes_on != NULL &&
			  card->link.ops->goes_on(card->link.self);
	if (!card->inherited)
		jm_card_forget(card);
	return e;
}

jm_err
jm_card_drop_status(struct jm_card *card)
{
	const struct jm_profile *p = card->profile;
	unsigned sw;
	jm_err e;

	if (p == NULL)
		return JM_ARG;
	e = jm_card_select_aid(card, p->logout_aid, p->logout_aid_len, &sw);
	if (e != JM_OK)
		return e;
	/* Warnings come with a selection that was made. */
	if (sw != 0x9000 && sw >> 8 != 0x62 && sw >> 8 != 0x63)
		return JM_CARD;
	card->open = 0;
	return JM_OK;
}

int
jm_card_log_out(struct jm_card *card)
{
	return jm_card_drop_status(card) == JM_OK;
}

static void
leave(struct jm_card *card, enum jm_end how)
{
	if (how == JM_END_POWER_DOWN || card->lost) {
		jm_card_forget(card);
		card->unanswered = 1;
	}
	card->begun = 0;
	card->link.ops->end(card->link.self, how);
}

void
jm_card_end(struct jm_card *card)
{
	enum jm_end how = JM_END_LEAVE;

	if (!card->begun)
		return;
	/* A reset does not drop the status of every card, and nothing can be
	 * sent after one (jm_card_log_out fails): then only the power is left.
	 */
	if (card->verify_sent && !card->gone && !jm_card_log_out(card))
		how = card->gone ? JM_END_LEAVE : JM_END_POWER_DOWN;
	card->open = 0; /* as far as is in our power */
	leave(card, how);
}

void
jm_card_leave(struct jm_card *card)
{
	if (card->begun)
		leave(card, JM_END_LEAVE);
}

/* What a failed exchange leaves: nobody knows what is selected. */
static jm_err
lose(struct jm_card *card, jm_err e)
{
	jm_card_forget(card);
	if (e == JM_GONE || e == JM_RESET)
		card->lost = 1;
	if (e == JM_GONE)
		card->gone = 1;
	return e == JM_SPACE ? JM_FORMAT : e;
}

jm_err
jm_card_send(struct jm_card *card, const struct jm_capdu *c,
    struct jm_wbuf *data, unsigned *sw)
{
	struct jm_wbuf own;
	jm_err e;

	card->sw = *sw = 0;
	if (!card->begun)
		return JM_ARG;
	if (card->lost)
		return card->gone ? JM_GONE : JM_RESET;
	if (data == NULL) {
		jm_wbuf_init(&own, card->wire->reply, JM_CARD_REPLY);
		data = &own;
	}
	/* Noted before it is sent: the reply may be lost, the status not. */
	if (c->ins == JM_INS_VERIFY && c->nc > 0)
		card->verify_sent = 1;
	e = jm_exchange(&card->link, &card->wire->x, c, data, sw);
	card->sw = *sw;
	if (e == JM_OK) {
		card->unanswered = 0;
		return JM_OK;
	}
	return lose(card, e);
}

unsigned
jm_card_pinpad(struct jm_card *card)
{
	const struct jm_link_ops *ops = card->link.ops;

	if (ops->pinpad == NULL || ops->ask_pin == NULL)
		return 0;
	return ops->pinpad(card->link.self);
}

int
jm_card_not_entered(jm_err e)
{
	return e == JM_TIMEOUT || e == JM_CANCELLED || e == JM_MISMATCH ||
	       e == JM_PIN_LEN || e == JM_UNSUPPORTED;
}

jm_err
jm_card_ask(struct jm_card *card, const struct jm_pin_ask *ask, unsigned *sw)
{
	uint8_t rsp[2];
	size_t len = sizeof rsp;
	jm_err e;

	*sw = 0;
	if (!card->begun)
		return JM_ARG;
	if (card->lost)
		return card->gone ? JM_GONE : JM_RESET;
	if ((jm_card_pinpad(card) &
		(ask->fresh ? JM_PINPAD_MODIFY : JM_PINPAD_VERIFY)) == 0)
		return JM_UNSUPPORTED;
	/* As for what is sent: whatever the reader will say of it. */
	if (ask->head[1] == JM_INS_VERIFY)
		card->verify_sent = 1;
	e = card->link.ops->ask_pin(card->link.self, ask, rsp, &len);
	if (e == JM_OK && len == sizeof rsp) {
		*sw = (unsigned)rsp[0] << 8 | rsp[1];
		return JM_OK;
	}
	return jm_card_not_entered(e) ? e
				      : lose(card, e == JM_OK ? JM_FORMAT : e);
}

jm_err
jm_card_select_aid(
    struct jm_card *card, const uint8_t *aid, size_t aid_len, unsigned *sw)
{
	const struct jm_capdu c = { .ins = JM_INS_SELECT,
		.p1 = 0x04, /* by name */
		.p2 = 0x0c, /* first one, no reply data */
		.data = aid,
		.nc = aid_len };
	const int first = card->unanswered;
	jm_err e;

	jm_card_forget(card);
	e = jm_card_send(card, &c, NULL, sw);
	/* One measured card answers so to its first command after power-up. */
	if (e == JM_OK && first && *sw == 0x6f00)
		e = jm_card_send(card, &c, NULL, sw);
	return e;
}

jm_err
jm_card_select_app(struct jm_card *card, enum jm_app app)
{
	const struct jm_profile *p = card->profile;
	const int main_one = app == JM_APP_JPKI;
	const uint8_t *aid;
	unsigned sw;
	size_t len;
	jm_err e;

	if (p == NULL || !card->begun || (unsigned)app >= JM_APPS)
		return JM_ARG;
	if (card->selected && card->app == app)
		return JM_OK;
	aid = main_one ? p->aid : p->app[app].v;
	len = main_one ? p->aid_len : p->app[app].len;
	if (len == 0)
		return JM_NOT_FOUND;
	if ((e = jm_card_select_aid(card, aid, len, &sw)) != JM_OK)
		return e;
	if ((e = jm_sw_err(sw)) == JM_NOT_FOUND)
		return main_one ? JM_NO_CARD : JM_NOT_FOUND;
	if (e != JM_OK)
		return JM_CARD;
	card->selected = 1;
	card->app = app;
	for (int id = 0; id < JM_PINS; id++) /* the others' are dropped */
		if (jm_pin_app((enum jm_pin_id)id) != app)
			jm_card_shut(card, 1u << id);
	return JM_OK;
}

jm_err
jm_card_select(struct jm_card *card)
{
	return jm_card_select_app(card, JM_APP_JPKI);
}

int
jm_card_stands(const struct jm_card *card)
{
	return card->begun && !card->lost && card->selected &&
	       card->app == JM_APP_JPKI;
}

jm_err
jm_card_select_ef(struct jm_card *card, uint16_t ef)
{
	const uint8_t id[2] = { (uint8_t)(ef >> 8), (uint8_t)(ef & 0xff) };
	const struct jm_capdu c = { .ins = JM_INS_SELECT,
		.p1 = 0x02, /* EF of the current application */
		.p2 = 0x0c,
		.data = id,
		.nc = sizeof id };
	unsigned sw;
	jm_err e;

	if (card->ef == ef)
		return JM_OK;
	card->ef = 0;
	if ((e = jm_card_send(card, &c, NULL, &sw)) != JM_OK)
		return e;
	if ((e = jm_sw_err(sw)) != JM_OK)
		return e;
	card->ef = ef;
	return JM_OK;
}

const struct jm_profile *
jm_card_profile(const struct jm_card *card)
{
	return card->profile;
}

const struct jm_card_info *
jm_card_get_info(const struct jm_card *card)
{
	return &card->info;
}

const uint8_t *
jm_card_raw_info(const struct jm_card *card, size_t *len)
{
	*len = card->info.known ? card->raw_info_len : 0;
	return card->raw_info;
}

unsigned
jm_card_sw(const struct jm_card *card)
{
	return card->sw;
}

int
jm_card_pin_sent(const struct jm_card *card)
{
	return card->verify_sent || card->open != 0;
}

unsigned
jm_card_open_pins(const struct jm_card *card)
{
	return card->open;
}

void
jm_card_shut(struct jm_card *card, unsigned pins)
{
	card->open &= ~pins;
}

void
jm_card_inherit_open(struct jm_card *card, const struct jm_card *before)
{
	card->open |= before->open;
}

int
jm_card_uses_sfi(const struct jm_card *card)
{
	return card->sfi;
}

size_t
jm_card_atr(const struct jm_card *card, uint8_t out[JM_ATR_MAX])
{
	return card->link.ops->atr(card->link.self, out);
}

unsigned
jm_card_modes(const struct jm_card *card)
{
	return card->profile == NULL ? 0
				     : card->profile->modes & ~card->refused;
}
