/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The terminal of a municipal counter: what it does to a resident's card with
 * an operator's card beside it (doc/vcard.md, "Counter").  It reaches both by
 * APDUs over a struct jm_link alone and knows of them what that page says;
 * nothing of src/vcard is behind it.
 *
 * Every step sends each of its commands once.  After a failure the terminal's
 * fault says which card refused what; the cards are then left as they are,
 * powered down by counter_leave: what was staged but not activated is gone.
 *
 * PINs are asked for through the terminal's ask, after the tries that are left
 * are known; each is sent once and wiped.
 */
#ifndef VCARD_COUNTER_H
#define VCARD_COUNTER_H

#include <time.h>

#include "apdu/sm_open.h"
#include "crypto/x509.h"

/* Applications ---------------------------------------------------------- */

struct counter_app {
	const char *name; /* as the card's log calls it */
	uint8_t aid[16];
	size_t aid_len;
	const struct counter_app *instead; /* where the card has not this one;
					      NULL: nothing */
};

extern const struct counter_app counter_issuer, counter_jpki, counter_text,
    counter_juki, counter_common, counter_library_app, counter_operator_app;

/* Cards ------------------------------------------------------------------*/

#define COUNTER_REPLY_MAX JM_SM_NE_MAX

struct counter_card {
	const char *name; /* for messages: N_("the resident card") */
	struct jm_link link;
	struct jm_xbuf *x;
	uint8_t *reply;                /* COUNTER_REPLY_MAX bytes */
	struct jm_sm *sm;              /* the open channel, NULL: none */
	struct jm_cvc who;             /* who proved itself in it */
	const struct counter_app *app; /* it leads there */
	int role;                      /* whose identity opened it */
	int held;                      /* in a transaction */
};

/* Takes link over, also on failure.  JM_NOMEM. */
jm_err counter_card_init(
    struct counter_card *k, const char *name, struct jm_link *link) JM_MUST_USE;
/* Ends channel and transaction; the card loses its power. */
void counter_leave(struct counter_card *k);
void counter_card_free(struct counter_card *k); /* also an all-zero one */

/* What went wrong --------------------------------------------------------*/

/* clang-format off */
/* What was asked of a card when it went wrong; the texts end "... refused: ". */
#define COUNTER_STEPS(X)                                                       \
	X(NONE,       "nothing")                                                    \
	X(REACH,      "reaching the card")                                     \
	X(SELECT,     "selecting an application")                              \
	X(CHANNEL,    "opening the secure channel")                            \
	X(EXPIRED,    "the card's certificate")                                \
	X(QUERY,      "asking for the tries left")                             \
	X(ASK,        "asking for a PIN")                                      \
	X(VERIFY,     "checking the PIN")                                      \
	X(WHO,        "reading the operator's certificate")                    \
	X(CHALLENGE,  "asking for a challenge")                                \
	X(SIGN,       "the operator's authorisation")                          \
	X(OPERATOR,   "showing the operator's certificate")                    \
	X(GRANT,      "showing the operator's authorisation")                  \
	X(RESET,      "setting the PIN anew")                                  \
	X(READ,       "reading")                                               \
	X(WRITE,      "writing")                                               \
	X(GENERATE,   "making a new key pair")                                 \
	X(CERTIFY,    "issuing the new certificate")                           \
	X(ACTIVATE,   "putting the changes into effect")                       \
	X(LOAD,       "loading the application")                               \
	X(DELETE,     "deleting the application")                              \
	X(LIST,       "listing the applications")                              \
	X(EXPORT,     "reading out the application")                           \
	X(STATUS,     "changing the card's state")                             \
	X(TRANSPORT,  "showing the transport key")                             \
	X(STORE,      "storing the card's contents")                           \
	X(COMPARE,    "comparing with what the successor has")
/* clang-format on */

enum counter_step {
#define X(id, text) COUNTER_AT_##id,
	COUNTER_STEPS(X)
#undef X
};

