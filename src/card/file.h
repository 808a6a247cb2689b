/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading EFs, inside a transaction.  The application is selected where it is
 * not. */
#ifndef JM_CARD_FILE_H
#define JM_CARD_FILE_H

#include "card/card.h"

#define JM_READ_BLOCK    256  /* short Le */
#define JM_READ_EXTENDED 4096 /* one block, where the card takes such */
#define JM_READ_ROUNDS   128  /* READ BINARY commands for one object */

/*
 * The first want bytes of an EF, fewer if it is shorter.  One READ BINARY where
 * want <= 256, with SELECT before it unless the card uses short EF ids.
 *   JM_NOT_FOUND, JM_NEED_PIN, JM_CARD, JM_SPACE (want > cap), link's
 */
jm_err jm_card_read(struct jm_card *card, uint16_t ef, uint8_t *out, size_t cap,
    size_t want, size_t *len) JM_MUST_USE;

/*
 * One DER object (a certificate): its own length decides, filler behind it is
 * not read, or ignored where a block carries it.  A file that is missing,
 * empty, or does not start with 30 82 (blank, filler) is JM_NOT_FOUND; one that
 * ends before the announced length is JM_FORMAT, one longer than cap JM_SPACE.
 *
 * Blocks of 256 bytes, or one of up to JM_READ_EXTENDED where the card is known
 * to take extended length; a card that refuses it once (6700, or a reader that
 * fails at it) is not asked so again.
 */
jm_err jm_card_read_der(struct jm_card *card, uint16_t ef, uint8_t *out,
    size_t cap, size_t *len) JM_MUST_USE;

/*
 * The same for one object of any application whose first two bytes (a tag of
 * two bytes, or one and the start of its length) are first; others are
 * JM_NOT_FOUND.  On failure, bytes of it may be in out all the same: wipe that.
 */
jm_err jm_card_read_object(struct jm_card *card, enum jm_app app, uint16_t ef,
    unsigned first, uint8_t *out, size_t cap, size_t *len) JM_MUST_USE;

/*
 * The first record of an EF with records, of at most JM_READ_BLOCK bytes, as it
 * is.  One READ RECORD, as for jm_card_read; a short EF id that is refused is
 * not asked for again here.  An empty record, or one of filler, is
 * JM_NOT_FOUND.
 */
jm_err jm_card_read_record(struct jm_card *card, enum jm_app app, uint16_t ef,
    uint8_t *out, size_t cap, size_t *len) JM_MUST_USE;

#endif
