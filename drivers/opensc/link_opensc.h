/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A link over the host's reader: sc_lock, sc_transmit_apdu, sc_unlock.  The
 * host may hold its lock around several of our transactions; the link tells
 * then (link.h: goes_on).  What goes over it is in no log of the host's below
 * its own level for PINs.  Commands are sent once: the host neither fetches
 * more data nor repeats with another length.
 */
#ifndef OSC_LINK_OPENSC_H
#define OSC_LINK_OPENSC_H

#include "drivers/opensc/osc.h"
#include "transport/link.h"

/* card is the host's and outlives the link.  JM_NOMEM. */
jm_err osc_link_new(sc_card_t *card, struct jm_link *out) JM_MUST_USE;

/* For the operation card_reader_lock_obtained. */
void osc_link_obtained(struct jm_link *link, int was_reset);

#endif
