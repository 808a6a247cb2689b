/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The contents that applications get when a card is issued.  Who signs them: an
 * upper test CA, whose public key is nowhere on the card, certifies the
 * municipality's issuer key, and that one signs what the text and the face
 * application hold (doc/vcard.md, "Who signs").
 */
#ifndef JM_VCARD_VC_FILL_H
#define JM_VCARD_VC_FILL_H

#include "base/tlv.h"
#include "vcard/vc_card.h"
#include "vcard/vc_issue.h"
#include "vcard/vc_number.h"

#define VC_CITY_CODE "13999" /* of a municipality that does not exist */
#define VC_KEY_ID    16

/* One card's particulars, from its holder or by chance. */
struct vc_fill {
	const struct vc_holder *holder; /* checked */
	const struct vc_issue *how;
	char number[VC_MYNUMBER_LEN + 1]; /* individual number, number A */
	char code[VC_CODE_LEN + 1];       /* resident record code */
	char security[4 + 1];             /* printed on the card's face */
	char birth6[6 + 1];               /* era YYMMDD, the birth-date key */
	char number_b[14 + 1];
	char expiry[8 + 1];  /* last day of the card, YYYYMMDD */
	char serial[15 + 1]; /* of the common-card application */
	struct jm_soft_key *upper, *city, *police; /* NULL: not needed */
};

/*
 * holder and how are borrowed.  JM_ARG (told through jm_log), JM_CRYPTO; *f is
 * to be cleared in any case.
 */
jm_err vc_fill_start(struct vc_fill *f, const struct vc_holder *holder,
    const struct vc_issue *how, time_t issued) JM_MUST_USE;
void vc_fill_clear(struct vc_fill *f);

/* Makes the keys that sign and fills every application that the card has beside
 * the JPKI one, and the data objects.  The errors of vc_filler. */
jm_err vc_fill_card(struct vc_fill *f, struct vc_card *card) JM_MUST_USE;

/* Each makes the keys of its application and all its contents and PINs.
 * JM_ARG: a PIN of the wrong form; JM_NOMEM, JM_CRYPTO, JM_SPACE. */
typedef jm_err vc_filler(const struct vc_fill *f, struct vc_app *app);
vc_filler vc_fill_text, vc_fill_face, vc_fill_juki, vc_fill_common;
vc_filler vc_fill_licence;

/* The data objects of the card, once its applications are filled. */
jm_err vc_fill_data(const struct vc_fill *f, struct vc_card *card) JM_MUST_USE;

/* Pieces; an id that the application does not have is none of its business. */
struct vc_file *vc_fill_find(struct vc_app *app, unsigned id);
jm_err vc_fill_bytes(
    struct vc_app *app, unsigned id, const void *data, size_t len) JM_MUST_USE;
/* What w holds; JM_SPACE when it did not hold all. */
jm_err vc_fill_wbuf(
    struct vc_app *app, unsigned id, const struct jm_wbuf *w) JM_MUST_USE;
jm_err vc_fill_key(
    struct vc_app *app, unsigned id, const struct jm_soft_key *key) JM_MUST_USE;
jm_err vc_fill_new_key(struct vc_app *app, unsigned id) JM_MUST_USE;
/* With a full counter. */
jm_err vc_fill_pin(
    struct vc_app *app, unsigned id, const void *value, size_t len) JM_MUST_USE;
/* A value that nobody knows and nobody can enter: sixteen bytes. */
jm_err vc_fill_unknown(struct vc_file *pin) JM_MUST_USE;
jm_err vc_fill_random_pin(struct vc_app *app, unsigned id) JM_MUST_USE;

/* 90 03 010001, 91 82 0100 modulus: a public key as these cards write it. */
jm_err vc_put_rsa(struct jm_wbuf *w, const struct jm_soft_key *key) JM_MUST_USE;
/* One object with the RSA signature (PKCS#1 v1.5, SHA-256) of len bytes. */
jm_err vc_put_signature(struct jm_wbuf *w, unsigned tag,
    const struct jm_soft_key *key, const void *data, size_t len) JM_MUST_USE;
/* A 16-byte key id with this number of seven digits. */
void vc_put_key_id(struct jm_wbuf *w, const char *number);
/* Card-verifiable certificate: 7F21 { 5F4E { ids, key }, 5F37 signature }. */
jm_err vc_put_cvc(struct jm_wbuf *w, const char *issuer_number,
    const struct jm_soft_key *issuer, const char *number,
    const struct jm_soft_key *key) JM_MUST_USE;

/* vc_picture.c.  A PNG of one bit a point.  text: UTF-8; digits are drawn as
 * they are, six by twelve points; other texts as boxes with the character's
 * code, 16 by 16 points, up to 16 on a line and so many lines, three at most.
 */
void vc_put_png_digits(struct jm_wbuf *w, const char *digits);
void vc_put_png_text(struct jm_wbuf *w, const char *text, unsigned lines);

#endif
