/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/vscard.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hex.h"
#include "base/os.h"
#include "tests/support/vscard_impl.h"

struct vs_state vs = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.change = PTHREAD_COND_INITIALIZER,
	.next_id = 1,
	.life = 1,
};

/* An archive's member is linked when something names it.  This names the SCard
 * functions for every program that has readers of ours; else libpcsclite's
 * would be found. */
void (*const vs_scard_functions[])(void) = {
	(void (*)(void))SCardEstablishContext,
	(void (*)(void))SCardConnect,
};

void
vs_lock(void)
{
	(void)pthread_mutex_lock(&vs.lock);
}

void
vs_unlock(void)
{
	(void)pthread_mutex_unlock(&vs.lock);
}

void
vs_changed(void)
{
	(void)pthread_cond_broadcast(&vs.change);
}

void
vs_wait(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 100000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	(void)pthread_cond_timedwait(&vs.change, &vs.lock, &t);
}

/* --- a virtual card in a reader ------------------------------------------- */

static int
vcard_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	return vc_transmit(self, cmd, cmd_len, rsp, rsp_len) != JM_OK;
}

static void
vcard_power(void *self, int on)
{
	vc_power(self, on);
}

static void
vcard_reset(void *self)
{
	vc_reset(self);
}

static size_t
vcard_atr(void *self, uint8_t out[33])
{
	return vc_atr(self, out);
}

struct vs_card
vs_vcard(struct vc_card *card)
{
	return (struct vs_card){ card, vcard_transmit, vcard_power, vcard_reset,
		vcard_atr };
}

/* --- readers -------------------------------------------------------------- */

void
vs_clear(void)
{
	vs_lock();
	for (size_t i = 0; i < VS_HANDLES; i++)
		if (vs.handles[i].id != 0)
			vs_drop_handle(&vs.handles[i]);
	memset(vs.readers, 0, sizeof vs.readers);
	for (size_t i = 0; i < VS_CONTEXTS; i++)
		vs.contexts[i].id = 0;
	vs.readers_len = 0;
	vs.stopped = 0;
	vs.foreign = 0;
	vs.plugs++;
	vs_changed();
	vs_unlock();
}

void
vs_service(int running)
{
	vs_lock();
	vs.stopped = !running;
	vs.life++;
	for (size_t i = 0; i < VS_HANDLES; i++)
		vs.handles[i].id = 0;
	for (unsigned i = 0; i < vs.readers_len; i++) {
		struct vs_reader *r = &vs.readers[i];

		r->holder = 0;
		r->depth = 0;
		r->exclusive = 0;
		r->events = 0;
		if (running && r->present && r->card.reset != NULL)
			r->card.reset(r->card.self);
	}
	vs_changed();
	vs_unlock();
}

unsigned
vs_plug(const char *name)
{
	unsigned i;

	vs_lock();
	for (i = 0; i < vs.readers_len; i++)
		if (strcmp(vs.readers[i].name, name) == 0)
			break;
	if (i == vs.readers_len)
		vs.readers_len++;
	(void)snprintf(
	    vs.readers[i].name, sizeof vs.readers[i].name, "%s", name);
	vs.readers[i].plugged = 1;
	vs.readers[i].events = 0;
	vs.plugs++;
	vs_changed();
	vs_unlock();
	return i;
}

void
vs_remove_locked(struct vs_reader *r)
{
	if (!r->present)
		return;
	r->present = 0;
	r->events++;
	r->insertion++;
	r->holder = 0;
	r->depth = 0;
	vs_changed();
}

void
vs_unplug(unsigned reader)
{
	vs_remove(reader);
	vs_lock();
	vs.readers[reader].plugged = 0;
	vs.plugs++;
	vs_changed();
	vs_unlock();
}

void
vs_insert(unsigned reader, struct vs_card card)
{
	struct vs_reader *r = &vs.readers[reader];

	vs_lock();
	r->card = card;
	if (card.power != NULL) { /* it may have been pulled by a fault */
		card.power(card.self, 0);
		card.power(card.self, 1);
	}
	r->present = 1;
	r->mute = 0;
	r->events++;
	r->insertion++;
	vs_changed();
	vs_unlock();
}

void
vs_remove(unsigned reader)
{
	struct vs_reader *r = &vs.readers[reader];

	vs_lock();
	vs_remove_locked(r);
	while (r->busy) /* the caller may free the card next */
		vs_wait();
	if (r->card.power != NULL)
		r->card.power(r->card.self, 0);
	r->card = (struct vs_card){ .self = NULL };
	vs_unlock();
}

