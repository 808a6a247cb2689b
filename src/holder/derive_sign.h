/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Class A over the card (nym1.md, section 4.3): the deterministic signature of
 * its authentication key as key material.
 *
 * All inside one transaction, the PIN verified in it, that somebody else ends
 * with the log-out.  A signature is checked against the certificate's key
 * before anything is made of it; it is never handed out, stored or logged.
 */
#ifndef JM_HOLDER_DERIVE_SIGN_H
#define JM_HOLDER_DERIVE_SIGN_H

#include "card/card.h"
#include "crypto/x509.h"
#include "nym/derive.h"

/* One use of the card. */
struct nym_card {
	struct jm_card *card;
	const struct jm_cert *cert; /* the authentication certificate, whole */
	unsigned signatures;        /* of the authentication key, so far */
};

/*
 * PRK_S of a scope by hash, with L.  One signature.
 *   JM_UNSUPPORTED  the key is not RSA with 2048 bits, or the card refuses T of
 *                   this profile (6A80)
 *   JM_BAD_SIG      not the certificate's signature over T: fault, other card
 *   JM_NEED_PIN, link's
 */
jm_err nym_card_prk(struct nym_card *c, enum nym_profile profile,
    const uint8_t sh[NYM_SH_LEN], const uint8_t l[NYM_L_LEN],
    uint8_t prk[NYM_PRK_LEN]) JM_MUST_USE;

/*
 * L of the binding card2: the text application's key, which asks no PIN, signs
 * twice and has to give the same.  Selects that application, which drops what
 * was verified in the other: to be called before the VERIFY.
 *   JM_NOT_FOUND   the card has no such application or key
 *   JM_BAD_SIG     two signatures that differ
 */
jm_err nym_card_l2(struct nym_card *c, const uint8_t sh[NYM_SH_LEN],
    uint8_t l[NYM_L_LEN]) JM_MUST_USE;

#endif
