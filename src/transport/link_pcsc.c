/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/link_pcsc.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/os.h"
#include "transport/pinpad.h"
#include "transport/scard_call.h"
#include "transport/scard_err.h"
#include "transport/scard_io.h"

#define PROTOCOLS    (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
#define POLL_MS      50   /* between two looks at a card in use */
#define RESETS       3    /* resets in a row that begin sits through */
#define FEATURES_MAX 264  /* bytes of the list of them */
#define SW_LEN       2    /* bytes that every answer has */
#define NOTICE_MS    1000 /* pcscd looks at most readers every 400 ms */

struct pcsc {
	SCARDCONTEXT ctx;
	SCARDHANDLE card;
	DWORD proto;
	int held;
	int dead;          /* nothing works any more: JM_GONE */
	int own_power_off; /* the next reset to be seen is ours */
	uint8_t atr[JM_ATR_MAX];
	size_t atr_len;
	int looked; /* for keys of the reader's own */
	struct jm_pinpad_codes keys;
};

static void
refresh_atr(struct pcsc *p)
{
	p->atr_len = jm_scard_status(p->card, p->atr, sizeof p->atr, &p->proto);
}

/* A failure that this handle does not come back from. */
static jm_err
note(struct pcsc *p, jm_err e)
{
	if (e == JM_GONE)
		p->dead = 1;
	return e;
}

/* The handle after a reset, usable again; the card is left as it is. */
static jm_err
reconnect(struct pcsc *p)
{
	const LONG rv = SCardReconnect(p->card, SCARD_SHARE_SHARED, PROTOCOLS,
	    SCARD_LEAVE_CARD, &p->proto);

	if (rv == SCARD_S_SUCCESS)
		refresh_atr(p);
	return note(p, jm_scard_connected_err(rv));
}

static jm_err
pcsc_begin(void *self)
{
	struct pcsc *p = self;
	const uint64_t until = jm_now_ms() + JM_PCSC_BUSY_MS;
	int resets = 0;
	jm_err e;

	if (p->dead)
		return JM_GONE;
	if (p->held)
		return JM_LINK;
	for (;;) {
		e = jm_scard_connected_err(SCardBeginTransaction(p->card));
		if (e == JM_OK) {
			p->held = 1;
			p->own_power_off = 0;
			return JM_OK;
		}
		if (e == JM_BUSY && jm_now_ms() < until) {
			jm_sleep_ms(POLL_MS);
			continue;
		}
		if (e != JM_RESET)
			return note(p, e);
		if (++resets > RESETS)
			return JM_LINK;
		if ((e = reconnect(p)) == JM_RESET)
			continue; /* reset again meanwhile */
		if (e != JM_OK)
			return e;
		/* Nobody is to hear of the reset we made ourselves. */
		if (!p->own_power_off)
			return JM_RESET;
		p->own_power_off = 0;
	}
}

/*
 * Take the card's power, whatever it takes: a status must not stay.  After
 * somebody's reset the handle wants a reconnect first, which can do it.
 */
static void
power_off(struct pcsc *p)
{
	jm_err e;

	e = jm_scard_connected_err(
	    SCardEndTransaction(p->card, SCARD_UNPOWER_CARD));
	if (e == JM_RESET) {
		e = jm_scard_connected_err(
		    SCardReconnect(p->card, SCARD_SHARE_SHARED, PROTOCOLS,
			SCARD_UNPOWER_CARD, &p->proto));
		(void)SCardEndTransaction(p->card, SCARD_LEAVE_CARD);
	}
	if (e == JM_OK) {
		p->own_power_off = 1;
		return;
	}
	if (e != JM_GONE) {
		jm_log(JM_LOG_WARNING, "pcsc: the card was disconnected to "
				       "take its power");
		(void)SCardDisconnect(p->card, SCARD_UNPOWER_CARD);
	}
	p->dead = 1;
}

static void
pcsc_end(void *self, enum jm_end how)
{
	struct pcsc *p = self;

	if (!p->held)
		return;
	p->held = 0;
	switch (how) {
	case JM_END_LEAVE:
		/* A failure shows at the next begin. */
		(void)SCardEndTransaction(p->card, SCARD_LEAVE_CARD);
		return;
	case JM_END_POWER_DOWN: power_off(p); return;
	}
}

/*
 * A card that is pulled out while it works looks like a failure of the reader,
 * or like an answer of no bytes, until pcscd has looked at the reader again.
 * Its user is to hear what happened.
 */
static jm_err
look_again(SCARDHANDLE card, jm_err e)
{
	const uint64_t until = jm_now_ms() + NOTICE_MS;
	jm_err seen;

	while ((seen = jm_scard_probe(card)) == JM_OK && jm_now_ms() < until)
		jm_sleep_ms(POLL_MS);
	return seen == JM_GONE || seen == JM_RESET ? seen : e;
}