struct counter_fault {
	const char *card; /* its name; NULL: no card is to blame */
	enum counter_step step;
	jm_err err;
	unsigned sw; /* 0: there was no status word */
	int tries;   /* left of a PIN; -1: not about one */
};

/* The terminal -----------------------------------------------------------*/

#define COUNTER_PACKAGE_MAX 16384 /* bytes of a municipal application */

/* Operations, by their number in an authorisation. */
enum counter_op {
	COUNTER_RESET_PIN,
	COUNTER_CHANGE_CODE,
	COUNTER_LOAD_APP,
	COUNTER_DELETE_APP,
	COUNTER_RENEW,
	COUNTER_MOVE_OUT,
	COUNTER_MOVE_IN,
	COUNTER_ISSUE,
	COUNTER_SUSPEND,
	COUNTER_RESUME,
	COUNTER_RETURN,
	COUNTER_TERMINATE
};

#define COUNTER_REASON_MAX 40 /* bytes of UTF-8 */
#define COUNTER_TARGET_MAX 32
#define COUNTER_PIN_MAX    16

struct counter_pin {
	uint8_t value[COUNTER_PIN_MAX];
	size_t len;
};

enum counter_who { COUNTER_PIN_OPERATOR, COUNTER_PIN_HOLDER };

struct counter {
	struct jm_sm_ident counter; /* who the terminal is: role 02 */
	struct jm_sm_ident issuer;  /* role 03; key NULL: it is no issuer */
	const char *id;             /* the holder of counter.cvc */
	struct counter_card *op;    /* the operator's card */
	int op_ready;               /* its PIN was right */
	struct jm_cvc operator_cvc; /* from then on */
	const char *reason;         /* what for; up to COUNTER_REASON_MAX */
	int last_try;               /* 1: the last try of a PIN may be spent */
	/* A PIN of which tries (-1: not told) are left.  Anything but JM_OK
	 * means that none was given. */
	jm_err (*ask)(void *arg, enum counter_who who, int tries,
	    struct counter_pin *out);
	void *ask_arg;
	time_t (*now)(void);
	/* Makes a package fit to be loaded into this card: *out is freed and
	 * wiped by the caller, COUNTER_PACKAGE_MAX bytes.  NULL: as it is. */
	jm_err (*fit)(void *arg, const struct jm_cvc *card, const uint8_t *in,
	    size_t len, uint8_t **out, size_t *out_len);
	void *fit_arg;
	struct counter_fault fault;
};

/* Notes the fault and returns err. */
jm_err counter_blame(struct counter *c, const struct counter_card *k,
    enum counter_step step, jm_err err, unsigned sw);

/* Steps (counter_open.c) ------------------------------------------------ */

/* A command without protection: data is in k->reply, *len bytes.  JM_CARD, or
 * what jm_sw_err says, when it is not 9000. */
jm_err counter_plain(struct counter *c, struct counter_card *k,
    enum counter_step step, const struct jm_capdu *cmd,
    size_t *len) JM_MUST_USE;

jm_err counter_select(struct counter *c, struct counter_card *k,
    const struct counter_app *app) JM_MUST_USE;

/* Selects app and opens a channel as me, unless that very channel is open. */
jm_err counter_channel(struct counter *c, struct counter_card *k,
    const struct counter_app *app, const struct jm_sm_ident *me) JM_MUST_USE;

/* A command in the channel; likewise. */
jm_err counter_send(struct counter *c, struct counter_card *k,
    enum counter_step step, const struct jm_capdu *cmd,
    size_t *len) JM_MUST_USE;

/* An EF or PIN of the application that the channel leads to becomes current. */
jm_err counter_select_ef(
    struct counter *c, struct counter_card *k, unsigned id) JM_MUST_USE;

