/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libjumin-nym: what a service needs to know people by the identifiers of
 * NYM1, and nothing of cards.  See nym_verify(3); the formats are in
 * doc/nym.md.
 *
 * One assertion, about 200 bytes, is a signature by a key of this one service
 * over this one challenge.  The identifier, nid, is a hash of that key: 32
 * bytes, or 56 characters of text ("sub" in the words of OpenID Connect).
 *
 * Calls share nothing, so that any number of threads may make them; an object
 * may be read by many threads at once and changed by one alone.  Functions that
 * return int give NYM_OK or the reason why not.
 */
#ifndef JUMIN_NYM_H
#define JUMIN_NYM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* --- reasons -------------------------------------------------------------- */

/* clang-format off */
/* Append only.  In the order in which an assertion is looked at. */
#define NYM_REASONS(X)                                                         \
	X(OK,            "accepted")                                           \
	X(ARG,           "invalid argument or policy")                         \
	X(NOMEM,         "out of memory")                                      \
	X(INTERNAL,      "the cryptographic library failed")                   \
	X(MALFORMED,     "not an assertion")                                   \
	X(SCOPE,         "made for another service")                           \
	X(CHALLENGE,     "not the challenge of this session")                  \
	X(PERIOD,        "another period than was asked for")                  \
	X(TIME,          "made at another time")                               \
	X(EPOCH,         "the epoch is not that of its time")                  \
	X(CONTEXT,       "made at another place or in another session")        \
	X(KEY,           "the key is no point of the curve")                   \
	X(SIGNATURE,     "the signature is not valid")                         \
	X(ATT_MISSING,   "an attestation is needed")                           \
	X(ATT_KIND,      "another kind of attestation is needed")              \
	X(ATT_CHAIN,     "the attestation leads to no trusted root")           \
	X(ATT_REVOKED,   "the attestation's key is revoked")                   \
	X(ATT_SIGNATURE, "the signature of the attestation is not valid")      \
	X(ATT_OTHER,     "the attestation is for another identifier")          \
	X(ATT_FRESH,     "the attestation is not for this challenge")          \
	X(ATT_DATE,      "the attestation is not valid now")                   \
	X(XL_ROOT,       "checked against another exclusion list")             \
	X(SRL_ROOT,      "checked against another revocation list")            \
	X(BANNED,        "excluded from this service")                         \
	X(CLOSED,        "given up for another identifier")                    \
	X(ROLL_OTHER,    "the rollover is for another assertion or service")   \
	X(ROLL_KEY,      "the old key of the rollover is not valid")           \
	X(ROLL_SIGNATURE, "a signature of the rollover is not valid")          \
	X(ROLL_UNKNOWN,  "the old identifier is not known")                    \
	X(ROLL_CLOSED,   "the old identifier was given up before")             \
	X(ROLL_KNOWN,    "the new identifier has an account already")          \
	X(LISTED,        "the entry is on the list")                           \
	X(PROOF,         "not a proof for this entry and list")                \
	X(BATCH,         "more identifiers than the batch has cards")
/* clang-format on */

typedef enum nym_reason {
#define X(id, text) NYM_##id,
	NYM_REASONS(X)
#undef X
} nym_reason;

/* Static English text, and the constant's name without NYM_; never NULL. */
const char *nym_strerror(int reason);
const char *nym_errname(int reason);

/* --- identifiers ---------------------------------------------------------- */

#define NYM_TEXT_SIZE 57 /* of the text form, with its NUL */

int nym_text(const uint8_t nid[32], char out[NYM_TEXT_SIZE]);

/* text is the one spelling of an identifier, which it gives; else MALFORMED.
 * Services compare strings: have no other spelling in a table. */
int nym_parse(const char *text, uint8_t nid[32]);

/* The hash of a scope, which lists and attestations carry.  SCOPE: it is not in
 * its one form, or a scope of no service. */
int nym_scope_of(const char *scope, uint8_t sh[32]);

/* Base64url without padding, as assertions come in JSON; one spelling only.
 * MALFORMED; ARG: more than cap bytes. */
int nym_decode(
    const char *text, size_t len, uint8_t *out, size_t cap, size_t *out_len);

/* --- challenge and context ------------------------------------------------ */

#define NYM_CHALLENGE_SIZE 32

/* Fresh random bytes.  To remember them for this session, for five minutes and
 * for one use is the service's business: nym_verify keeps nothing. */
int nym_challenge(uint8_t out[NYM_CHALLENGE_SIZE]);

/*
 * What binds an assertion to the place it was made at.  origin: as browsers
 * write it, https://host[:port], or NULL; exporter: 32 bytes of RFC 9266, or
 * NULL; session: of a kiosk, 1..64 bytes, or NULL.  At least one.  ARG.
 */
int nym_context(const char *origin, const uint8_t *exporter,
    size_t exporter_len, const uint8_t *session, size_t session_len,
    uint8_t ctx[32]);

/* --- whom attestations are trusted from ----------------------------------- */

typedef struct nym_trust nym_trust;

/* Kinds of attestation; sets of them. */
#define NYM_REGISTRAR 1 /* one per person, as far as that registrar goes */
#define NYM_CARD      2 /* a genuine card of a batch */

