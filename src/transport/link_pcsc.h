/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The owning link: a PC/SC context of its own (libpcsclite serialises within
 * one context), shared mode, T=0 or T=1, transactions by SCardBeginTransaction.
 *
 * A link whose pcscd ended or was restarted is dead: JM_GONE from then on.
 *
 * After fork the child calls jm_link_abandon.  PC/SC has no way to close only
 * the descriptor, so the child keeps a copy of the parent's socket until it ends
 * or executes another program: pcscd notices a parent that died in a transaction
 * no sooner than that.
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

#endif
