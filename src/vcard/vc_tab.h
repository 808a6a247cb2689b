/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For the tables of applications (vc_tab_*.c) and the profiles that put them
 * together: one macro for each sort of row.  doc/vcard.md has the same tables
 * for people, with how sure each row is.
 */
#ifndef JM_VCARD_VC_TAB_H
#define JM_VCARD_VC_TAB_H

#include "vcard/vc_profile.h"

/* clang-format off */
/* Conditions: AFTER any of these references was verified */
#define FREE            { VC_ALWAYS, { 0 }, 0 }
#define NEVER           { VC_NEVER, { 0 }, 0 }
#define BY(bits)        { VC_ANY_OF, { 0 }, (bits) }
#define AFTER(x)        { VC_ANY_OF, { (x) }, 0 }
#define AFTER2(x, y)    { VC_ANY_OF, { (x), (y) }, 0 }
#define AFTER_OR(x, bits) { VC_ANY_OF, { (x) }, (bits) }
#define AFTER3(x, y, z) { VC_ANY_OF, { (x), (y), (z) }, 0 }

#define CERT(id, pair, part, cond, name) \
	{ (id), VC_EF, VC_SRC_CERT, (pair), (part), cond, VC_FORM_BYTES, 0, 0, 0, (name), BY(VC_RENEW), 0 }
#define INFO(id, src, name) \
	{ (id), VC_EF, (src), VC_PAIR_NONE, VC_PART_NONE, FREE, VC_FORM_BYTES, 0, 0, 0, (name), NEVER, 0 }
/* exists, contents unknown, opened by nothing known */
#define SHUT(id, name) \
	{ (id), VC_EF, VC_SRC_NONE, VC_PAIR_NONE, VC_PART_NONE, NEVER, VC_FORM_BYTES, 0, 0, 0, (name), NEVER, 0 }
/* contents made at issue; size 0: as long as they are */
#define DATA(id, cond, update, size, name) \
	{ (id), VC_EF, VC_SRC_IMAGE, VC_PAIR_NONE, VC_PART_NONE, cond, VC_FORM_BYTES, 0, 0, 0, (name), update, (size) }
#define RECORDS(id, src, cond, name) \
	{ (id), VC_RECORDS, (src), VC_PAIR_NONE, VC_PART_NONE, cond, VC_FORM_BYTES, 0, 0, 0, (name), NEVER, 0 }
#define KEY(id, pair, cond, name) \
	{ (id), VC_KEY, VC_SRC_NONE, (pair), VC_PART_KEY, cond, VC_FORM_BYTES, 0, 0, 0, (name), BY(VC_RENEW), 0 }
/* the application's own, made at issue and never anew; no PIN */
#define OWN_KEY(id, part, name) \
	{ (id), VC_KEY, VC_SRC_NONE, VC_PAIR_NONE, (part), FREE, VC_FORM_BYTES, 0, 0, 0, (name), NEVER, 0 }
/* its holder may change it, once verified */
#define PIN(id, pair, form, min, max, tries, name) \
	{ (id), VC_PIN, VC_SRC_NONE, (pair), VC_PART_PIN, AFTER(id), (form), (min), (max), (tries), (name), BY(VC_RESET_PIN), 0 }
/* a check number of so many digits: derived from other data, changed by nobody */
#define NUMBER(id, digits, name) \
	{ (id), VC_PIN, VC_SRC_NONE, VC_PAIR_NONE, VC_PART_NUMBER, NEVER, VC_FORM_DIGITS, (digits), (digits), VC_NUMBER_TRIES, (name), BY(VC_RESET_PIN), 0 }
/* a reference whose value nobody knows */
#define UNKNOWN_PIN(id, tries) \
	{ (id), VC_PIN, VC_SRC_NONE, VC_PAIR_NONE, VC_PART_NONE, NEVER, VC_FORM_BYTES, 1, 16, (tries), "unknown reference", NEVER, 0 }
/* clang-format on */

/* A full counter is 1..15 tries; none at all is a reference that has always
 * been blocked. */
#define VC_NUMBER_TRIES 15
#define VC_BLOCKED      0

extern const struct vc_app_def vc_tab_issuer;
extern const struct vc_app_def vc_tab_jpki;         /* vc_tab_jpki.c */
extern const struct vc_app_def vc_tab_jpki_juki;    /* of the Juki card */
extern const struct vc_app_def vc_tab_jpki_android; /* of a phone */
extern const struct vc_app_def vc_tab_jpki_next;    /* of the next card */
extern const struct vc_app_def vc_tab_text;
extern const struct vc_app_def vc_tab_text_next; /* of the next card */
extern const struct vc_app_def vc_tab_face;
extern const struct vc_app_def vc_tab_juki; /* vc_tab_other.c, with those
					       around it */
extern const struct vc_app_def vc_tab_common;
extern const struct vc_app_def vc_tab_licence;

#endif
