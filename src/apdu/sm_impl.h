/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sm.c and sm_open.c share. */
#ifndef JM_APDU_SM_IMPL_H
#define JM_APDU_SM_IMPL_H

#include "apdu/sm.h"
#include "crypto/sm_crypto.h"

#define JM_SM_BODY_MAX (JM_SM_NC_MAX + 48) /* objects of a command */

struct jm_sm {
	const struct jm_link *link;
	struct jm_xbuf *x;
	struct jm_sm_keys keys;
	jm_err state; /* JM_OK, or what ended it */
	uint8_t body[JM_SM_BODY_MAX];
	/* As it came, with room for padding; data are decrypted in it. */
	uint8_t reply[JM_XRSP_MAX + JM_AES_BLOCK];
};

/* A session with these keys, which are copied.  JM_NOMEM. */
jm_err jm_sm_new(const struct jm_link *link, struct jm_xbuf *x,
    const struct jm_sm_keys *keys, struct jm_sm **out) JM_MUST_USE;

#endif
