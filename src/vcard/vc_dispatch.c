/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a command to what carries it out, and what becomes of its reply. */
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_issuer.h"

/* Commands of the card ------------------------------------------------------*/

static void
put_app_fci(const struct vc_card *card, size_t i, struct jm_wbuf *out)
{
	const struct vc_app_def *def = card->app[i].def;
	const struct vc_hex *h = &card->par.fci_ap;

	if (h->word == 1)
		return;
	if (h->word == 0) {
		jm_put(out, h->b, h->len);
		return;
	}
	jm_put_u8(out, 0x6f);
	jm_put_u8(out, (unsigned)def->aid_len + 2);
	jm_put_u8(out, 0x84);
	jm_put_u8(out, (unsigned)def->aid_len);
	jm_put(out, def->aid, def->aid_len);
}

/* The first application whose AID begins with the data, or the next one. */
static unsigned
select_app(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out)
{
	int next = (c->p2 & 0x02) != 0;
	size_t i = next ? card->v.current + 1 : 0;
	unsigned sw;

	if ((c->p2 & ~0x0eu) != 0 || (c->p2 & 0x0c) == 0x04 ||
	    (c->p2 & 0x0c) == 0x08)
		return 0x6a86;
	if (c->nc == 0 || c->nc > VC_AID_MAX)
		return 0x6700;
	for (; i < card->app_count; i++) {
		const struct vc_app_def *def = card->app[i].def;

		if (vc_app_there(&card->app[i]) && c->nc <= def->aid_len &&
		    memcmp(def->aid, c->data, c->nc) == 0)
			break;
	}
	if (i == card->app_count)
		return 0x6a82;
	if ((sw = vc_life_select_sw(card->life, i == 0)) != 0x9000)
		return sw;
	if (i != card->v.current)
		vc_transfer_drop(card);
	vc_app_leave(&card->app[card->v.current], i != card->v.current);
	card->v.current = i;
	if ((c->p2 & 0x0c) == 0)
		put_app_fci(card, i, out);
	return 0x9000;
}

static jm_err
select_any(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	struct vc_app *app = &card->app[card->v.current];

	switch (c->p1) {
	case 0x04:
		/* The channel would be gone before the reply. */
		*sw = card->v.protected ? 0x6985 : select_app(card, c, out);
		return JM_OK;
	case 0x02: return vc_select_ef(app, c, out, sw);
	case 0x00: break;
	default: *sw = 0x6a86; return JM_OK;
	}
	/* The master file has nothing to offer: measured answers. */
	if (c->nc == 0)
		*sw = card->v.current == 0 ? 0x6a86 : 0x9000;
	else if (!card->par.select_p1_00)
		*sw = 0x6a82;
	else
		return vc_select_ef(app, c, out, sw);
	return JM_OK;
}

static jm_err
get_challenge(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	uint8_t random[256];
	jm_err e;

	if (c->p1 != 0 || c->p2 != 0)
		*sw = 0x6a86;
	else if (c->extended)
		*sw = 0x6985;
	else if (c->nc != 0 || c->ne == 0)
		*sw = 0x6700;
	else {
		if ((e = jm_random(random, c->ne)) != JM_OK)
			return e;
		jm_put(out, random, c->ne);
		vc_transport_challenge(card, random, c->ne);
		*sw = 0x9000;
	}
	return JM_OK;
}

static int
rest_waits(const struct vc_card *card)
{
	return card->v.rest_off < card->v.rest_len;
}

static unsigned
more_sw(const struct vc_card *card)
{
	size_t left = card->v.rest_len - card->v.rest_off;

	return left == 0 ? card->v.rest_sw
			 : 0x6100 | (left > 255 ? 0 : (unsigned)left);
}

