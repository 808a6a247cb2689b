/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The terminal's end of the secure channel "jumin channel 1" (doc/vcard.md,
 * "Secure channel"): commands and replies under secure messaging (ISO/IEC
 * 7816-4, section 10).  Opened by jm_sm_open (sm_open.h).
 *
 * One command, one message on the wire: nothing is ever sent twice.  The first
 * deviation ends the session for good; it wipes its keys, sends nothing more,
 * and every later call gives the same failure.  The session lies inside one
 * transaction of its link, which the caller holds: end and reset end it too
 * (the card has forgotten it then).
 */
#ifndef JM_APDU_SM_H
#define JM_APDU_SM_H

#include "apdu/exchange.h"

/* Data bytes of a command and of a reply that fit with short length fields.  A
 * longer command is an extended one, which not every card takes; of a longer
 * reply the card gives the rest by GET RESPONSE, in plain. */
#define JM_SM_SHORT  223
#define JM_SM_NC_MAX 512  /* of a command at most */
#define JM_SM_NE_MAX 4000 /* asked of a reply at most */

struct jm_sm; /* a session; the link and x it was opened with outlive it */

/*
 * c is the command as it reads without protection: class 00 or 80.  data
 * receives the reply's data without protection (it is reset first), *sw the
 * status word that the card has authenticated.
 *   JM_ARG     a command that cannot be sent; nothing was, the session lives
 *   JM_SPACE   more data than room; the session is over
 *   JM_FORMAT  a reply that is not what secure messaging wants: an object is
 *              missing, unknown, malformed or twice, the MAC is wrong
 *   JM_CARD    the card answered without protection; *sw says what, and is not
 *              to be relied on
 *   JM_CRYPTO and whatever the link returns
 * On failure data is empty and wiped; *sw is 0 but for JM_CARD.
 */
jm_err jm_sm_send(struct jm_sm *s, const struct jm_capdu *c,
    struct jm_wbuf *data, unsigned *sw) JM_MUST_USE;

/* JM_OK while it lives, else what ended it. */
jm_err jm_sm_state(const struct jm_sm *s);

void jm_sm_free(struct jm_sm **s); /* wipes; sends nothing; NULL is fine */

#endif
