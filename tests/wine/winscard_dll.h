/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The winscard.dll of the tests: PC/SC of the machine outside Wine, by way of
 * pcsc-bridge (wire.h), whose port is in JM_BRIDGE_PORT.  Never shipped.
 *
 * A context is a connection of its own.  The number of a handle tells which,
 * and no two handles of a process ever have the same one.
 */
#ifndef JM_TESTS_WINE_WINSCARD_DLL_H
#define JM_TESTS_WINE_WINSCARD_DLL_H

#define WINSCARDDATA /* we are it */
#include <winsock2.h>
/* after winsock2.h */
#include <windows.h>
#include <winscard.h>

#include "base/rbuf.h"
#include "base/wbuf.h"
#include "tests/wine/wire.h"

#define SCARD_HANDLES 256

struct scard_conn {
	SRWLOCK lock; /* one question at a time */
	LONG used;
	LONG cancelled;
	SOCKET s;
	unsigned op;
	struct jm_wbuf in; /* fields of the command that is being made */
	DWORD serial[SCARD_HANDLES];
	BYTE cmd[5 + WIRE_MAX];
	BYTE reply[WIRE_MAX];
	char name[WIRE_STATES][WIRE_NAME]; /* of readers that are waited for */
};

/* --- winscard_conn.c --------------------------------------------------------
 */

/* A new connection, not locked. */
LONG scard_new(SCARDCONTEXT *ctx);
void scard_drop(SCARDCONTEXT ctx);
struct scard_conn *scard_of(SCARDCONTEXT ctx); /* NULL: none */

/* Begin a command of a context, or one whose first field is the handle: put
 * fields into ->in, then scard_ask, then scard_done.  NULL: no such one. */
struct scard_conn *scard_start(SCARDCONTEXT ctx, unsigned op);
struct scard_conn *scard_start_card(SCARDHANDLE card, unsigned op);
LONG scard_ask(struct scard_conn *c, struct jm_rbuf *fields);
void scard_done(struct scard_conn *c);

/* Start, ask, done: for a command without fields but these. */
LONG scard_tell_card(SCARDHANDLE card, unsigned op, const DWORD *field);

SCARDHANDLE scard_handle(SCARDCONTEXT ctx, DWORD number);
SCARDCONTEXT scard_ctx_of(const struct scard_conn *c);

/* --- winscard_give.c --------------------------------------------------------
 */

/* The rules for outputs: out NULL asks for the length, SCARD_AUTOALLOCATE in
 * *len for memory.  Lengths in units of width bytes. */
LONG scard_give(
    void *out, DWORD *len, const void *data, size_t units, size_t width);
/* text: UTF-8, n bytes, its NULs among them. */
LONG scard_give_text(
    void *out, DWORD *len, const char *text, size_t n, int wide);
/* A name as UTF-8 with its NUL; 0: it cannot be a reader's. */
int scard_utf8(const WCHAR *name, char out[WIRE_NAME]);

#endif
