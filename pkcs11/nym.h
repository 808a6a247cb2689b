/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The slot of service identities: which of a card's registered raw keys this
 * process is shown, under numbers that stay.
 *
 * A view is one look at the card's index through the filter (scope of
 * jumin.conf, JUMIN_SCOPE).  It never changes; a newer one takes its place when
 * another process registered or forgot something, and it stays until its card
 * is freed, so whoever has a reference to the card may use it without a lock.
 * An entry that is in both views has the same number in both: handles go on.
 */
#ifndef P11_NYM_H
#define P11_NYM_H

#include "objects/nym.h"
#include "pkcs11/slot.h"

/* A number that no other entry of any card had, for the next 2^29. */
struct p11_nym_row {
	uint32_t number;
	const struct nym_index_entry *entry;
};

struct p11_nym {
	const struct nym_index *from; /* NULL: the card has none */
	struct p11_nym *before;       /* older view, freed with this one */
	struct p11_nym_row *row;      /* in order of number */
	size_t len;
};

/* At C_Initialize: takes JUMIN_SCOPE. */
void p11_nym_start(void);

/*
 * Is there an index of any card by now?  From the first one on the slot exists
 * until C_Finalize.  Looks at the disk; p11_nym_shown does not.
 */
void p11_nym_look(void);
int p11_nym_shown(void);

/*
 * Brings the card's view up to date, if the slot exists.  Waits for the card
 * once, where its authentication certificate has to be read; later calls leave
 * the view as it is while another thread uses the card.  A card that fails at
 * it three times has no service identities.
 *   CKR_DEVICE_REMOVED, CKR_HOST_MEMORY, CKR_DEVICE_ERROR
 */
CK_RV p11_nym_refresh(struct p11_reader *r, struct p11_card *card);

/* The view of now, NULL before the first; from memory. */
const struct p11_nym *p11_nym_of(const struct p11_card *card);

/* NULL: no such number, or its entry is gone. */
const struct nym_index_entry *p11_nym_entry(
    const struct p11_nym *view, uint32_t number);

void p11_nym_free(struct p11_nym **view); /* and those before it */

#endif
