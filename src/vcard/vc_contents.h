/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an issuer gives a card by STORE DATA (doc/vcard.md, "Life cycle"): the
 * contents of another card, that was issued for the purpose, and trust in an
 * authority.
 */
#ifndef JM_VCARD_VC_CONTENTS_H
#define JM_VCARD_VC_CONTENTS_H

#include "vcard/vc_authority.h"

/* Takes one object, 70 { ... }; trust: 1 for an application's channel key.
 * Anything but JM_OK ends it. */
typedef jm_err vc_contents_taker(
    void *arg, int trust, const uint8_t *object, size_t len);

/*
 * Each object of the issued card, whose image is opened for reading, then the
 * trust of each application but the issuer domain: keys of their own, with
 * certificates of pki for card (holder, last day).  Those of vc_open_readonly,
 * of vc_pki_trust and of take; JM_ARG: the card is not an issued one.
 */
jm_err vc_contents(const char *image, const struct vc_pki *pki,
    const struct jm_cvc *card, vc_contents_taker *take, void *arg) JM_MUST_USE;

#endif
