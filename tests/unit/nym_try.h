/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys, messages and authorities to try the services' side with. */
#ifndef JM_TESTS_UNIT_NYM_TRY_H
#define JM_TESTS_UNIT_NYM_TRY_H

#include "nym/assertion.h"
#include "nym/att.h"
#include "nym/nym.h"

#define TRY_SCOPE "web:example.jp"
#define TRY_TIME  1767225600u /* 2026-01-01, 00:00 UTC */
#define TRY_WIRE  8192

extern const uint8_t try_challenge[32]; /* 00..1f */

/* SHA-256 of p is this. */
void try_digest(const uint8_t *p, size_t len, const char *hex);

/* Of the vectors' A1, at any scope, generation and time. */
void try_key(const char *scope, uint16_t period, uint32_t time,
    uint32_t generation, struct nym_key *key);
struct nym_request try_request(void);
nym_policy try_policy(void);

/* n - s for s, in a signature. */
void try_other_s(uint8_t sig[64]);

/* An authority and a leaf below it, made anew for each test program. */
struct try_pki {
	char root_pem[2048];
	uint8_t leaf[1024], d[32];
	size_t leaf_len;
	uint8_t leaf_spki[32], root_spki[32];
};
enum try_flaw { TRY_GOOD, TRY_EXPIRED, TRY_NO_SIGN, TRY_P384 };
void try_pki_make(struct try_pki *p, enum try_flaw flaw);

/* A statement for the key of r by kind, and as extension 1. */
struct nym_stmt try_stmt(enum nym_kind kind, const struct nym_request *r,
    const struct nym_key *key, const uint8_t sh[32], uint8_t fresh[32]);
void try_att(const struct nym_stmt *s, const struct try_pki *p, uint8_t *out,
    size_t cap, struct nym_field *ext);

#endif
