/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A reference model of the virtual card's PIN counters, security status and
 * life cycle, written from doc/vcard.md alone: it takes commands as bytes and
 * says what has to be answered, and what the card has to be afterwards.  It
 * shares no line with src/vcard; ref_start and ref_compare alone look at a
 * card.
 */
#ifndef JM_TESTS_UNIT_VC_REF_H
#define JM_TESTS_UNIT_VC_REF_H

#include "vcard/vc_card.h"

#define REF_APPS    8
#define REF_ROWS    20
#define REF_PIN_MAX 16

enum ref_kind { REF_END, REF_EF, REF_RECORD, REF_KEY, REF_DEVICE, REF_PIN };
enum ref_form { REF_DIGITS, REF_ALNUM, REF_FIXED }; /* FIXED: not changed */
enum ref_open { REF_FREE, REF_NEVER, REF_AFTER };

/* One object of an application. */
struct ref_row {
	uint16_t id;
	enum ref_kind kind;
	enum ref_open open;
	uint16_t by[3]; /* REF_AFTER: one of these PINs */
	size_t size;    /* of an EF; 0: any */
	/* PINs alone */
	enum ref_form form;
	size_t min, max;
	unsigned tries; /* of a full counter; 0: always blocked */
};

struct ref_app {
	const char *name; /* in an image */
	uint8_t aid[16];
	size_t aid_len;
	uint16_t own_key;   /* what P2 = 00 signs with; 0: none */
	uint8_t change_ins; /* 24, or 32 in class 80 */
	struct ref_row row[REF_ROWS];
};

struct ref_pin {
	uint8_t value[REF_PIN_MAX];
	size_t len;
	unsigned tries;
	int verified;
};

struct ref {
	const struct ref_app *app[REF_APPS]; /* those that the card has */
	size_t index[REF_APPS];              /* where the card has them */
	size_t apps;
	struct ref_pin pin[REF_APPS][REF_ROWS];
	enum vc_life life;
	size_t cur; /* of app */
	int ef;     /* row of the current EF; -1 */
};

enum ref_how {
	REF_SW,      /* this status word */
	REF_REFUSED, /* no 9000 and no counter */
	REF_ANY      /* what is answered is no matter of status */
};
struct ref_want {
	enum ref_how how;
	unsigned sw;
	int data;   /* REF_SW 9000: 1 a reply, 0 none */
	size_t len; /* of it; 0: not known */
};

/* All that there may be. */
extern const struct ref_app ref_known[];
extern const size_t ref_known_len;

/* A card as it is now, without power.  What a PIN is, is taken over. */
void ref_start(struct ref *r, const struct vc_card *card);

void ref_power_off(struct ref *r);

/*
 * What a counter with an operator's card does, the card's power taken before
 * and after.  1: the card does it.
 */
enum ref_counter {
	REF_RESET_PIN,
	REF_ISSUE,
	REF_SUSPEND,
	REF_RESUME,
	REF_RETURN,
	REF_END_LIFE
};
struct ref_job {
	enum ref_counter what;
	size_t app, row; /* REF_RESET_PIN: of r->app */
	const uint8_t *value;
	size_t len;
	int authorised; /* 0: for another object or state */
};
/* How a PIN of this form looks. */
int ref_form_fits(enum ref_form form, const uint8_t *p, size_t n);

int ref_counter(struct ref *r, const struct ref_job *job);
enum vc_life ref_life_after(enum ref_counter what);

struct ref_want ref_command(struct ref *r, const uint8_t *cmd, size_t len);

/* NULL: the card is as the model says; else what differs. */
const char *ref_compare(const struct ref *r, const struct vc_card *card);

#endif
