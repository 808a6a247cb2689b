/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A link that plays a card by script: a list of commands in the order they have
 * to come, each with its reply.  A command that is not the next one fails the
 * test at once, so does anything sent outside a transaction, after the card
 * was gone, or after a reset before the transaction's end.
 *
 * cmd    hex, blanks between bytes are fine; ends in "*": any bytes may follow.
 *        "!begin" stands for a begin with a reply of its own (without such a
 *        step every begin works).
 * reply  hex with its status bytes; or
 *        NULL      the exchange fails: JM_LINK
 *        ""        an empty reply
 *        "!gone"   the card leaves: JM_GONE from now on
 *        "!reset"  another program resets it: JM_RESET
 *        "!busy"   JM_BUSY (for "!begin")
 *        "!big"    65538 bytes
 *
 * One script at a time, one thread.  Consults fault.h once for each exchange.
 */
#ifndef JM_TESTS_SUPPORT_SCRIPT_H
#define JM_TESTS_SUPPORT_SCRIPT_H

#include "transport/link.h"

struct step {
	const char *cmd, *reply;
};

/* Steps are borrowed until script_end.  Counters start at zero; there is no ATR
 * and no replacement. */
void script_start(struct jm_link *out, const struct step *steps, size_t n);
void script_atr(const char *hex);

/*
 * The reply of APDU number nth, from 0, is this one instead.  What follows may
 * come in any order then: a command of the script gets its reply, another
 * SELECT by name 9000, anything else 6D00.  A fault from fault.h does the same.
 */
void script_replace(unsigned nth, const char *reply);

/* Fails the test for a step too few or a transaction left open. */
void script_end(void);

unsigned script_apdus(void);
unsigned script_verifies(void); /* VERIFY commands that carried data */
unsigned script_begins(void);   /* transactions held */
unsigned script_power_downs(void);
unsigned script_closes(void);
unsigned script_abandons(void);
int script_replaced(
    void); /* has the replaced reply, or a fault, been reached? */

#endif
