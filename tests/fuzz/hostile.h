/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The virtual card with a will of the input's: any command may be answered by
 * other bytes, or not at all, and any file may hold anything.  Until the input
 * says otherwise the card is an honest one, so short inputs get far.
 *
 * The card is tests/fuzz/card.image, the same in every run; nothing is written
 * (vc_image_save is wrapped, FUZZ_CARD_LINK in local.mk).
 */
#ifndef JM_TESTS_FUZZ_HOSTILE_H
#define JM_TESTS_FUZZ_HOSTILE_H

#include "tests/fuzz/fuzz.h"
#include "transport/link.h"
#include "vcard/vcard.h"

#define HOSTILE_ARMED 8
#define HOSTILE_REPLY 5000 /* longest reply that is made up */

enum harm {
	HARM_REPLACE, /* the card does it; the bytes are its answer */
	HARM_INSTEAD, /* it does not; the bytes are its answer */
	HARM_STATUS,  /* its answer, with the bytes as status word */
	HARM_FLIP,    /* its answer; byte [0] of it is changed by [1] */
	HARM_CUT,     /* its answer without the last [0] + 1 bytes */
	HARM_MORE,    /* its answer, the bytes inserted before the status */
	HARM_GONE_BEFORE,
	HARM_GONE_AFTER,
	HARM_RESET_BEFORE,
	HARM_LOST_BEFORE,
	HARM_LOST_AFTER,
	HARMS
};

enum fate { FATE_ANSWERED, FATE_GONE, FATE_RESET, FATE_LOST };

struct hostile {
	struct vc_card *card;
	struct {
		unsigned in; /* commands until then; 0: not armed */
		enum harm harm;
		const uint8_t *bytes; /* of the input */
		size_t len;
	} armed[HOSTILE_ARMED];
	unsigned sent, verifies, changes;
	int lied; /* an answer was made up for what was not done */
	int gone; /* has no power since */
	const uint8_t *atr;
	size_t atr_len; /* 0: the card's own */

	/* As a link. */
	int begun, broken;     /* in a transaction; nothing may be sent in it */
	unsigned told, resets; /* resets the link knows of, and all */
	jm_err begin_next;     /* the next begin says this, once */
};

/* A fresh card with power.  Its parameters are the input's choice. */
void hostile_open(struct hostile *h, struct feed *f);
void hostile_close(struct hostile *h);

/* Each takes what it does from the input. */
void hostile_arm(struct hostile *h, struct feed *f);
void hostile_file(struct hostile *h, struct feed *f);
void hostile_atr(struct hostile *h, struct feed *f);

void hostile_reset(struct hostile *h); /* by another program */

/* *rsp_len: room (HOSTILE_REPLY or more), then bytes. */
enum fate hostile_send(struct hostile *h, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t *rsp_len);

/* Is a PIN verified on the card now, as far as that can be held against the
 * code that talked to it? */
int hostile_verified(const struct hostile *h);

/* A link to it, valid as long as it.  It holds the caller to link.h. */
struct jm_link hostile_link(struct hostile *h);

/* A PIN: the right ones, some that are wrong, or bytes of the input. */
const uint8_t *feed_pin(struct feed *f, size_t *len);

#endif
