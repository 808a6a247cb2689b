/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Helpers of the tests of objects and operations: one reader, one card, the
 * module through its function list.  Every helper fails the test when it cannot
 * do what it says.
 */
#ifndef JM_TESTS_PKCS11_P11T_H
#define JM_TESTS_PKCS11_P11T_H

/* clang-format off */
#include "tests/support/test.h"
/* clang-format on */

#include "base/err.h"
#include "card/profile.h"
#include "pkcs11/p11.h"

#define AUTH JM_PAIR_AUTH
#define SIGN JM_PAIR_SIGN

/* 3BE0..14: the plain card.  3BC5..: one that declares short EF ids. */
#define PLAIN     "atr=3BE000FF8131FE4514"
#define SHORT_IDS "atr=3BC5FF8131FB458073C6010000"

extern CK_FUNCTION_LIST *p11; /* C_GetFunctionList's */

/* cmocka group set-up and tear-down: issues the card that tests copy. */
int p11t_group_setup(void **state);
int p11t_group_setup_next(void **state); /* of the profile mynumber-next */
int p11t_group_teardown(void **state);

/* cmocka set-up and tear-down: a fresh card in the reader, C_Initialize. */
int p11t_setup(void **state);
int p11t_teardown(void **state);

/* Inside a test: start over with a card that has these parameters,
 * "name=value", NULL at the end. */
void p11t_restart(const char *param, ...) __attribute__((sentinel));

/* The card leaves and comes back: another insertion. */
void p11t_swap(void);

struct vc_card *p11t_card(void); /* for vc_set_param and vc_set_quirk */
unsigned p11t_reader(void);      /* its number in vscard.h */

CK_SLOT_ID p11t_slot(enum jm_pair pair);
CK_SESSION_HANDLE p11t_open(enum jm_pair pair); /* read-only */
CK_SESSION_HANDLE p11t_open_rw(enum jm_pair pair);
void p11t_login(CK_SESSION_HANDLE s, enum jm_pair pair); /* the right PIN */

CK_RV p11t_try_login(CK_SESSION_HANDLE s, const char *pin);

/* Open and logged in. */
CK_SESSION_HANDLE p11t_user(enum jm_pair pair);

/* A whole search; the number of hits. */
size_t p11t_find(CK_SESSION_HANDLE s, CK_ATTRIBUTE *tmpl, CK_ULONG n,
    CK_OBJECT_HANDLE *hit, size_t room);
/* The one object of a class with that id (0: with any). */
CK_OBJECT_HANDLE p11t_object(
    CK_SESSION_HANDLE s, CK_OBJECT_CLASS class, CK_BYTE id);

/* One attribute's value; its length. */
size_t p11t_value(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o,
    CK_ATTRIBUTE_TYPE type, void *out, size_t room);
CK_ULONG p11t_number(
    CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type);

/* APDUs since the last call of these two, or since C_Initialize. */
unsigned p11t_apdus(void);
void p11t_assert_apdus(
    unsigned want, const char *what); /* prints them if not */

/* APDUs that reading a file of len bytes takes. */
unsigned p11t_read_cost(size_t len, int short_ids);

#endif
