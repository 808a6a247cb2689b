/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An index of service identities that a test makes up, in place of the one on
 * disk, for programs that are linked with $(NYM_INDEX_LINK).
 */
#ifndef JM_TESTS_PKCS11_NYM_INDEX_TRY_H
#define JM_TESTS_PKCS11_NYM_INDEX_TRY_H

#include "holder/index.h"

extern int try_any; /* what nym_index_any says */
/* What jm_token_nym_index says: this, but that error if it is not JM_OK. */
extern const struct nym_index *try_index;
extern jm_err try_error;
extern unsigned try_asked; /* how often */
/* The login of the slot, what a login brings, and what was signed with. */
extern int try_logged_in;
extern unsigned try_logins, try_signatures;
extern const struct nym_index_entry *try_signed;

void try_clear(void);

/* An entry with a key of its own; cheap: without a true key and certificate,
 * for the many. */
void try_entry(struct nym_index_entry *e, const char *scope, unsigned seed);
void try_cheap_entry(
    struct nym_index_entry *e, const char *scope, unsigned seed);

/* ECDSA with the key of an entry that try_entry made. */
jm_err try_sign(const struct nym_index_entry *e, const uint8_t *hash,
    size_t len, uint8_t sig[64]);

#endif