/*
 * Checks the PIN ref of the application that the channel leads to: looks at
 * its counter, asks, sends it once.
 *   JM_PIN_BLOCKED  it was blocked before, or is now
 *   JM_REFUSED      one try is left, and last_try is 0
 *   JM_PIN_LEN, JM_PIN_FORM  what was given cannot be right: not sent
 *   JM_PIN_WRONG    fault.tries are left
 */
jm_err counter_verify(struct counter *c, struct counter_card *k, unsigned ref,
    enum counter_who who) JM_MUST_USE;

/* The whole EF id of the application, read in pieces (k->reply is used); out
 * grows to *len bytes and is freed by the caller. */
#define COUNTER_FILE_MAX 8192
jm_err counter_read(struct counter *c, struct counter_card *k, unsigned id,
    uint8_t **out, size_t *len) JM_MUST_USE;

/* Authorisation (counter_authorise.c) ------------------------------------*/

/* The operator's card is open and has had its PIN. */
jm_err counter_operator(struct counter *c) JM_MUST_USE;

/*
 * Has the operator's card sign the operation on target in the application that
 * k's channel leads to, and shows k that: it holds the right for one.
 */
jm_err counter_authorise(struct counter *c, struct counter_card *k,
    enum counter_op op, const void *target, size_t target_len) JM_MUST_USE;

/* The statement alone; out: COUNTER_STATEMENT_MAX bytes. */
#define COUNTER_STATEMENT_MAX 152
jm_err counter_statement(const struct counter *c, const struct counter_app *app,
    enum counter_op op, const void *target, size_t target_len,
    const uint8_t challenge[16], uint8_t out[COUNTER_STATEMENT_MAX],
    size_t *len) JM_MUST_USE;

/* Operations (counter_ops.c) ---------------------------------------------*/

/* Staged in the card; in effect with counter_activate alone. */
jm_err counter_update(struct counter *c, struct counter_card *k, unsigned id,
    const uint8_t *data, size_t len) JM_MUST_USE;
jm_err counter_activate(struct counter *c, struct counter_card *k) JM_MUST_USE;

/* The holder's PINs as they are set at a counter. */
struct counter_pin_def {
	const char *word;                 /* "auth" */
	const char *name;                 /* N_("authentication PIN") */
	const struct counter_app *app[2]; /* each application that has it */
	uint16_t id;
	int letters; /* 1: A-Z and 0-9, at least one of each */
	size_t min, max;
};
const struct counter_pin_def *counter_pin_find(const char *word);

/* Letters become capitals.  JM_PIN_LEN, JM_PIN_FORM. */
jm_err counter_pin_form(
    const struct counter_pin_def *def, struct counter_pin *pin) JM_MUST_USE;

/* Sets it in every application that has it; its tries are full again. */
jm_err counter_reset_pin(struct counter *c, struct counter_card *k,
    const struct counter_pin_def *def,
    const struct counter_pin *pin) JM_MUST_USE;

/* Resident record code: 11 digits, the last a check digit. */
#define COUNTER_CODE_LEN 11
int counter_code_ok(const char *code);
jm_err counter_code_random(char out[COUNTER_CODE_LEN + 1]) JM_MUST_USE;
jm_err counter_change_code(struct counter *c, struct counter_card *k,
    enum counter_op op, const char *code) JM_MUST_USE;
jm_err counter_read_code(struct counter *c, struct counter_card *k,
    char out[COUNTER_CODE_LEN + 1]) JM_MUST_USE;

/* States of SET STATUS. */
enum counter_life {
	COUNTER_MANUFACTURED,
	COUNTER_PERSONALISED,
	COUNTER_ISSUED,
	COUNTER_SUSPENDED,
	COUNTER_RETURNED,
	COUNTER_TERMINATED
};
jm_err counter_set_life(struct counter *c, struct counter_card *k,
    enum counter_op op, enum counter_life life) JM_MUST_USE;

/* Renewal (counter_renew.c) ----------------------------------------------*/

