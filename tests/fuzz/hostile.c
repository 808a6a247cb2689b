/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcard/vc_card.h"

#define IMAGE_MAX 65536

/* Nothing of a fuzzed card outlives its input. */
jm_err __wrap_vc_image_save(struct vc_card *card, const char *phase);
jm_err
__wrap_vc_image_save(struct vc_card *card, const char *phase)
{
	vc_moment(card, phase, "renamed");
	return JM_OK;
}

static const char *
image(size_t *len)
{
	static char text[IMAGE_MAX];
	static size_t text_len;
	FILE *in;

	if (text_len == 0) {
		in = fopen(FUZZ_DIR "/card.image", "rb");
		MUST(in != NULL);
		text_len = fread(text, 1, sizeof text - 1, in);
		MUST(text_len > 0 && fclose(in) == 0);
	}
	*len = text_len;
	return text;
}

static struct vc_card issued; /* the card as it is in the image */

/*
 * The same card for every input, as it was issued: to read its keys again would
 * take most of the time.
 */
static struct vc_card *
fresh_card(void)
{
	static struct vc_card *card;
	const char *text;
	size_t len;

	if (card == NULL) {
		text = image(&len);
		MUST(vc_image_parse("card.image", text, len, &card) == JM_OK);
		issued = *card;
	}
	*card = issued;
	vc_forget(card);
	return card;
}

void
hostile_open(struct hostile *h, struct feed *f)
{
	static const char *const param[] = {
		"atr=3BE000FF8131FE4514",
		"atr=3BC5FF8131FB458073C6010000",
		"atr=3BDA13FF8131FB468012392F31C173C601C03B",
		"auth-pair=absent",
		"sign-pair=absent",
		"reply-61=split",
		"reply-61=always",
		"wrong-le-6c=on",
		"first-6f00=on",
		"sfi=off",
		"fci-ap=none",
		"cert-filler=00",
		"retry-verified=9000",
		"absent-pin=blocked",
		"reset-keeps-status=off",
		"sign-modes=0",
	};
	unsigned bits = feed_u16(f);

	memset(h, 0, sizeof *h);
	h->card = fresh_card();
	for (size_t i = 0; i < NELEM(param); i++)
		if ((bits >> i & 1) != 0)
			(void)!vc_set_param(h->card, param[i]);
	vc_power(h->card, 1);
}

void
hostile_close(struct hostile *h)
{
	struct vc_card *card = h->card;

	for (size_t i = 0; i < card->app_count; i++)
		for (size_t j = 0; j < card->app[i].def->file_count; j++)
			if (card->app[i].file[j].data !=
			    issued.app[i].file[j].data)
				free(card->app[i].file[j].data);
	h->card = NULL;
}

void
hostile_arm(struct hostile *h, struct feed *f)
{
	for (size_t i = 0; i < HOSTILE_ARMED; i++) {
		if (h->armed[i].in != 0)
			continue;
		h->armed[i].in = 1 + feed_below(f, 32);
		h->armed[i].harm = (enum harm)feed_below(f, HARMS);
		h->armed[i].bytes = feed_string(f, &h->armed[i].len);
		return;
	}
}

void
hostile_file(struct hostile *h, struct feed *f)
{
	struct vc_app *app = &h->card->app[1];
	const unsigned i = feed_below(f, (unsigned)app->def->file_count + 2);
	struct vc_file *file = &app->file[i % app->def->file_count];
	struct vc_params *par = &h->card->par;
	size_t len;
	const uint8_t *p = feed_string(f, &len);
	uint8_t *copy;

	if (i >= app->def->file_count) { /* these are made, not stored */
		struct vc_hex *ef =
		    i == app->def->file_count ? &par->ef0006 : &par->ef0008;

		ef->word = 0;
		ef->len = len < sizeof ef->b ? len : sizeof ef->b;
		memcpy(ef->b, p, ef->len);
		return;
	}
	if (file->data == NULL || file->key != NULL)
		return; /* a PIN or a key */
	MUST((copy = malloc(len + 1)) != NULL);
	memcpy(copy, p, len);
	if (file->data != issued.app[1].file[i].data)
		free(file->data);
	file->data = copy;
	file->len = len;
}

void
hostile_atr(struct hostile *h, struct feed *f)
{
	h->atr = feed_string(f, &h->atr_len);
	if (h->atr_len > JM_ATR_MAX)
		h->atr_len = JM_ATR_MAX;
}

void
hostile_reset(struct hostile *h)
{
	vc_reset(h->card);
	h->resets++;
}

int
hostile_verified(const struct hostile *h)
{
	if (h->lied || h->gone)
		return 0;
	for (size_t i = 0; i < h->card->app_count; i++)
		if (h->card->app[i].verified != 0)
			return 1;
	return 0;
}

/* --- commands ------------------------------------------------------------- */

static void
count_command(struct hostile *h, const uint8_t *cmd, size_t len)
{
	h->sent++;
	h->verifies += len > 5 && cmd[1] == 0x20;
	h->changes += len > 5 && cmd[1] == 0x24;
}

/* The harm that is due now, HARMS for none. */
static enum harm
due(struct hostile *h, const uint8_t **bytes, size_t *len)
{
	enum harm harm = HARMS;

	for (size_t i = 0; i < HOSTILE_ARMED; i++) {
		if (h->armed[i].in == 0 || --h->armed[i].in > 0)
			continue;
		harm = h->armed[i].harm;
		*bytes = h->armed[i].bytes;
		*len = h->armed[i].len;
	}
	return harm;
}