/* The next piece of a waiting reply, at most ne bytes. */
static unsigned
next_piece(struct vc_card *card, size_t ne, struct jm_wbuf *out)
{
	size_t n = card->v.rest_len - card->v.rest_off;

	if (n > ne)
		n = ne;
	if (n > card->par.reply_61_max)
		n = card->par.reply_61_max;
	jm_put(out, card->v.rest + card->v.rest_off, n);
	card->v.rest_off += n;
	return more_sw(card);
}

static jm_err
get_response(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	if (card->par.reply_61 == VC_61_OFF && !rest_waits(card))
		*sw = 0x6d00;
	else if (c->p1 != 0 || c->p2 != 0)
		*sw = 0x6a86;
	else if (c->nc != 0 || c->ne == 0)
		*sw = 0x6700;
	else if (!rest_waits(card))
		*sw = 0x6985;
	else
		*sw = next_piece(card, c->ne, out);
	return JM_OK;
}

/* Dispatch ------------------------------------------------------------------*/

/* clang-format off */
static const struct ins {
	uint8_t cla, ins;
	vc_card_command *card;
	vc_app_command *app;
} ins_tab[] = {
	{ 0x00, 0x20, NULL,          vc_verify },
	{ 0x00, 0x24, NULL,          vc_change },
	{ 0x00, 0x2c, NULL,          vc_reset_counter },
	{ 0x00, 0x47, NULL,          vc_generate },
	{ 0x00, 0x82, vc_external_auth, NULL },
	{ 0x00, 0x84, get_challenge, NULL },
	{ 0x00, 0x86, NULL,          vc_authenticate },
	{ 0x00, 0x88, NULL,          vc_internal_auth },
	{ 0x00, 0xa4, select_any,    NULL },
	{ 0x00, 0xb0, NULL,          vc_read_binary },
	{ 0x00, 0xb2, NULL,          vc_read_record },
	{ 0x00, 0xc0, get_response,  NULL },
	{ 0x00, 0xca, vc_get_data,   NULL },
	{ 0x00, 0xd6, NULL,          vc_update_binary },
	{ 0x00, 0xdc, NULL,          vc_update_record },
	{ 0x80, 0x2a, NULL,          vc_sign },
	{ 0x80, 0x32, NULL,          vc_change_key },
	{ 0x80, 0x90, NULL,          vc_authorisation_challenge },
	{ 0x80, 0x92, NULL,          vc_authorise },
	{ 0x80, 0x94, NULL,          vc_operator_sign },
	{ 0x80, 0x96, NULL,          vc_activate },
	{ 0x80, 0xa2, NULL,          vc_terminal_key },
	{ 0x80, 0xae, NULL,          vc_session_key },
	{ 0x80, 0xe2, vc_store_data, NULL },
	{ 0x80, 0xe4, vc_delete,     NULL },
	{ 0x80, 0xe6, vc_load,       NULL },
	{ 0x80, 0xea, vc_export,     NULL },
	{ 0x80, 0xf0, vc_set_status, NULL },
	{ 0x80, 0xf2, vc_list,       NULL },
	{ 0x80, 0xfc, NULL,          vc_indicator },
};
/* clang-format on */

int
vc_ins_row(size_t i, uint8_t *cla, uint8_t *ins)
{
	if (i >= NELEM(ins_tab))
		return 0;
	*cla = ins_tab[i].cla;
	*ins = ins_tab[i].ins;
	return 1;
}

#define CHAINING 0x10
#define SHORT_LE 256 /* the most that one byte of Le can ask for */

static unsigned
find_ins(uint8_t cla, uint8_t ins, const struct ins **row)
{
	unsigned sw = 0x6d00;

	*row = NULL;
	for (size_t i = 0; i < NELEM(ins_tab); i++) {
		if (ins_tab[i].ins != ins)
			continue;
		sw = 0x6e00;
		if (ins_tab[i].cla != (cla & ~CHAINING))
			continue;
		*row = &ins_tab[i];
		return 0x9000;
	}
	return sw;
}

