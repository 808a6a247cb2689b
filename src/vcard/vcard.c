/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Power, reset, one command in, one reply out. */
#include "vcard/vcard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_issuer.h"

jm_err
vc_open(const char *image, struct vc_card **out)
{
	return vc_image_open(image, 1, out);
}

jm_err
vc_open_readonly(const char *image, struct vc_card **out)
{
	return vc_image_open(image, 0, out);
}

void
vc_close(struct vc_card **card)
{
	struct vc_card *c = *card;

	if (c == NULL)
		return;
	for (size_t i = 0; i < c->app_count; i++)
		vc_app_clear(&c->app[i]);
	for (size_t i = 0; i < NELEM(c->data); i++)
		free(c->data[i].data);
	vc_log_clear(&c->log);
	vc_transfer_drop(c);
	vc_image_close(c);
	jm_free_secret(c->reply, c->reply == NULL ? 0 : VC_REPLY_MAX);
	jm_free_secret(c->v.rest, c->v.rest == NULL ? 0 : VC_REPLY_MAX);
	jm_free_secret(c->v.sm, c->v.sm == NULL ? 0 : VC_REPLY_MAX);
	jm_free_secret(c->v.chain, c->v.chain == NULL ? 0 : VC_CHAIN_MAX);
	jm_free_secret(c, sizeof *c);
	*card = NULL;
}

/* No parameter of a run can show an application that was never filled. */
static int
all_filled(const struct vc_card *card)
{
	if (card->life == VC_MANUFACTURED)
		return 1;
	for (size_t i = 0; i < card->app_count; i++) {
		const struct vc_app *app = &card->app[i];

		for (size_t k = 0; k < app->def->file_count; k++)
			if (vc_app_there(app) &&
			    vc_in_image(&app->def->files[k]) &&
			    !vc_file_present(&app->file[k]))
				return 0;
	}
	return 1;
}

jm_err
vc_set_param(struct vc_card *card, const char *param)
{
	const struct vc_params old = card->par;
	size_t name_len = strcspn(param, "="), i;
	jm_err e;

	if (param[name_len] != '=' ||
	    vc_param_find(param, name_len, &i) != JM_OK)
		return JM_ARG;
	e = vc_param_set(&card->par, i, param + name_len + 1);
	if (e == JM_OK && !all_filled(card)) {
		card->par = old;
		e = JM_ARG;
	}
	return e;
}

void
vc_set_observer(struct vc_card *card, vc_observer f, void *arg)
{
	card->observer = f;
	card->observer_arg = arg;
}

void
vc_set_killer(struct vc_card *card, vc_killer f, void *arg)
{
	card->killer = f;
	card->killer_arg = arg;
}

void
vc_forget(struct vc_card *card)
{
	for (size_t i = 0; i < card->app_count; i++)
		vc_app_leave(&card->app[i], 1);
	card->v.current = 0;
	card->v.first = 1;
	card->v.chain_open = 0;
	jm_wipe(card->v.chain, VC_CHAIN_MAX);
	card->v.chain_len = 0;
	card->v.rest_off = card->v.rest_len = 0;
	card->v.challenged = 0;
	card->v.transport_shown = 0;
	vc_transfer_drop(card);
}

void
vc_power(struct vc_card *card, int on)
{
	if (card->dead)
		return;
	if (!on || !card->v.power)
		vc_forget(card);
	card->v.power = on != 0;
}

void
vc_reset(struct vc_card *card)
{
	if (!card->v.power)
		return;
	if (!card->par.reset_keeps_status)
		vc_forget(card);
	else /* whatever is kept, nobody goes on in a channel */
		vc_app_end_channel(&card->app[card->v.current]);
}

int
vc_is_dead(const struct vc_card *card)
{
	return card->dead;
}

size_t
vc_atr(const struct vc_card *card, uint8_t out[VC_ATR_MAX])
{
	memcpy(out, card->par.atr.b, card->par.atr.len);
	return card->par.atr.len;
}

static void
tell(struct vc_card *card, const uint8_t *cmd, size_t cmd_len, size_t len,
    int replied)
{
	char line[VC_LINE_MAX + 64];
	size_t n;

	if (card->observer == NULL)
		return;
	vc_cmd_text(cmd, cmd_len, line, VC_LINE_MAX);
	n = strlen(line);
	if (!replied)
		snprintf(line + n, sizeof line - n, " -> [no reply]");
	else if (len < 2)
		snprintf(
		    line + n, sizeof line - n, " -> [%zu bytes] ----", len);
	else
		snprintf(line + n, sizeof line - n, " -> [%zu bytes] %02X%02X",
		    len - 2, card->reply[len - 2], card->reply[len - 1]);
	card->observer(card->observer_arg, cmd, cmd_len, card->reply,
	    replied ? len : 0, line);
}

jm_err
vc_transmit(struct vc_card *card, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t *rsp_len)
{
	size_t room = *rsp_len, len = 0;
	struct jm_wbuf out;
	unsigned sw = 0x6f00;
	jm_err e;

	*rsp_len = 0;
	if (!card->v.power || card->dead)
		return JM_GONE;
	if (cmd_len > VC_CMD_MAX)
		return JM_ARG;
	jm_wbuf_init(&out, card->reply, VC_REPLY_MAX - 2);
	e = vc_quirk_before(card);
	if (e == JM_OK && !(card->v.first && card->par.first_6f00))
		e = vc_carry_out(card, cmd, cmd_len, &out, &sw);
	card->v.first = 0;
	if (e == JM_OK) {
		len = out.len;
		card->reply[len++] = (uint8_t)(sw >> 8);
		card->reply[len++] = (uint8_t)sw;
		e = vc_quirk_after(card, cmd_len > 1 ? cmd[1] : 0, &len);
	}
	tell(card, cmd, cmd_len, len, e == JM_OK);
	if (e == JM_OK && len > room)
		e = JM_SPACE;
	if (e == JM_OK) {
		vc_moment(card, "reply", NULL);
		memcpy(rsp, card->reply, len);
		*rsp_len = len;
	}
	jm_wipe(card->reply, len);
	return e;
}
