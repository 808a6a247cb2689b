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

#define VC_APPS_MAX   16 /* applications of one card, loaded ones included */
#define VC_FILES_MAX  32 /* files, keys and PINs of one application */
#define VC_AID_MAX    16
#define VC_PIN_MAX    16   /* bytes of a reference value (JICSAP) */
#define VC_OBJECT_MAX 8192 /* bytes of one file's contents in the image */

/* Keys: RSA or elliptic-curve, as the image says.  VC_RECORDS: a linear EF. */
enum vc_kind { VC_EF, VC_KEY, VC_PIN, VC_RECORDS };

/* Where an EF's bytes come from. */
enum vc_source {
	VC_SRC_NONE,       /* keys, PINs and files that nobody can read */
	VC_SRC_CERT,       /* image: a certificate, filler behind it */
	VC_SRC_TOKEN_INFO, /* parameters: label, model, serial, ... */
	VC_SRC_PAIRS,      /* parameters: which pairs are there */
	VC_SRC_IMAGE,      /* image: bytes, filler up to size behind them; for
			      VC_RECORDS the records one after the other, each
			      with two bytes of length before it */
	VC_SRC_LOG         /* VC_RECORDS: the card's log, newest first */
};

/* The key pair a file belongs to, so that the pair can be absent. */
enum vc_pair { VC_PAIR_NONE, VC_PAIR_AUTH, VC_PAIR_SIGN };
enum vc_part {
	VC_PART_NONE,
	VC_PART_CERT,
	VC_PART_CA,
	VC_PART_KEY,
	VC_PART_PIN,
	VC_PART_NUMBER, /* a check number, as many tries as a parameter says */
	VC_PART_DEVICE /* the key of INTERNAL AUTHENTICATE, good for no 80 2A */
};

/*
 * What the other side of a secure channel may do in the one application it
 * leads to: bits.  The first ones are operations of a counter, each held for
 * one operation after an operator's authorisation; the R_ ones come with the
 * role and last as long as the channel.  Values are part of certificates and of
 * the log: append only.
 */
enum vc_right {
	VC_RESET_PIN = 1 << 0,
	VC_CHANGE_CODE = 1 << 1,
	VC_LOAD_APP = 1 << 2,
	VC_DELETE_APP = 1 << 3,
	VC_RENEW = 1 << 4,
	VC_MOVE_OUT = 1 << 5,
	VC_MOVE_IN = 1 << 6,
	VC_ISSUE = 1 << 7,
	VC_SUSPEND = 1 << 8,
	VC_RESUME = 1 << 9,
	VC_RETURN = 1 << 10,
	VC_TERMINATE = 1 << 11,
	VC_R_COUNTER = 1 << 24,
	VC_R_ISSUER = 1 << 25,
	VC_R_SERVICE = 1 << 26
};
#define VC_OPERATIONS 0x00ffffffu /* the bits an operator can give */

/* One way of access to an object: reading, writing, using it. */
enum vc_access { VC_ALWAYS, VC_NEVER, VC_ANY_OF };
#define VC_COND_MAX 3
struct vc_cond {
	enum vc_access access;
	uint16_t
	    pin[VC_COND_MAX]; /* VC_ANY_OF: one of these verified; 0: none */
	uint32_t rights;      /* VC_ANY_OF: or one of these held */
};

enum vc_form { VC_FORM_DIGITS, VC_FORM_ALNUM, VC_FORM_BYTES };

struct vc_file_def {
	uint16_t id; /* its low five bits are the short EF id */
	enum vc_kind kind;
	enum vc_source source;
	enum vc_pair pair;
	enum vc_part part;
	struct vc_cond cond; /* reading an EF, using a key, changing a PIN */
	/* PINs alone */
	enum vc_form form;
	unsigned pin_min, pin_max; /* bytes */
	unsigned tries;            /* of a full counter, 1..15; 0: has always
				      been blocked */
	const char *name;          /* for people: "authentication PIN" */
	/* Writing an EF or record, setting a PIN anew (RESET RETRY COUNTER),
	 * making a key anew.  All zero is VC_ALWAYS, so every row says it. */
	struct vc_cond update;
	uint16_t size; /* VC_SRC_IMAGE: bytes of the EF, 0: as its contents */
};

/* When a card of a profile has one of its applications. */
enum vc_option {
	VC_APP_FIXED,  /* always */
	VC_APP_BESIDE, /* unless the parameter apps is "jpki" */
	VC_APP_LICENCE /* when the parameter licence is "on" */
};

struct vc_app_def {
	const char *name; /* its name in the image: "jpki" */
	uint8_t aid[VC_AID_MAX];
	size_t aid_len;
	const struct vc_file_def *files;
	size_t file_count;
	uint16_t default_key; /* of 80 2A and 00 88 with P2 = 00; 0: none */
	unsigned traits;      /* VC_T_ bits */
	enum vc_option option;
};

/* Ways in which an application differs from the others: append only, they are
 * part of packages. */
#define VC_T_CHANGE_KEY 0x01u /* PINs are changed by 80 32, not by 00 24 */
#define VC_T_SERVICE    0x02u /* a service terminal may open a channel */
/* of tables in the program alone */
#define VC_T_SESSION      0x10u /* 80 AE is there, after the PIN */
#define VC_T_SESSION_66F1 0x20u /* 80 AE answers this and not 6982 */
#define VC_T_OPERATOR                                                          \
	0x04u /* of an operator's card: signs authorisations, PINs             \
		 are given inside a channel alone */

/* What GET DATA gives, the same in every application. */
enum vc_data_source {
	VC_DATA_IMAGE, /* contents in the image */
	VC_DATA_ATR,   /* the contact ATR, by its parameters */
	VC_DATA_CARD   /* the card's id */
};
struct vc_data_def {
	uint16_t tag; /* P1 P2 */
	enum vc_data_source source;
	const char *name; /* for people */
};
#define VC_DATA_MAX 12 /* objects of a card */

/* What the pairs and their CAs have for keys. */
enum vc_keys { VC_RSA_2048, VC_EC_P384 };

struct vc_profile {
	const char *name;
	const struct vc_app_def *const *apps; /* the first is the issuer domain,
						 current at power-up */
	size_t app_count;
	const char *const *params; /* "name=value" unlike the general default,
				      NULL at the end */
	const struct vc_data_def *data; /* of GET DATA, any order */
	size_t data_count;
	enum vc_keys keys;
};

/* NULL: no such profile. */
const struct vc_profile *vc_profile_find(const char *name);
const struct vc_profile *vc_profile_at(size_t i); /* NULL past the end */

/* Does the image carry contents for this file? */
int vc_in_image(const struct vc_file_def *f);

#endif
