/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sessions: handle table, and the operations a session has under way.
 *
 * A session is used by one thread at a time: p11_enter locks it, a second
 * thread waits for the first.  State belongs to the session; what is shared by
 * all of a slot (login, card) is in slot.h and objects/token.h.
 */
#ifndef P11_SESSION_H
#define P11_SESSION_H

#include "crypto/digest.h"
#include "objects/guard.h"
#include "pkcs11/mech.h"
#include "pkcs11/slot.h"

#define P11_SESSIONS_MAX 4096

struct p11_find {
	int active;
	CK_OBJECT_HANDLE *hit; /* on the heap */
	size_t len, room, next;
};

/* A running digest, signature or verification. */
struct p11_op {
	const struct p11_mech *mech; /* NULL: none under way */
	CK_OBJECT_HANDLE key;
	int multi;                 /* an Update was made */
	struct jm_hasher *hasher;  /* host-side hash, or NULL */
	struct jm_guard_head head; /* of what was hashed */
	uint8_t *data;             /* input of mechanisms without a hash */
	size_t data_len;
};

struct p11_session {
	/* never change: */
	CK_SESSION_HANDLE handle;
	struct p11_reader *reader;
	enum p11_part part;
	CK_FLAGS flags;     /* as given to C_OpenSession */
	unsigned insertion; /* of the reader when it was opened */
	/* module lock: */
	unsigned refs;        /* the table's and one per call inside */
	int closed;           /* out of the table: no new call enters */
	struct jm_mutex lock; /* held from p11_enter to p11_leave */
	/* session lock: */
	struct p11_find find;
	struct p11_op sign, verify, digest;
};

/* Ends a search; none is fine. */
void p11_find_end(struct p11_find *f);

/* Ends an operation and wipes what it gathered; none is fine. */
void p11_op_end(struct p11_op *op);

/* For the insertion that is in the reader now.  Never two sessions with one
 * handle in a module's life; 0 is no handle.
 *   CKR_SESSION_COUNT, CKR_HOST_MEMORY, CKR_TOKEN_NOT_PRESENT */
CK_RV p11_session_new(struct p11_reader *r, enum p11_part part, CK_FLAGS flags,
    CK_SESSION_HANDLE *out);

/*
 * Close one; all of a slot; all of a reader (card gone).  A call inside
 * keeps its session's memory until it leaves.  The last session of a slot takes
 * the login with it, and takes io when that has to be told to the card; but not
 * when the card is gone.
 */
CK_RV p11_session_close(CK_SESSION_HANDLE h);
void p11_sessions_close_slot(struct p11_reader *r, enum p11_part part);
void p11_sessions_close_reader_locked(
    struct p11_reader *r); /* module lock held */

/* A reference, for enter.c. */
CK_RV p11_session_get(CK_SESSION_HANDLE h, struct p11_session **out);
void p11_session_put(struct p11_session *s);
void p11_session_free(struct p11_session *s); /* nobody has it any more */

/* Number of open sessions of a slot. */
void p11_sessions_count(
    struct p11_reader *r, enum p11_part part, CK_ULONG *all, CK_ULONG *rw);

#endif
