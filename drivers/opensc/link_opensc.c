/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/opensc/link_opensc.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/opensc/osc_err.h"

struct osc_link {
	sc_card_t *card;
	int obtained; /* the reader's lock was taken anew since the last end */
	int reset;    /* by somebody, and begin has not told so far */
	int left;     /* nothing is known against what our last one left */
	int goes_on;  /* ... and this one is part of it */
	int lockless; /* the host counts on a lock that is no more */
	int gone;
};

static jm_err
link_begin(void *self)
{
	struct osc_link *l = self;
	jm_err e;

	l->goes_on = 0;
	if (l->gone)
		return JM_GONE;
	if ((e = osc_reader_err(sc_lock(l->card))) != JM_OK) {
		l->gone = e == JM_GONE;
		return e;
	}
	l->lockless &= !l->obtained;
	if (l->lockless) {
		sc_unlock(l->card);
		return JM_LINK;
	}
	if (l->reset) {
		l->reset = l->left = 0;
		sc_unlock(l->card);
		return JM_RESET;
	}
	l->goes_on = l->left && !l->obtained;
	l->obtained = 0;
	l->left = 1;
	return JM_OK;
}

static int
link_goes_on(void *self)
{
	const struct osc_link *l = self;

	return l->goes_on;
}

/* A status must not stay: a card whose power cannot be taken is given up. */
static void
power_down(struct osc_link *l)
{
	if (l->gone)
		return;
	if (sc_reset(l->card, 1) != SC_SUCCESS &&
	    sc_reset(l->card, 0) != SC_SUCCESS)
		l->gone = 1;
}

static void
link_end(void *self, enum jm_end how)
{
	struct osc_link *l = self;

	if (how != JM_END_LEAVE || l->reset)
		l->left = 0;
	if (how == JM_END_POWER_DOWN)
		power_down(l);
	sc_unlock(l->card);
}

/* The host's log would show PINs and personal data, at whatever level. */
static int
send_unseen(sc_card_t *card, sc_apdu_t *apdu)
{
	const int debug = card->ctx->debug;
	int r;

	card->ctx->debug = 0;
	r = sc_transmit_apdu(card, apdu);
	card->ctx->debug = debug;
	return r;
}

/* The host connected anew, and did not lock: as long as it counts on its lock
 * any other program may select between two commands of ours. */
static void
lose_lock(struct osc_link *l)
{
	l->lockless = 1;
	l->obtained = 0; /* it said so of the reset alone */
}

static jm_err
link_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct osc_link *l = self;
	const size_t room = *rsp_len;
	sc_apdu_t apdu;
	jm_err e;
	int r;

	*rsp_len = 0;
	if (room < 2)
		return JM_SPACE;
	if (sc_bytes2apdu(l->card->ctx, cmd, cmd_len, &apdu) != SC_SUCCESS)
		return JM_ARG;
	apdu.flags = SC_APDU_FLAGS_NO_GET_RESP | SC_APDU_FLAGS_NO_RETRY_WL;
	apdu.resp = rsp;
	apdu.resplen = room - 2;
	r = send_unseen(l->card, &apdu);
	if ((e = osc_reader_err(r)) != JM_OK) {
		l->gone |= e == JM_GONE;
		l->reset = l->left = 0; /* a reset is told here */
		if (r == SC_ERROR_READER_REATTACHED)
			lose_lock(l);
		return e;
	}
	if (apdu.resplen > room - 2)
		return JM_SPACE;
	rsp[apdu.resplen] = (uint8_t)apdu.sw1;
	rsp[apdu.resplen + 1] = (uint8_t)apdu.sw2;
	*rsp_len = apdu.resplen + 2;
	return JM_OK;
}

static size_t
link_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	const struct osc_link *l = self;
	const size_t len = l->card->atr.len;

	if (len > JM_ATR_MAX)
		return 0;
	memcpy(out, l->card->atr.value, len);
	return len;
}

