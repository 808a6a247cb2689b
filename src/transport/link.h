/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One card, reachable: a table of functions and its state.  Everything above
 * speaks to a card through this alone, so tests, traces, a host that owns the
 * reader (OpenSC, the Windows Base CSP) and PC/SC all enter by one door.
 *
 * A link is used by one thread at a time.  transmit may be called only between
 * begin and end, except on a borrowed link, whose host holds the transaction.
 */
#ifndef JM_TRANSPORT_LINK_H
#define JM_TRANSPORT_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define JM_ATR_MAX 33

enum jm_end {
	JM_END_LEAVE,     /* leave the card as it is */
	JM_END_POWER_DOWN /* take its power: drops every security status */
};

/* A command whose data is a PIN that somebody types at the reader. */
struct jm_pin_ask {
	uint8_t head[4];  /* CLA INS P1 P2 */
	uint8_t min, max; /* characters */
	int fresh;        /* a new PIN: typed twice */
};

/* What the reader's own keys are good for. */
#define JM_PINPAD_VERIFY 1u
#define JM_PINPAD_MODIFY 2u /* a fresh PIN */

struct jm_link_ops {
	/*
	 * Exclusive use from here to end; waits for other programs.
	 *   JM_OK     held
	 *   JM_RESET  not held: another program reset the card since the last end.
	 *             The link is connected again; whatever was selected or
	 *             verified is gone.  Call begin again.
	 *   JM_GONE   the card left; this link stays dead, close it
	 *   JM_BUSY, JM_NO_SERVICE, JM_LINK
	 */
	jm_err (*begin)(void *self);
	void (*end)(void *self, enum jm_end how);
	/*
	 * One command, one reply with its two status bytes.  *rsp_len: in room,
	 * out bytes (any number the card sent, also 0 or 1).
	 *   JM_SPACE  the reply is longer than the room
	 *   JM_GONE, JM_RESET (in the middle of a transaction: end it), JM_LINK
	 * On failure *rsp_len is 0.  Nothing is ever sent twice in here.
	 */
	jm_err (*transmit)(void *self, const uint8_t *cmd, size_t cmd_len,
	    uint8_t *rsp, size_t *rsp_len);
	/* Answer to reset as known now; bytes written, 0 if unknown. */
	size_t (*atr)(void *self, uint8_t out[JM_ATR_MAX]);
	void (*close)(void *self); /* frees self */
	/*
	 * Frees self without a word to anybody: for the child after fork, which
	 * shares its parent's connection and must not speak on it.  May be NULL
	 * for a link that has nothing to keep quiet about: close serves then.
	 */
	void (*abandon)(void *self);
	/*
	 * Readers with keys of their own (PC/SC part 10); both may be NULL.
	 * pinpad: bits JM_PINPAD_...; asks the reader once.
	 * ask_pin: as transmit, the data typed at the reader; room for a
	 * status word.
	 *   JM_TIMEOUT, JM_CANCELLED, JM_MISMATCH (of the two entries),
	 *   JM_PIN_LEN   nothing was sent to the card
	 *   others       the answer is lost, the PIN may have been sent
	 */
	unsigned (*pinpad)(void *self);
	jm_err (*ask_pin)(void *self, const struct jm_pin_ask *ask,
	    uint8_t *rsp, size_t *rsp_len);
	/*
	 * After begin: is this still the transaction of the last end, because a
	 * host held it meanwhile, with the card as that end left it?  May be
	 * NULL: never.
	 */
	int (*goes_on)(void *self);
};

struct jm_link {
	const struct jm_link_ops *ops;
	void *self;
};

/* Closes and empties; an empty link is fine. */
static inline void
jm_link_close(struct jm_link *link)
{
	if (link->ops != NULL)
		link->ops->close(link->self);
	link->ops = NULL;
	link->self = NULL;
}

/* The same in the child after fork. */
static inline void
jm_link_abandon(struct jm_link *link)
{
	if (link->ops != NULL && link->ops->abandon != NULL)
		link->ops->abandon(link->self);
	else if (link->ops != NULL)
		link->ops->close(link->self);
	link->ops = NULL;
	link->self = NULL;
}

#endif
