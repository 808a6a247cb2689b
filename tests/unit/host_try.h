/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tokens of a host that keeps the status, on virtual cards (fixture.h), over a
 * link that never takes power away, as a borrowed one.
 */
#ifndef JM_TESTS_UNIT_HOST_TRY_H
#define JM_TESTS_UNIT_HOST_TRY_H

#include "tests/support/fixture.h"

enum host_fault {
	HOST_LOST_BEFORE,  /* JM_LINK, the command did not reach the card */
	HOST_LOST_AFTER,   /* it did, the answer is lost */
	HOST_RESET_BEFORE, /* JM_RESET, and once at the next begin */
	HOST_RESET_AFTER,
	HOST_REFUSED, /* 6a82, the command did not reach the card */
	HOST_GONE
};
#define HOST_FAULTS 6

/* The nth command from now on (0: the next) of this link fails, once. */
void host_fault_at(unsigned nth, enum host_fault fault);
/* Did it?  None is waited for any more. */
int host_fault_fired(void);

/* The next begin tells that there is another handle. */
void host_changed(void);

/* For consent of the signature key; another policy's fields as by default. */
struct jm_token *host_token(struct vslot *slot, enum jm_consent consent);
struct jm_token *host_token_with(
    struct vslot *slot, const struct jm_policy *policy);

jm_err host_login(struct jm_token *t, enum jm_pair pair);
jm_err host_login_as(struct jm_token *t, enum jm_pair pair, const char *pin);
jm_err host_sign(struct jm_token *t, enum jm_pair pair);

/* Would the card sign with the pair's key for another program now? */
int host_verified(struct vslot *slot, enum jm_pair pair);

/* Bit 1 << pair each: what memory says, and what the card says. */
unsigned host_logins(struct jm_token *t);
unsigned host_status(struct vslot *slot);

/* Another program's log-out, and its login of a pair, that stay. */
void host_other_logs_out(struct vslot *slot);
void host_other_logs_in(struct vslot *slot, enum jm_pair pair);

/* Commands since the last call, and VERIFYs among them; own ones alone. */
unsigned host_cost(struct vslot *slot, unsigned *verifies);

/* The card's own signature certificate, by a login of its own.  free it. */
struct jm_cert *host_sign_cert(void);

#endif