/*
 * Command chaining: collects the data of parts with the same header.  Returns
 * 9000 with *ready 1 when the command can be carried out as c says.
 */
static unsigned
chain(struct vc_card *card, struct vc_cmd *c, int *ready)
{
	struct vc_volatile *v = &card->v;
	const uint8_t head[4] = { (uint8_t)(c->cla & ~CHAINING), c->ins, c->p1,
		c->p2 };
	int part = (c->cla & CHAINING) != 0;

	*ready = 0;
	if (part && !card->par.chain_on)
		return 0x6e00;
	if (v->chain_open && memcmp(head, v->chain_head, sizeof head) != 0) {
		jm_wipe(v->chain, v->chain_len);
		v->chain_open = 0;
	}
	if (!v->chain_open && !part) {
		*ready = 1;
		return 0x9000;
	}
	if (!v->chain_open) {
		memcpy(v->chain_head, head, sizeof head);
		v->chain_open = 1;
		v->chain_len = 0;
	}
	if (c->nc > VC_CHAIN_MAX - v->chain_len) {
		v->chain_open = 0;
		return 0x6700;
	}
	if (c->nc > 0)
		memcpy(v->chain + v->chain_len, c->data, c->nc);
	v->chain_len += c->nc;
	if (part)
		return 0x9000;
	v->chain_open = 0;
	c->cla = head[0];
	c->data = v->chain;
	c->nc = v->chain_len;
	*ready = 1;
	return 0x9000;
}

/* What becomes of the data, by the command's Le and the card's ways. */
static unsigned
deliver(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned sw)
{
	const struct vc_params *par = &card->par;
	size_t len = out->len;

	if (sw != 0x9000 || len == 0)
		return sw;
	if (c->ne == 0) {
		out->len = 0; /* cases 1 and 3 have no reply data */
		return sw;
	}
	if (par->wrong_le_6c && c->ne != len && len <= 256) {
		out->len = 0;
		return 0x6c00 | (len & 0xff);
	}
	if (par->reply_61 == VC_61_ALWAYS ||
	    (par->reply_61 == VC_61_SPLIT && len > par->reply_61_max)) {
		memcpy(card->v.rest, out->mem, len);
		card->v.rest_off = 0;
		card->v.rest_len = len;
		card->v.rest_sw = 0x9000;
		out->len = 0;
		return par->reply_61 == VC_61_ALWAYS
			   ? more_sw(card)
			   : next_piece(card, c->ne, out);
	}
	if (len > c->ne) {
		out->len = 0;
		return 0x6700;
	}
	return sw;
}

static jm_err
run(struct vc_card *card, const struct ins *row, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	if (row->card != get_response)
		card->v.rest_off = card->v.rest_len = 0;
	*sw = vc_life_sw(card->life, c, card->v.current == 0);
	if (*sw != 0x9000)
		return JM_OK;
	if (row->card != NULL)
		return row->card(card, c, out, sw);
	return row->app(&card->app[card->v.current], c, out, sw);
}

/* A command in plain. */
static jm_err
plain(struct vc_card *card, const uint8_t *cmd, size_t cmd_len,
    struct jm_wbuf *out, unsigned *sw)
{
	const struct ins *row;
	struct vc_cmd c;
	int ready;
	jm_err e;

	if ((*sw = vc_class_sw(cmd[0], card->par.sm_sw)) != 0x9000 ||
	    (*sw = find_ins(cmd[0], cmd[1], &row)) != 0x9000 ||
	    (*sw = vc_parse(cmd, cmd_len, card->par.ext_on, &c)) != 0x9000 ||
	    (*sw = chain(card, &c, &ready)) != 0x9000 || !ready)
		return JM_OK;
	e = run(card, row, &c, out, sw);
	if (e == JM_OK && row->card != get_response)
		*sw = deliver(card, &c, out, *sw);
	jm_wipe(card->v.chain, card->v.chain_len);
	card->v.chain_len = 0;
	return e;
}

