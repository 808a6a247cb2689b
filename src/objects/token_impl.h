/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inside of a token, for src/objects alone. */
#ifndef JM_OBJECTS_TOKEN_IMPL_H
#define JM_OBJECTS_TOKEN_IMPL_H

#include <stdatomic.h>

#include "holder/index.h"
#include "objects/ident.h"
#include "objects/pinbox.h"
#include "objects/token.h"

enum jm_cert_state {
	JM_CERT_UNREAD,
	JM_CERT_HIDDEN, /* the card wants the pair's PIN first */
	JM_CERT_LOADED,
	JM_CERT_ABSENT
};

/*
 * Fields that calls without [card] look at are atomic: such a call may run in
 * another thread while one [card] call changes them.  All else belongs to the
 * [card] call that runs.
 */
/* What was found at some time; whoever asked may still look at it. */
struct jm_nym_seen {
	struct nym_index *index;
	struct jm_nym_seen *next;
};

struct jm_token {
	struct jm_card *card;
	int dead; /* the card left */
	struct jm_policy policy;
	struct jm_pinbox *box;
	struct jm_pin_state counter[JM_PINS];
	uint64_t counter_at[JM_PINS]; /* jm_now_ms; 0: not known */
	/* Both in one word, for threads without the card: jm_tok_tell. */
	_Atomic uint64_t counter_told[JM_PINS];
	unsigned transactions;        /* begun so far */
	unsigned counter_in[JM_PINS]; /* the one in which counter was told */
	/* The counter just before a VERIFY whose answer was lost; 0: no doubt.
	 * If it has not fallen since, that VERIFY never counted. */
	int doubt[JM_PINS];
	/* A transaction outlives its call (hold.c), and whose login it keeps.
	 */
	atomic_int held;
	atomic_int on_card[JM_USERS];
	atomic_uint open; /* jm_card_open_pins, after the last [card] call */
	struct jm_cert *registered[JM_PAIRS];
	atomic_int has[JM_PAIRS];
	atomic_uint modes;
	atomic_uint bits[JM_PAIRS]; /* jm_token_key_bits */
	atomic_uint pinpad;         /* jm_card_pinpad */
	atomic_int cert_state[JM_CERTS];
	_Atomic(struct jm_cert *) cert[JM_CERTS]; /* set once, freed with t */
	/* The user's cache (recall.c). */
	struct jm_cert *spare[JM_CERTS]; /* from a file, not shown so far */
	unsigned recalled;     /* bit 1 << id: believed, from a file */
	unsigned open_ids;     /* bit 1 << id: known to need no PIN */
	int unsaved;           /* something of open_ids is in no file */
	uint8_t pairs_raw[16]; /* what was read of EF 0008 (identify.c) */
	size_t pairs_len;
	uint16_t pairs_ef; /* where; 0: not read */
	/* Raw keys of service identities (nym.c); stamp 0: not looked up. */
	_Atomic(const struct nym_index *) nym;
	struct jm_nym_seen *nym_seen; /* all that were shown, freed with t */
	uint8_t nym_hint[NYM_HINT_LEN];
	uint64_t nym_stamp;
};

/*
 * The bracket of every [card] call: transaction and selected application.
 * After JM_OK jm_tok_end must follow, with the result so far; it returns it,
 * and keeps account of a card that left or was reset.
 */
jm_err jm_tok_begin(struct jm_token *t) JM_MUST_USE;
/* The same with any application; logins that live on the card end before
 * another one than theirs is selected.  Also as jm_card_select_app. */
jm_err jm_tok_begin_in(struct jm_token *t, enum jm_app app) JM_MUST_USE;
/* The same with none selected. */
jm_err jm_tok_begin_bare(struct jm_token *t) JM_MUST_USE;
jm_err jm_tok_end(struct jm_token *t, jm_err e) JM_MUST_USE;

void jm_tok_nym_free(struct jm_token *t); /* nym_seen.c */

/* Inside a transaction: the application, the pairs, their counters. */
jm_err jm_tok_identify(struct jm_token *t) JM_MUST_USE;

/*
 * A login that lives on the card: the transaction is not ended, the application
 * stays selected and the pair verified.  While one does, jm_tok_begin and
 * jm_tok_end send nothing.  It ends with the last such login, and with a
 * failure after which nobody can say what is selected; that ends these logins
 * too.
 *
 * keep   inside the bracket, after the user's VERIFY: a login that lives so
 * wanted is there one that has not ended?
 * end    log out and end the transaction
 */
void jm_tok_hold_keep(struct jm_token *t, enum jm_user user);
int jm_tok_hold_wanted(const struct jm_token *t);
void jm_tok_hold_end(struct jm_token *t);
/*
 * A host that keeps the status (host.c); all do nothing without one.
 *
 * reset   a transaction could not begin because of a reset: what logins stood
 *         for is gone
 * begin   in a transaction that has just begun: end what no login stands for.
 *         The link's errors; one that the card refuses is JM_OK
 * end     in place of jm_card_end: the same, then leave the rest verified
 * login   jm_tok_login in this mode
 * policy  what goes with it
 */
void jm_tok_host_policy(struct jm_policy *policy);
void jm_tok_host_reset(struct jm_token *t);
jm_err jm_tok_host_begin(struct jm_token *t) JM_MUST_USE;
void jm_tok_host_end(struct jm_token *t);
jm_err jm_tok_host_login(struct jm_token *t, enum jm_user user, const void *pin,
    size_t pin_len, int keep, int *tries) JM_MUST_USE;
int jm_tok_host_stale(const struct jm_token *t);

/*
 * Certificates that were registered (registered.c).
 *
 * same    inside the bracket, PIN verified: is it the card's?  Also if there is
 *         none.  JM_OTHER_KEY, and as jm_card_read
 */
