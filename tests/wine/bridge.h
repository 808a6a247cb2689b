/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pcsc-bridge: PC/SC of this machine for programs under Wine (wire.h).
 */
#ifndef JM_TESTS_WINE_BRIDGE_H
#define JM_TESTS_WINE_BRIDGE_H

#include <winscard.h>

#include "base/rbuf.h"
#include "base/wbuf.h"
#include "tests/wine/wire.h"

#define BRIDGE_HANDLES 8

/* Codes of Windows that pcsc-lite has not, or numbers otherwise. */
#define WIN_E_UNSUPPORTED_FEATURE 0x80100022u
#define WIN_E_INVALID_PARAMETER   0x80100004u
#define WIN_W_RESET_CARD          0x80100068u
#define WIN_W_REMOVED_CARD        0x80100069u

/* --- bridge_code.c: numbers of pcsc-lite as those of Windows, and back ---- */

enum bridge_call { BRIDGE_PLAIN, BRIDGE_DRIVER };

/* pcsc-lite has one number for "unexpected" and "unsupported feature": the
 * latter where a reader's driver answers. */
uint32_t bridge_code(LONG rv, enum bridge_call call);
uint32_t bridge_protocol_out(DWORD protocol);
DWORD bridge_protocol_in(uint32_t protocol);
uint32_t bridge_state_out(DWORD state); /* of SCardStatus */
DWORD bridge_control_in(uint32_t code);

/* --- bridge_fault.c: what goes wrong, and what is counted; any thread ------
 */

struct bridge_handle {
	int used;
	SCARDHANDLE card;
	DWORD protocol;
	DWORD share;
	unsigned era; /* of the last event that it has heard of */
};

struct bridge_fault {
	uint32_t how;
	uint32_t nth;
	uint32_t value;
	uint8_t say[300];
	size_t say_len;
};

void bridge_arm(const struct bridge_fault *f);
void bridge_counts(int anew, uint32_t out[]);

/* The handle belongs to the present: after a connection. */
void bridge_up_to_date(struct bridge_handle *h);

/* 0, or the code that each use of the handle answers. */
uint32_t bridge_stale(const struct bridge_handle *h);

/* One command to the card, with its fault; reply: cap bytes. */
uint32_t bridge_transmit(struct bridge_handle *h, uint32_t protocol,
    const uint8_t *cmd, size_t cmd_len, uint8_t *reply, size_t cap,
    size_t *reply_len);

/* --- bridge_ops.c: one connection ------------------------------------------
 */

struct bridge {
	const char *outside; /* program of WIRE_OUTSIDE, NULL: none */
	int has_ctx;
	SCARDCONTEXT ctx;
	struct bridge_handle handle[BRIDGE_HANDLES];

	/* room for one question and its answer */
	SCARD_READERSTATE state[WIRE_STATES];
	char name[WIRE_STATES][WIRE_NAME];
	uint8_t reply[66000];
};

/* One command; the result for the reply, whose fields are in out. */
uint32_t bridge_serve(
    struct bridge *b, unsigned op, struct jm_rbuf in, struct jm_wbuf *out);
void bridge_release(struct bridge *b);

/* --- bridge_outside.c -------------------------------------------------------
 */

uint32_t bridge_outside(
    const char *program, struct jm_rbuf words, struct jm_wbuf *out);

#endif
