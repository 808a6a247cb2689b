/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ENC, the injective encoding that everything of the scheme is hashed and
 * signed in (nym1.md, section 3):
 *
 *   LP(x) = U16(len x) || x
 *   ENC(label, x1..xn) = LP(label) || U8(n) || LP(x1) || .. || LP(xn)
 */
#ifndef NYM_ENC_H
#define NYM_ENC_H

#include "base/rbuf.h"
#include "base/wbuf.h"

/* Borrowed bytes; p may be NULL where len is 0. */
struct nym_field {
	const void *p;
	size_t len;
};

/* Append; a field over 65535 bytes, or more than 255 fields, fills w. */
void nym_put_lp(struct jm_wbuf *w, const void *p, size_t len);
void nym_put_enc(
    struct jm_wbuf *w, const char *label, const struct nym_field *f, size_t n);

/* SHA-256 of the ENC.  JM_ARG: it does not fit 64 KiB.  JM_CRYPTO.  out is all
 * zero then. */
jm_err nym_enc_hash(const char *label, const struct nym_field *f, size_t n,
    uint8_t out[32]) JM_MUST_USE;

/* HMAC-SHA-256 of the ENC, then the byte tail if it is not negative.  JM_ARG:
 * it does not fit 1 KiB.  JM_CRYPTO.  out is all zero then. */
jm_err nym_enc_hmac(const uint8_t *key, size_t key_len, const char *label,
    const struct nym_field *f, size_t n, int tail, uint8_t out[32]) JM_MUST_USE;

jm_err nym_take_lp(struct jm_rbuf *r, struct nym_field *out) JM_MUST_USE;

/* The whole of p is an ENC with this label and exactly n fields, and nothing
 * behind it; else JM_FORMAT.  f borrows from p. */
jm_err nym_parse_enc(const void *p, size_t len, const char *label,
    struct nym_field *f, size_t n) JM_MUST_USE;

/* A field that is a number of exactly so many bytes, big-endian; else
 * JM_FORMAT. */
jm_err nym_field_u8(const struct nym_field *f, uint8_t *out) JM_MUST_USE;
jm_err nym_field_u16(const struct nym_field *f, uint16_t *out) JM_MUST_USE;
jm_err nym_field_u32(const struct nym_field *f, uint32_t *out) JM_MUST_USE;

#endif
