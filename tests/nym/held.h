/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A holder in process: his folder, and a card that is no more than its key and
 * what it does with T.  The program lists HELD among its sources and links with
 * HELD_LINK.  Every helper fails the test when it cannot do what it says.
 */
#ifndef JM_TESTS_NYM_HELD_H
#define JM_TESTS_NYM_HELD_H

#include "holder/holder.h"
#include "holder/index.h"
#include "tests/nym/foe.h"

#define HELD_NOW 1767225600 /* 2026-01-01 */

/* The card. */
extern struct held_card {
	int strict;         /* 6A80 to the reserved OID, always */
	unsigned refuse_at; /* 6A80 to the nth signature from now, once; 0 */
	/* what it was asked, the last first */
	unsigned asked;
	uint8_t t[16][NYM_T_MAX];
	size_t t_len[16];
	uint8_t s[16][NYM_S_LEN]; /* and gave */
} held_card;

/* cmocka set-up and tear-down: an empty folder, a lax card. */
int held_begin(void **state);
int held_end(void **state);

/* The holder's folder ($XDG_DATA_HOME); another one that is empty; back. */
const char *held_folder(void);
void held_other_folder(const char *name);
/* The bytes of all files below it, in order of their names. */
size_t held_all(uint8_t *out, size_t cap);
void held_copy(const char *from, const char *to); /* folders by name */

/* What a job is to do; the rest of it is zero. */
struct held {
	enum nym_work work;
	const char *scope;
	enum nym_mode mode; /* REGISTER: 0 is holder */
	uint16_t period;
	int64_t time; /* 0: HELD_NOW */
	int new_secret;
};
/* One use, saved when it succeeds. */
jm_err held_do(const struct held *h, struct nym_key *key,
    uint8_t prk[NYM_PRK_LEN], uint32_t *generation);

/* Those that are to succeed. */
void held_register(const char *scope, struct nym_key *key);
void held_key(const char *scope, struct nym_key *key);
void held_reset(const char *scope, int64_t time, int new_secret,
    struct nym_key *key, uint32_t *generation);

/* This card's vault file. */
void held_vault(struct nym_vault_ref *ref);
const struct jm_cert *held_cert(void);

#endif
