/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Virtual cards for tests of src/objects: keys are made once in a program, each
 * test gets a fresh copy of the card in a reader of its own.
 */
#ifndef JM_TESTS_SUPPORT_FIXTURE_H
#define JM_TESTS_SUPPORT_FIXTURE_H

#include "objects/token.h"
#include "tests/support/link_vcard.h"

#define ATR_PLAIN    "3BE000FF8131FE4514"
#define ATR_SFI      "3BC5FF8131FB458073C6010000"
#define ATR_EXTENDED "3BDA13FF8131FB468012392F31C173C601C03B"

/* cmocka group set-up and tear-down: a master image in a new folder; the JPKI
 * application alone but for "all". */
int fixture_group_setup(void **state);
int fixture_group_setup_next(void **state); /* of the profile mynumber-next */
int fixture_group_setup_all(void **state);  /* every application */
/* For a set-up of another profile: NULL, the usual one. */
int fixture_group_setup_of(const char *profile, const char *apps);
int fixture_group_teardown(void **state);

/* A fresh card; params "name=value" override the image's for this run, NULL at
 * the end.  Fails the test when it cannot. */
struct vslot *fixture_slot(const char *param, ...);

/* A token on a slot through a link of its own ("another program"). */
struct jm_token *fixture_token(struct vslot *slot);
struct jm_token *fixture_token_with(
    struct vslot *slot, const struct jm_policy *policy);

/* One raw command in a transaction of its own by another program: its SW. */
unsigned fixture_sw(struct vslot *slot, const char *const *hex, size_t n);

/* Path of the master's folder, for files a test needs. */
const char *fixture_dir(void);

#endif
