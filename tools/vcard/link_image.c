/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/vcard/link_image.h"

#include <stdlib.h>

#include "vcard/vcard.h"

struct slot {
	struct vc_card *card;
};

static jm_err
slot_begin(void *self)
{
	const struct slot *s = self;

	return vc_is_dead(s->card) ? JM_GONE : JM_OK;
}

static void
slot_end(void *self, enum jm_end how)
{
	const struct slot *s = self;

	if (how == JM_END_LEAVE)
		return;
	vc_power(s->card, 0);
	vc_power(s->card, 1);
}

static jm_err
slot_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	const struct slot *s = self;
	jm_err e;

	e = vc_transmit(s->card, cmd, cmd_len, rsp, rsp_len);
	if (e != JM_OK)
		*rsp_len = 0;
	return e;
}

static size_t
slot_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	const struct slot *s = self;

	return vc_atr(s->card, out);
}

static void
slot_close(void *self)
{
	struct slot *s = self;

	vc_power(s->card, 0);
	vc_close(&s->card);
	free(s);
}

jm_err
link_image_open(const char *image, struct jm_link *out)
{
	static const struct jm_link_ops ops = { .begin = slot_begin,
		.end = slot_end,
		.transmit = slot_transmit,
		.atr = slot_atr,
		.close = slot_close };
	struct slot *s;
	jm_err e;

	*out = (struct jm_link){ NULL, NULL };
	if ((s = calloc(1, sizeof *s)) == NULL)
		return JM_NOMEM;
	if ((e = vc_open(image, &s->card)) != JM_OK) {
		free(s);
		return e;
	}
	vc_power(s->card, 1);
	*out = (struct jm_link){ &ops, s };
	return JM_OK;
}
