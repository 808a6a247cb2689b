/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers with keys of their own, as PC/SC part 10 (version 2.02.09) has them:
 * what the reader offers, what it is asked, what it answers.  Bytes in, bytes
 * out; the link that owns the reader carries them.
 */
#ifndef JM_TRANSPORT_PINPAD_H
#define JM_TRANSPORT_PINPAD_H

#include "transport/link.h"

#define JM_PINPAD_TIMEOUT_S 30
#define JM_PINPAD_ASK_MAX   32 /* bytes of either structure for our commands */

/* Control codes by which a reader does it; 0: it does not. */
struct jm_pinpad_codes {
	uint32_t verify, modify;
};

/* The list of features (a TLV for each, code in network order).  Whatever is
 * not understood, or cut off, is not there; the first of two counts. */
void jm_pinpad_features(
    const uint8_t *list, size_t len, struct jm_pinpad_codes *out);

/* PIN_VERIFY_STRUCTURE, or PIN_MODIFY_STRUCTURE for a fresh PIN (typed twice).
 * Numbers are little endian.  Returns the length. */
size_t jm_pinpad_structure(
    const struct jm_pin_ask *ask, uint8_t out[JM_PINPAD_ASK_MAX]);

/*
 * What a reader's answer says.  JM_OK: it is the card's status word.
 *   JM_TIMEOUT, JM_CANCELLED, JM_MISMATCH, JM_PIN_LEN  nothing was sent
 *   JM_FORMAT                                          no status word
 */
jm_err jm_pinpad_answer(const uint8_t *rsp, size_t len) JM_MUST_USE;

#endif
