/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What can be known of a holder's identities without a PIN: the raw keys (use
 * 2) that he registered, for the service slot.  A hint; the vault is the truth.
 * One file per vault in its folder, "HINT.index", 0600; any program of the same
 * user can read which raw scopes there are.  Scopes of other kinds are never in
 * it.
 *
 * On a card of the fallback profile the file also has, of each scope and of the
 * vault itself, HMAC(id, T): what the guard must not have signed.  With it a
 * program of the same user can test whether a scope is registered.
 */
#ifndef JM_HOLDER_INDEX_H
#define JM_HOLDER_INDEX_H

#include "holder/vault.h"
#include "nym/cert.h"

struct nym_index_entry {
	char scope[NYM_SCOPE_MAX + 1]; /* the label */
	uint8_t nid[NYM_NID_LEN];
	uint8_t pk[NYM_PK_LEN];
	uint8_t point[65]; /* the same, uncompressed */
	uint8_t cert[NYM_CERT_MAX];
	size_t cert_len;
};

struct nym_index {
	struct nym_index_entry *entry;
	size_t len;
};

/* Is there an index of any vault?  Without one no card need be asked. */
int nym_index_any(void);

/*
 * The index of a vault.  A file that is damaged or not this user's alone is
 * JM_NOT_FOUND, and that is logged.
 */
jm_err nym_index_load(
    const uint8_t hint[NYM_HINT_LEN], struct nym_index **out) JM_MUST_USE;
void nym_index_free(struct nym_index **x);

/* What changes when the file does: for "is mine still current?"; 0: none. */
uint64_t nym_index_stamp(const uint8_t hint[NYM_HINT_LEN]);

/* Under the vault's lock.  put: adds, or replaces the scope's entry.  Each
 * makes the guard's list anew from what v has in memory, so under the fallback
 * profile a sync is due after the registration of a scope of any kind.
 *   JM_ARG  no raw scope, or a point that is not its key's */
jm_err nym_index_put(
    const struct nym_vault *v, const struct nym_index_entry *e) JM_MUST_USE;
jm_err nym_index_remove(
    const struct nym_vault *v, const char *scope) JM_MUST_USE;
/* Bring it in line with the vault: entries that are not registered go, the
 * guard's list is made anew, those of a vault that was wrapped (old hint) are
 * taken over.  old NULL: none. */
jm_err nym_index_sync(
    const struct nym_vault *v, const uint8_t old[NYM_HINT_LEN]) JM_MUST_USE;

/* The vault is saved: the file of the one that was wrapped goes, if that vault
 * is gone (a copy of it may have been wrapped). */
void nym_index_end(const struct nym_vault *v, const struct nym_vault_ref *old);

/* Must no program have t signed?  Looks through all files of fallback vaults.
 * Where one of them is missing or cannot be read every DigestInfo of SHA-512 is
 * refused. */
int nym_index_refuses(const uint8_t *t, size_t len);

#endif
