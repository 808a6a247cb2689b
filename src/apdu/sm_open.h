/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opens the secure channel from the terminal's side: both prove themselves, the
 * terminal first, and the card tells who it is to a proven terminal alone.
 */
#ifndef JM_APDU_SM_OPEN_H
#define JM_APDU_SM_OPEN_H

#include "apdu/sm.h"
#include "crypto/cvc.h"

/* Who the terminal is and whom it believes; borrowed for the call. */
struct jm_sm_ident {
	const struct jm_soft_key *key; /* P-256 */
	const uint8_t *cvc;            /* of that key */
	size_t cvc_len;                /* 1..JM_CVC_MAX */
	const struct jm_ec_pub *root;
};

/*
 * The application aid (1..16 bytes) is selected and stays so.  *card: the
 * card's certificate, checked under the root, of role JM_CVC_CARD, its key
 * proven; what its holder's name should be and whether its last day has passed
 * is the caller's to judge.  *sw: the last status word, for messages.
 *   JM_NOT_FOUND, JM_UNSUPPORTED  the application has no channel
 *   JM_BAD_SIG  the card could not prove itself
 *   JM_CARD     the card refused (*sw)
 *   those of jm_sm_send
 * On failure *out is NULL and *card all zero.
 */
jm_err jm_sm_open(const struct jm_link *link, struct jm_xbuf *x,
    const uint8_t *aid, size_t aid_len, const struct jm_sm_ident *me,
    struct jm_sm **out, struct jm_cvc *card, unsigned *sw) JM_MUST_USE;

#endif