static void
made_up(const uint8_t *bytes, size_t len, uint8_t *rsp, size_t *rsp_len)
{
	*rsp_len = len < HOSTILE_REPLY ? len : HOSTILE_REPLY;
	memcpy(rsp, bytes, *rsp_len);
}

static void
distort(enum harm harm, const uint8_t *bytes, size_t len, uint8_t *rsp,
    size_t *rsp_len)
{
	const unsigned first = len > 0 ? bytes[0] : 0;
	const size_t n = *rsp_len;

	if (harm == HARM_REPLACE)
		made_up(bytes, len, rsp, rsp_len);
	if (harm == HARM_STATUS && len > 1)
		memcpy(rsp + n - 2, bytes, 2);
	if (harm == HARM_FLIP && len > 1)
		rsp[first % n] ^= bytes[1];
	if (harm == HARM_CUT)
		*rsp_len = first + 1 < n ? n - first - 1 : 0;
	if (harm == HARM_MORE && len <= HOSTILE_REPLY - n) {
		memmove(rsp + n - 2 + len, rsp + n - 2, 2);
		memcpy(rsp + n - 2, bytes, len);
		*rsp_len = n + len;
	}
}

static enum fate
pulled(struct hostile *h)
{
	vc_power(h->card, 0);
	h->gone = 1;
	return FATE_GONE;
}

/* Where nothing reaches the card. */
static int
before(struct hostile *h, enum harm harm, enum fate *fate)
{
	switch (harm) {
	case HARM_GONE_BEFORE: *fate = pulled(h); return 1;
	case HARM_RESET_BEFORE:
		hostile_reset(h);
		*fate = FATE_RESET;
		return 1;
	case HARM_LOST_BEFORE: *fate = FATE_LOST; return 1;
	case HARM_REPLACE:
	case HARM_INSTEAD:
	case HARM_STATUS:
	case HARM_FLIP:
	case HARM_CUT:
	case HARM_MORE:
	case HARM_GONE_AFTER:
	case HARM_LOST_AFTER:
	case HARMS: break;
	}
	return 0;
}

enum fate
hostile_send(struct hostile *h, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t *rsp_len)
{
	const uint8_t *bytes = NULL;
	enum fate fate = FATE_ANSWERED;
	size_t len = 0;
	enum harm harm;

	count_command(h, cmd, cmd_len);
	harm = due(h, &bytes, &len);
	if (h->gone || before(h, harm, &fate)) {
		*rsp_len = 0;
		return h->gone ? FATE_GONE : fate;
	}
	if (harm == HARM_INSTEAD) {
		h->lied = 1;
		made_up(bytes, len, rsp, rsp_len);
		return FATE_ANSWERED;
	}
	if (vc_transmit(h->card, cmd, cmd_len, rsp, rsp_len) != JM_OK)
		return pulled(h);
	if (harm == HARM_GONE_AFTER)
		return pulled(h);
	if (harm == HARM_LOST_AFTER)
		return FATE_LOST;
	distort(harm, bytes, len, rsp, rsp_len);
	return FATE_ANSWERED;
}

/* --- as a link ------------------------------------------------------------ */

static jm_err
link_begin(void *self)
{
	struct hostile *h = self;
	jm_err e = h->begin_next;

	MUST(!h->begun);
	h->begin_next = JM_OK;
	if (h->gone)
		return JM_GONE;
	if (e == JM_OK && h->told != h->resets)
		e = JM_RESET;
	h->told = h->resets;
	if (e == JM_GONE)
		(void)pulled(h);
	h->begun = e == JM_OK;
	h->broken = 0;
	return e;
}

static void
link_end(void *self, enum jm_end how)
{
	struct hostile *h = self;

	MUST(h->begun);
	h->begun = 0;
	if (how == JM_END_POWER_DOWN && !h->gone) {
		vc_power(h->card, 0);
		vc_power(h->card, 1);
	}
}

static jm_err
link_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	static const jm_err error[] = { [FATE_ANSWERED] = JM_OK,
		[FATE_GONE] = JM_GONE,
		[FATE_RESET] = JM_RESET,
		[FATE_LOST] = JM_LINK };
	static uint8_t reply[VC_REPLY_MAX];
	struct hostile *h = self;
	const size_t room = *rsp_len;
	size_t n = sizeof reply;
	jm_err e;

	MUST(h->begun && !h->broken);
	*rsp_len = 0;
	e = error[hostile_send(h, cmd, cmd_len, reply, &n)];
	h->broken = e == JM_GONE || e == JM_RESET;
	if (e == JM_RESET)
		h->told = h->resets;
	if (e == JM_OK && n > room)
		e = JM_SPACE;
	if (e != JM_OK)
		return e;
	memcpy(rsp, reply, n);
	*rsp_len = n;
	return JM_OK;
}

static size_t
link_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	struct hostile *h = self;

	if (h->atr_len == 0)
		return vc_atr(h->card, out);
	memcpy(out, h->atr, h->atr_len);
	return h->atr_len;
}

static void
link_close(void *self)
{
	struct hostile *h = self;

	MUST(!h->begun);
}

struct jm_link
hostile_link(struct hostile *h)
{
	static const struct jm_link_ops ops = { .begin = link_begin,
		.end = link_end,
		.transmit = link_transmit,
		.atr = link_atr,
		.close = link_close };

	return (struct jm_link){ &ops, h };
}

const uint8_t *
feed_pin(struct feed *f, size_t *len)
{
	static const char *const pin[] = { "1234", "ABC123", "abc123", "0000",
		"WRONG1", "12345", "" };
	const unsigned i = feed_below(f, NELEM(pin) + 1);

	if (i == NELEM(pin))
		return feed_string(f, len);
	*len = strlen(pin[i]);
	return (const uint8_t *)pin[i];
}
