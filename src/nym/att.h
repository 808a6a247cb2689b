/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The statement of who stands behind an identifier (nym1.md, sections 4.6 and
 * 6.2): a registrar (kind 1, for some days) or a batch of cards (kind 2, for
 * one challenge).  Both have one form.  The registrar's half is here as well.
 */
#ifndef NYM_ATT_H
#define NYM_ATT_H

#include "nym/derive.h"
#include "nym/enc.h"
#include "nym/xlist.h"

enum nym_kind { NYM_KIND_REGISTRAR = 1, NYM_KIND_CARD = 2 };

#define NYM_STMT_MAX  512
#define NYM_TRACE_LEN 65
#define NYM_CHAIN_MAX 4 /* certificates, leaf first */

/* A statement; all pointers are borrowed.  NULL: the field is empty. */
struct nym_stmt {
	enum nym_kind kind;
	const uint8_t *sh; /* NYM_SH_LEN */
	enum nym_use use;
	const uint8_t *x; /* NYM_X_LEN */
	uint16_t period;
	uint32_t epoch;
	uint8_t rate;                   /* from 1 */
	const uint8_t *fresh;           /* 32: H(challenge) */
	uint32_t not_before, not_after; /* seconds since 1970 */
	const uint8_t *xt;              /* NYM_XT_LEN */
	int has_born;
	uint32_t born;
	const uint8_t *xl_root, *srl_root; /* NYM_ROOT_LEN */
	const uint8_t *trace;              /* NYM_TRACE_LEN */
};

/*
 * JM_ARG: a kind, use, period, epoch or rate that there is none of; kind 1
 * with fresh, or with dates that are not 00:00 UTC or the wrong way round;
 * kind 2 without fresh or with dates.  JM_SPACE.
 */
jm_err nym_stmt_build(const struct nym_stmt *s, uint8_t *out, size_t cap,
    size_t *len) JM_MUST_USE;

/* Fields, widths and the values that the format has.  Which go together is the
 * verdict's to say (nym_stmt_mix).  JM_FORMAT. */
jm_err nym_stmt_parse(
    const uint8_t *p, size_t len, struct nym_stmt *out) JM_MUST_USE;

/* Kind 1: nothing fresh, dates in order; kind 2: fresh, both dates 0. */
int nym_stmt_mix(const struct nym_stmt *s);

/* A chain: LP(DER) for each of 1..NYM_CHAIN_MAX certificates, none empty. */
jm_err nym_chain_parse(const struct nym_field *chain,
    struct nym_field der[NYM_CHAIN_MAX], size_t *n) JM_MUST_USE;

/* Extension 1, type byte included, signed by the attestation key d. */
jm_err nym_att_make(const struct nym_stmt *s, const uint8_t d[JM_P256_LEN],
    const struct nym_field *der, size_t n, uint8_t *out, size_t cap,
    size_t *len) JM_MUST_USE;

/* --- registrar (section 4.6) ---------------------------------------------- */

/* k_reg: 32 bytes.  person: the registrar's own lasting number.  JM_ARG. */
jm_err nym_reg_xt(const uint8_t k_reg[32], const struct nym_field *person,
    const uint8_t sh[NYM_SH_LEN], uint16_t period, uint32_t epoch,
    uint32_t count, uint8_t xt[NYM_XT_LEN]) JM_MUST_USE;

/* SHA-256 of ENC("NYM1/reg", sh, PK, challenge): what the holder's key signs,
 * so that no one is attested for another's.  challenge: 16..64 bytes. */
jm_err nym_reg_hash(const uint8_t sh[NYM_SH_LEN], const uint8_t pk[NYM_PK_LEN],
    const struct nym_field *challenge, uint8_t hash[32]) JM_MUST_USE;

/* The holder's and the registrar's half of it.  JM_FORMAT: pk is no point;
 * JM_BAD_SIG. */
jm_err nym_reg_prove(const uint8_t sh[NYM_SH_LEN], const struct nym_key *key,
    const struct nym_field *challenge, uint8_t sig[JM_P256_SIG]) JM_MUST_USE;
jm_err nym_reg_check(const uint8_t sh[NYM_SH_LEN], const uint8_t pk[NYM_PK_LEN],
    const struct nym_field *challenge,
    const uint8_t sig[JM_P256_SIG]) JM_MUST_USE;

#endif
