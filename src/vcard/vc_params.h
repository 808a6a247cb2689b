/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is not publicly known of the card: one named parameter for each fact,
 * with a default.  vc_params.c has the table (name, values, default, meaning);
 * doc/vcard.md explains it.  An image stores all of them as text, so that a
 * card keeps its facts when a default changes.
 */
#ifndef JM_VCARD_VC_PARAMS_H
#define JM_VCARD_VC_PARAMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VC_PARAM_TEXT_MAX 330 /* longest value as text, with its NUL */
#define VC_PARAM_HEX_MAX  160 /* longest value of bytes: an EF 0006 */

/* Values of the parameters that choose from words, in the order of the words.
 */
enum vc_switch { VC_OFF, VC_ON, VC_AUTO };
enum vc_absent {
	VC_ABSENT_6A82,
	VC_ABSENT_EMPTY,
	VC_ABSENT_FILLER,
	VC_ABSENT_6982
};
enum vc_reply61 { VC_61_OFF, VC_61_SPLIT, VC_61_ALWAYS };
enum vc_change_check { VC_CHANGE_ANY, VC_CHANGE_LENGTH, VC_CHANGE_FORM };
enum vc_ca_absent { VC_CA_KEPT, VC_CA_GONE };
enum vc_pin_absent { VC_PIN_ABSENT, VC_PIN_BLOCKED };
enum vc_pin_length { VC_LENGTH_COUNTS, VC_LENGTH_6700 };
enum vc_ec_form { VC_EC_RAW, VC_EC_DER };
enum vc_digestinfo { VC_INFO_LAX, VC_INFO_STRICT };
enum vc_ec_hash { VC_EC_ANY, VC_EC_FIELD };
enum vc_apps { VC_APPS_ALL, VC_APPS_JPKI };
enum vc_face_type { VC_FACE_FULL, VC_FACE_PLAIN };
enum vc_pins { VC_PINS_USABLE, VC_PINS_BLOCKED, VC_PINS_UNKNOWN };
enum vc_get_data { VC_DATA_ANY, VC_DATA_IN_AP, VC_DATA_OFF };

/* Bytes, or a word in their place. */
struct vc_hex {
	unsigned word; /* 0: bytes; else 1 + index of the word */
	uint8_t b[VC_PARAM_HEX_MAX];
	size_t len;
};

struct vc_text {
	char s[33];
	size_t len;
};

/* Declared as unsigned what a table sets through an offset: a word's index, a
 * number, or a set of bits. */
struct vc_params {
	struct vc_hex atr;
	unsigned extended_length, chaining; /* VC_OFF, VC_ON, VC_AUTO: as the
					       ATR declares */
	unsigned sfi;
	struct vc_hex fci_ap, fci_ef; /* word 1: none, 2: standard */
	unsigned select_p1_00;        /* 1: finds an EF as P1=02 does */
	unsigned cert_ef_size, cert_filler;
	struct vc_hex ef0006, ef0008; /* word 1: built from the others */
	struct vc_text label, manufacturer, model, serial;
	unsigned auth_pair, sign_pair; /* 1: present */
	unsigned absent_ef, absent_ca, absent_pin;
	unsigned sign_modes; /* bit n: P1 = n */
	unsigned pss_salt;   /* bytes */
	unsigned sign_length_sw;
	unsigned digestinfo;  /* enum vc_digestinfo: what mode 00 takes */
	unsigned ec_sig_form; /* enum vc_ec_form */
	unsigned ec_hash;     /* enum vc_ec_hash */
	unsigned retry_verified; /* 1: 9000 instead of the counter */
	unsigned retry_blocked_sw, verify_blocked_sw;
	unsigned pin_length;
	unsigned change_check;
	unsigned wrong_verify_drops, reset_keeps_status;
	unsigned first_6f00;
	unsigned reply_61, reply_61_max; /* bytes of a piece */
	unsigned wrong_le_6c;
	unsigned sm_sw;
	unsigned get_data;
	struct vc_hex contact_atr; /* word 1: the one of atr */
	unsigned apps, licence;    /* which applications there are */
	unsigned face_type, holder_pins;
	unsigned number_tries; /* 0: no limit */

	/* Derived by vc_params_derive. */
	int ext_on, chain_on;
};

size_t vc_param_count(void);
const char *vc_param_name(size_t i);    /* NULL past the end */
const char *vc_param_default(size_t i); /* as text */
const char *vc_param_values(size_t i);  /* what it takes, for help texts */

/* Index of a name; JM_NOT_FOUND. */
jm_err vc_param_find(const char *name, size_t name_len, size_t *i) JM_MUST_USE;

/* Reads text into its field; p is unchanged on failure.  JM_ARG. */
jm_err vc_param_set(
    struct vc_params *p, size_t i, const char *text) JM_MUST_USE;

/* All defaults. */
void vc_params_init(struct vc_params *p);

/* What follows from the rest, to be called after every change. */
void vc_params_derive(struct vc_params *p);

/*
 * Checks an answer to reset (ISO/IEC 7816-3 structure, length and TCK) and
 * returns the third byte of its card capabilities (ISO/IEC 7816-4, 8.1.1.2.7),
 * 0 when it declares none.  JM_ARG.
 */
jm_err vc_atr_check(const uint8_t *atr, size_t len, unsigned *cap3) JM_MUST_USE;

#endif
