/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The card's log: who did what to it at a counter, when and what for.  Each
 * entry's hash covers the one before it, so nothing can be left out or changed
 * without breaking the chain:
 *
 *	hash(n) = SHA-256(hash(n - 1) || record(n)), hash(0) = 32 zeros
 *
 * Part of the image; the holder reads the same as records.  A card has room for
 * VC_LOG_MAX entries: then the oldest leaves for each new one, and its hash and
 * number stay as the base of the chain, so that it is seen that and how many
 * are gone, and whoever kept them can prove them.
 *
 * A record: 30 { 80 sequence (4 bytes), 81 when, 82 operator, 83 terminal,
 * 84 operation (1 byte: the number of its bit), 85 application, 86 target,
 * 87 reason }; what there is none of is empty.
 */
#ifndef JM_VCARD_VC_LOG_H
#define JM_VCARD_VC_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VC_ID_MAX         16  /* characters of an operator's, terminal's id */
#define VC_REASON_MAX     40  /* bytes of UTF-8 */
#define VC_TARGET_MAX     32  /* bytes */
#define VC_LOG_MAX        128 /* entries that are kept */
#define VC_LOG_HASH_LEN   32
#define VC_LOG_RECORD_MAX 200 /* bytes of an entry as a record */
#define VC_LOG_LINE_MAX   500 /* of an entry in the image, with its NUL */
#define VC_APP_NAME_MAX   16  /* characters of an application's name */

/* Operations that the card itself has to name. */
#define VC_OP_TERMINATE   11
#define VC_OP_PERSONALISE 25 /* what an issuer did, by VC_R_ISSUER */

/* Something that is to be remembered. */
struct vc_event {
	unsigned op;                     /* the number of its bit in vc_right */
	char when[14 + 1];               /* YYYYMMDDhhmmss, UTC */
	char operator_id[VC_ID_MAX + 1]; /* "": no operator took part */
	char terminal[VC_ID_MAX + 1];    /* "": no channel */
	char app[VC_APP_NAME_MAX + 1];   /* the application's name */
	uint8_t target[VC_TARGET_MAX];   /* what it was done to */
	size_t target_len;
	char reason[VC_REASON_MAX + 1];
};

struct vc_entry {
	uint32_t sequence; /* 1, 2, ... */
	struct vc_event what;
	uint8_t hash[VC_LOG_HASH_LEN];
};

struct vc_log {
	struct vc_entry *entry; /* oldest first; owned */
	size_t count, cap;
	uint32_t base; /* sequence number of the last that left; 0: none */
	uint8_t base_hash[VC_LOG_HASH_LEN]; /* its hash; zeros */
	/* What vc_log_undo needs. */
	int undo; /* 0: nothing, 1: the last came, 2: and the first left */
	struct vc_entry folded;
	uint8_t folded_base[VC_LOG_HASH_LEN];
};

/* Adds the event with its sequence number and hash; a full log lets its oldest
 * entry go.  JM_ARG: a field that no line of an image could hold; JM_NOMEM,
 * JM_CRYPTO.  The log is unchanged on failure. */
jm_err vc_log_append(
    struct vc_log *log, const struct vc_event *event) JM_MUST_USE;

/* Takes the last vc_log_append back, once. */
void vc_log_undo(struct vc_log *log);

/* What the image's line has behind "log ", no newline.  JM_SPACE. */
jm_err vc_log_format(
    const struct vc_entry *e, char *out, size_t cap) JM_MUST_USE;

/* The same for the base of a log whose oldest entries have left, which comes
 * before all others.  JM_NOT_FOUND: it has none; JM_SPACE. */
jm_err vc_log_format_base(
    const struct vc_log *log, char *out, size_t cap) JM_MUST_USE;

/* The name of an operation, "reset-pin"; NULL: not one that a log has. */
const char *vc_log_operation(unsigned op);

/* 1: a word of a-z, 0-9 and - that begins with a letter, as applications have
 * for a name. */
int vc_word_ok(const char *s);

/* Reads such a text and adds the entry: it has to be the next of the chain.
 * JM_FORMAT: not an entry, or the chain is broken here; JM_SPACE, JM_NOMEM,
 * JM_CRYPTO. */
jm_err vc_log_parse(struct vc_log *log, const char *text) JM_MUST_USE;

/* The record that the holder reads; also what the hash is made of.  JM_SPACE.
 */
jm_err vc_log_record(const struct vc_entry *e, uint8_t out[VC_LOG_RECORD_MAX],
    size_t *len) JM_MUST_USE;

void vc_log_clear(struct vc_log *log); /* frees the entries */

#endif
