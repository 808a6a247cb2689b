/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A link over a PC/SC handle that the host owns and may replace between two
 * calls (the Windows Base CSP does).  begin and end send nothing: the host
 * holds the transaction.  Never connects, reconnects or disconnects.
 *
 * A command that failed because the card was reset or left makes the next begin
 * return JM_RESET once, whatever handle there is by then: the host may have
 * connected again to the same one, or to another card.
 */
#ifndef JM_TRANSPORT_LINK_BORROWED_H
#define JM_TRANSPORT_LINK_BORROWED_H

#include <winscard.h>

#include "transport/link.h"

/* handle: connected, T=0 or T=1.  JM_NOMEM.  link->close frees our part only.
 */
jm_err jm_link_borrowed_new(
    SCARDHANDLE handle, struct jm_link *out) JM_MUST_USE;

/* The handle to use from now on.  A changed handle makes the next begin return
 * JM_RESET once, since nothing is known of the card's state behind it. */
void jm_link_borrowed_handle(struct jm_link *link, SCARDHANDLE handle);

/* link: as it was made, unwrapped.  What PC/SC said of the last command that
 * failed, 32 bits of it; 0: none has since jm_link_borrowed_handle, or
 * jm_link_borrowed_new. */
uint32_t jm_link_borrowed_error(const struct jm_link *link);

#endif
