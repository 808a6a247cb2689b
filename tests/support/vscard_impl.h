/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state of the PC/SC in process, for vscard*.c alone.  vscard.c calls into
 * each of the other files, so that a program that uses it gets them all.
 */
#ifndef JM_TESTS_SUPPORT_VSCARD_IMPL_H
#define JM_TESTS_SUPPORT_VSCARD_IMPL_H

#include <pthread.h>
#include <sys/types.h>
#include <winscard.h>

#include "tests/support/vscard.h"

#define VS_CONTEXTS 256
#define VS_HANDLES  256
#define VS_LOG      64
#define VS_NAME_MAX 100
#define VS_OTHER    -1 /* holder of a transaction: another program */

struct vs_reader {
	char name[VS_NAME_MAX];
	int plugged, present, mute, exclusive;
	unsigned events, insertion;
	struct vs_card card;
	int busy;           /* a command is under way */
	SCARDHANDLE holder; /* of the transaction; 0: none */
	unsigned depth;     /* nested transactions of the holder */
	unsigned waiting;
	unsigned delay;
	enum vs_fault fault;
	unsigned fault_in;
	uint8_t fault_bytes[300];
	size_t fault_len;
	struct {
		unsigned features, asked;
		uint8_t list[300];
		size_t list_len; /* 0: the true one */
		char typed[16][20];
		size_t next, end;
	} pad;
	struct vs_count count;
	struct {
		uint8_t head[7];
		size_t len;
		unsigned sw;
	} log[VS_LOG];
	unsigned logged;
};

struct vs_context {
	SCARDCONTEXT id; /* 0: free */
	pid_t pid;
	unsigned life; /* of the service */
	int cancelled;
	pthread_mutex_t lock; /* one call at a time */
};

struct vs_handle {
	SCARDHANDLE id; /* 0: free */
	size_t context;
	unsigned reader, insertion;
	int was_reset, exclusive;
};

struct vs_state {
	pthread_mutex_t lock; /* all below; order: a context's lock first */
	pthread_cond_t change;
	int stopped;
	unsigned life;
	unsigned plugs; /* changes of the list of readers */
	unsigned foreign;
	long next_id;
	unsigned readers_len;
	struct vs_reader readers[VS_READERS];
	struct vs_context contexts[VS_CONTEXTS];
	struct vs_handle handles[VS_HANDLES];
};

extern struct vs_state vs;
extern void (*const vs_scard_functions[])(void);

void vs_lock(void);
void vs_unlock(void);
void vs_changed(void); /* wakes all who wait; vs locked */
void vs_wait(void);    /* for a change, 100 ms at most; vs locked */
void vs_reset_locked(struct vs_reader *r, SCARDHANDLE by);
void vs_remove_locked(struct vs_reader *r);

/* Both locks in their order; on failure neither. */
LONG vs_enter(SCARDCONTEXT id, struct vs_context **c);
LONG vs_leave(struct vs_context *c, LONG rv); /* returns rv */

/* vs locked: */
LONG vs_context_of(SCARDCONTEXT id, struct vs_context **out);
struct vs_reader *vs_reader_of(const char *name);
int vs_in_use(const struct vs_reader *r);
void vs_drop_handle(struct vs_handle *h);

/* SCardControl for a reader's own keys; vs locked. */
LONG vs_pad_control(struct vs_reader *r, SCARDHANDLE by, DWORD code,
    const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);

/* One command of a handle (or VS_OTHER); vs locked before and after, not while
 * the card works. */
LONG vs_send(struct vs_reader *r, SCARDHANDLE by, const uint8_t *cmd,
    size_t cmd_len, uint8_t *rsp, size_t *rsp_len);

#endif
