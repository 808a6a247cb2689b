/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Both ends of the secure channel in one process: a card that knows nothing but
 * its channel, behind a link that keeps what passes and may change it.
 */
#ifndef JM_TESTS_SUPPORT_SM_PAIR_H
#define JM_TESTS_SUPPORT_SM_PAIR_H

#include "apdu/sm_open.h"
#include "crypto/sm_crypto.h"
#include "vcard/vc_channel.h"

#define SM_PAIR_LOG 16
#define SM_PAIR_RSP 4200

enum sm_way { SM_COMMAND, SM_REPLY };

/* Changes what passes, the nth (from 0) of its way; *len at most cap. */
typedef void sm_tamper(void *arg, enum sm_way way, unsigned nth, uint8_t *p,
    size_t *len, size_t cap);

struct sm_wire {
	uint8_t cmd[JM_XCMD_MAX];
	size_t cmd_len;
	uint8_t rsp[SM_PAIR_RSP];
	size_t rsp_len;
};

struct sm_pair {
	struct jm_soft_key *root, *key; /* the authority, the terminal */
	struct jm_ec_pub root_pub;
	uint8_t cvc[JM_CVC_MAX]; /* the terminal's */
	size_t cvc_len;

	struct vc_trust trust; /* the card's */
	uint8_t aid[16];       /* what the card has selected */
	size_t aid_len;
	struct vc_channel *ch;

	struct jm_link link;
	struct jm_xbuf x;
	struct jm_sm *sm;
	struct jm_cvc card; /* as the terminal believes */
	unsigned sw;

	sm_tamper *tamper; /* NULL: nobody */
	void *tamper_arg;
	jm_err fail; /* what the link does in place of the next exchange */

	unsigned sent;                    /* commands that reached the card */
	struct sm_wire wire[SM_PAIR_LOG]; /* the first of them, as sent */

	uint8_t rest[SM_PAIR_RSP]; /* for GET RESPONSE */
	size_t rest_at, rest_len;
	unsigned rest_sw;

	/* What the card understood last, and what it answers to anything that
	 * is not GENERAL AUTHENTICATE. */
	struct vc_cmd seen;
	uint8_t seen_data[JM_XCMD_MAX];
	unsigned carried_out;
	uint8_t answer[4096];
	size_t answer_len;
	unsigned answer_sw;
};

extern const uint8_t sm_pair_aid[16];

/* Keys and certificates: the terminal a counter, the card one that takes
 * counters and issuers.  JM_NOMEM, JM_CRYPTO. */
jm_err sm_pair_new(struct sm_pair **out) JM_MUST_USE;
void sm_pair_free(struct sm_pair **p);

/* Ends what is open and forgets what has passed; the identities stay. */
void sm_pair_reset(struct sm_pair *p);

/* Certificate of this key under that root, valid, of this role. */
jm_err sm_pair_certify(const struct jm_soft_key *root,
    const struct jm_soft_key *key, const char *holder, enum jm_cvc_role role,
    uint8_t out[JM_CVC_MAX], size_t *len) JM_MUST_USE;

/* jm_sm_open with what p has; the session in p->sm. */
jm_err sm_pair_open(struct sm_pair *p) JM_MUST_USE;

/* In place of the whole opening: both ends have these keys and are ready. */
jm_err sm_pair_known(
    struct sm_pair *p, const struct jm_sm_keys *keys) JM_MUST_USE;

/* The card alone: one command, its reply of at most SM_PAIR_RSP bytes. */
void sm_pair_card(struct sm_pair *p, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t *rsp_len);

/* The MAC object of these objects, under a command's header or, with head NULL,
 * in a reply; the counter of k is what it is. */
#define SM_MAC_OBJECT (2 + JM_SM_MAC_LEN)
void sm_pair_seal(const struct jm_sm_keys *k, const uint8_t *head,
    const uint8_t *objects, size_t len, uint8_t out[SM_MAC_OBJECT]);

#endif
