/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One service, its visitors and what lies between them: wires as visitors make
 * them, taken apart and put together anew, and the service's verdict.
 */
#ifndef JM_TESTS_NYM_LOGIN_H
#define JM_TESTS_NYM_LOGIN_H

#include "nym/assertion.h"
#include "nym/att.h"
#include "nym/nym.h"
#include "tests/nym/foe.h"

#define LOGIN_SCOPE "web:example.jp"
#define LOGIN_NOW   1767225600u

struct wire {
	uint8_t b[2048];
	size_t len;
};

/* A visitor's key at a scope; who: another holder for each number. */
void login_key(const char *scope, uint8_t who, const struct nym_which *which,
    struct nym_key *key);

/* What the service asks for: its scope, a challenge of this byte, static, its
 * time. */
void login_request(struct nym_request *r, uint8_t challenge);
void login_policy(nym_policy *p);

/* An answer; old, att may be NULL. */
void login_answer(const struct nym_request *r, const struct nym_key *key,
    const struct nym_key *old, const struct nym_field *att, struct wire *w);
/* The same of a body that may be any (nothing is checked). */
void login_wire(
    const uint8_t *body, size_t len, const struct nym_key *key, struct wire *w);
/* Append an extension with this content, type included; counts it. */
void login_extend(struct wire *w, const void *ext, size_t len);
/* The rollover extension over a wire's body, by these two keys' signatures. */
void login_rollover(const struct wire *w, const uint8_t pk_old[NYM_PK_LEN],
    const struct nym_key *first, const struct nym_key *second,
    struct wire *ext);
/* ECDSA over SHA-256. */
void login_sign(const struct nym_key *key, const void *p, size_t len,
    uint8_t sig[JM_P256_SIG]);

/* The verdict, by a policy with a challenge of this byte. */
int login_verdict(const nym_policy *p, uint8_t challenge, const struct wire *w,
    nym_result *r);

/* --- attestation ------------------------------------------------------------
 */

/* A root that the service trusts for cards and registrars, and one key that it
 * certified. */
struct login_batch {
	struct nym_key key;
	uint8_t der[1024];
	size_t der_len;
	char root[2048]; /* PEM */
};
void login_batch_new(struct login_batch *b, uint8_t seed);
nym_trust *login_trust(const struct login_batch *b);
/* Extension 1 of kind 2 for this key and request. */
void login_attest(const struct login_batch *b, const struct nym_request *r,
    const struct nym_key *key, const uint8_t *xl_root, struct wire *ext);

#endif
