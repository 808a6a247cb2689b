/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reader of osc_host.h: what a reader driver of the host does over PC/SC,
 * over the virtual card. */
#include <string.h>

#include <libopensc/log.h>

#include "base/hex.h"
#include "tests/opensc/osc_host.h"
#include "tests/support/test.h"

enum { CMD_MAX = 4 + 3 + 65535 + 3, RSP_MAX = 65536 + 2 };

static int
error_of(jm_err e)
{
	switch ((int)e) {
	case JM_OK: return SC_SUCCESS;
	case JM_GONE: return SC_ERROR_CARD_REMOVED;
	case JM_RESET: return SC_ERROR_CARD_RESET;
	default: return SC_ERROR_TRANSMIT_FAILED;
	}
}

static int
reader_connect(sc_reader_t *reader)
{
	struct osc_host *h = reader->drv_data;
	uint8_t atr[JM_ATR_MAX];

	h->misuse += h->connected != 0;
	if (vslot_link(h->slot, &h->way) != JM_OK)
		return SC_ERROR_CARD_NOT_PRESENT;
	h->connected = 1;
	reader->atr.len = h->way.ops->atr(h->way.self, atr);
	memcpy(reader->atr.value, atr, reader->atr.len);
	reader->active_protocol = SC_PROTO_T1;
	return SC_SUCCESS;
}

static int
reader_disconnect(sc_reader_t *reader)
{
	struct osc_host *h = reader->drv_data;

	h->misuse += !h->connected || h->locked;
	jm_link_close(&h->way);
	h->connected = h->locked = 0;
	return SC_SUCCESS;
}

static int
reader_lock(sc_reader_t *reader)
{
	struct osc_host *h = reader->drv_data;
	int r;

	h->misuse += !h->connected || h->locked;
	if (h->between != NULL)
		h->between(h);
	if (h->lock_calls++ == h->lock_at && h->lock_error != SC_SUCCESS)
		return h->lock_error;
	if (h->lock_resets > 0) {
		h->lock_resets--;
		return SC_ERROR_CARD_RESET;
	}
	if ((r = error_of(h->way.ops->begin(h->way.self))) != SC_SUCCESS)
		return r;
	h->locked = 1;
	h->locks++;
	return SC_SUCCESS;
}

static int
reader_unlock(sc_reader_t *reader)
{
	struct osc_host *h = reader->drv_data;

	h->misuse += !h->locked;
	h->way.ops->end(h->way.self, JM_END_LEAVE);
	h->unlocks += h->locked != 0;
	h->locked = 0;
	return SC_SUCCESS;
}

static int
reader_reset(sc_reader_t *reader, int cold)
{
	struct osc_host *h = reader->drv_data;

	(void)cold;
	h->resets++;
	h->misuse += !h->locked;
	if (h->reset_fails > 0) {
		h->reset_fails--;
		return SC_ERROR_TRANSMIT_FAILED;
	}
	h->way.ops->end(h->way.self, JM_END_POWER_DOWN);
	return error_of(h->way.ops->begin(h->way.self));
}

/* ISO 7816-3, 12.1 */
static size_t
octets(const sc_apdu_t *a, uint8_t *out)
{
	const int ext = (a->cse & SC_APDU_EXT) != 0;
	const int kind = a->cse & SC_APDU_SHORT_MASK;
	const int data =
	    kind == SC_APDU_CASE_3_SHORT || kind == SC_APDU_CASE_4_SHORT;
	const int le =
	    kind == SC_APDU_CASE_2_SHORT || kind == SC_APDU_CASE_4_SHORT;
	size_t n = 0;

	out[n++] = a->cla;
	out[n++] = a->ins;
	out[n++] = a->p1;
	out[n++] = a->p2;
	if (ext)
		out[n++] = 0;
	if (data) {
		if (ext)
			out[n++] = (uint8_t)(a->datalen >> 8);
		out[n++] = (uint8_t)a->datalen;
		memcpy(out + n, a->data, a->datalen);
		n += a->datalen;
	}
	if (le) {
		if (ext)
			out[n++] = (uint8_t)(a->le >> 8);
		out[n++] = (uint8_t)a->le;
	}
	return n;
}

static void
log_bytes(sc_context_t *ctx, const char *title, const uint8_t *b, size_t len)
{
	char hex[2 * 64 + 1];

	for (size_t at = 0; at < len; at += 64) {
		(void)!jm_hex_encode(
		    b + at, len - at > 64 ? 64 : len - at, hex, sizeof hex);
		sc_do_log(ctx, SC_LOG_DEBUG_NORMAL, __FILE__, __LINE__,
		    __func__, "%s %s", title, hex);
	}
}