/* A test authority that issues for one of the pairs; cert on the heap. */
struct counter_ca {
	struct jm_cert *cert;
	struct jm_soft_key *key;
};
struct counter_cas {
	struct counter_ca auth, sign;
};
void counter_cas_free(struct counter_cas *cas);

/*
 * New key pairs, made by the card, and certificates for them, in effect at
 * once and together; a failure before that leaves the old ones.
 */
jm_err counter_renew(struct counter *c, struct counter_card *k,
    const struct counter_cas *cas) JM_MUST_USE;

/* The end of the fifth birthday after now, as old tells the day: that is when a
 * certificate ends. */
time_t counter_valid_until(time_t old_not_after, time_t now);

/* Municipal applications (counter_load.c), in the common application ------*/

#define COUNTER_AID_MAX 16

/* Data in as many commands as it takes, P2 counting them, the last with P1 80.
 */
jm_err counter_blocks(struct counter *c, struct counter_card *k,
    enum counter_step step, uint8_t ins, const uint8_t *data,
    size_t len) JM_MUST_USE;

/* The holder agrees: PIN 001C of the common application, in its channel. */
jm_err counter_consent(struct counter *c, struct counter_card *k) JM_MUST_USE;

/* Loads the package by the right of op (COUNTER_LOAD_APP, COUNTER_MOVE_IN).
 * The holder has agreed in this channel. */
jm_err counter_load(struct counter *c, struct counter_card *k,
    enum counter_op op, const uint8_t *package, size_t len) JM_MUST_USE;
jm_err counter_delete(struct counter *c, struct counter_card *k,
    const uint8_t *aid, size_t aid_len) JM_MUST_USE;

/* What is loaded. */
#define COUNTER_LOADED_MAX 16
struct counter_loaded {
	uint8_t aid[COUNTER_AID_MAX];
	size_t aid_len;
	char label[33]; /* for people */
};
jm_err counter_list(struct counter *c, struct counter_card *k,
    struct counter_loaded list[COUNTER_LOADED_MAX], size_t *n) JM_MUST_USE;

/* The package with what the application holds now, freed and wiped by the
 * caller (COUNTER_PACKAGE_MAX bytes). */
jm_err counter_export(struct counter *c, struct counter_card *k,
    const uint8_t *aid, size_t aid_len, uint8_t **out, size_t *len) JM_MUST_USE;
/* Its second half, with the right held: mem has COUNTER_PACKAGE_MAX bytes. */
jm_err counter_export_pieces(struct counter *c, struct counter_card *k,
    const uint8_t *aid, size_t aid_len, uint8_t *mem, size_t *n) JM_MUST_USE;

/* The holder's own, of all that may move (counter_move.c) ----------------*/

/*
 * Moves the resident record code and the municipal applications to the
 * successor, whose holder agrees, and returns the old card.  Broken off, it can
 * be done again.
 */
jm_err counter_succeed(struct counter *c, struct counter_card *from,
    struct counter_card *to) JM_MUST_USE;

/* An issuer's work (counter_issue.c) --------------------------------------*/

#define COUNTER_TRANSPORT_LEN 32

/* Takes one object of STORE DATA; trust: an application's channel key. */
typedef jm_err counter_taker(
    void *arg, int trust, const uint8_t *object, size_t len);

struct counter_issue {
	/* The transport key of the card with this id. */
	jm_err (*transport_key)(void *arg, const uint8_t *id, size_t id_len,
	    uint8_t out[COUNTER_TRANSPORT_LEN]);
	/* Gives every object to take; card is who proved itself. */
	jm_err (*contents)(void *arg, const struct jm_cvc *card,
	    counter_taker *take, void *take_arg);
	void *arg;
};

/*
 * Shows the transport key, once, gives the card its contents and makes it a
 * personalised one.  Broken off, it can be done again.
 */
jm_err counter_personalise(struct counter *c, struct counter_card *k,
    const struct counter_issue *how) JM_MUST_USE;

#endif
