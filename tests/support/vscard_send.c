/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands on their way to a card, and what goes wrong on it; see vscard.h. */
#include <string.h>

#include "base/os.h"
#include "tests/support/vscard_impl.h"

void
vs_fault_at(unsigned reader, unsigned nth, enum vs_fault fault,
    const void *bytes, size_t len)
{
	struct vs_reader *r = &vs.readers[reader];

	vs_lock();
	r->fault = fault;
	r->fault_in = nth;
	r->fault_len = len < sizeof r->fault_bytes ? len : 0;
	if (r->fault_len > 0)
		memcpy(r->fault_bytes, bytes, r->fault_len);
	vs_unlock();
}

int
vs_fault_waits(unsigned reader)
{
	int waits;

	vs_lock();
	waits = vs.readers[reader].fault != VS_NO_FAULT;
	vs_unlock();
	return waits;
}

void
vs_delay(unsigned reader, unsigned ms)
{
	vs_lock();
	vs.readers[reader].delay = ms;
	vs_unlock();
}

static void
count_command(struct vs_reader *r, const uint8_t *cmd, size_t len)
{
	r->count.apdus++;
	r->count.verifies += len > 5 && cmd[1] == 0x20;
	r->count.changes += len > 5 && cmd[1] == 0x24;
	r->count.outside += r->holder == 0;
}

static void
log_command(struct vs_reader *r, const uint8_t *cmd, size_t len,
    const uint8_t *rsp, size_t rsp_len)
{
	const unsigned at = r->logged++ % VS_LOG;

	r->log[at].len = len < sizeof r->log[at].head ? len : 7;
	/* No PIN: of a VERIFY the header alone. */
	if (len > 5 && (cmd[1] == 0x20 || cmd[1] == 0x24))
		r->log[at].len = 5;
	memcpy(r->log[at].head, cmd, r->log[at].len);
	r->log[at].sw =
	    rsp_len < 2 ? 0
			: (unsigned)rsp[rsp_len - 2] << 8 | rsp[rsp_len - 1];
}

/* The fault that is due with this command. */
static enum vs_fault
due(struct vs_reader *r)
{
	enum vs_fault f = r->fault;

	if (f == VS_NO_FAULT || --r->fault_in > 0)
		return VS_NO_FAULT;
	r->fault = VS_NO_FAULT;
	return f;
}

static LONG
work(struct vs_reader *r, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	const struct vs_card card = r->card;
	const unsigned delay = r->delay;
	int gone;

	r->busy = 1;
	vs_unlock();
	if (delay > 0)
		jm_sleep_ms(delay);
	gone = card.transmit(card.self, cmd, cmd_len, rsp, rsp_len);
	vs_lock();
	r->busy = 0;
	if (gone)
		vs_remove_locked(r);
	vs_changed();
	return gone ? SCARD_W_REMOVED_CARD : SCARD_S_SUCCESS;
}

LONG
vs_send(struct vs_reader *r, SCARDHANDLE by, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t *rsp_len)
{
	enum vs_fault f = VS_NO_FAULT;
	unsigned insertion;
	LONG rv;

	while (r->busy)
		vs_wait();
	if (!r->present)
		return SCARD_W_REMOVED_CARD;
	insertion = r->insertion;
	if (by != VS_OTHER) {
		count_command(r, cmd, cmd_len);
		f = due(r);
	}
	if (f == VS_REMOVE_BEFORE)
		vs_remove_locked(r);
	if (f == VS_RESET_BEFORE)
		vs_reset_locked(r, VS_OTHER);
	if (f == VS_REMOVE_BEFORE || f == VS_RESET_BEFORE ||
	    f == VS_LOST_BEFORE)
		return f == VS_REMOVE_BEFORE  ? SCARD_W_REMOVED_CARD
		       : f == VS_RESET_BEFORE ? SCARD_W_RESET_CARD
					      : SCARD_E_NOT_TRANSACTED;
	rv = work(r, cmd, cmd_len, rsp, rsp_len);
	if (by != VS_OTHER)
		log_command(r, cmd, cmd_len, rsp, rv == 0 ? *rsp_len : 0);
	if (f == VS_REMOVE_AFTER)
		vs_remove_locked(r);
	if (r->insertion != insertion)
		return SCARD_W_REMOVED_CARD;
	if (f == VS_LOST_AFTER)
		return SCARD_E_NOT_TRANSACTED;
	if (f == VS_REPLACE && rv == SCARD_S_SUCCESS) {
		memcpy(rsp, r->fault_bytes, r->fault_len);
		*rsp_len = r->fault_len;
	}
	return rv;
}
