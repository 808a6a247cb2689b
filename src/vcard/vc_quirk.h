/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Misbehaviour on request, for tests; the names are those of --quirk. */
#ifndef JM_VCARD_VC_QUIRK_H
#define JM_VCARD_VC_QUIRK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VC_QUIRK_REPLY_MAX 512
#define VC_QUIRK_POINT_MAX 24

enum vc_quirk_id {
	VC_Q_DIE_AT,    /* N: carried out, then the card is gone for good */
	VC_Q_MUTE_AT,   /* N: carried out, no reply ever */
	VC_Q_SW_AT,     /* N:SWSW instead of the reply */
	VC_Q_REPLY_AT,  /* N:HEX instead of the reply, "N:" for an empty one */
	VC_Q_REMOVE_AT, /* N: not carried out, the card leaves its reader */
	VC_Q_RESET_AT,  /* N: loses all volatile state before it */
	VC_Q_MAC_AT,    /* N: a protected reply's MAC is wrong */
	VC_Q_SIGN_AT,   /* N: the Nth 80 2A is 6A80, whatever it did */
	VC_Q_COUNT
};

struct vc_quirks {
	unsigned long count;          /* commands since the card was opened */
	unsigned long signs;          /* 80 2A among them */
	unsigned long at[VC_Q_COUNT]; /* 0: off */
	uint8_t sw[2];
	uint8_t reply[VC_QUIRK_REPLY_MAX];
	size_t reply_len;
	int short_reply; /* data replies lose their second half */
	int endless_61;  /* 1: data for ever; 2: "more" that brings nothing */
	char kill_point[VC_QUIRK_POINT_MAX];
	unsigned long kill_left; /* passages until then, 0: off */
};

#endif
