/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two files of the channel share: vc_channel.c and vc_sm.c. */
#ifndef JM_VCARD_VC_CHANNEL_IMPL_H
#define JM_VCARD_VC_CHANNEL_IMPL_H

#include "crypto/sm_crypto.h"
#include "vcard/vc_channel.h"

#define GENERAL_AUTHENTICATE 0x86

/* How far it has come. */
enum vc_step {
	STEP_KEYED,  /* keys are agreed on, nobody has proven anything */
	STEP_NAMED,  /* the terminal has shown its certificate */
	STEP_PROVEN, /* and that the key is its own; it knows the card's name */
	STEP_READY,  /* and the card has proven its own */
	STEP_LAST,   /* failed: one more reply is protected, then it is over */
	STEP_OVER    /* the keys are wiped */
};

struct vc_channel {
	enum vc_step step;
	struct jm_sm_keys keys;
	uint8_t aid[JM_SM_AID_MAX];
	size_t aid_len;
	uint8_t et[JM_SM_POINT], ec[JM_SM_POINT];
	struct jm_cvc peer; /* from STEP_NAMED on */
};

/* Ends it at once: wipes the keys and forgets the peer. */
void vc_channel_end(struct vc_channel *ch);

#endif
