/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one global of the module: its locks, tables, and life from C_Initialize
 * to C_Finalize.  No constructor, destructor, atexit, thread or signal handler:
 * a host may leave without C_Finalize, or call it after its own destructors
 * ran.
 *
 * A child after fork finds the module as if it had never been initialised.  It
 * touches no lock of its parent's (a thread that it does not have may hold
 * one) before its own C_Initialize, which makes new ones and lets go of the
 * parent's cards without a word to them.
 */
#ifndef P11_MODULE_H
#define P11_MODULE_H

#include <stdatomic.h>

#include "base/conf.h"
#include "nym/scope.h"
#include "pkcs11/logfile.h"
#include "pkcs11/session.h"

struct p11_module {
	_Atomic unsigned long pid;   /* of the process that owns the locks */
	_Atomic unsigned long claim; /* of the one that is making them anew */
	struct jm_mutex lock, scan, wait; /* see slot.h */
	/* module lock from here on */
	int ready;      /* between C_Initialize and C_Finalize */
	int changing;   /* C_Initialize or C_Finalize is at work */
	unsigned calls; /* calls inside */
	int scanned;    /* the first look at PC/SC was taken */
	struct p11_reader *readers[P11_READERS_MAX];
	size_t readers_len;
	struct p11_session *sessions[P11_SESSIONS_MAX];
	CK_SESSION_HANDLE next_handle; /* goes on over C_Finalize */
	uint32_t next_number;          /* of objects; likewise */
	/* no lock: set by C_Initialize */
	struct jm_conf conf;
	struct jm_policy policy;
	struct p11_logfile log;
	int only_set; /* JUMIN_SCOPE was there, and what it said */
	char only[NYM_SCOPE_MAX + 1];
	atomic_int nym_seen;       /* the slot of service identities exists */
	struct jm_readers *pcsc;   /* scan */
	struct jm_readers *waiter; /* wait: C_WaitForSlotEvent alone */
	struct jm_reader *list;    /* scan: room for JM_READERS_MAX */
};

extern struct p11_module p11_module;

CK_RV p11_module_init(const CK_C_INITIALIZE_ARGS *args);

/* Waits for calls inside; ends a waiting C_WaitForSlotEvent. */
CK_RV p11_module_finish(void);

/*
 * Every call that is not C_Initialize or C_Finalize stands between these two:
 * is the module initialised, by this process?  p11_end must follow CKR_OK
 * alone. CKR_CRYPTOKI_NOT_INITIALIZED
 */
CK_RV p11_begin(void);
CK_RV p11_end(CK_RV rv); /* returns rv */

int p11_module_ending(void); /* C_Finalize waits for the caller */

void p11_lock(void); /* module lock */
void p11_unlock(void);

#endif
