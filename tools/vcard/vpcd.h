/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The card's side of the vpcd protocol: a TCP connection to the reader driver,
 * each message a length of two bytes (big endian) and that many bytes.  From
 * the reader one byte is a control code (0 power off, 1 power on, 2 reset, 4
 * answer to reset, please); more are a command.  Only the last two are
 * answered.
 */
#ifndef VCARD_VPCD_H
#define VCARD_VPCD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VPCD_MESSAGE_MAX 65535

enum vpcd_event {
	VPCD_OFF,
	VPCD_ON,
	VPCD_RESET,
	VPCD_ATR,
	VPCD_COMMAND,
	VPCD_OTHER, /* a control code that is not known: ignore it */
	VPCD_CLOSED,
	VPCD_STOPPED
};

struct vpcd {
	int fd; /* -1: not connected */
	volatile sig_atomic_t *stop;
	sigset_t waiting; /* signals let through while waiting */
	uint8_t *message; /* VPCD_MESSAGE_MAX bytes */
	size_t len;
};

/* stop: set by a signal handler; its signals are blocked except while waiting,
 * so none is missed.  JM_NOMEM. */
jm_err vpcd_init(struct vpcd *v, volatile sig_atomic_t *stop,
    const sigset_t *waiting) JM_MUST_USE;
void vpcd_done(struct vpcd *v);

/*
 * Connects to host, which must be or resolve to a loopback address.
 *   JM_ARG  it is not, or nothing that could be resolved
 *   JM_LINK nobody listens there (yet)
 */
jm_err vpcd_connect(
    struct vpcd *v, const char *host, const char *port) JM_MUST_USE;
void vpcd_disconnect(struct vpcd *v);

/* The next message; a command is in message and len. */
enum vpcd_event vpcd_next(struct vpcd *v);

/* JM_LINK: the connection is gone; JM_RESET: stopped; JM_SPACE: too long. */
jm_err vpcd_reply(struct vpcd *v, const uint8_t *data, size_t len) JM_MUST_USE;

/* Sleeps; returns early when stopped. */
void vpcd_sleep_us(struct vpcd *v, uint64_t us);

#endif
