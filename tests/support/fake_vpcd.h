/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The reader's side of the vpcd protocol, and "jumin-vcard run" as a child that
 * connects to it.  Everything has a time limit and fails the test beyond it.
 */
#ifndef JM_TESTS_SUPPORT_FAKE_VPCD_H
#define JM_TESTS_SUPPORT_FAKE_VPCD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FV_GONE  (-1) /* the connection ended */
#define FV_QUIET (-2) /* nothing within the time given */

struct fake_vpcd {
	int listener, conn; /* -1: none */
	char port[8];
	pid_t child;
	uint8_t rsp[65536];
	size_t rsp_len; /* of the last reply, without its status word */
};

void fv_open(struct fake_vpcd *v);
void fv_close(struct fake_vpcd *v); /* kills a child that still runs */

/* Starts "jumin-vcard run IMAGE --port P" and up to four more words (NULL at
 * the end of fewer). */
void fv_start(struct fake_vpcd *v, const char *image, const char *const *more);

/* Waits for the card's connection, gives it power.  0, or FV_QUIET. */
int fv_insert(struct fake_vpcd *v, int timeout_ms);

/* Control code: 0 off, 1 on, 2 reset, 4 asks for the ATR. */
void fv_control(struct fake_vpcd *v, uint8_t code);

void fv_send(struct fake_vpcd *v, const char *hex);
/* Status word of the next reply, FV_GONE or FV_QUIET. */
int fv_receive(struct fake_vpcd *v, int timeout_ms);
/* Both, wanting an answer within ten seconds. */
int fv_say(struct fake_vpcd *v, const char *hex);

/* Ends the child by a signal and returns its wait status; drops what it has
 * not sent. */
int fv_stop(struct fake_vpcd *v, int sig);
/* Waits for the child to end by itself. */
int fv_wait(struct fake_vpcd *v);

#endif
