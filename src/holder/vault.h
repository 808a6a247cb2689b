/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a holder keeps: binding secrets, the scopes he registered and his
 * consents, in one file per card that opens with card and PIN or with the
 * recovery code (nym1.md, section 4.3; the content's bytes: doc/nym.md).
 *
 * A vault is opened for one use, under a lock that keeps a second writer out,
 * changed in memory and saved whole: a new file under a new name, synced,
 * renamed over the old one, which stays as the backup.  Saved or not, the file
 * that is there can be opened.  What opens not is never overwritten.
 *
 * Everything secret of it stands in locked memory and is wiped.  Not for two
 * threads.  Folder: $XDG_DATA_HOME/jumin/nym, without that variable
 * $HOME/.local/share/jumin/nym, 0700, files 0600 (base/folder.h).
 */
#ifndef JM_HOLDER_VAULT_H
#define JM_HOLDER_VAULT_H

#include "nym/derive.h"

#define NYM_HINT_LEN           8
#define NYM_VAULT_PATH_MAX     512
#define NYM_VAULT_ENTRIES_MAX  16384
#define NYM_VAULT_LS_MAX       1024
#define NYM_VAULT_EARLIER_MAX  65536 /* X of earlier keys */
#define NYM_VAULT_EARLIER_EACH 64    /* of one scope; then the oldest goes */

/* How L comes about (section 4.3); fixed for a scope when it is registered.
 * Only these stand in a vault: site and none keep nothing. */
enum nym_mode {
	NYM_MODE_HOLDER = 1,
	NYM_MODE_SITE = 2,
	NYM_MODE_CARD2 = 3,
	NYM_MODE_NONE = 4
};

/* A vault file as far as it can be read without a key. */
struct nym_vault_ref {
	char path[NYM_VAULT_PATH_MAX];
	enum nym_profile profile;
	uint8_t id[NYM_VAULT_ID];
	uint8_t hint[NYM_HINT_LEN];
};

/*
 * The file of the card with this certificate (EF 000A, as read).
 *   JM_NOT_FOUND  there is none, and no file that could not be read
 *   JM_DAMAGED    none fits, and a vault file (its name in out->path) is
 *                 damaged so that it may be this card's: where its backup can
 *                 be read, and fits, that is found instead and *damaged is 1
 *   JM_IO         the folder cannot be trusted or read
 */
jm_err nym_vault_find(const uint8_t *cert, size_t cert_len,
    struct nym_vault_ref *out, int *damaged) JM_MUST_USE;

/* The head of any file.  JM_DAMAGED, JM_IO, JM_NOT_FOUND. */
jm_err nym_vault_head(const char *path, struct nym_vault_ref *out) JM_MUST_USE;

/* first 8 bytes of HMAC(id, certificate) */
jm_err nym_vault_hint(const uint8_t id[NYM_VAULT_ID], const uint8_t *cert,
    size_t cert_len, uint8_t hint[NYM_HINT_LEN]) JM_MUST_USE;

/* --- open, make, save ------------------------------------------------------
 */

struct nym_vault;

/*
 * The folder's lock, made with the folder if need be; waits up to ms.
 * One for reading and writing; taken before the card is.
 *   JM_FILE_BUSY  another program has it
 */
struct nym_lock;
jm_err nym_lock_take(unsigned ms, struct nym_lock **out) JM_MUST_USE;
void nym_lock_free(struct nym_lock **lock);

/*
 * By the card's word: PRK_V of the file's own scope (derive.h).
 * Where the file in the folder does not open its backup is taken; from_backup
 * tells.
 *   JM_DAMAGED  the file, or its key is another one: nothing is changed
 */
jm_err nym_vault_open(const struct nym_vault_ref *ref,
    const uint8_t prk_v[NYM_PRK_LEN], struct nym_vault **out) JM_MUST_USE;
/* JM_CODE: not the recovery code of this file, or the file is damaged (GCM
 * does not tell which); JM_DAMAGED: it is the code, the rest is damaged. */
jm_err nym_vault_open_code(const struct nym_vault_ref *ref,
    const uint8_t code[NYM_CODE_LEN], struct nym_vault **out) JM_MUST_USE;
int nym_vault_from_backup(const struct nym_vault *v);

/*
 * In memory: a new id, DEK and code, and one L; with old, what that one has
 * (L, scopes, receipts) instead of an empty content: a wrap for another card or
 * code.  It can be saved once nym_vault_wrap has given it the card's key.
 */
jm_err nym_vault_new(const struct nym_vault *old, enum nym_profile profile,
    const uint8_t *cert, size_t cert_len, struct nym_vault **out) JM_MUST_USE;
jm_err nym_vault_wrap(
    struct nym_vault *v, const uint8_t prk_v[NYM_PRK_LEN]) JM_MUST_USE;
void nym_vault_set_profile(struct nym_vault *v, enum nym_profile profile);

/* The code of a vault that nym_vault_new made, until it was asked once; then
 * JM_NOT_FOUND. */
jm_err nym_vault_code(
    struct nym_vault *v, uint8_t code[NYM_CODE_LEN]) JM_MUST_USE;

/*
 * Counts one more write.  The file under the vault's own id; whole or not at
 * all; the one before stays as the backup, but after a carried PRK was dropped
 * or a scope forgotten the backup is made anew.  A wrap removes the file it was
 * made of and that one's backup, where they lie in the folder, after its own is
 * there and read back: they open with an older signature of the card, and with
 * an older code.  What did not open is kept aside as "....damaged-N".
 *   JM_ARG       a new vault that was not wrapped
 *   JM_FILE_BUSY the file is not the one that was read: another program saved
 *                meanwhile (without the lock)
 *   JM_IO        not written: what was there is there
 *   JM_SPACE     the disk is full: likewise
 */
jm_err nym_vault_save(struct nym_vault *v) JM_MUST_USE;

void nym_vault_free(struct nym_vault **v);

const struct nym_vault_ref *nym_vault_ref_of(const struct nym_vault *v);
uint64_t nym_vault_writes(const struct nym_vault *v);
/* When it was saved last (seconds since 1970). */
int64_t nym_vault_saved_at(const struct nym_vault *v);

/* --- content ---------------------------------------------------------------
 */

enum nym_entry_state {
	NYM_REGISTERED = 1,
	NYM_FORGOTTEN = 2, /* only sh, generation, number of L, highest epoch
			      and its unit, the period */
	NYM_EARLIER = 3    /* a generation that a merge left behind */
};

struct nym_entry {
	enum nym_entry_state state;
	char scope[NYM_SCOPE_MAX + 1]; /* empty when forgotten */
	uint8_t sh[NYM_SH_LEN];
	enum nym_mode mode; /* NYM_MODE_HOLDER or NYM_MODE_CARD2 */
	enum nym_profile profile;
	enum nym_use use; /* by scheme: ssh:, p11: NYM_USE_RAW */
	unsigned l;       /* number of its L, from 0 */
	uint32_t generation;
	uint16_t period;
	uint32_t epoch; /* highest used */
	int64_t since;  /* registered, seconds since 1970 */
	int carried;    /* a PRK of an earlier card is kept */
	int x_known;
	uint8_t x[NYM_X_LEN]; /* of now */
	/* SHA-256 of the disclosure set that was agreed to (consent.h) */
	uint8_t disclosure[32];
};

size_t nym_vault_len(const struct nym_vault *v);
/* n below nym_vault_len; in order of registration. */
void nym_vault_at(const struct nym_vault *v, size_t n, struct nym_entry *out);
/* The registered entry, or else the forgotten one.  JM_UNKNOWN. */
jm_err nym_vault_get(const struct nym_vault *v, const char *scope,
    struct nym_entry *out) JM_MUST_USE;
/* Add, or replace the entry of that sh; its carried PRK stays.  A forgotten one
 * is cut down to what its state says, and what was known of earlier ones goes.
 *   JM_ARG  no entry that can be: scope, sh, use, number of L, ...
 *   JM_NOMEM, JM_SPACE (too many) */
jm_err nym_vault_put(
    struct nym_vault *v, const struct nym_entry *e) JM_MUST_USE;
/* X of an earlier generation or epoch, remembered with its entry. */
jm_err nym_vault_put_earlier(struct nym_vault *v, const uint8_t sh[NYM_SH_LEN],
    uint32_t generation, const uint8_t x[NYM_X_LEN]) JM_MUST_USE;
/* The nth of them, from 0, the oldest first.  JM_NOT_FOUND. */
jm_err nym_vault_earlier(const struct nym_vault *v,
    const uint8_t sh[NYM_SH_LEN], size_t n, uint32_t *generation,
    uint8_t x[NYM_X_LEN]) JM_MUST_USE;

/* L by number, into locked memory.  JM_NOT_FOUND. */
jm_err nym_vault_l(
    const struct nym_vault *v, unsigned n, uint8_t l[NYM_L_LEN]) JM_MUST_USE;
/* Draw one more; *n its number. */
jm_err nym_vault_new_l(struct nym_vault *v, unsigned *n) JM_MUST_USE;

/* The carried PRK of a registered scope; prk NULL drops it. */
jm_err nym_vault_carry(struct nym_vault *v, const uint8_t sh[NYM_SH_LEN],
    const uint8_t *prk) JM_MUST_USE;
jm_err nym_vault_carried(const struct nym_vault *v,
    const uint8_t sh[NYM_SH_LEN], uint8_t prk[NYM_PRK_LEN]) JM_MUST_USE;

/*
 * Merge from into v: the union of L and scopes; of one scope the entry with the
 * larger generation is current, the other one stays as NYM_EARLIER; highest
 * epochs are the higher ones.  *older: how many scopes of v had been reset or
 * forgotten since from was written (they keep v's word).  What was forgotten in
 * v stays so.  Receipts that v has not follow its own, chained anew.
 * On failure v is not to be saved.
 */
jm_err nym_vault_merge(struct nym_vault *v, const struct nym_vault *from,
    unsigned *older) JM_MUST_USE;

/* Write all to path as it would be saved (an export opens like the vault
 * itself); path must not exist. */
jm_err nym_vault_export(
    const struct nym_vault *v, const char *path) JM_MUST_USE;

#endif