/* As the host's own reader driver takes a reply over. */
static int
set_reply(sc_apdu_t *a, const uint8_t *rsp, size_t len)
{
	if (len < 2)
		return SC_ERROR_UNKNOWN_DATA_RECEIVED;
	a->sw1 = rsp[len - 2];
	a->sw2 = rsp[len - 1];
	if (len - 2 <= a->resplen)
		a->resplen = len - 2;
	if (a->resplen != 0)
		memcpy(a->resp, rsp, a->resplen);
	return SC_SUCCESS;
}

static void
look(struct osc_host *h, const sc_apdu_t *a)
{
	h->misuse += !h->locked;
	if (a->ins == 0x20 && a->datalen > 0) {
		h->verifies++;
		h->verify_at = h->apdus;
	}
	h->changes += a->ins == 0x24;
	h->apdus++;
}

static int
befall(struct osc_host *h, const struct osc_fault *f, uint8_t *rsp, size_t *len)
{
	h->fault_hit = 1;
	if (f->remove)
		vslot_remove(h->slot);
	if (f->reset)
		vslot_reset(h->slot);
	if (f->reply == NULL)
		return f->error;
	assert_int_equal(jm_hex_decode(f->reply, rsp, RSP_MAX, len), JM_OK);
	return SC_SUCCESS;
}

static const struct osc_fault *
fault_now(const struct osc_host *h)
{
	const struct osc_fault *f = h->fault;

	if (f == NULL || h->apdus < h->fault_at ||
	    (h->apdus > h->fault_at && !f->lasting))
		return NULL;
	return f;
}

/* The host's own connects again at once, in the transaction it has. */
static int
reset_seen(struct osc_host *h)
{
	h->way.ops->end(h->way.self, JM_END_LEAVE);
	while (h->way.ops->begin(h->way.self) == JM_RESET)
		;
	return SC_ERROR_CARD_RESET;
}

static int
exchange(struct osc_host *h, sc_apdu_t *apdu)
{
	static uint8_t cmd[CMD_MAX], rsp[RSP_MAX];
	const struct osc_fault *f = fault_now(h);
	size_t cmd_len, rsp_len = sizeof rsp;
	int r = SC_SUCCESS;

	look(h, apdu);
	cmd_len = octets(apdu, cmd);
	log_bytes(h->ctx, "Outgoing APDU:", cmd, cmd_len);
	if (f == NULL || !f->unsent)
		r = error_of(h->way.ops->transmit(
		    h->way.self, cmd, cmd_len, rsp, &rsp_len));
	if (f != NULL)
		r = befall(h, f, rsp, &rsp_len);
	if (r == SC_ERROR_CARD_RESET)
		return reset_seen(h);
	if (r != SC_SUCCESS)
		return r;
	log_bytes(h->ctx, "Incoming APDU:", rsp, rsp_len);
	return set_reply(apdu, rsp, rsp_len);
}

static int
reader_transmit(sc_reader_t *reader, sc_apdu_t *apdu)
{
	struct osc_host *h = reader->drv_data;
	const int r = exchange(h, apdu);

	if (apdu->ins == 0x20 && apdu->datalen > 0 &&
	    (r != SC_SUCCESS || apdu->sw1 != 0x90 || apdu->sw2 != 0))
		h->bad_verifies++;
	return r;
}

static int
reader_perform_verify(sc_reader_t *reader, struct sc_pin_cmd_data *data)
{
	struct osc_host *h = reader->drv_data;

	h->misuse += !h->locked;
	h->pads++;
	return h->pinpad != NULL ? h->pinpad(h, data) : SC_ERROR_NOT_SUPPORTED;
}

static int
reader_present(sc_reader_t *reader)
{
	(void)reader;
	return SC_READER_CARD_PRESENT;
}

static const struct sc_reader_operations reader_ops = {
	.detect_card_presence = reader_present,
	.connect = reader_connect,
	.disconnect = reader_disconnect,
	.transmit = reader_transmit,
	.lock = reader_lock,
	.unlock = reader_unlock,
	.perform_verify = reader_perform_verify,
	.reset = reader_reset,
};

void
osc_reader_make(struct osc_host *h)
{
	static const struct sc_reader_driver driver = {
		.name = "Virtual card in process", .short_name = "vslot"
	};
	static char name[] = "Virtual reader";

	h->reader = (sc_reader_t){ .ctx = h->ctx,
		.driver = &driver,
		.ops = &reader_ops,
		.drv_data = h,
		.name = name,
		.flags = SC_READER_CARD_PRESENT };
}
