/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random numbers of the card: GET CHALLENGE (card-facts 4.1). */
#ifndef JM_CARD_RANDOM_H
#define JM_CARD_RANDOM_H

#include "card/card.h"

#define JM_RANDOM_CHUNK 256 /* bytes a command brings at most */

/*
 * Inside a transaction; any application and no PIN will do.
 *   JM_UNSUPPORTED  the card has no such command
 *   JM_FORMAT       it sent another number of bytes
 * On failure out is all zero.
 */
jm_err jm_card_random(
    struct jm_card *card, uint8_t *out, size_t len) JM_MUST_USE;

#endif