int nym_trust_new(nym_trust **out);
void nym_trust_free(nym_trust *t); /* NULL is fine */

/* Certificates that chains may end at (PEM, one or several), for these kinds.
 * MALFORMED: none, or one that cannot be read; nothing is added then. */
int nym_trust_add(
    nym_trust *t, unsigned kinds, const char *pem, size_t pem_len);

/* A key that nothing may be signed with any more, wherever it stands in a
 * chain: SHA-256 of its SubjectPublicKeyInfo. */
int nym_trust_revoke(nym_trust *t, const uint8_t spki_sha256[32]);

/* --- verdict -------------------------------------------------------------- */

/* What the service knows of an identifier (bits). */
#define NYM_IS_KNOWN  1 /* has an account */
#define NYM_IS_BANNED 2
#define NYM_IS_CLOSED 4 /* given up in a rollover: never comes back */

typedef unsigned (*nym_lookup)(void *arg, const uint8_t nid[32]);

/* Set all to zero and fill in; what is not needed stays zero. */
typedef struct nym_policy {
	const char *scope;  /* the service's own name */
	uint16_t period;    /* days: 0, 7, 28, 91 */
	uint8_t rate;       /* identifiers a person; 0 counts as 1 */
	uint8_t need;       /* kinds of attestation of which one is needed;
			       0: none, and one that comes is looked at if
			       there is a trust */
	uint32_t now;       /* seconds since 1970 */
	uint32_t skew;      /* seconds, up to 300; 0 counts as 300 */
	const uint8_t *ctx; /* n_ctx contexts, 32 bytes each, one of which it
			       has to be */
	size_t n_ctx;       /* 0: one, if there is a ctx */
	const uint8_t *xl_root, *srl_root; /* 32 bytes; need an attestation */
	const nym_trust *trust;
	nym_lookup lookup; /* NULL: steps 6 and 7 are the caller's to finish */
	void *lookup_arg;
} nym_policy;

typedef struct nym_result {
	uint8_t nid[32]; /* the identifier: store this */
	uint8_t x[32];
	uint8_t xt[16]; /* exclusion tag; with an attestation alone */
	uint32_t epoch, time;
	uint32_t born; /* 28-day index of the last reset; 0: not said, never */
	uint8_t att_kind; /* 0, NYM_REGISTRAR, NYM_CARD */
	uint8_t batch[8]; /* of the attestation key */
	uint8_t has_roll; /* old_nid gives way to nid */
	uint8_t old_nid[32];
	uint8_t has_manifest; /* a hint: nothing is decided by it */
	uint8_t manifest[32];
	const uint8_t *trace; /* inside of msg, or NULL */
	size_t trace_len;
} nym_result;

/*
 * Is msg an assertion for this service, in answer to chal?  chal is one that
 * was given to this very session at most five minutes ago and that is used up
 * by this call, whatever it returns: both is the service's memory, and the only
 * thing that keeps a copy of msg from being good twice.
 *
 * Accepted with has_roll: move the account and its bans from old_nid to nid and
 * close old_nid for good.  BANNED with has_roll: it is the old one that is
 * banned and all else is right; move and close all the same, and let nobody in.
 * In every other case but OK the result is all zero.
 */
int nym_verify(const nym_policy *policy, const uint8_t *chal, size_t chal_len,
    const uint8_t *msg, size_t msg_len, nym_result *result);

/* --- exclusion list ------------------------------------------------------- */

typedef struct nym_xl nym_xl;
typedef struct nym_xl_entry {
	uint16_t period;
	uint32_t epoch;
	uint8_t xt[16];
} nym_xl_entry;

#define NYM_PROOF_SIZE 1080 /* of the longest proof */

/* From n entries in any order.  ARG: a period or epoch that there is none of.
 */
int nym_xl_build(const uint8_t sh[32], const nym_xl_entry *entries, size_t n,
    uint32_t version, nym_xl **out);
void nym_xl_free(nym_xl *xl); /* NULL is fine */
int nym_xl_root(const nym_xl *xl, uint8_t root[32]);

/* The gap that an entry lies in, and its path.  LISTED: it is on the list. */
int nym_xl_proof(const nym_xl *xl, const nym_xl_entry *entry,
    uint8_t out[NYM_PROOF_SIZE], size_t *len);

/* The prover's side.  PROOF, LISTED (not strictly inside the gap). */
int nym_xl_check(const uint8_t sh[32], const nym_xl_entry *entry,
    const uint8_t *proof, size_t len, const uint8_t root[32]);

/* --- a stolen batch key --------------------------------------------------- */

typedef struct nym_batch_stat nym_batch_stat;

/* Of one scope.  limit: cards in a batch, and the resets to be expected. */
int nym_batch_new(size_t limit, nym_batch_stat **out);
void nym_batch_free(nym_batch_stat *stat); /* NULL is fine */

/* Counts the distinct identifiers of each batch in each epoch.  BATCH: more
 * than limit, now and from now on: the batch's key is in wrong hands. */
int nym_batch_note(nym_batch_stat *stat, const nym_result *result);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
