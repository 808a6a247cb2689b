/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A resident card behind a link: transactions, selection, recognition, log-out.
 *
 * Every sequence of commands stands between jm_card_begin and jm_card_end; at
 * begin nothing is selected and nobody is verified as far as this code assumes
 * (on a link whose host kept the transaction, what is selected is known still;
 * before a PIN is asked about or sent, and before a signature, it is selected
 * anew all the same).
 * jm_card_end drops the security status whenever a VERIFY may have succeeded
 * since begin: SELECT of the profile's log-out application, or power-down when
 * the card refuses that.  jm_card_leave does not: then who is verified outlives
 * the transaction.  One card, one thread at a time.
 */
#ifndef JM_CARD_CARD_H
#define JM_CARD_CARD_H

#include "apdu/exchange.h"
#include "card/profile.h"

#define JM_TOKEN_INFO_LEN 160

/* EF 0006, a serialised CK_TOKEN_INFO (card-facts 3.1.1).  Text is trimmed of
 * trailing blanks; bytes outside 20..7E are '?'. */
struct jm_card_info {
	char label[33], manufacturer[33], model[17], serial[17];
	char hardware[3], firmware[3]; /* two ASCII digits each, or "" */
	int known; /* 0: the file was missing or malformed, all texts empty */
};

struct jm_card; /* defined in card_impl.h for src/card alone */

/* Takes over link on success only.  Sends nothing.  JM_NOMEM. */
jm_err jm_card_open(
    const struct jm_link *link, struct jm_card **out) JM_MUST_USE;
void jm_card_free(struct jm_card **card); /* closes the link; NULL is fine */
/* In the child after fork: frees the memory, says nothing to the card. */
void jm_card_abandon(struct jm_card **card);

/* Frees the card and leaves its link open: it is the opener's again. */
void jm_card_release(struct jm_card **card);

/* As the link's begin: JM_RESET means not begun, begin again. */
jm_err jm_card_begin(struct jm_card *card) JM_MUST_USE;
void jm_card_end(struct jm_card *card);
void jm_card_leave(struct jm_card *card);

/*
 * Inside a transaction: find the generation.  SELECT by AID, then EF 0006; ATR
 * as a hint for the order only.  The very first SELECT since the link was
 * opened or the card reset is repeated once after 6F00.  Also selects, so
 * jm_card_select sends nothing afterwards.
 *   JM_NO_CARD  no profile's application answers
 */
jm_err jm_card_identify(struct jm_card *card) JM_MUST_USE;

/*
 * What may be known of a card before it is asked.  info comes in EF 0006's
 * place, with the application selected and jm_card_profile one that has its
 * AID; it may read files, and answers JM_OK only for a card that has shown its
 * authentication certificate.  EF 0006 is read all the same where the label so
 * known would decide between generations that treat PINs differently.
 *   JM_NOT_FOUND  nothing is known: EF 0006 is read.  All else that is not
 * JM_OK ends the identification.
 */
struct jm_card_memo {
	jm_err (*info)(void *arg, struct jm_card *card,
	    uint8_t raw[JM_TOKEN_INFO_LEN], size_t *len);
	void *arg;
};
jm_err jm_card_identify_by(
    struct jm_card *card, const struct jm_card_memo *memo) JM_MUST_USE;

/* Make the profile's application current; nothing is sent if it is already. */
jm_err jm_card_select(struct jm_card *card) JM_MUST_USE;

/*
 * The same for any application of the profile.  What was verified in the one
 * before is dropped by the card; jm_card_end drops what this one leaves.
 *   JM_NOT_FOUND  this generation, or this card, has none (JM_NO_CARD for the
 *                 JPKI one)
 *   JM_CARD       it is there and does not let itself be selected
 */
jm_err jm_card_select_app(struct jm_card *card, enum jm_app app) JM_MUST_USE;

/* Inside a transaction: drop whatever a VERIFY opened, anybody's; nothing is
 * selected afterwards.  1 if the card says that it did. */
int jm_card_log_out(struct jm_card *card);
/* The same.  JM_CARD: the card refuses; the link's errors. */
jm_err jm_card_drop_status(struct jm_card *card) JM_MUST_USE;

/*
 * PINs (bit 1 << id) that may be verified because one was sent through this
 * card and no log-out was seen since: right ones, and those whose answer was
 * lost or says neither.  A refused one does not verify, but whether it ends
 * what was verified before is not known of all cards.
 * jm_card_shut: it is known otherwise that these are not verified.
 */
unsigned jm_card_open_pins(const struct jm_card *card);
void jm_card_shut(struct jm_card *card, unsigned pins);
/* The same card, until its connection went: what may be verified may still be.
 */
void jm_card_inherit_open(struct jm_card *card, const struct jm_card *before);

/*
 * Is a transaction under way in which the JPKI application is still the
 * selected one?  It may be kept then, with whoever is verified in it:
 * jm_card_end comes later.
 */
int jm_card_stands(const struct jm_card *card);

/* Valid after jm_card_identify. */
const struct jm_profile *jm_card_profile(const struct jm_card *card);
const struct jm_card_info *jm_card_get_info(const struct jm_card *card);
/* EF 0006 as it was read or known; *len is 0 where info's known is 0. */
const uint8_t *jm_card_raw_info(const struct jm_card *card, size_t *len);
/* Status word of the last command: what an error does not tell.  0: it had no
 * answer. */
unsigned jm_card_sw(const struct jm_card *card);
/* Was a PIN sent in this transaction, or may one be verified since before? */
int jm_card_pin_sent(const struct jm_card *card);
int jm_card_uses_sfi(const struct jm_card *card);
size_t jm_card_atr(const struct jm_card *card, uint8_t out[JM_ATR_MAX]);

/* Has the reader keys of its own?  Bits JM_PINPAD_... of link.h; asked once. */
unsigned jm_card_pinpad(struct jm_card *card);

/* Modes of the profile less those that this card refused (6A86). */
unsigned jm_card_modes(const struct jm_card *card);

#endif
