/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What attacks on identifiers start from: the RSA keys of nym1.md section 13,
 * made from their recipe, whose owner signs whatever he is handed (the whole-T
 * oracle of 4.2), and the derivation from there.  Every function fails the test
 * when it cannot do what it says.
 */
#ifndef JM_TESTS_NYM_FOE_H
#define JM_TESTS_NYM_FOE_H

/* clang-format off */
#include "tests/support/test.h"
/* clang-format on */

#include "crypto/pubkey.h"
#include "nym/derive.h"

enum foe_key {
	FOE_CARD, /* the authentication key */
	FOE_TEXT  /* the text application's, of the binding card2 */
};

/* PKCS#1 v1.5 block type 1 around t, raised to the private exponent. */
void foe_sign(
    enum foe_key k, const uint8_t *t, size_t len, uint8_t s[NYM_S_LEN]);
/* The same by CRT with a fault in the half modulo q. */
void foe_sign_faulty(
    enum foe_key k, const uint8_t *t, size_t len, uint8_t s[NYM_S_LEN]);
void foe_public(enum foe_key k, struct jm_rsa_pub *pub);
/* A prime factor of the modulus from a faulty signature over t that somebody
 * let out (Boneh, DeMillo, Lipton; here with the message known); 0: none. */
int foe_factors(
    enum foe_key k, const uint8_t *t, size_t len, const uint8_t s[NYM_S_LEN]);

/* T of a scope and s over it. */
size_t foe_t(enum nym_profile profile, const char *scope, uint8_t t[NYM_T_MAX]);
void foe_s(enum nym_profile profile, const char *scope, uint8_t s[NYM_S_LEN]);

void foe_sh(const char *scope, uint8_t sh[NYM_SH_LEN]);
/* l NULL: zero */
void foe_prk(const uint8_t *l, enum nym_profile profile, const char *scope,
    const uint8_t s[NYM_S_LEN], uint8_t prk[NYM_PRK_LEN]);
/* Use 1, static. */
void foe_key_of(const uint8_t prk[NYM_PRK_LEN], const char *scope,
    uint32_t generation, struct nym_key *key);
/* The key of this card's holder: s, PRK, key. */
void foe_victim(const uint8_t *l, enum nym_profile profile, const char *scope,
    struct nym_key *key);

/* The private key as OpenSSL's; the caller frees it. */
struct evp_pkey_st;
struct evp_pkey_st *foe_pkey(const uint8_t d[JM_P256_LEN]);

int foe_same(const struct nym_key *a, const struct nym_key *b);

#endif
