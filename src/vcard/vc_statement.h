/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an operator signs: one operation on one thing of one application of the
 * card that gave the challenge, at one terminal, with time and reason
 * (doc/vcard.md, "Operator's authorisation"):
 *
 *   30 { 80 01 operation, 81 AID, 82 target (0..32 bytes), 83 challenge (16),
 *        84 YYYYMMDDhhmmss UTC, 85 reason (UTF-8, 0..40 bytes),
 *        86 the terminal's id }
 *
 * each object once, in this order, with lengths of one byte.  An operation is
 * the number of its bit in enum vc_right: 00 RESET_PIN .. 0B TERMINATE.
 */
#ifndef JM_VCARD_VC_STATEMENT_H
#define JM_VCARD_VC_STATEMENT_H

#include "vcard/vc_log.h"
#include "vcard/vc_profile.h"

#define VC_OP_COUNT      12 /* operations, numbered from 0 */
#define VC_CHALLENGE_LEN 16
#define VC_TIME_LEN      14
#define VC_STATEMENT_MAX                                                       \
	(3 + 3 + 2 + VC_AID_MAX + 2 + VC_TARGET_MAX + 2 + VC_CHALLENGE_LEN +   \
	    2 + VC_TIME_LEN + 2 + VC_REASON_MAX + 2 + VC_ID_MAX)

struct vc_statement {
	unsigned op; /* 0..VC_OP_COUNT - 1 */
	uint8_t aid[VC_AID_MAX];
	size_t aid_len; /* 5..16 */
	uint8_t target[VC_TARGET_MAX];
	size_t target_len;
	uint8_t challenge[VC_CHALLENGE_LEN];
	char when[VC_TIME_LEN + 1];
	char reason[VC_REASON_MAX + 1];
	char terminal[VC_ID_MAX + 1];
};

/* The right that the operation needs. */
#define VC_OP_RIGHT(op) ((uint32_t)1 << (op))

/* JM_FORMAT for anything but the form above; *out is all zero then. */
jm_err vc_statement_parse(
    const uint8_t *p, size_t len, struct vc_statement *out) JM_MUST_USE;

/* Writes it.  JM_ARG for what vc_statement_parse would not take. */
jm_err vc_statement_make(const struct vc_statement *s,
    uint8_t out[VC_STATEMENT_MAX], size_t *len) JM_MUST_USE;

/* Its name in the log and for people, "reset-pin"; NULL: no such operation. */
const char *vc_op_name(unsigned op);

#endif
