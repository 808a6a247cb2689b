/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A stage for tests of the module's life: readers and cards that come and go,
 * and the module through its function list.  Every helper fails the test when
 * it cannot do what it says.
 */
#ifndef JM_TESTS_PKCS11_STAGE_H
#define JM_TESTS_PKCS11_STAGE_H

/* clang-format off */
#include "tests/support/test.h"
/* clang-format on */

#include "base/err.h"
#include "card/profile.h"
#include "pkcs11/p11.h"
#include "tests/support/vscard.h"

#define AUTH     JM_PAIR_AUTH
#define SIGN     JM_PAIR_SIGN

#define AUTH_PIN "1234"
#define SIGN_PIN "ABC123"

/* Answers to reset of the plain card and of one that declares short EF ids. */
#define PLAIN     "atr=3BE000FF8131FE4514"
#define SHORT_IDS "atr=3BC5FF8131FB458073C6010000"

extern CK_FUNCTION_LIST *p11;           /* C_GetFunctionList's */
extern struct p11_functions_3_0 *p11_3; /* C_GetInterface's */

/* cmocka group set-up and tear-down: issues the card that the others copy. */
int stage_open(void **state);
int stage_close(void **state);

/*
 * cmocka set-up and tear-down.  Begins with no reader and the module not
 * initialised; ends with C_Finalize if the test left that out, and fails when
 * PC/SC contexts or handles are left over, or a command was sent outside of a
 * transaction.
 */
int stage_begin(void **state);
int stage_end(void **state);

void stage_init(void); /* C_Initialize(NULL) */

/* What fresh cards are copies of from here on; NULL: the card of stage_open. */
void stage_copy_of(const char *image);

/* A reader with a fresh card that has these parameters ("name=value", NULL at
 * the end); its number in vscard.h.  The first reader's slots are 0 and 1. */
unsigned stage_reader(const char *param, ...) __attribute__((sentinel));
/* A reader with this name, without a card. */
unsigned stage_empty(const char *name);
/* Another fresh card in its place. */
void stage_fresh(unsigned reader);
/* The card leaves; the same one comes back. */
void stage_take(unsigned reader);
void stage_put(unsigned reader);
struct vc_card *stage_card(unsigned reader);

/* Id of a reader's slot, asked of the module by description. */
CK_SLOT_ID stage_slot(unsigned reader, enum jm_pair pair);
CK_SESSION_HANDLE stage_session(unsigned reader, enum jm_pair pair); /* R/O */
CK_SESSION_HANDLE stage_rw(unsigned reader, enum jm_pair pair);

CK_RV stage_login(CK_SESSION_HANDLE s, const char *pin);
CK_FLAGS stage_flags(unsigned reader, enum jm_pair pair); /* of the token */
/* Of these, those that tell of the PIN's counter. */
CK_FLAGS stage_counter(unsigned reader, enum jm_pair pair);
CK_STATE stage_state(CK_SESSION_HANDLE s);
size_t stage_slots(int with_token, CK_SLOT_ID *list, size_t room);

/* Signs a SHA-256 DigestInfo with the session's key. */
CK_RV stage_sign(CK_SESSION_HANDLE s);

/* Another program changes a PIN, or tries one: straight at the card. */
void stage_other_change(
    unsigned reader, enum jm_pair pair, const char *from, const char *to);
/* Its status word. */
unsigned stage_other_try(unsigned reader, enum jm_pair pair, const char *pin);
/* Nobody is verified on the card: EF 0001 cannot be read, no key signs. */
void stage_assert_logged_out(unsigned reader);

#endif
