/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The card's log: who did what to it at a counter, when and what for.  Each
 * entry's hash covers the one before it, so nothing can be left out or changed
 * without breaking the chain:
 *
 *	hash(n) = SHA-256(hash(n - 1) || record(n)), hash(0) = 32 zeros
 *
 * Part of the image; the holder reads the same as records.
 */
#ifndef JM_VCARD_VC_LOG_H
#define JM_VCARD_VC_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VC_ID_MAX         16  /* characters of an operator's, terminal's id */
#define VC_REASON_MAX     40  /* bytes of UTF-8 */
#define VC_TARGET_MAX     32  /* bytes */
#define VC_LOG_MAX        128 /* entries; a card that is full takes no more */
#define VC_LOG_RECORD_MAX 200 /* bytes of an entry as a record */
#define VC_LOG_LINE_MAX   500 /* of an entry in the image, with its NUL */
#define VC_APP_NAME_MAX   16  /* characters of an application's name */

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
	uint8_t hash[32];
};

struct vc_log {
	struct vc_entry *entry; /* oldest first; owned */
	size_t count, cap;
};

/* Adds the event with its sequence number and hash.  JM_ARG: a field that no
 * line of an image could hold; JM_SPACE: full; JM_NOMEM, JM_CRYPTO.  The log is
 * unchanged on failure. */
jm_err vc_log_append(
    struct vc_log *log, const struct vc_event *event) JM_MUST_USE;

/* Takes back what came after the first count entries. */
void vc_log_truncate(struct vc_log *log, size_t count);

/* What the image's line has behind "log ", no newline.  JM_SPACE. */
jm_err vc_log_format(
    const struct vc_entry *e, char *out, size_t cap) JM_MUST_USE;

/* Reads such a text and adds the entry: it has to be the next of the chain.
 * JM_FORMAT: not an entry, or the chain is broken here; JM_SPACE, JM_NOMEM,
 * JM_CRYPTO. */
jm_err vc_log_parse(struct vc_log *log, const char *text) JM_MUST_USE;

/* The record that the holder reads; also what the hash is made of.  JM_SPACE.
 */
jm_err vc_log_record(const struct vc_entry *e, uint8_t out[VC_LOG_RECORD_MAX],
    size_t *len) JM_MUST_USE;

/* Recomputes every hash.  JM_FORMAT: the chain is broken; JM_CRYPTO. */
jm_err vc_log_check(const struct vc_log *log) JM_MUST_USE;

void vc_log_clear(struct vc_log *log); /* frees the entries */

#endif
