/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one global of the module: its lock, tables, and life from C_Initialize to
 * C_Finalize.  No constructor, destructor, atexit, thread or signal handler: a
 * host may leave without C_Finalize, or call it after its own destructors ran.
 */
#ifndef P11_MODULE_H
#define P11_MODULE_H

#include "pkcs11/session.h"

struct p11_module {
	struct jm_mutex lock; /* "module" in slot.h; made at C_Initialize */
	struct jm_mutex scan;
	int ready;            /* between C_Initialize and C_Finalize */
	unsigned long pid;    /* of the process that initialised */
	unsigned calls;       /* calls inside, so that C_Finalize waits for them */
	int ending;
	struct jm_policy policy;
	struct jm_readers *pcsc;      /* scan */
	struct jm_readers *waiter;    /* C_WaitForSlotEvent alone */
	struct p11_reader *readers[P11_READERS_MAX];
	size_t readers_len;
	struct p11_session *sessions[P11_SESSIONS_MAX];
	CK_SESSION_HANDLE next_handle;
};

extern struct p11_module p11_module;

void p11_lock(void); /* module lock */
void p11_unlock(void);

#endif
