/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inside of a card, for src/card and its tests alone. */
#ifndef JM_CARD_CARD_IMPL_H
#define JM_CARD_CARD_IMPL_H

#include "card/card.h"

#define JM_INS_VERIFY    0x20
#define JM_INS_CHANGE    0x24
#define JM_INS_PSO       0x2a
#define JM_INS_CHALLENGE 0x84
#define JM_INS_SELECT    0xa4
#define JM_INS_READ      0xb0
#define JM_INS_RECORD    0xb2

#define JM_P2_CURRENT    0x80 /* key or PIN reference: of the current EF */
#define JM_CARD_REPLY    512  /* reply data of anything but READ BINARY */

/* What goes over the link: a PIN on its way, a signature that is key material.
 * Memory for secrets (base/secret.h), and wiped after each command. */
struct jm_card_wire {
	struct jm_xbuf x;
	uint8_t reply[JM_CARD_REPLY]; /* wiped by whoever put a secret there */
};

struct jm_card {
	struct jm_link link;
	struct jm_card_wire *wire;
	const struct jm_profile *profile; /* NULL until identified */
	struct jm_card_info info;
	uint8_t raw_info[JM_TOKEN_INFO_LEN];
	size_t raw_info_len;

	int sfi, extended; /* may be used, as far as is known */
	unsigned refused;  /* bit n: signing mode n was refused */
	unsigned sw;       /* of the last command sent, 0: no answer */
	int unanswered;    /* nothing was answered since power-up */

	unsigned open; /* bit 1 << id: PINs that may be verified by our doing */

	/* Of the transaction. */
	int begun;
	int lost;        /* the link said gone or reset: nothing may be sent */
	int gone;        /* ... and it was gone */
	int verify_sent; /* a VERIFY with data went out, whatever came back */
	int selected;    /* app is current */
	int inherited;   /* ... since a transaction before (link.h: goes_on) */
	enum jm_app app;
	uint16_t ef; /* current EF, 0 if not known */
};

/*
 * Every command of this folder goes through here.  Reply data to data, or to
 * the wire's reply when that is NULL.  JM_FORMAT for more data than there is
 * room for; a failure forgets what was selected.
 */
jm_err jm_card_send(struct jm_card *card, const struct jm_capdu *c,
    struct jm_wbuf *data, unsigned *sw) JM_MUST_USE;

/*
 * The same with a PIN typed at the reader as the data (link.h: ask_pin).
 *   JM_UNSUPPORTED  this reader has no such keys: nothing was sent
 *   JM_TIMEOUT, JM_CANCELLED, JM_MISMATCH, JM_PIN_LEN  nothing was sent either
 */
jm_err jm_card_ask(struct jm_card *card, const struct jm_pin_ask *ask,
    unsigned *sw) JM_MUST_USE;

/* Of jm_card_ask: the reader speaks for itself, nothing reached the card. */
int jm_card_not_entered(jm_err e);

/* Nobody knows what is selected. */
void jm_card_forget(struct jm_card *card);

/* Before a command that must not reach another application than it is meant
 * for: a host that kept its transaction may have sent commands of its own. */
static inline void
jm_card_disinherit(struct jm_card *card)
{
	if (card->inherited)
		jm_card_forget(card);
}

/* SELECT by AID; what was selected before is forgotten in any case. */
jm_err jm_card_select_aid(struct jm_card *card, const uint8_t *aid,
    size_t aid_len, unsigned *sw) JM_MUST_USE;

/* Make an EF of the application current; nothing is sent if it is. */
jm_err jm_card_select_ef(struct jm_card *card, uint16_t ef) JM_MUST_USE;

/* jm_card_identify_by over another table; memo may be NULL. */
jm_err jm_card_identify_in(struct jm_card *card, const struct jm_profile *tab,
    size_t n, const struct jm_card_memo *memo) JM_MUST_USE;

/* The five low bits, or JM_P2_CURRENT's zero when ef is 0. */
static inline uint8_t
jm_sfi(uint16_t ef)
{
	return (uint8_t)(ef & 0x1f);
}

#endif
