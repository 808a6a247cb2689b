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

/* Applications of a card; JM_APP_JPKI is the one with the pairs. */
enum jm_app {
	JM_APP_JPKI,
	JM_APP_TEXT,    /* text entry: name, address, birth date, sex */
	JM_APP_FACE,    /* what is printed on the card */
	JM_APP_JUKI,    /* resident record */
	JM_APP_COMMON,
	JM_APP_LICENCE  /* driver's licence */
};
#define JM_APPS 6

/* PINs, each of one application: those of the pairs, what opens the texts, and
 * the two numbers that open what is printed on the card: its number B (birth
 * date, expiry, security code) and the holder's birth date. */
enum jm_pin_id {
	JM_PIN_AUTH,
	JM_PIN_SIGN,
	JM_PIN_TEXT,
	JM_PIN_FACE,
	JM_PIN_BIRTH
};
#define JM_PINS 5

static inline enum jm_pin_id
jm_pair_pin(enum jm_pair pair)
{
	return pair == JM_PAIR_SIGN ? JM_PIN_SIGN : JM_PIN_AUTH;
}

/* Is it a pair's, and whose? */
static inline int
jm_pin_pair(enum jm_pin_id id, enum jm_pair *pair)
{
	*pair = id == JM_PIN_SIGN ? JM_PAIR_SIGN : JM_PAIR_AUTH;
	return id == JM_PIN_AUTH || id == JM_PIN_SIGN;
}

static inline enum jm_app
jm_pin_app(enum jm_pin_id id)
{
	if (id == JM_PIN_TEXT)
		return JM_APP_TEXT;
	return id == JM_PIN_FACE || id == JM_PIN_BIRTH ? JM_APP_FACE
						       : JM_APP_JPKI;
}

enum jm_cert_id { JM_CERT_AUTH, JM_CERT_SIGN, JM_CERT_AUTH_CA, JM_CERT_SIGN_CA };
#define JM_CERTS 4

enum jm_tri { JM_NO, JM_YES, JM_DECLARED }; /* DECLARED: if historical bytes of
                                               the ATR say so */

enum jm_pin_chars { JM_PIN_DIGITS, JM_PIN_UPPER_ALNUM };

struct jm_prof_pin {
	int present;
	uint16_t ef;          /* reference EF; short EF id = low five bits */
	uint8_t min, max;     /* bytes */
	uint8_t tries;        /* limit, 0: not known */
	enum jm_pin_chars chars;
};

enum jm_key_alg { JM_KEY_RSA, JM_KEY_EC };

/* What a card gives for an ECDSA signature: r and s side by side, DER (RFC
 * 3279, 2.2.3), or one of the two. */
enum jm_sig_form { JM_SIG_ANY, JM_SIG_RAW, JM_SIG_DER };

struct jm_prof_key {
	int present;
	uint16_t ef;
	unsigned bits;        /* of the RSA modulus, the longest it may be; or
	                         of the curve's field */
	unsigned least;       /* the shortest: bits, where that is known */
	enum jm_key_alg alg;
};

struct jm_prof_cert {
	int present;
	uint16_t ef;
	int need_pin;         /* readable only after its pair's PIN */
};

struct jm_prof_aid {
	uint8_t v[16];
	uint8_t len;          /* 0: no such application in this generation */
};

/* Files of the text-entry application; 0: none.  The one with the individual
 * number is not among them: nothing here reads it. */
struct jm_prof_text {
	uint16_t attributes_ef, signature_ef, certificate_ef;
};

/* Files that are shown as they are (objects/data.h). */
enum jm_data_id {
	JM_DATA_TEXT,        /* name, address, birth date, sex */
	JM_DATA_TEXT_SIG,    /* signature over it */
	JM_DATA_TEXT_CERT,   /* certificate of who signed */
	JM_DATA_TEXT_INFO,   /* version and key id */
	JM_DATA_FACE,        /* what is printed on the front, as pictures */
	JM_DATA_FACE_BIRTH,  /* birth date, signed */
	JM_DATA_FACE_INFO,   /* version, key id, municipality */
	JM_DATA_FACE_CERT,   /* certificate of who signed */
	JM_DATA_COMMON       /* card's serial, municipality, expiry */
};
#define JM_DATAS 9

struct jm_prof_data {
	int present;
	enum jm_app app;
	uint16_t ef;
	int record;         /* the first record of an EF with records; else a
			       transparent EF with one TLV object */
	uint16_t first;     /* its first two bytes, 0: not known */
	int need_pin;
	enum jm_pin_id pin; /* if so, which opens it */
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
	struct jm_prof_pin pin[JM_PINS];
	struct jm_prof_key key[JM_PAIRS];
	struct jm_prof_cert cert[JM_CERTS];
	struct jm_prof_aid app[JM_APPS]; /* but the JPKI one: that is aid */
	struct jm_prof_text text;
	struct jm_prof_data data[JM_DATAS];
	uint8_t logout_aid[16]; /* application whose selection drops the status */
	uint8_t logout_aid_len;
	unsigned modes;       /* bit n: signing mode P1 = n */
	enum jm_sig_form sig_form; /* of keys on curves */
	enum jm_tri sfi;      /* short EF ids may be used */
	enum jm_tri extended; /* extended Le may be used */
	const char *const *atrs; /* hex with ".." for any byte, a hint; NULL ends */
};

extern const struct jm_profile jm_profiles[];
extern const size_t jm_profiles_len;

#endif
