/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the virtual card itself has, without a command to it; and PINs put back
 * to what they were. */
#ifndef JM_TESTS_MINIDRIVER_MD_PEEK_H
#define JM_TESTS_MINIDRIVER_MD_PEEK_H

#include "drivers/minidriver/md_interface.h"
#include "tests/support/link_vcard.h"

/* id: ROLE_USER or MD_PIN_3. */
#define MD_PEEK_SETS (1u << ROLE_USER | 1u << 3)

PIN_SET md_peek_open(struct vslot *slot); /* verified now */
int md_peek_any_open(struct vslot *slot); /* ... of any application */
unsigned md_peek_tries(struct vslot *slot, PIN_ID id);
int md_peek_is_pin(struct vslot *slot, PIN_ID id, const char *pin);
/* This PIN with a full counter; nothing is written to the image. */
void md_peek_set(struct vslot *slot, PIN_ID id, const char *pin);

/* A command by another program, in hex, over its own link and in a transaction
 * of its own; and a VERIFY. */
void md_tell(struct jm_link *link, const char *hex);
void md_tell_pin(struct jm_link *link, const char *pin);

#endif
