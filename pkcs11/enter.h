/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way into every C_ function that has a session, and out of it.
 *
 * p11_enter finds the session under the module lock, takes a reference, gives
 * the module lock back, and locks the session itself.  On CKR_OK the caller
 * must pass through p11_leave; on any other value nothing is held and *s is
 * NULL. CKR_CRYPTOKI_NOT_INITIALIZED  also in the child after fork
 *   CKR_SESSION_HANDLE_INVALID    also after the card left
 */
#ifndef P11_ENTER_H
#define P11_ENTER_H

#include "pkcs11/session.h"

CK_RV p11_enter(CK_SESSION_HANDLE h, struct p11_session **s);
CK_RV p11_leave(struct p11_session *s, CK_RV rv); /* returns rv */

/* The same without the session's own lock, for calls that need only what never
 * changes in it: they do not wait while another thread uses the session. */
CK_RV p11_enter_look(CK_SESSION_HANDLE h, struct p11_session **s);
CK_RV p11_leave_look(struct p11_session *s, CK_RV rv);

/*
 * Inside p11_enter: reference to the card of the session's insertion, without
 * io.  For answers from memory.  p11_card_put afterwards.
 *   CKR_DEVICE_REMOVED  *card is NULL
 */
CK_RV p11_session_card(struct p11_session *s, struct p11_card **card);

/* Inside p11_enter: the same, with io held, for [card] calls.  Their failures
 * go through p11_card_failed (slot.h) before p11_card_unlock. */
CK_RV p11_card_lock(struct p11_session *s, struct p11_card **card);
void p11_card_unlock(struct p11_session *s, struct p11_card **card);

#endif
