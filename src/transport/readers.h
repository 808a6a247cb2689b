/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The readers that PC/SC knows, and waiting for a change.  Sends no APDU. */
#ifndef JM_TRANSPORT_READERS_H
#define JM_TRANSPORT_READERS_H

#include "transport/link.h"

#define JM_READERS_MAX     32  /* more are not shown */
#define JM_READER_NAME_MAX 128 /* bytes with the final NUL, as in PC/SC lite */

struct jm_reader {
	char name[JM_READER_NAME_MAX];
	int present;      /* a card is in it (mute ones do not count) */
	int mute;         /* something is in it that gives no answer to reset */
	int exclusive;    /* another program has it for itself */
	unsigned events;  /* PC/SC's insertion/removal counter: differs from an
	                     earlier value = the card is another insertion */
	uint8_t atr[JM_ATR_MAX];
	size_t atr_len;
};

struct jm_readers; /* one PC/SC context; one thread at a time, but for cancel */

/* Does not fail for an absent pcscd: it is looked for at each call below. */
jm_err jm_readers_new(struct jm_readers **out) JM_MUST_USE;
void jm_readers_free(struct jm_readers **r);
/* In the child after fork: frees the memory, says nothing to pcscd. */
void jm_readers_abandon(struct jm_readers **r);

/*
 * The present state, without waiting.  An absent or restarting pcscd, as well as
 * no reader at all, is JM_OK with *n = 0 (JM_NO_SERVICE is in *why, which may be
 * NULL).  list has room for JM_READERS_MAX.
 */
jm_err jm_readers_list(struct jm_readers *r, struct jm_reader *list, size_t *n,
    jm_err *why) JM_MUST_USE;

/* Wait until something differs from the last list, or the time is over (JM_OK
 * either way), or cancel is called by another thread.  Uses a context of its own,
 * so a list by another thread's jm_readers goes on. */
jm_err jm_readers_wait(struct jm_readers *r, unsigned timeout_ms) JM_MUST_USE;
void jm_readers_cancel(struct jm_readers *r);

#endif
