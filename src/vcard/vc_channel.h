/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The card's end of the secure channel "jumin channel 1" (doc/vcard.md, "Secure
 * channel"): mutual authentication by GENERAL AUTHENTICATE and secure messaging
 * (ISO/IEC 7816-4, section 10).  Written from the document; nothing here is
 * shared with the terminal's end but the algorithms (crypto/sm_crypto.h).
 *
 * A channel belongs to one application: it is given that application's AID and
 * trust and never sees a card.  Whoever owns the application frees the channel
 * when the application is left, at power-off, when a plain command comes, and
 * as soon as vc_channel_alive says 0.
 */
#ifndef JM_VCARD_VC_CHANNEL_H
#define JM_VCARD_VC_CHANNEL_H

#include "base/wbuf.h"
#include "crypto/cvc.h"
#include "vcard/vc_cmd.h"

/* What an application needs to be spoken to; cvc_len 0: it has no channel. */
struct vc_trust {
	struct jm_soft_key *key; /* P-256; the application's own, owned here */
	uint8_t cvc[JM_CVC_MAX]; /* its certificate */
	size_t cvc_len;
	struct jm_ec_pub root; /* whose signatures it believes */
	unsigned roles;        /* VC_ROLE(r) for each role that may open one */
};

#define VC_ROLE(role) (1u << (role))

void vc_trust_clear(struct vc_trust *t); /* frees the key; wipes */

struct vc_channel;

/*
 * GENERAL AUTHENTICATE, `00 86 00 P2` as it reads without secure messaging.
 * P2 = 01 makes *ch, which must be NULL by then; the other steps go on with it.
 * What is out of order (6985), malformed (6A80), without trust (6A88), not
 * under the root or of a role that is not allowed (6988), or wrongly signed
 * (6300) ends the channel: vc_channel_alive says 0 once the reply is wrapped.
 * JM_NOMEM, JM_CRYPTO: the card gives no reply, and the channel is over.
 */
jm_err vc_channel_auth(struct vc_channel **ch, const struct vc_trust *trust,
    const uint8_t *aid, size_t aid_len, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw) JM_MUST_USE;

/*
 * Takes the protection off a command whose class is 0C or 8C.  *plain is the
 * command inside, class 00 or 80; its data lie in mem, which the caller wipes
 * and which has room for sm->nc + VC_CHANNEL_ROOM bytes.  *sw: 9000, and then
 * the reply has to go through vc_channel_wrap; or the status word to answer
 * without protection, and the channel is over: 6987 (an object is missing),
 * 6988 (one is wrong, or the class is another), 6700 (an Le field other than
 * zero, or too little room), 6985 (another command than GENERAL AUTHENTICATE
 * before both sides have proven themselves).  JM_CRYPTO: over as well.
 */
#define VC_CHANNEL_ROOM 32
jm_err vc_channel_unwrap(struct vc_channel *ch, const struct vc_cmd *sm,
    uint8_t *mem, size_t cap, struct vc_cmd *plain, unsigned *sw) JM_MUST_USE;

/*
 * Appends the protected form of a reply's data and sw: [87] 99 8E.  The status
 * word behind it is sw once more.  data may not lie in out, which has room for
 * VC_CHANNEL_OVERHEAD bytes more than len.  After a failed step of GENERAL
 * AUTHENTICATE this is the channel's last act.  JM_SPACE, JM_CRYPTO, JM_ARG (it
 * is over): nothing is appended, and the channel is over.
 */
#define VC_CHANNEL_OVERHEAD                                                    \
	48 /* bytes it takes more than the data, at most                       \
	    */
jm_err vc_channel_wrap(struct vc_channel *ch, const uint8_t *data, size_t len,
    unsigned sw, struct jm_wbuf *out) JM_MUST_USE;

/* 1 until a failure ended it; NULL: 0. */
int vc_channel_alive(const struct vc_channel *ch);

/* 1 once both sides have proven themselves and the channel is alive; NULL: 0 */
int vc_channel_ready(const struct vc_channel *ch);

/* Who is at the other end (role, holder, rights, last day), borrowed until the
 * channel ends; NULL unless vc_channel_ready. */
const struct jm_cvc *vc_channel_peer(const struct vc_channel *ch);

void vc_channel_free(struct vc_channel **ch); /* wipes; NULL is fine */

#endif
