/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the vault's own files and consent.c: what a vault is in memory. */
#ifndef JM_HOLDER_VAULT_IMPL_H
#define JM_HOLDER_VAULT_IMPL_H

#include "base/folder.h"
#include "base/rbuf.h"
#include "base/wbuf.h"
#include "crypto/aead.h"
#include "holder/consent.h"

#define VAULT_HEAD    (4 + 1 + 1 + NYM_VAULT_ID + NYM_HINT_LEN)
#define VAULT_WRAP    (JM_GCM_NONCE + JM_GCM_KEY + JM_GCM_TAG)
#define VAULT_AAD     (VAULT_HEAD + 2 * VAULT_WRAP) /* of the content */
#define VAULT_FRONT   (VAULT_AAD + JM_GCM_NONCE)
#define VAULT_LEN_MAX ((size_t)40 << 20) /* of a content */

/* Elements in secret memory; grows by a copy, the old one is wiped. */
struct vault_vec {
	void *mem;
	size_t elem, len, cap, max;
};

struct vault_slot {
	struct nym_entry e;
	uint8_t prk[NYM_PRK_LEN]; /* where e.carried is set */
};

struct vault_earlier {
	uint8_t sh[NYM_SH_LEN];
	uint32_t generation;
	uint8_t x[NYM_X_LEN];
};

struct nym_vault {
	struct nym_vault_ref ref;   /* path: where it was read from or is */
	uint8_t front[VAULT_FRONT]; /* of the file that it is; the nonce tells
				       one write from another */
	uint8_t dek[JM_GCM_KEY];
	uint8_t k_code[32];         /* of a new one */
	uint8_t code[NYM_CODE_LEN]; /* likewise, until it was asked for */
	int has_code;
	int fresh;       /* nym_vault_new's: w_code is made by wrap */
	int wrapped;     /* front has what opens it */
	int stored;      /* there is a file of it in the folder */
	int from_backup; /* that file is the backup */
	int purge;       /* something went that the backup is not to keep */
	int has_old;     /* old: the vault it was made of has to go */
	int old_damaged; /* whose file is kept aside, for it did not open */
	uint8_t old[NYM_VAULT_ID];
	uint64_t writes;
	int64_t saved_at;
	struct vault_vec ls;       /* uint8_t[NYM_L_LEN] */
	struct vault_vec slots;    /* struct vault_slot */
	struct vault_vec earlier;  /* struct vault_earlier */
	struct vault_vec receipts; /* struct nym_receipt */
	uint64_t dropped;          /* receipts that had to make room */
	uint8_t anchor[32];        /* hash of the last of them */
	uint16_t *table;           /* of the current slots by sh; index + 1 */
};

/* --- vault.c -------------------------------------------------------------- */

jm_err vault_alloc(struct nym_vault **out) JM_MUST_USE;
/* Room for n more.  JM_SPACE, JM_NOMEM. */
jm_err vault_room(struct vault_vec *x, size_t n) JM_MUST_USE;
void *vault_item(const struct vault_vec *x, size_t n);
/* Room is there already. */
void *vault_push(struct vault_vec *x);
void vault_cut(struct vault_vec *x, size_t n); /* takes item n out */

struct vault_slot *vault_find_slot(
    const struct nym_vault *v, const uint8_t sh[NYM_SH_LEN]);
/* Could the entry stand in this vault?  sh is not compared with the scope. */
int vault_entry_ok(const struct nym_vault *v, const struct nym_entry *e);
/* Add a slot; JM_EXISTS: there is a current one of that sh. */
jm_err vault_add(
    struct nym_vault *v, const struct vault_slot *slot) JM_MUST_USE;
/* Make slot n known by its sh; all of them, after some went. */
void vault_enter(struct nym_vault *v, size_t n);
void vault_index(struct nym_vault *v);

/* --- vault_content.c ------------------------------------------------------ */

/* Upper bound of what vault_build writes. */
size_t vault_content_bound(const struct nym_vault *v);
void vault_build(const struct nym_vault *v, struct jm_wbuf *w);
/* Into a vault that has nothing in it yet.  JM_DAMAGED: not of this form. */
jm_err vault_parse(
    struct nym_vault *v, const uint8_t *p, size_t len) JM_MUST_USE;

/* --- vault_head.c --------------------------------------------------------- */

void vault_head_put(uint8_t head[VAULT_HEAD], const struct nym_vault_ref *ref);
jm_err vault_head_take(
    const uint8_t head[VAULT_HEAD], struct nym_vault_ref *ref) JM_MUST_USE;

#define VAULT_NAME 48 /* the longest name of a file in the folder */
#define VAULT_TAIL ".vault"
#define VAULT_BAK  ".bak"
/* tail: what follows the 26 characters of the id. */
void vault_name(
    const uint8_t id[NYM_VAULT_ID], const char *tail, char out[VAULT_NAME]);
/* 26 characters and tail, and nothing else? */
int vault_is_name(const char *name, const char *tail);
/* JM_SPACE */
jm_err vault_path(const char *name, char out[NYM_VAULT_PATH_MAX]) JM_MUST_USE;
/* The name of path if it lies in the folder, else NULL. */
const char *vault_in_folder(const char *path);

/* The file of path, or of name in folder if that is not -1; of it up to max
 * bytes (all: max 0), and what is known of it.  Memory to free.
 * JM_NOT_FOUND, JM_IO, JM_DAMAGED (no file has that length). */
jm_err vault_read(int folder, const char *path, size_t max, uint8_t **mem,
    size_t *len, struct jm_file_info *info) JM_MUST_USE;

#endif
