/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a service gets (nym1.md, section 6.2): a body, its signature, and
 * extensions that each stand on signatures of their own.  Building is for the
 * holder, strict parsing for the service; the verdict is verify.h's.
 */
#ifndef NYM_ASSERTION_H
#define NYM_ASSERTION_H

#include "nym/derive.h"
#include "nym/enc.h"

#define NYM_CHALLENGE_MIN 16
#define NYM_CHALLENGE_MAX 64
#define NYM_CTX_LEN       32
#define NYM_BODY_MAX      512
#define NYM_WIRE_MAX      65535
#define NYM_ROLL_LEN      115

/* What the service asks for; all borrowed. */
struct nym_request {
	const char *scope;
	size_t scope_len;
	const uint8_t *challenge;
	size_t challenge_len;
	uint16_t period;
	uint32_t time;      /* the body's; the epoch comes of it */
	const uint8_t *ctx; /* NYM_CTX_LEN bytes, or NULL: none */
};

/*
 * ctx of section 6.2; each may be empty (NULL, 0), all three: *len is 0.
 *   JM_FORMAT  no ASCII origin in its one spelling (scheme://host[:port], lower
 *              case, default port left out), an exporter of other than 32
 *              bytes, a session of more than 64
 */
jm_err nym_ctx(const char *origin, size_t origin_len, const uint8_t *exporter,
    size_t exporter_len, const uint8_t *session, size_t session_len,
    uint8_t ctx[NYM_CTX_LEN], size_t *len) JM_MUST_USE;

/* JM_SCOPE, JM_ARG (a width of section 6), JM_SPACE. */
jm_err nym_body(const struct nym_request *r, const uint8_t pk[NYM_PK_LEN],
    uint8_t *out, size_t cap, size_t *len) JM_MUST_USE;

/*
 * Body, signature by key, and with old (a key of the same scope, use 1) the
 * rollover; with manifest (its SHA-256) the hint.  att: extension 1 as it came
 * from a registrar, type byte included, or NULL.  key->x has to be other than
 * old->x (JM_ARG).
 */
jm_err nym_assert(const struct nym_request *r, const struct nym_key *key,
    const struct nym_key *old, const uint8_t *manifest_hash,
    const struct nym_field *att, uint8_t *out, size_t cap,
    size_t *len) JM_MUST_USE;

/* A wire taken apart; all fields borrow from it. */
struct nym_assertion {
	struct nym_field body, sig;
	/* of the body */
	struct nym_field scope, challenge, ctx;
	uint16_t period;
	uint32_t epoch, time;
	const uint8_t *pk; /* NYM_PK_LEN; not looked at */
	/* extensions; p NULL: not there */
	struct nym_field att_stmt, att_sig, att_chain;
	struct nym_field roll, roll_old_sig, roll_new_sig;
	struct nym_field roll_pk_old; /* NYM_PK_LEN bytes */
	const uint8_t *manifest_hash; /* 32 bytes, or NULL */
};

/*
 * Strict: nothing behind, every count and width exact, scope canonical, types
 * of extensions strictly rising, 04..7F refused, 80..FF skipped.  No signature
 * is checked.  JM_FORMAT.
 */
jm_err nym_wire_parse(
    const uint8_t *wire, size_t len, struct nym_assertion *out) JM_MUST_USE;

#endif
