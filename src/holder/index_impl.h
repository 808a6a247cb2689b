/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the index's own files: its bytes (doc/nym.md, "The holder's files"). */
#ifndef JM_HOLDER_INDEX_IMPL_H
#define JM_HOLDER_INDEX_IMPL_H

#include "crypto/hmac.h"
#include "holder/index.h"

#define INDEX_HEAD     (4 + 1 + 1 + NYM_VAULT_ID + NYM_HINT_LEN + 4 + 4)
#define INDEX_SUM      32 /* SHA-256 of all before it */
#define INDEX_TAG      JM_HMAC_LEN
#define INDEX_TAGS_MAX (NYM_VAULT_ENTRIES_MAX + 1)
#define INDEX_ENTRY_MAX                                                        \
	(1 + NYM_SCOPE_MAX + NYM_NID_LEN + 64 + 2 + NYM_CERT_MAX)
#define INDEX_FILE_MAX                                                         \
	(INDEX_HEAD + (size_t)INDEX_TAGS_MAX * INDEX_TAG +                     \
	    (size_t)NYM_VAULT_ENTRIES_MAX * INDEX_ENTRY_MAX + INDEX_SUM)

struct index_head {
	enum nym_profile profile;
	uint8_t id[NYM_VAULT_ID];
	uint8_t hint[NYM_HINT_LEN];
	size_t tags, entries;
};

/* --- index_bytes.c -------------------------------------------------------- */

/* Could it stand in an index? */
int index_entry_ok(const struct nym_index_entry *e);
/* JM_DAMAGED: no head of an index. */
jm_err index_head_take(
    const uint8_t *p, size_t len, struct index_head *out) JM_MUST_USE;
/* The tags, which borrow from p, and (x not NULL) the entries of a whole file.
 * JM_DAMAGED, JM_NOMEM. */
jm_err index_parse(const uint8_t *p, size_t len, struct index_head *h,
    const uint8_t **tags, struct nym_index **x) JM_MUST_USE;
/* h's counts tell how many of each.  Memory to free. */
jm_err index_build(const struct index_head *h, const uint8_t *tags,
    const struct nym_index_entry *entry, uint8_t **mem,
    size_t *len) JM_MUST_USE;

/* --- index_file.c --------------------------------------------------------- */

#define INDEX_TAIL ".index"
#define INDEX_NAME (2 * NYM_HINT_LEN + sizeof INDEX_TAIL)
int index_is_name(const char *name);
void index_name(const uint8_t hint[NYM_HINT_LEN], char out[INDEX_NAME]);
/* max 0: the whole file, else at most so many bytes.  Memory to free.
 * JM_NOT_FOUND, JM_IO, JM_DAMAGED (no index has that length). */
jm_err index_read(int folder, const char *name, size_t max, uint8_t **mem,
    size_t *len) JM_MUST_USE;

#endif
