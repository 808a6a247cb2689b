/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading transparent EFs, inside a transaction with the application selected. */
#ifndef JM_CARD_FILE_H
#define JM_CARD_FILE_H

#include "card/card.h"

/*
 * The first want bytes of an EF, fewer if it is shorter.  One READ BINARY where
 * want <= 256, with SELECT before it unless the card uses short EF ids.
 *   JM_NOT_FOUND, JM_NEED_PIN, JM_CARD, JM_SPACE (want > cap), link's
 */
jm_err jm_card_read(struct jm_card *card, uint16_t ef, uint8_t *out, size_t cap,
    size_t want, size_t *len) JM_MUST_USE;

/*
 * One DER object (a certificate): its own length decides, filler behind it is
 * not read, or ignored where a block carries it.  A file that is missing, empty,
 * or does not start with 30 82 (blank, filler) is JM_NOT_FOUND; one that ends
 * before the announced length is JM_FORMAT.
 */
jm_err jm_card_read_der(struct jm_card *card, uint16_t ef, uint8_t *out,
    size_t cap, size_t *len) JM_MUST_USE;

#endif
