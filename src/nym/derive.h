/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a card's signature and a binding secret to a service's key and
 * identifier (nym1.md, sections 3 and 4.3).  Knows no card: what the card is to
 * sign is made here (nym_t), what it gave comes back as s.
 *
 * Every function leaves its output all zero when it fails.  Failures are
 * JM_CRYPTO, and JM_ARG for values the scheme does not have.
 * Vectors: tests/vectors/nym1.txt.
 */
#ifndef NYM_DERIVE_H
#define NYM_DERIVE_H

#include "crypto/ec_key.h"
#include "nym/scope.h"

#define NYM_NID_LEN   32
#define NYM_TEXT_LEN  56 /* characters of the text form */
#define NYM_PRK_LEN   32
#define NYM_L_LEN     32
#define NYM_S_LEN     256 /* RSA-2048; leading zeros are part of it */
#define NYM_XT_LEN    16
#define NYM_X_LEN     32
#define NYM_PK_LEN    JM_P256_COMPRESSED
#define NYM_T_MAX     83
#define NYM_CODE_LEN  20 /* recovery code */
#define NYM_CODE_TEXT 32 /* characters of base32 */
#define NYM_VAULT_ID  16

enum nym_use {
	NYM_USE_ASSERT = 1,
	NYM_USE_RAW = 2, /* ssh, p11 */
	NYM_USE_WEBAUTHN = 3
};

/* Which DigestInfo the card signs. */
enum nym_profile {
	NYM_PROFILE_X = 1, /* the reserved OID */
	NYM_PROFILE_S = 2  /* SHA-512, where a card refuses the first */
};

/* What of a scope's keys is meant. */
struct nym_which {
	enum nym_use use;
	uint8_t slot;
	uint16_t period; /* 0, 7, 28, 91 days */
	uint32_t epoch;  /* 0 with period 0 */
	uint32_t generation;
};

/* A key.  Secret: locked memory, wiped by its owner. */
struct nym_key {
	uint8_t d[JM_P256_LEN];
	uint8_t x[NYM_X_LEN];
	uint8_t pk[NYM_PK_LEN];
	uint8_t nid[NYM_NID_LEN];
};

/* 20 content bytes of the reserved OID (DER tag and length left out). */
extern const uint8_t nym_reserved_oid[20];

/* T for a scope: 62 or 83 bytes.  nym_t2: that of the second key (binding
 * card2), which is of profile 1 alone. */
jm_err nym_t(enum nym_profile profile, const uint8_t sh[NYM_SH_LEN],
    uint8_t t[NYM_T_MAX], size_t *len) JM_MUST_USE;
jm_err nym_t2(const uint8_t sh[NYM_SH_LEN], uint8_t t[NYM_T_MAX],
    size_t *len) JM_MUST_USE;

/* L of the bindings that have a formula: HMAC by the operator's key (32 bytes,
 * here in memory; nym_site_msg is what a security module is to put through
 * HMAC-SHA-256 instead), and from the second key's signature. */
#define NYM_SITE_MSG 48
jm_err nym_site_msg(const uint8_t sh[NYM_SH_LEN], uint8_t msg[NYM_SITE_MSG],
    size_t *len) JM_MUST_USE;
jm_err nym_l_site(const uint8_t k_op[32], const uint8_t sh[NYM_SH_LEN],
    uint8_t l[NYM_L_LEN]) JM_MUST_USE;
jm_err nym_l_card2(const uint8_t sh[NYM_SH_LEN], const uint8_t s2[NYM_S_LEN],
    uint8_t l[NYM_L_LEN]) JM_MUST_USE;

/* PRK_S: class A, and class B. */
jm_err nym_prk(const uint8_t l[NYM_L_LEN], enum nym_profile profile,
    const uint8_t sh[NYM_SH_LEN], const uint8_t s[NYM_S_LEN],
    uint8_t prk[NYM_PRK_LEN]) JM_MUST_USE;
jm_err nym_prk_b(const uint8_t k_n[32], const uint8_t sh[NYM_SH_LEN],
    uint8_t prk[NYM_PRK_LEN]) JM_MUST_USE;

/* JM_ARG: a use, slot (0..254), period or epoch that there is none of (raw keys
 * have slot, period and epoch 0; no epoch lies past 2106), or no candidate up to
 * c = 255 is a key. */
jm_err nym_key_of(const uint8_t prk[NYM_PRK_LEN], const uint8_t sh[NYM_SH_LEN],
    const struct nym_which *which, struct nym_key *out) JM_MUST_USE;
int nym_which_ok(const struct nym_which *which);

jm_err nym_nid(const uint8_t sh[NYM_SH_LEN], enum nym_use use,
    const uint8_t x[NYM_X_LEN], uint8_t nid[NYM_NID_LEN]) JM_MUST_USE;
jm_err nym_xt(const uint8_t prk[NYM_PRK_LEN], const struct nym_which *which,
    uint8_t xt[NYM_XT_LEN]) JM_MUST_USE;

/* "nym1" and base32; the other way only for the one spelling (JM_FORMAT). */
void nym_nid_text(const uint8_t nid[NYM_NID_LEN], char out[NYM_TEXT_LEN + 1]);
jm_err nym_nid_parse(
    const char *text, size_t len, uint8_t nid[NYM_NID_LEN]) JM_MUST_USE;

/* JM_ARG: no such period, or a time before 1970 or from 2^32 s on. */
jm_err nym_epoch(uint16_t period, int64_t unix_time, uint32_t *e) JM_MUST_USE;

/* --- vault keys (section 4.3) --------------------------------------------- */

/* V, "self:vault/" and 26 characters, with a NUL. */
#define NYM_VAULT_SCOPE 38
void nym_vault_scope(const uint8_t id[NYM_VAULT_ID], char out[NYM_VAULT_SCOPE]);
jm_err nym_k_card(const uint8_t prk_v[NYM_PRK_LEN],
    const uint8_t id[NYM_VAULT_ID], uint8_t key[32]) JM_MUST_USE;
jm_err nym_k_code(const uint8_t code[NYM_CODE_LEN],
    const uint8_t id[NYM_VAULT_ID], uint8_t key[32]) JM_MUST_USE;

/* Eight groups of four, blanks between, with a NUL: 40 bytes.  Reading ignores
 * case, blanks and "-"; JM_FORMAT for all else. */
#define NYM_CODE_SHOWN 40
void nym_code_text(const uint8_t code[NYM_CODE_LEN], char out[NYM_CODE_SHOWN]);
jm_err nym_code_parse(
    const char *text, size_t len, uint8_t code[NYM_CODE_LEN]) JM_MUST_USE;

#endif
