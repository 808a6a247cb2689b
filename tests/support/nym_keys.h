/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two RSA-2048 keys of nym1.md, section 13, made by its recipe: a prime is
 * the smallest one, p - 1 prime to 65537, from four hash values of a name on.
 * A failure fails the test.
 */
#ifndef JM_TESTS_SUPPORT_NYM_KEYS_H
#define JM_TESTS_SUPPORT_NYM_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/soft_key.h"

enum nym_test_key {
	NYM_TEST_AUTH, /* "card1": the authentication key, nym1-card1.pem */
	NYM_TEST_TEXT  /* "card1t": the text application's (A5) */
};

/* The caller frees it.  About a third of a second. */
struct jm_soft_key *nym_test_key(enum nym_test_key which);

/* s of T by that key; made at the first use and kept until nym_test_done. */
void nym_test_sign(
    enum nym_test_key which, const uint8_t *t, size_t len, uint8_t s[256]);
void nym_test_done(void);

/* How far the prime ('p' or 'q') is from where the search began. */
unsigned nym_test_offset(enum nym_test_key which, char prime);

#endif
