/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one place where PINs outlive a call: one page of locked memory per token
 * (base/secret.h), with each user's login and, for each PIN of
 * the card, those that failed.
 *
 * A login lives until it is dropped or its idle time is over.  It has a PIN, or
 * none: when the card itself is kept verified (token_impl.h), or when each
 * signature wants a consent of its own (JM_CONSENT_CONTEXT) and none is left.
 * Such consents are counted here, because whoever logs out or closes a session
 * ends them at once.  The login itself is the first consent.
 *
 * It stands here and not in a front end, because the rules about what may be
 * sent again are the same for all of them.  Safe from any thread at any time.
 */
#ifndef JM_OBJECTS_PINBOX_H
#define JM_OBJECTS_PINBOX_H

#include "card/pin.h"

/* More than any PIN has tries, so none is pushed out while it matters. */
#define JM_PINBOX_FAILED 8

/* Consents that wait for their signature; one more displaces the oldest. */
#define JM_PINBOX_CONSENTS 16

/*
 * Who can be logged in: the user of each pair, and that of the service
 * identities, whose PIN is the authentication key's.
 */
enum jm_user { JM_USER_AUTH, JM_USER_SIGN, JM_USER_NYM };
#define JM_USERS 3

static inline enum jm_user
jm_pair_user(enum jm_pair pair)
{
	return pair == JM_PAIR_SIGN ? JM_USER_SIGN : JM_USER_AUTH;
}

static inline enum jm_pin_id
jm_user_pin(enum jm_user user)
{
	return user == JM_USER_SIGN ? JM_PIN_SIGN : JM_PIN_AUTH;
}

static inline enum jm_pair
jm_user_pair(enum jm_user user)
{
	return user == JM_USER_SIGN ? JM_PAIR_SIGN : JM_PAIR_AUTH;
}

struct jm_pinbox;

/* idle_ms: a login not used for as long is dropped; 0: never.  JM_NOMEM. */
jm_err jm_pinbox_new(unsigned idle_ms, struct jm_pinbox **out) JM_MUST_USE;
void jm_pinbox_free(struct jm_pinbox **box); /* wipes; NULL is fine */

/* A login begins (in place of one before), with its idle time.  pin NULL: one
 * without a PIN. */
void jm_pinbox_hold(
    struct jm_pinbox *box, enum jm_user user, const struct jm_pin *pin);
int jm_pinbox_holds(struct jm_pinbox *box, enum jm_user user);

/* A copy for one operation, which starts the idle time anew; the caller wipes
 * it. JM_NEED_PIN: no login, or one without a PIN. */
jm_err jm_pinbox_take(
    struct jm_pinbox *box, enum jm_user user, struct jm_pin *out) JM_MUST_USE;
/* The same for a login without a PIN.  JM_NEED_PIN: no login (any more). */
jm_err jm_pinbox_use(struct jm_pinbox *box, enum jm_user user) JM_MUST_USE;
void jm_pinbox_drop(struct jm_pinbox *box, enum jm_user user);

/*
 * Consent to one signature, for the operation that by names (not 0).
 * grant   adds one, with the PIN for it (NULL: none); nothing without a login
 * granted is there one for by, or the login's own?
 * spend   a signature was made by: its consent is used up, and the login's own
 * revoke  by makes no signature
 * deny    none is left
 * With the last consent the PIN is wiped; the login stays.
 */
void jm_pinbox_grant(struct jm_pinbox *box, enum jm_user user,
    const struct jm_pin *pin, unsigned long by);
int jm_pinbox_granted(
    struct jm_pinbox *box, enum jm_user user, unsigned long by);
void jm_pinbox_spend(
    struct jm_pinbox *box, enum jm_user user, unsigned long by);
void jm_pinbox_revoke(
    struct jm_pinbox *box, enum jm_user user, unsigned long by);
void jm_pinbox_deny(struct jm_pinbox *box, enum jm_user user);

/*
 * While a PIN is changed: wipe the held one, then hold the new one in its
 * place, if there was one and nothing dropped it meanwhile (a log-out in
 * another thread has to last).  A login without a PIN stays as it is.
 */
void jm_pinbox_suspend(struct jm_pinbox *box, enum jm_user user);
void jm_pinbox_resume(
    struct jm_pinbox *box, enum jm_user user, const struct jm_pin *pin);

/* Remember, look up, forget PINs that the card refused. */
void jm_pinbox_failed(
    struct jm_pinbox *box, enum jm_pin_id id, const struct jm_pin *pin);
int jm_pinbox_has_failed(
    struct jm_pinbox *box, enum jm_pin_id id, const struct jm_pin *pin);
void jm_pinbox_forgive(struct jm_pinbox *box, enum jm_pin_id id);
/* What the other box remembers of a PIN is remembered here. */
void jm_pinbox_remember(
    struct jm_pinbox *box, enum jm_pin_id id, struct jm_pinbox *other);
/* Only the one remembered last. */
void jm_pinbox_forgive_last(struct jm_pinbox *box, enum jm_pin_id id);

#endif
