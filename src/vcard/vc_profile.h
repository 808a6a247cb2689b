/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a generation of the card holds: its applications and in each its files,
 * keys and PINs with their access conditions.  Constant tables; contents are in
 * the image.  The virtual card's own data, not the middleware's profiles/.
 */
#ifndef JM_VCARD_VC_PROFILE_H
#define JM_VCARD_VC_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VC_APPS_MAX   8  /* applications of one card */
#define VC_FILES_MAX  32 /* files, keys and PINs of one application */
#define VC_AID_MAX    16
#define VC_PIN_MAX    16   /* bytes of a reference value (JICSAP) */
#define VC_OBJECT_MAX 8192 /* bytes of one file's contents in the image */

enum vc_kind { VC_EF, VC_KEY, VC_PIN };

/* Where an EF's bytes come from. */
enum vc_source {
	VC_SRC_NONE,       /* keys, PINs and files that nobody can read */
	VC_SRC_CERT,       /* image: a certificate, filler behind it */
	VC_SRC_TOKEN_INFO, /* parameters: label, model, serial, ... */
	VC_SRC_PAIRS       /* parameters: which pairs are there */
};

/* The key pair a file belongs to, so that the pair can be absent. */
enum vc_pair { VC_PAIR_NONE, VC_PAIR_AUTH, VC_PAIR_SIGN };
enum vc_part {
	VC_PART_NONE,
	VC_PART_CERT,
	VC_PART_CA,
	VC_PART_KEY,
	VC_PART_PIN
};

/* Reading an EF, using a key. */
enum vc_access { VC_ALWAYS, VC_NEVER, VC_ANY_OF };
#define VC_COND_MAX 3
struct vc_cond {
	enum vc_access access;
	uint16_t
	    pin[VC_COND_MAX]; /* VC_ANY_OF: one of these verified; 0: none */
};

enum vc_form { VC_FORM_DIGITS, VC_FORM_ALNUM, VC_FORM_BYTES };

struct vc_file_def {
	uint16_t id; /* its low five bits are the short EF id */
	enum vc_kind kind;
	enum vc_source source;
	enum vc_pair pair;
	enum vc_part part;
	struct vc_cond cond;
	/* PINs alone */
	enum vc_form form;
	unsigned pin_min, pin_max; /* bytes */
	unsigned tries;            /* of a full counter, 1..15 */
	const char *name;          /* for people: "authentication PIN" */
};

struct vc_app_def {
	const char *name; /* its name in the image: "jpki" */
	uint8_t aid[VC_AID_MAX];
	size_t aid_len;
	const struct vc_file_def *files;
	size_t file_count;
};

struct vc_profile {
	const char *name;
	const struct vc_app_def *const *apps; /* the first is the issuer domain,
						 current at power-up */
	size_t app_count;
	const char *const *params; /* "name=value" unlike the general default,
				      NULL at the end */
};

/* NULL: no such profile. */
const struct vc_profile *vc_profile_find(const char *name);
const struct vc_profile *vc_profile_at(size_t i); /* NULL past the end */

/* Does the image carry contents for this file? */
int vc_in_image(const struct vc_file_def *f);

#endif
