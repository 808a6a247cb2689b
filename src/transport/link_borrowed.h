/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A link over a PC/SC handle that the host owns and may replace between two
 * calls (the Windows Base CSP does).  begin and end do nothing: the host holds
 * the transaction.  Never connects, reconnects or disconnects.
 */
#ifndef JM_TRANSPORT_LINK_BORROWED_H
#define JM_TRANSPORT_LINK_BORROWED_H

#include <winscard.h>

#include "transport/link.h"

/* handle: connected, T=0 or T=1.  JM_NOMEM.  link->close frees our part only. */
jm_err jm_link_borrowed_new(
    SCARDHANDLE handle, struct jm_link *out) JM_MUST_USE;

/* The handle to use from now on.  A changed handle makes the next begin return
 * JM_RESET once, since nothing is known of the card's state behind it. */
void jm_link_borrowed_handle(struct jm_link *link, SCARDHANDLE handle);

#endif
