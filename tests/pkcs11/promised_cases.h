/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of test_promised share. */
#ifndef JM_TESTS_PKCS11_PROMISED_CASES_H
#define JM_TESTS_PKCS11_PROMISED_CASES_H

#include "tests/pkcs11/stage_conf.h"

/* Notes that a function of the list returned rv, and returns it. */
CK_RV saw(const char *function, CK_RV rv);

/* The test that comes last. */
void each_value_was_seen_or_cannot_be(void **state);

/* Call and note; want: what it has to be. */
#define C(f, args)        saw(#f, p11->f args)
#define MUST(f, args, rv) assert_int_equal(C(f, args), CKR_##rv)

/* Arguments. */
extern CK_BYTE text[300], bytes[512], bad_sig[256], auth_pin[5];
extern CK_MECHANISM sha256, rsa, raw, none, sha256_with, rsa_with, pss, raw_pss;
extern CK_ULONG len, n;
extern CK_SESSION_HANDLE s;
extern CK_OBJECT_HANDLE key, pub, cert, o;
extern unsigned r;

CK_OBJECT_HANDLE object(CK_OBJECT_CLASS class);

/* A reader, and a session of its authentication slot, logged in. */
void user(void);

void of_objects(void **state);
void of_digests(void **state);
void of_signatures(void **state);
void of_verifications(void **state);
void of_random_numbers(void **state);

#endif
