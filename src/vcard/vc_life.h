/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of a card (doc/vcard.md, "Life cycle"). */
#ifndef JM_VCARD_VC_LIFE_H
#define JM_VCARD_VC_LIFE_H

#include "base/err.h"
#include "vcard/vc_cmd.h"

/* In the order of SET STATUS; values are part of it: append only. */
enum vc_life {
	VC_MANUFACTURED, /* keys of the maker alone, no holder yet */
	VC_PERSONALISED, /* has its contents, is not yet handed out */
	VC_ISSUED,       /* in its holder's hands */
	VC_SUSPENDED,
	VC_RETURNED,
	VC_TERMINATED
};

/* Its word in the image: "issued".  Never NULL. */
const char *vc_life_name(enum vc_life life);
jm_err vc_life_find(const char *name, enum vc_life *out) JM_MUST_USE;

/* The status word that the state alone answers to a command, 9000 when the
 * command goes on.  issuer: 1 while the issuer domain is current. */
unsigned vc_life_sw(enum vc_life life, const struct vc_cmd *c, int issuer);

/* The same for selecting an application that the card has. */
unsigned vc_life_select_sw(enum vc_life life, int issuer);

/*
 * Which of the rights, bits of enum vc_right, take a card from one state to
 * another by SET STATUS; 0: nobody can.
 */
uint32_t vc_life_right(enum vc_life from, enum vc_life to);

#endif
