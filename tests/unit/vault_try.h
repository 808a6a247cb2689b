/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A holder's folder of its own, a card that is a certificate and a word, and a
 * vault of it. */
#ifndef JM_TESTS_UNIT_VAULT_TRY_H
#define JM_TESTS_UNIT_VAULT_TRY_H

#include "holder/vault.h"

#define TRY_CERT_LEN 300

struct vault_try {
	char base[64];    /* XDG_DATA_HOME */
	char folder[128]; /* the vaults' */
	uint8_t cert[TRY_CERT_LEN];
	uint8_t prk[NYM_PRK_LEN];
};

/* cmocka's; the state is the one struct vault_try. */
int vault_try_begin(void **state);
int vault_try_end(void **state);

/* Another card. */
void vault_try_card(struct vault_try *t, uint8_t number);

/* A registered scope, by default a web: one of this number. */
struct nym_entry vault_try_entry(const char *scope);
struct nym_entry vault_try_number(unsigned n);

/* A new vault, wrapped, with so many scopes, saved. */
struct nym_vault *vault_try_new(const struct vault_try *t, unsigned scopes);
void vault_try_add(struct nym_vault *v, unsigned n); /* scope number n */
/* Found and opened; the test fails otherwise. */
struct nym_vault *vault_try_open(const struct vault_try *t);
/* How it ends. */
jm_err vault_try_find(const struct vault_try *t, struct nym_vault **v);

/* In the shell, in the vaults' folder; $F the only vault's file. */
int vault_try_sh(const struct vault_try *t, const char *command);
/* Names in the folder but hidden ones and the lock. */
unsigned vault_try_names(const struct vault_try *t);

/* A file's bytes, to free. */
uint8_t *vault_try_read(const char *path, size_t *len);
void vault_try_write(const char *path, const uint8_t *p, size_t len);

#endif
