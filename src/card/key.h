/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signing without the guard.  Only src/objects and src/holder (and tests) may
 * include this: tests/check-foreign.sh holds everybody else to jm_token_sign.
 */
#ifndef JM_CARD_KEY_H
#define JM_CARD_KEY_H

#include "card/card.h"

/* P1 of PSO: COMPUTE DIGITAL SIGNATURE (card-facts 4.2). */
enum jm_sign_mode {
	JM_MODE_RAW = 0,       /* 1..245 bytes taken verbatim, v1.5; with an
				  elliptic-curve key, which has no other mode,
				  a ready hash value of 1..64 bytes */
	JM_MODE_BARE_HASH = 1, /* message <= 255, v1.5 over the bare SHA-256 */
	JM_MODE_SHA256 = 2,    /* 32-byte value, v1.5 with DigestInfo */
	JM_MODE_HASH_SHA256 = 3, /* message <= 255, card hashes, v1.5 */
	JM_MODE_PSS = 4,         /* 32-byte value, PSS */
	JM_MODE_HASH_PSS = 5     /* message <= 255, card hashes, PSS */
};

/* Two numbers of one byte in DER; two of P-384 in DER */
#define JM_CARD_ECDSA_MIN 8
#define JM_CARD_ECDSA_MAX 104

/*
 * Inside a transaction, PIN verified in it.  Sends the command once.
 * sig: cap bytes; *sig_len is exactly the modulus' length on success.  With an
 * elliptic-curve key it is what the card gave, in the form that the profile
 * tells or does not, JM_CARD_ECDSA_MIN to JM_CARD_ECDSA_MAX bytes.
 *   JM_ARG          input length does not fit the mode
 *   JM_UNSUPPORTED  the card has no such mode (remembered when it says 6A86)
 *   JM_NEED_PIN, JM_NOT_FOUND, JM_FORMAT (answer of another length), JM_CARD
 */
jm_err jm_card_sign(struct jm_card *card, enum jm_pair pair,
    enum jm_sign_mode mode, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len) JM_MUST_USE;

/*
 * With an application's own key, which asks no PIN (80 2A 00 00; card-facts
 * 4.2), input verbatim.  The application is selected, and with that what was
 * verified in another one is dropped.  Sends the command once.
 *   JM_ARG          input length
 *   JM_NOT_FOUND    no such application, or it has no such key
 *   JM_FORMAT       answer of another length
 *   JM_UNSUPPORTED, JM_NEED_PIN, JM_CARD
 */
#define JM_OWN_SIG 256
jm_err jm_card_sign_own(struct jm_card *card, enum jm_app app,
    const uint8_t *in, size_t in_len, uint8_t sig[JM_OWN_SIG]) JM_MUST_USE;

#endif