/* Secure messaging ----------------------------------------------------------*/

/* The command inside, and what it answers. */
static jm_err
inside(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	const struct ins *row;
	jm_err e;

	if ((*sw = find_ins(c->cla, c->ins, &row)) != 0x9000)
		return JM_OK;
	if (row->card == get_response) {
		*sw = 0x6d00; /* it is asked for in plain */
		return JM_OK;
	}
	if ((e = run(card, row, c, out, sw)) != JM_OK)
		return e;
	if (c->ne == 0 || *sw != 0x9000)
		out->len = 0;
	else if (out->len > c->ne && c->ne < SHORT_LE) {
		out->len = 0;
		*sw = 0x6700;
	}
	return JM_OK;
}

/* A protected reply that the command's Le cannot hold waits for GET RESPONSE,
 * whatever the card does otherwise. */
static unsigned
deliver_protected(struct vc_card *card, const struct vc_cmd *sm,
    struct jm_wbuf *out, unsigned sw)
{
	if (out->len <= sm->ne)
		return sw;
	memcpy(card->v.rest, out->mem, out->len);
	card->v.rest_off = 0;
	card->v.rest_len = out->len;
	card->v.rest_sw = sw;
	out->len = 0;
	return sm->ne == 0 ? 0x6700 : next_piece(card, sm->ne, out);
}

static jm_err
protected_command(struct vc_card *card, struct vc_app *app, const uint8_t *cmd,
    size_t cmd_len, struct jm_wbuf *out, unsigned *sw)
{
	struct vc_cmd sm, c;
	size_t len;
	jm_err e;

	card->v.rest_off = card->v.rest_len = 0;
	card->v.chain_open = 0;
	*sw = vc_parse(cmd, cmd_len, card->par.ext_on, &sm);
	if (*sw != 0x9000) {
		vc_app_end_channel(app);
		return JM_OK;
	}
	e = vc_channel_unwrap(
	    app->channel, &sm, card->v.sm, VC_REPLY_MAX, &c, sw);
	if (e != JM_OK || *sw != 0x9000)
		return e;
	card->v.protected = 1;
	e = inside(card, &c, out, sw);
	card->v.protected = 0;
	jm_wipe(card->v.sm, sm.nc + VC_CHANNEL_ROOM); /* PINs */
	if (e != JM_OK)
		return e;
	len = out->len;
	memcpy(card->v.sm, out->mem, len);
	jm_wipe(out->mem, len);
	out->len = 0;
	e = vc_channel_wrap(app->channel, card->v.sm, len, *sw, out);
	if (e == JM_OK)
		*sw = deliver_protected(card, &sm, out, *sw);
	jm_wipe(card->v.sm, len);
	return e;
}

jm_err
vc_carry_out(struct vc_card *card, const uint8_t *cmd, size_t cmd_len,
    struct jm_wbuf *out, unsigned *sw)
{
	struct vc_app *app = &card->app[card->v.current];
	jm_err e;

	*sw = 0x6700;
	if (cmd_len < 4) {
		vc_app_end_channel(app);
		return JM_OK;
	}
	if (card->life == VC_TERMINATED) {
		vc_app_end_channel(app);
		*sw = 0x6985;
		return JM_OK;
	}
	if (!vc_channel_alive(app->channel))
		return plain(card, cmd, cmd_len, out, sw);
	if ((cmd[0] & 0x7f) == 0x0c) {
		e = protected_command(card, app, cmd, cmd_len, out, sw);
		if (e != JM_OK || !vc_channel_alive(app->channel))
			vc_app_end_channel(app);
		return e;
	}
	/* The rest of a protected reply is fetched in plain. */
	if (cmd[1] != 0xc0 || !rest_waits(card))
		vc_app_end_channel(app);
	return plain(card, cmd, cmd_len, out, sw);
}
