/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A virtual card with all its applications and known numbers, and what a test
 * needs to take their contents apart: a parser of its own, and signatures
 * verified with the keys that the card's certificates lead to.
 */
#ifndef JM_TESTS_SUPPORT_VC_APPS_H
#define JM_TESTS_SUPPORT_VC_APPS_H

#include "crypto/pubkey.h"
#include "tests/support/vc_try.h"

/* What the card was issued with; the birthday is 1982-09-14, which is in the
 * 57th year of its era, and the day of issue 2026-04-01. */
#define KNOWN_NUMBER   "123456789018"
#define KNOWN_SECURITY "4321"
#define KNOWN_CODE     "12345678903"
#define KNOWN_EXPIRY   "20350914"
#define KNOWN_B        "57091420354321"
#define KNOWN_BIRTH6   "570914"
#define KNOWN_TEXT_PIN "2468"
#define KNOWN_JUKI_PIN "1357"
#define KNOWN_NAME     "見本　花子"
#define KNOWN_ADDRESS  "東京都試験市見本町一丁目２番３号"

#define SELECT_TEXT    "00A4040C0AD3921000310001010408"
#define SELECT_FACE    "00A4040C0AD3921000310001010402"
#define SELECT_JUKI    "00A4040C0AD3921000310001010401"
#define SELECT_COMMON  "00A4040C0AD3921000310001010100"
#define SELECT_LICENCE "00A4040C10A0000002310600000000000000000000"

/* Group set-up and tear-down of cmocka: *state is a struct vc_try. */
int vc_apps_start(void **state);
int vc_apps_stop(void **state);

/* A VERIFY of the reference by its short id: the status word. */
unsigned vc_verify_text(struct vc_try *t, unsigned id, const char *value);

/* The whole of an EF of the current application, as far as the card gives it.
 */
size_t vc_read_ef(struct vc_try *t, unsigned id, uint8_t *out, size_t cap);
/* The status word of reading its first byte. */
unsigned vc_read_sw(struct vc_try *t, unsigned id);

/* Takes the object with this tag (one or two bytes of it) off the front of
 * *p; its value is returned, *val_len its length, and *whole where it began.
 * Anything else fails the test. */
const uint8_t *vc_take(const uint8_t **p, size_t *left, unsigned tag,
    size_t *val_len, const uint8_t **whole);

/* 90 03 010001, 91 82 0100 modulus: exactly this, or the test fails. */
void vc_take_key(const uint8_t *p, size_t len, struct jm_rsa_pub *out);

/* Fails the test unless sig is that of the data by key: PKCS#1 v1.5, SHA-256.
 */
void vc_must_verify(const struct jm_rsa_pub *key, const void *data, size_t len,
    const uint8_t *sig, size_t sig_len);

/* The key in a file of --ca-out. */
void vc_public_file(
    const struct vc_try *t, const char *name, struct jm_rsa_pub *out);

/* Takes the contents of a certificate 7F21 apart: the numbers in its key ids,
 * its signature under issuer; its key. */
void vc_open_cvc(const uint8_t *p, size_t len, const char *issuer_number,
    const char *number, const struct jm_rsa_pub *issuer,
    struct jm_rsa_pub *out);

/*
 * Who reads what: for each EF and each set of verified references what reading
 * answers, '+' 9000, '-' 6982, 'k' 6981 (not a file that is read), 'n' 6A82.
 * The sets are counted in binary: the first reference is the lowest bit.
 */
struct vc_ref {
	unsigned id;
	const char *value;
};
struct vc_reach {
	unsigned id;
	const char *answers; /* 2 to the power of the number of references */
};
void vc_check_reach(struct vc_try *t, const char *select,
    const struct vc_ref *refs, size_t n_refs, const struct vc_reach *rows,
    size_t n_rows);

#endif
