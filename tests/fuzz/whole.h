/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A whole virtual card, and a terminal whose channel keys are known: commands
 * reach what lies behind secure messaging and authorisations, which no input
 * could sign.  The cards are full.image and operator.image; nothing is written,
 * nothing is random that an input's effect rests on (FUZZ_WHOLE_LINK of
 * local.mk).
 */
#ifndef JM_TESTS_FUZZ_WHOLE_H
#define JM_TESTS_FUZZ_WHOLE_H

#include "apdu/sm_impl.h"
#include "tests/fuzz/fuzz.h"
#include "vcard/vc_card.h"

#define WHOLE_REPLY VC_REPLY_MAX

struct whole {
	struct vc_card *card;
	struct jm_link link;
	struct jm_xbuf x;
	struct jm_sm *sm; /* NULL: no channel */
	uint8_t rsp[WHOLE_REPLY];
	size_t rsp_len;
};

/* A fresh card with power; which, in what state and with what parameters is the
 * input's choice. */
void whole_open(struct whole *w, struct feed *f);
void whole_close(struct whole *w);

/* One command in plain; sw 0: no reply. */
unsigned whole_plain(struct whole *w, const uint8_t *cmd, size_t len);

/* SELECT of one of the card's applications. */
void whole_select(struct whole *w, size_t i);

/* A channel to the current application, of this role. */
void whole_channel(struct whole *w, enum jm_cvc_role role);

/* A command in it; 0: there is none, or no reply that can be believed. */
unsigned whole_send(struct whole *w, const struct jm_capdu *c);

/* The right of an operator's authorisation, in the current application. */
void whole_grant(
    struct whole *w, unsigned op, const uint8_t *target, size_t len);

unsigned whole_saves(void); /* images that would have been written */

/* Another channel was opened by hand, or power went. */
void whole_forget(struct whole *w);

#endif
