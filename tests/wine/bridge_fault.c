/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/bridge.h"

#include <pthread.h>
#include <string.h>

#define INS_VERIFY 0x20

static struct {
	pthread_mutex_t lock;
	uint32_t count[WIRE_COUNT_MAX];
	struct bridge_fault fault;
	unsigned era;   /* resets and removals so far */
	uint32_t event; /* the last of them, a code of Windows */
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

void
bridge_arm(const struct bridge_fault *f)
{
	pthread_mutex_lock(&all.lock);
	all.fault = *f;
	pthread_mutex_unlock(&all.lock);
}

void
bridge_counts(int anew, uint32_t out[])
{
	pthread_mutex_lock(&all.lock);
	memcpy(out, all.count, sizeof all.count);
	if (anew)
		memset(all.count, 0, sizeof all.count);
	pthread_mutex_unlock(&all.lock);
}

void
bridge_up_to_date(struct bridge_handle *h)
{
	pthread_mutex_lock(&all.lock);
	h->era = all.era;
	pthread_mutex_unlock(&all.lock);
}

uint32_t
bridge_stale(const struct bridge_handle *h)
{
	uint32_t code;

	pthread_mutex_lock(&all.lock);
	code = h->era == all.era ? 0 : all.event;
	pthread_mutex_unlock(&all.lock);
	return code;
}

/* Is it this command's turn?  Then the fault is taken out. */
static int
turn(struct bridge_fault *f)
{
	int fires;

	f->how = WIRE_NONE;
	pthread_mutex_lock(&all.lock);
	fires = all.fault.how != WIRE_NONE && --all.fault.nth == 0;
	if (fires) {
		*f = all.fault;
		all.fault.how = WIRE_NONE;
		all.count[WIRE_FIRED]++;
	}
	pthread_mutex_unlock(&all.lock);
	return fires;
}

static void
count(const uint8_t *cmd, size_t len)
{
	pthread_mutex_lock(&all.lock);
	all.count[WIRE_APDUS]++;
	if (len > 5 && cmd[1] == INS_VERIFY)
		all.count[WIRE_VERIFIES]++;
	pthread_mutex_unlock(&all.lock);
}

/* The card loses its power, and all handles hear of it. */
static uint32_t
event(struct bridge_handle *h, uint32_t code)
{
	const DWORD how =
	    code == WIN_W_RESET_CARD ? SCARD_RESET_CARD : SCARD_UNPOWER_CARD;
	DWORD protocol;

	(void)SCardReconnect(h->card, h->share, h->protocol, how, &protocol);
	pthread_mutex_lock(&all.lock);
	all.era++;
	all.event = code;
	pthread_mutex_unlock(&all.lock);
	return code;
}

static uint32_t
send(struct bridge_handle *h, uint32_t protocol, const uint8_t *cmd,
    size_t cmd_len, uint8_t *reply, size_t cap, size_t *reply_len)
{
	const SCARD_IO_REQUEST pci = { bridge_protocol_in(protocol),
		sizeof pci };
	DWORD got = (DWORD)cap;
	LONG rv;

	count(cmd, cmd_len);
	rv = SCardTransmit(
	    h->card, &pci, cmd, (DWORD)cmd_len, NULL, reply, &got);
	*reply_len = rv == SCARD_S_SUCCESS ? got : 0;
	return bridge_code(rv, BRIDGE_PLAIN);
}

uint32_t
bridge_transmit(struct bridge_handle *h, uint32_t protocol, const uint8_t *cmd,
    size_t cmd_len, uint8_t *reply, size_t cap, size_t *reply_len)
{
	struct bridge_fault f;
	uint32_t code;

	*reply_len = 0;
	if (!turn(&f))
		return send(h, protocol, cmd, cmd_len, reply, cap, reply_len);
	switch (f.how) {
	case WIRE_CODE: return f.value;
	case WIRE_RESET: return event(h, WIN_W_RESET_CARD);
	case WIRE_REMOVED: return event(h, WIN_W_REMOVED_CARD);
	case WIRE_SW:
		f.say[0] = (uint8_t)(f.value >> 8 & 0xff);
		f.say[1] = (uint8_t)(f.value & 0xff);
		f.say_len = 2;
		break;
	default:
		code = send(h, protocol, cmd, cmd_len, reply, cap, reply_len);
		if (f.how == WIRE_LOST) {
			*reply_len = 0;
			return f.value;
		}
		if (code != SCARD_S_SUCCESS)
			return code;
		break;
	}
	if (f.say_len > cap)
		return (uint32_t)SCARD_E_INSUFFICIENT_BUFFER;
	memcpy(reply, f.say, f.say_len);
	*reply_len = f.say_len;
	return SCARD_S_SUCCESS;
}
