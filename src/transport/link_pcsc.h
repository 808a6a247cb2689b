/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The owning link: a PC/SC context of its own (libpcsclite serialises within
 * one context), shared mode, T=0 or T=1, transactions by SCardBeginTransaction.
 */
#ifndef JM_TRANSPORT_LINK_PCSC_H
#define JM_TRANSPORT_LINK_PCSC_H

#include "transport/link.h"

#define JM_PCSC_BUSY_MS 2000 /* how long an exclusive holder is waited for */

/*
 * Connect to the card in the named reader.  Sends no APDU.
 *   JM_NO_CARD     no card, or one that does not answer
 *   JM_BUSY        exclusively held by another program for JM_PCSC_BUSY_MS
 *   JM_NO_SERVICE  pcscd is not running
 *   JM_NOT_FOUND   no such reader
 *   JM_LINK, JM_NOMEM
 */
jm_err jm_link_pcsc_open(const char *reader, struct jm_link *out) JM_MUST_USE;

/*
 * Forget the link without a word to pcscd: for the child after fork, which
 * shares the parent's socket and must not speak on it.  Closes the descriptor
 * copies as far as the platform allows and frees the memory.
 */
void jm_link_pcsc_abandon(struct jm_link *link);

#endif