jm_err jm_tok_registered_same(
    struct jm_token *t, enum jm_pair pair) JM_MUST_USE;
void jm_tok_registered_free(struct jm_token *t);

/* The length of the pair's key in a certificate, 0 if it is of another kind. */
unsigned jm_tok_cert_bits(
    const struct jm_token *t, enum jm_pair pair, const struct jm_cert *cert);

/* Inside a transaction: which pairs there are, by the profile of the moment.
 * The file is read once. */
jm_err jm_tok_read_pairs(struct jm_token *t) JM_MUST_USE;

/* A refusal by the card itself, as against a link that failed. */
int jm_tok_refused(jm_err e);

/* From memory: is there such a PIN, as far as is known? */
int jm_tok_has_pin(const struct jm_token *t, enum jm_pin_id id);

/* Those that are printed on the card stay what they are. */
static inline int
jm_tok_can_change(enum jm_pin_id id)
{
	return jm_pin_app(id) != JM_APP_FACE;
}

/* Inside the bracket of the PIN's application: retry query, remembered with its
 * time.  A full counter forgives the PINs that failed; the answer that the PIN
 * is verified does not, since it tells no counter. */
jm_err jm_tok_query(struct jm_token *t, enum jm_pin_id id) JM_MUST_USE;

/* Inside that bracket: one VERIFY, with all that follows from its answer for
 * the counter and the PIN box; a failure ends the logins of the users whose PIN
 * it is.  *tries as jm_card_pin_verify. */
jm_err jm_tok_verify(struct jm_token *t, enum jm_pin_id id,
    const struct jm_pin *pin, int *tries) JM_MUST_USE;

/*
 * The same of a PIN typed at the reader: jm_tok_begin_at_reader is the
 * bracket's beginning, which looks whether there are keys for it and a try is
 * left (JM_UNSUPPORTED, JM_PIN_BLOCKED; *tries then as known).
 */
jm_err jm_tok_begin_at_reader(
    struct jm_token *t, enum jm_pin_id id, int *tries) JM_MUST_USE;
jm_err jm_tok_ask(
    struct jm_token *t, enum jm_pin_id id, int *tries) JM_MUST_USE;
/* The same; a failure on the card's side ends the logins of the users whose PIN
 * it is. */
jm_err jm_tok_ask_once(
    struct jm_token *t, enum jm_pin_id id, int *tries) JM_MUST_USE;

/* jm_token_login and jm_token_login_at_reader for any user. */
jm_err jm_tok_login(struct jm_token *t, enum jm_user user, const void *pin,
    size_t pin_len, int keep, int *tries) JM_MUST_USE;
jm_err jm_tok_login_at_reader(
    struct jm_token *t, enum jm_user user, int keep, int *tries) JM_MUST_USE;

/* End the logins of all users of a PIN. */
void jm_tok_drop_logins(struct jm_token *t, enum jm_pin_id id);

/*
 * Inside the bracket: the user's PIN verified, by a status that the transaction
 * kept or by the PIN that is held, which is sent only to a full counter.
 *   JM_NEED_PIN, JM_PIN_CHANGED, JM_PIN_BLOCKED
 */
jm_err jm_tok_become(struct jm_token *t, enum jm_user user) JM_MUST_USE;

/* counter and counter_at changed: jm_token_pin_known says so from here on. */
void jm_tok_tell(struct jm_token *t, enum jm_pin_id id);

/* After a VERIFY: the card has told its counter, or left it unknown. */
void jm_tok_note_counter(
    struct jm_token *t, enum jm_pin_id id, jm_err e, int tries);

/* Inside the bracket, after a VERIFY: the certificate that only shows itself
 * now, once.  A card that fails at that is no error, a link that fails is. */
jm_err jm_tok_read_hidden(struct jm_token *t, enum jm_pair pair) JM_MUST_USE;

/* Inside the bracket: read and parse one certificate. */
jm_err jm_tok_read_cert(struct jm_token *t, enum jm_cert_id id) JM_MUST_USE;

/* Show a certificate, which is the token's from here on. */
void jm_tok_show_cert(
    struct jm_token *t, enum jm_cert_id id, struct jm_cert *cert);

/*
 * The cache of the user.  All do nothing where the policy has none.
 *
 * jm_tok_recall   for jm_card_identify_by, arg is the token: what a file says
 *                 of the card whose certificate begins as this one's does
 * jm_tok_believe  show what a file says of a pair: the authentication
 *                 certificate itself, and a CA's that verifies what is shown
 * jm_tok_spare_matches  inside the bracket: is what a file has of this
 *                 certificate what the card has, by its first block?  Then it
 *                 is shown.  JM_NOT_FOUND: no, read it
 * jm_tok_save     outside: write down what was read
 * jm_tok_distrust a signature did not fit: the file goes, and this picture of
 *                 the card with it where that came from a file
 */
jm_err jm_tok_recall(void *arg, struct jm_card *card,
    uint8_t raw[JM_TOKEN_INFO_LEN], size_t *len) JM_MUST_USE;
void jm_tok_believe(struct jm_token *t, enum jm_pair pair);
jm_err jm_tok_spare_matches(struct jm_token *t, enum jm_cert_id id) JM_MUST_USE;
void jm_tok_save(struct jm_token *t);
void jm_tok_distrust(struct jm_token *t);
void jm_tok_forget_spares(struct jm_token *t);

/*
 * A PIN as the user gave it, ready to be sent: form, and not one that failed.
 * May run a bracket of its own for a retry query.  *out is the caller's to
 * wipe. *tries: as known, -1 else.
 */
jm_err jm_tok_admit_pin(struct jm_token *t, enum jm_pin_id id, const void *text,
    size_t len, struct jm_pin *out, int *tries) JM_MUST_USE;

#endif
