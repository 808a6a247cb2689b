/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a service says of itself before a holder agrees (nym1.md, section 7):
 *
 *   ENC("NYM1/manifest", scope, name, purpose, U16(period), U8(rate),
 * U8(flags), ENC("NYM1/origins", o1..on), U32(not before), U32(not after))
 *
 * alone (level 1: it is as true as where it came from), or with 64 bytes behind
 * it, ECDSA-SHA256 by the sector authority (level 2).  H(manifest), which an
 * assertion may carry as a hint, is over all of it.
 *
 * For those who show manifests and those who write them; no part of the
 * services' library, which needs no tables of Unicode.
 */
#ifndef NYM_MANIFEST_H
#define NYM_MANIFEST_H

#include "nym/derive.h"
#include "nym/enc.h"

#define NYM_TEXT_MAX     256  /* bytes of a text */
#define NYM_MANIFEST_MAX 8192 /* of the whole: a limit of ours */

enum nym_flag {
	NYM_FLAG_ATTEST = 1,
	NYM_FLAG_BORN = 2,
	NYM_FLAG_XL = 4,
	NYM_FLAG_SRL = 8,
	NYM_FLAG_TRACE = 16
};

struct nym_manifest {
	struct nym_field scope;
	struct nym_field name, purpose; /* UTF-8 that may be shown */
	uint16_t period;
	uint8_t rate, flags;
	struct nym_field origins; /* nym_manifest_origin */
	size_t n_origins;
	uint32_t not_before, not_after;
	struct nym_field body; /* what is signed */
	const uint8_t *sig;    /* JM_P256_SIG bytes; NULL: level 1 */
	uint8_t hash[32];
};

/*
 * Are these bytes for people: UTF-8 in NFC, up to NYM_TEXT_MAX bytes, without
 * control, direction, invisible and unassigned characters, and with no other
 * blanks than U+0020 and U+3000?
 */
int nym_text_ok(const void *p, size_t len);

/*
 * out borrows.  JM_FORMAT: any width, value, text or origin is not as it has to
 * be, the name is empty, or a manifest of level 1 asks for what needs level 2:
 * attestation, born, trace, several origins.  JM_CRYPTO.
 */
jm_err nym_manifest_parse(
    const uint8_t *p, size_t len, struct nym_manifest *out) JM_MUST_USE;

/* Is it signed by this authority?  JM_BAD_SIG (also of level 1); JM_FORMAT: the
 * key is no point. */
jm_err nym_manifest_signed_by(const struct nym_manifest *m,
    const uint8_t pk[JM_P256_COMPRESSED]) JM_MUST_USE;

/* The origin number i of n_origins. */
struct nym_field nym_manifest_origin(const struct nym_manifest *m, size_t i);

/*
 * Of m are taken scope to flags and the dates; n origins; d: the authority's
 * key, or NULL for level 1.  JM_ARG: nym_manifest_parse would refuse it.
 * JM_SPACE, JM_CRYPTO.
 */
jm_err nym_manifest_build(const struct nym_manifest *m,
    const struct nym_field *origins, size_t n, const uint8_t *d, uint8_t *out,
    size_t cap, size_t *len) JM_MUST_USE;

#endif
