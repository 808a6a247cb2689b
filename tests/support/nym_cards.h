/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Virtual cards with the keys of the vectors (nym_pem.h), each test's own copy
 * in a reader of its own (link_vcard.h). */
#ifndef JM_TESTS_SUPPORT_NYM_CARDS_H
#define JM_TESTS_SUPPORT_NYM_CARDS_H

#include "objects/token.h"
#include "tests/support/link_vcard.h"

/* cmocka group set-up and tear-down: two masters in a new folder, which HOME
 * and XDG_DATA_HOME name from then on; both have every application. */
int nym_cards_setup(void **state);
int nym_cards_teardown(void **state);

enum nym_card_id { NYM_CARD_ONE, NYM_CARD_TWO };

/* A fresh copy in a reader; params as those of vc_set_param, NULL at the end.
 */
struct vslot *nym_cards_slot(enum nym_card_id which, const char *param, ...);

/* A token on it, without cache. */
struct jm_token *nym_cards_token(struct vslot *slot);

/* Removes what the holder keeps there: cmocka's set-up of a test. */
int nym_cards_forget(void **state);

const char *nym_cards_dir(void);

#endif