/* The host has one word for keys that verify and for those that change, too. */
static unsigned
link_pinpad(void *self)
{
	const struct osc_link *l = self;
	const sc_reader_t *r = l->card->reader;

	if ((r->capabilities & SC_READER_CAP_PIN_PAD) == 0 ||
	    r->ops->perform_verify == NULL)
		return 0;
	return JM_PINPAD_VERIFY | JM_PINPAD_MODIFY;
}

/* What the reader says of its own, or that it cannot: nothing was sent. */
static jm_err
keypad_err(int r)
{
	switch (r) {
	case SC_ERROR_KEYPAD_TIMEOUT: return JM_TIMEOUT;
	case SC_ERROR_KEYPAD_CANCELLED: return JM_CANCELLED;
	case SC_ERROR_KEYPAD_PIN_MISMATCH: return JM_MISMATCH;
	case SC_ERROR_INVALID_PIN_LENGTH: return JM_PIN_LEN;
	case SC_ERROR_NOT_SUPPORTED: return JM_UNSUPPORTED;
	default: return osc_reader_err(r);
	}
}

/* The PIN stands alone in the command, as it is typed: digits from its first
 * byte on, Lc made of them (offset 5 says so to the host). */
static struct sc_pin_cmd_pin
typed_pin(const struct jm_pin_ask *ask)
{
	return (struct sc_pin_cmd_pin){ .prompt = ask->fresh
						      ? "Please enter new PIN"
						      : "Please enter PIN",
		.min_length = ask->min,
		.max_length = ask->max,
		.encoding = SC_PIN_ENCODING_ASCII,
		.offset = 5 };
}

static jm_err
link_ask_pin(
    void *self, const struct jm_pin_ask *ask, uint8_t *rsp, size_t *rsp_len)
{
	struct osc_link *l = self;
	sc_reader_t *reader = l->card->reader;
	sc_apdu_t apdu = { .cse = SC_APDU_CASE_3_SHORT,
		.cla = ask->head[0],
		.ins = ask->head[1],
		.p1 = ask->head[2],
		.p2 = ask->head[3],
		.data = rsp };
	struct sc_pin_cmd_data data = { .cmd = SC_PIN_CMD_VERIFY,
		.flags = SC_PIN_CMD_USE_PINPAD,
		.pin_type = SC_AC_CHV,
		.pin_reference = ask->head[3],
		.pin1 = typed_pin(ask),
		.pin2 = typed_pin(ask),
		.apdu = &apdu };
	const size_t room = *rsp_len;
	jm_err e;
	int r;

	*rsp_len = 0;
	if (room < 2)
		return JM_SPACE;
	if (link_pinpad(self) == 0)
		return JM_UNSUPPORTED;
	if (ask->fresh) {
		data.cmd = SC_PIN_CMD_CHANGE;
		data.flags |= SC_PIN_CMD_IMPLICIT_CHANGE;
	}
	r = reader->ops->perform_verify(reader, &data);
	if ((e = keypad_err(r)) != JM_OK) {
		l->gone |= e == JM_GONE;
		l->left = 0;
		if (r == SC_ERROR_READER_REATTACHED)
			lose_lock(l);
		return e;
	}
	rsp[0] = (uint8_t)apdu.sw1;
	rsp[1] = (uint8_t)apdu.sw2;
	*rsp_len = 2;
	return JM_OK;
}

static const struct jm_link_ops ops = { .begin = link_begin,
	.end = link_end,
	.transmit = link_transmit,
	.atr = link_atr,
	.close = free,
	.abandon = free,
	.pinpad = link_pinpad,
	.ask_pin = link_ask_pin,
	.goes_on = link_goes_on };

jm_err
osc_link_new(sc_card_t *card, struct jm_link *out)
{
	struct osc_link *l;

	*out = (struct jm_link){ NULL, NULL };
	if ((l = calloc(1, sizeof *l)) == NULL)
		return JM_NOMEM;
	l->card = card;
	*out = (struct jm_link){ &ops, l };
	return JM_OK;
}

void
osc_link_obtained(struct jm_link *link, int was_reset)
{
	struct osc_link *l = link->self;

	l->obtained = 1;
	l->reset |= was_reset != 0;
}
