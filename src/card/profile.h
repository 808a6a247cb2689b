/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a generation of the card is.  The table is made from profiles/NAME.profile
 * by tools/build/profile.awk; nothing is read at run time.  The words of the
 * text form are in profiles/README.md.
 */
#ifndef JM_CARD_PROFILE_H
#define JM_CARD_PROFILE_H

#include <stddef.h>
#include <stdint.h>

enum jm_pair { JM_PAIR_AUTH, JM_PAIR_SIGN }; /* the two key pairs */
#define JM_PAIRS 2

enum jm_cert_id { JM_CERT_AUTH, JM_CERT_SIGN, JM_CERT_AUTH_CA, JM_CERT_SIGN_CA };
#define JM_CERTS 4

enum jm_tri { JM_NO, JM_YES, JM_DECLARED }; /* DECLARED: if historical bytes of
                                               the ATR say so */

enum jm_pin_chars { JM_PIN_DIGITS, JM_PIN_UPPER_ALNUM };

struct jm_prof_pin {
	int present;
	uint16_t ef;          /* reference EF; short EF id = low five bits */
	uint8_t min, max;     /* bytes */
	uint8_t tries;        /* limit */
	enum jm_pin_chars chars;
};

struct jm_prof_key {
	int present;
	uint16_t ef;
	unsigned bits;        /* RSA modulus */
};

struct jm_prof_cert {
	int present;
	uint16_t ef;
	int need_pin;         /* readable only after its pair's PIN */
};

struct jm_profile {
	const char *name;
	uint8_t aid[16];
	uint8_t aid_len;
	const char *label;    /* exact label in the token information */
	int fallback;         /* taken for its AID when no label fits */
	uint16_t info_ef;     /* token information (EF 0006) */
	uint16_t avail_ef;    /* availability bytes (EF 0008), 0: none */
	uint8_t avail_yes;    /* the value that means "is there" */
	struct jm_prof_pin pin[JM_PAIRS];
	struct jm_prof_key key[JM_PAIRS];
	struct jm_prof_cert cert[JM_CERTS];
	uint8_t logout_aid[16]; /* application whose selection drops the status */
	uint8_t logout_aid_len;
	unsigned modes;       /* bit n: signing mode P1 = n */
	enum jm_tri sfi;      /* short EF ids may be used */
	enum jm_tri extended; /* extended Le may be used */
	const char *const *atrs; /* hex with ".." for any byte, a hint; NULL ends */
};

extern const struct jm_profile jm_profiles[];
extern const size_t jm_profiles_len;

#endif
