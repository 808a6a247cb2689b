/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one place where PINs outlive a call: one page of locked memory per token
 * (base/secret.h), with the PIN held for a login and the PINs that failed.
 *
 * It stands here and not in a front end, because the rules about what may be
 * sent again are the same for all of them.  Safe from any thread at any time.
 */
#ifndef JM_OBJECTS_PINBOX_H
#define JM_OBJECTS_PINBOX_H

#include "card/pin.h"

/* More than any PIN has tries, so none is pushed out while it matters. */
#define JM_PINBOX_FAILED 8

struct jm_pinbox;

/* idle_ms: a held PIN not used for as long is dropped; 0: never.  JM_NOMEM. */
jm_err jm_pinbox_new(unsigned idle_ms, struct jm_pinbox **out) JM_MUST_USE;
void jm_pinbox_free(struct jm_pinbox **box); /* wipes; NULL is fine */

/* Hold a PIN (in place of one held before) and start its idle time. */
void jm_pinbox_hold(
    struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin);
int jm_pinbox_holds(struct jm_pinbox *box, enum jm_pair pair);

/* A copy for one operation, which starts the idle time anew; the caller wipes
 * it. JM_NEED_PIN: none is held (any more). */
jm_err jm_pinbox_take(
    struct jm_pinbox *box, enum jm_pair pair, struct jm_pin *out) JM_MUST_USE;
void jm_pinbox_drop(struct jm_pinbox *box, enum jm_pair pair);

/*
 * While a PIN is changed: wipe the held one, then hold the new one in its
 * place, if there was one and nothing dropped it meanwhile (a log-out in
 * another thread has to last).
 */
void jm_pinbox_suspend(struct jm_pinbox *box, enum jm_pair pair);
void jm_pinbox_resume(
    struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin);

/* Remember, look up, forget PINs that the card refused. */
void jm_pinbox_failed(
    struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin);
int jm_pinbox_has_failed(
    struct jm_pinbox *box, enum jm_pair pair, const struct jm_pin *pin);
void jm_pinbox_forgive(struct jm_pinbox *box, enum jm_pair pair);
/* Only the one remembered last. */
void jm_pinbox_forgive_last(struct jm_pinbox *box, enum jm_pair pair);

#endif
