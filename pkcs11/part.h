/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a slot of a reader stands for: one of the card's key pairs, or the
 * holder's service identities.  The rest of the module speaks of parts; here
 * they become calls of objects/token.h and objects/nym.h.
 */
#ifndef P11_PART_H
#define P11_PART_H

#include "objects/token.h"
#include "pkcs11/p11.h"

enum p11_part {
	P11_PART_AUTH = JM_PAIR_AUTH,
	P11_PART_SIGN = JM_PAIR_SIGN,
	P11_PART_NYM = JM_PAIRS /* service identities */
};
#define P11_PARTS (JM_PAIRS + 1)

struct p11_card; /* slot.h */

/* 1: it is a key pair, and which. */
int p11_part_pair(enum p11_part part, enum jm_pair *pair);

/* The PIN of its logins. */
enum jm_pin_id p11_part_pin(enum p11_part part);

const char *p11_part_label(enum p11_part part);    /* of the token */
const char *p11_part_what_for(enum p11_part part); /* in slot descriptions */

/* Does the policy want a login for each signature (CKA_ALWAYS_AUTHENTICATE)? */
int p11_part_always_authenticate(enum p11_part part);

/* From memory, from any thread: */
int p11_part_logged_in(const struct p11_card *card, enum p11_part part);
void p11_part_logout(const struct p11_card *card, enum p11_part part);
/* The operation that by names ended without its signature. */
void p11_part_no_consent(
    const struct p11_card *card, enum p11_part part, unsigned long by);
unsigned p11_part_key_bits(const struct p11_card *card, enum p11_part part);
size_t p11_part_sig_len(const struct p11_card *card, enum p11_part part);
/* What C_Sign would refuse at once: errors of jm_token_may_sign. */
jm_err p11_part_may_sign(const struct p11_card *card, enum p11_part part,
    unsigned long by, enum jm_sign_mech mech, const uint8_t *in,
    size_t in_len) JM_MUST_USE;

/* [card] One VERIFY, and the login; pin NULL: typed at the reader.  Errors of
 * jm_token_login and jm_token_login_at_reader. */
jm_err p11_part_login(const struct p11_card *card, enum p11_part part,
    const void *pin, size_t pin_len) JM_MUST_USE;

#endif
