/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PINs: form, counter, verify, change.  One call, at most one VERIFY.
 * All but jm_pin_form stand inside a transaction; they select the application
 * the PIN is of, with the errors of jm_card_select_app.
 */
#ifndef JM_CARD_PIN_H
#define JM_CARD_PIN_H

#include "card/card.h"

#define JM_PIN_MAX 16 /* bytes of any reference value */

/* A PIN in the form the card compares (letters in upper case).  Wiped by its
 * owner with jm_wipe. */
struct jm_pin {
	uint8_t v[JM_PIN_MAX];
	size_t len;
};

/*
 * Bring what a person gave into the card's form; nothing is sent.  fresh: the
 * PIN is to be set, so the signature PIN must have a letter and a digit.
 *   JM_PIN_LEN, JM_PIN_FORM; *out is all zero then
 */
jm_err jm_pin_form(const struct jm_prof_pin *p, const void *text, size_t len,
    int fresh, struct jm_pin *out) JM_MUST_USE;

struct jm_pin_state {
	int tries;    /* left; -1: the card does not tell (no limit) */
	int limit;    /* of the profile, 0: not known */
	int verified; /* the card said 9000: verified now, tries = limit, or -1
			 where that is not known */
	int blocked;  /* tries is 0 */
};

/* Has nobody lost a try, as the card tells?  Not where no limit is known. */
static inline int
jm_pin_full(const struct jm_pin_state *s)
{
	return s->limit > 0 && s->tries >= s->limit;
}

/* Retry query: 63Cx, 9000, 6300, 6983, 6984.  Costs no try. */
jm_err jm_card_pin_query(struct jm_card *card, enum jm_pin_id id,
    struct jm_pin_state *out) JM_MUST_USE;

/*
 * One VERIFY.  *tries: left afterwards, -1 if the card did not say (also for a
 * link failure: the try may or may not have counted).
 *   JM_PIN_WRONG, JM_PIN_BLOCKED, JM_NOT_FOUND (no such PIN), JM_CARD, link's
 */
jm_err jm_card_pin_verify(struct jm_card *card, enum jm_pin_id id,
    const struct jm_pin *pin, int *tries) JM_MUST_USE;

/*
 * The same with a PIN typed at the reader (jm_card_pinpad).  Also
 *   JM_TIMEOUT, JM_CANCELLED  nobody typed one: no try was spent, *tries -1
 *   JM_PIN_LEN                the reader saw that it cannot be right, likewise
 *   JM_UNSUPPORTED            the reader has no such keys
 */
jm_err jm_card_pin_ask(
    struct jm_card *card, enum jm_pin_id id, int *tries) JM_MUST_USE;

/*
 * The change by the reader's keys: part 10 has one command for both PINs, this
 * card two, so the old one is typed for the VERIFY and the new one, twice, for
 * CHANGE REFERENCE DATA.  *verified: the old PIN was right.  Also
 *   JM_MISMATCH  the two entries of the new one differ: it is not changed
 */
jm_err jm_card_pin_ask_change(struct jm_card *card, enum jm_pin_id id,
    int *verified, int *tries) JM_MUST_USE;

/* One VERIFY with the old value, then CHANGE REFERENCE DATA with the new one.
 * Errors as verify; a failure after the VERIFY leaves the old PIN valid. */
jm_err jm_card_pin_change(struct jm_card *card, enum jm_pin_id id,
    const struct jm_pin *old_pin, const struct jm_pin *new_pin,
    int *tries) JM_MUST_USE;

#endif