int
vs_present(unsigned reader)
{
	int present;

	vs_lock();
	present = vs.readers[reader].present;
	vs_unlock();
	return present;
}

void
vs_mute(unsigned reader, int yes)
{
	vs_lock();
	vs.readers[reader].mute = yes;
	vs.readers[reader].events++;
	vs.readers[reader].insertion++;
	vs_changed();
	vs_unlock();
}

/* --- another program ------------------------------------------------------ */

void
vs_other_reset(unsigned reader)
{
	vs_lock();
	vs_reset_locked(&vs.readers[reader], VS_OTHER);
	vs_unlock();
}

void
vs_other_exclusive(unsigned reader, int yes)
{
	vs_lock();
	vs.readers[reader].exclusive = yes;
	vs_changed();
	vs_unlock();
}

void
vs_other_hold(unsigned reader)
{
	struct vs_reader *r = &vs.readers[reader];

	vs_lock();
	while (r->holder != 0)
		vs_wait();
	r->holder = VS_OTHER;
	r->depth = 1;
	vs_unlock();
}

void
vs_other_release(unsigned reader)
{
	vs_lock();
	if (vs.readers[reader].holder == VS_OTHER) {
		vs.readers[reader].holder = 0;
		vs.readers[reader].depth = 0;
	}
	vs_changed();
	vs_unlock();
}

unsigned
vs_other_send(unsigned reader, const char *hex)
{
	struct vs_reader *r = &vs.readers[reader];
	uint8_t cmd[300], rsp[600];
	size_t cmd_len, rsp_len = sizeof rsp;
	unsigned sw = 0;

	if (jm_hex_decode(hex, cmd, sizeof cmd, &cmd_len) != JM_OK)
		return 0;
	vs_lock();
	while (r->holder != 0 && r->holder != VS_OTHER)
		vs_wait();
	if (vs_send(r, VS_OTHER, cmd, cmd_len, rsp, &rsp_len) ==
		SCARD_S_SUCCESS &&
	    rsp_len >= 2)
		sw = (unsigned)rsp[rsp_len - 2] << 8 | rsp[rsp_len - 1];
	vs_unlock();
	return sw;
}

/* --- what was seen -------------------------------------------------------- */

struct vs_count
vs_counted(unsigned reader)
{
	struct vs_count c;

	vs_lock();
	c = vs.readers[reader].count;
	vs_unlock();
	return c;
}

void
vs_restart_count(unsigned reader)
{
	vs_lock();
	memset(&vs.readers[reader].count, 0, sizeof(struct vs_count));
	vs.readers[reader].logged = 0;
	vs_unlock();
}

void
vs_print(unsigned reader)
{
	struct vs_reader *r = &vs.readers[reader];

	vs_lock();
	for (unsigned i = r->logged > VS_LOG ? r->logged - VS_LOG : 0;
	     i < r->logged; i++) {
		for (size_t j = 0; j < r->log[i % VS_LOG].len; j++)
			fprintf(stderr, "%02X", r->log[i % VS_LOG].head[j]);
		fprintf(stderr, " -> %04X\n", r->log[i % VS_LOG].sw);
	}
	vs_unlock();
}

unsigned
vs_blocked(unsigned reader)
{
	unsigned n;

	vs_lock();
	n = vs.readers[reader].waiting;
	vs_unlock();
	return n;
}

int
vs_held(unsigned reader)
{
	int held;

	vs_lock();
	held = vs.readers[reader].holder > 0;
	vs_unlock();
	return held;
}

unsigned
vs_contexts(void)
{
	unsigned n = 0;

	vs_lock();
	for (size_t i = 0; i < VS_CONTEXTS; i++)
		n += vs.contexts[i].id != 0;
	vs_unlock();
	return n;
}

unsigned
vs_handles(void)
{
	unsigned n = 0;

	vs_lock();
	for (size_t i = 0; i < VS_HANDLES; i++)
		n += vs.handles[i].id != 0;
	vs_unlock();
	return n;
}

unsigned
vs_foreign_calls(void)
{
	unsigned n;

	vs_lock();
	n = vs.foreign;
	vs_unlock();
	return n;
}

pid_t
vs_fork(void)
{
	pid_t child;

	vs_lock();
	child = fork();
	if (child == 0) /* who waits for it is not here any more */
		(void)pthread_cond_init(&vs.change, NULL);
	vs_unlock();
	return child;
}
