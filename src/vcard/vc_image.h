/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The image as a text (doc/vcard.md, "Image"), for the files that handle it. */
#ifndef JM_VCARD_VC_IMAGE_H
#define JM_VCARD_VC_IMAGE_H

#include "vcard/vc_card.h"

#define VC_IMAGE_MAX   (1024u * 1024) /* bytes of an image file */
#define VC_IMAGE_FIRST "jumin-vcard-image 2"

/* The whole text with a NUL behind it, to be wiped; JM_SPACE: too much of it.
 */
jm_err vc_image_text(
    const struct vc_card *card, char **text, size_t *len) JM_MUST_USE;

/* Reading, line by line. */
struct vc_reader {
	const char *name; /* of the image, for messages */
	unsigned line;
	struct vc_card *card; /* NULL before its profile is known */
	struct vc_app *app;   /* the lines belong to it; NULL */

	/* Bytes are collected for one of these, all NULL for none. */
	struct vc_file *file;
	struct vc_data *data;
	char package[VC_APP_NAME_MAX + 1];
	uint8_t *bytes;
	size_t len, cap;

	int life_seen, ended;
	int app_seen[VC_APPS_MAX];
	uint32_t seen[VC_APPS_MAX]; /* bit i: file i of that application */
	uint32_t data_seen;
};

#define VC_BYTES_MAX                                                           \
	(VC_PACKAGE_MAX > VC_OBJECT_MAX ? VC_PACKAGE_MAX : VC_OBJECT_MAX)

/* Tells what is wrong with the present line; JM_FORMAT. */
jm_err vc_bad(const struct vc_reader *r, const char *what) JM_MUST_USE;

/* The next word of *s, ended by a NUL; the rest begins after one blank. */
char *vc_word(char **s);

/* Hexadecimal without blanks, 1..cap bytes: 1. */
int vc_hex_word(const char *s, uint8_t *out, size_t cap, size_t *len);

/* The words of an id or tag, four digits: 1. */
int vc_id_word(const char *s, unsigned *id);

/* "tries N": 0..max. */
jm_err vc_tries_words(struct vc_reader *r, char **rest, unsigned max,
    unsigned *tries) JM_MUST_USE;

/* vc_image_app.c: lines of an application; rest is behind the first word. */
jm_err vc_app_line(struct vc_reader *r, char *rest) JM_MUST_USE;
jm_err vc_trust_line(struct vc_reader *r, char *rest) JM_MUST_USE;
jm_err vc_pin_line(struct vc_reader *r, char *rest) JM_MUST_USE;
jm_err vc_bytes_line(
    struct vc_reader *r, enum vc_kind kind, char *rest) JM_MUST_USE;
/* The bytes of a file are complete. */
jm_err vc_close_file(struct vc_reader *r) JM_MUST_USE;
/* vc_image_package.c: a loaded application's table, and its end. */
jm_err vc_package_line(struct vc_reader *r, char *rest) JM_MUST_USE;
jm_err vc_close_package(struct vc_reader *r) JM_MUST_USE;
/* No more lines of the present application. */
jm_err vc_close_app(struct vc_reader *r) JM_MUST_USE;

#endif
