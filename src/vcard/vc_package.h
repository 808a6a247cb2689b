/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An application that is brought as bytes and can be loaded into a card: its
 * table and what it begins with (doc/vcard.md, "Packages").
 *
 *   E0 { 4F AID, 80 name, 50 label, 83 traits (1 byte),
 *        [A2 { 86 root (65), [04 key (PKCS#8), 7F21 certificate] }],
 *        A1 object, 1..30 times }
 *   A1 { 80 id (2), 81 kind (1: 0 EF, 2 PIN, 3 records), 82 name,
 *        83 reading, 84 writing (a condition each),
 *        85 size (2) of an EF, or 86 form, least, most, tries (1 each) of a
 *        PIN, [87 contents] }
 *   a condition: 00 always, 01 never, or 02 rights (4) and up to three PINs (2
 *   each), of which one has to be held or verified
 *
 * Everything in this order, with minimal lengths, numbers with the highest byte
 * first.  The card keeps the table alone; contents and trust go where those of
 * its own applications are.
 */
#ifndef JM_VCARD_VC_PACKAGE_H
#define JM_VCARD_VC_PACKAGE_H

#include "crypto/cvc.h"
#include "vcard/vc_log.h"
#include "vcard/vc_profile.h"

#define VC_PACKAGE_MAX     16384 /* bytes of a package */
#define VC_OBJECT_NAME_MAX 40    /* bytes of an object's name */
#define VC_LABEL_MAX       32    /* bytes of an application's name for people */

struct vc_bytes {
	const uint8_t *p; /* borrowed; NULL: none */
	size_t len;
};

struct vc_package {
	struct vc_app_def def; /* its files point to file[] */
	struct vc_file_def file[VC_FILES_MAX];
	char name[VC_APP_NAME_MAX + 1]; /* a word of a-z, 0-9, - */
	char label[VC_LABEL_MAX + 1];   /* UTF-8 */
	char file_name[VC_FILES_MAX][VC_OBJECT_NAME_MAX + 1];
	/* What it begins with, in bytes; an EF's contents, a PIN's value. */
	struct vc_bytes init[VC_FILES_MAX];
	struct jm_ec_pub root; /* point_len 0: nobody has a channel to it */
	struct vc_bytes key, cvc;
	uint8_t *bytes; /* as given */
	size_t len;
};

/*
 * Takes a package apart; *out is on the heap and holds a copy of the bytes.
 * Strict: the form above, an AID of the unregistered range (5..16 bytes, first
 * half byte F), ids 0001..001E, conditions that name PINs of the package and
 * rights that a municipal application can give, values that fit their PIN.
 * Whether key and certificate belong together is not looked at.  JM_FORMAT,
 * JM_NOMEM, JM_CRYPTO.
 */
jm_err vc_package_parse(
    const uint8_t *p, size_t len, struct vc_package **out) JM_MUST_USE;
void vc_package_free(struct vc_package **p); /* NULL is fine */

/*
 * Writes the package that def, file, label, init, root, key and cvc describe
 * (bytes and len are not looked at).  JM_SPACE; JM_ARG for what
 * vc_package_parse would not take; JM_NOMEM, JM_CRYPTO.
 */
jm_err vc_package_make(const struct vc_package *spec, uint8_t *out, size_t cap,
    size_t *len) JM_MUST_USE;

#endif