static jm_err
pcsc_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct pcsc *p = self;
	jm_err e;

	if (p->dead || !p->held) {
		*rsp_len = 0;
		return p->dead ? JM_GONE : JM_LINK;
	}
	e = jm_scard_transmit(
	    p->card, p->proto, cmd, cmd_len, rsp, rsp_len, NULL);
	if (e == JM_LINK || (e == JM_OK && *rsp_len < SW_LEN))
		e = look_again(p->card, e);
	if (e != JM_OK)
		*rsp_len = 0;
	return note(p, e);
}

static size_t
pcsc_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	const struct pcsc *p = self;

	memcpy(out, p->atr, p->atr_len);
	return p->atr_len;
}

/* --- keys of the reader's own --------------------------------------------- */

static jm_err
control(struct pcsc *p, DWORD code, const uint8_t *in, size_t in_len,
    uint8_t *out, size_t *out_len)
{
	const size_t room = *out_len;
	DWORD n = 0;
	jm_err e;

	*out_len = 0;
	e = jm_scard_connected_err(SCardControl(
	    p->card, code, in, (DWORD)in_len, out, (DWORD)room, &n));
	if (e == JM_OK && n > room)
		e = JM_FORMAT;
	if (e == JM_OK)
		*out_len = n;
	return e;
}

static unsigned
pcsc_pinpad(void *self)
{
	uint8_t list[FEATURES_MAX];
	size_t len = sizeof list;
	struct pcsc *p = self;

	if (!p->looked && !p->dead) {
		p->looked = 1;
		if (control(p, jm_scard_get_features, NULL, 0, list, &len) ==
		    JM_OK)
			jm_pinpad_features(list, len, &p->keys);
	}
	return (p->keys.verify != 0 ? JM_PINPAD_VERIFY : 0) |
	       (p->keys.modify != 0 ? JM_PINPAD_MODIFY : 0);
}

static jm_err
pcsc_ask_pin(
    void *self, const struct jm_pin_ask *ask, uint8_t *rsp, size_t *rsp_len)
{
	uint8_t structure[JM_PINPAD_ASK_MAX];
	struct pcsc *p = self;
	const uint32_t code = ask->fresh ? p->keys.modify : p->keys.verify;
	size_t len;
	jm_err e;

	if (p->dead || !p->held || code == 0) {
		*rsp_len = 0;
		return p->dead ? JM_GONE : p->held ? JM_UNSUPPORTED : JM_LINK;
	}
	len = jm_pinpad_structure(ask, structure);
	e = control(p, code, structure, len, rsp, rsp_len);
	/* Whatever went wrong, the card may have had the PIN. */
	if (e != JM_OK && e != JM_GONE && e != JM_RESET)
		e = look_again(p->card, JM_LINK);
	else if (e == JM_OK &&
		 (e = jm_pinpad_answer(rsp, *rsp_len)) == JM_FORMAT)
		e = look_again(p->card, e);
	if (e != JM_OK)
		*rsp_len = 0;
	return note(p, e);
}

/* --- the link ------------------------------------------------------------- */

static void
pcsc_close(void *self)
{
	struct pcsc *p = self;

	pcsc_end(p, JM_END_LEAVE);
	(void)SCardDisconnect(p->card, SCARD_LEAVE_CARD);
	(void)SCardReleaseContext(p->ctx);
	free(p);
}

static const struct jm_link_ops ops = { .begin = pcsc_begin,
	.end = pcsc_end,
	.transmit = pcsc_transmit,
	.atr = pcsc_atr,
	.close = pcsc_close,
	.abandon = free,
	.pinpad = pcsc_pinpad,
	.ask_pin = pcsc_ask_pin };

/* Waits for a program that has the card for itself, but not for ever. */
static jm_err
connect_card(struct pcsc *p, const char *reader)
{
	const uint64_t until = jm_now_ms() + JM_PCSC_BUSY_MS;
	jm_err e;

	for (;;) {
		e = jm_scard_err(jm_scard_connect(
		    p->ctx, reader, PROTOCOLS, &p->card, &p->proto));
		if (e != JM_BUSY || jm_now_ms() >= until)
			break;
		jm_sleep_ms(POLL_MS);
	}
	if (e == JM_GONE || e == JM_RESET) /* removed, or it does not start */
		e = JM_NO_CARD;
	return e == JM_SPACE ? JM_LINK : e;
}

jm_err
jm_link_pcsc_open(const char *reader, struct jm_link *out)
{
	struct pcsc *p;
	jm_err e;

	*out = (struct jm_link){ NULL, NULL };
	if ((p = calloc(1, sizeof *p)) == NULL)
		return JM_NOMEM;
	p->proto = SCARD_PROTOCOL_T1;
	e = jm_scard_err(
	    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &p->ctx));
	if (e != JM_OK)
		goto out;
	if ((e = connect_card(p, reader)) != JM_OK) {
		(void)SCardReleaseContext(p->ctx);
		goto out;
	}
	refresh_atr(p);
	*out = (struct jm_link){ &ops, p };
	p = NULL; /* the link's from here on */
out:
	free(p);
	return e;
}
