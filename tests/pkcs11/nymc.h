/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Service identities on disk, of virtual cards, for tests of the whole: a
 * private folder of them, and what "jumin nym register" does.
 */
#ifndef JM_TESTS_PKCS11_NYMC_H
#define JM_TESTS_PKCS11_NYMC_H

#include "holder/index.h"
#include "tests/pkcs11/nymt.h"

/* stage_conf_open and stage_conf_close, with $XDG_DATA_HOME and
 * $XDG_CACHE_HOME of the test's own besides; cards are copies of one that has
 * the key of tests/vectors/nym1-card1.pem. */
int nymc_open(void **state);
int nymc_close(void **state);
int nymc_begin(void **state); /* both folders are empty */

/* As another process: registers a scope with the card in the reader. */
jm_err nymc_try_register(unsigned reader, const char *scope);
void nymc_register(unsigned reader, const char *scope);

/* The card's index is changed behind the vault's back: these two labels change
 * places. */
void nymc_swap(unsigned reader, const char *one, const char *other);

/* rm -rf below the private folder: "data", "cache". */
void nymc_remove(const char *what);
/* Every byte of each file of *.SUFFIX there is turned round. */
void nymc_spoil(const char *suffix);

#endif
