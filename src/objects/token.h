/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The face of the core for all front ends: the resident card of one insertion,
 * with its pairs, PINs and certificates.  Neutral types: no CK_, CARD_ or sc_.
 *
 * A token talks to its card only inside the calls marked [card]; each is one
 * transaction that ends with the log-out (card/card.h), so nothing stays
 * verified on the card.  Where the policy says JM_LOGIN_HOLD, and for a PIN
 * typed at the reader, a login keeps its transaction instead until it ends
 * (log-out, idle time, consent used up, failure); other programs wait, and no
 * PIN is kept.  The caller serialises these calls on one token; tokens
 * of different readers work in parallel.  All other calls answer from memory at
 * once, from any thread, also while a [card] call runs; what they return stays
 * valid until jm_token_free.
 *
 * A host that owns the reader (the policy's host_keeps) owns the transaction
 * and the security status in it, too.  A login leaves its PIN verified on the
 * card when the call ends, and is no more than the knowledge of that: nothing
 * is held that could be sent again.  What is verified is at all times what the
 * logins stand for, or else the whole status is dropped, of both pairs and for
 * every program, and so all logins end:
 *   - at the end of the [card] call in which a login ended (consent EACH used
 *     up, any failure of a signature), or which verified without a login;
 *   - by jm_token_settle or the next [card] call after jm_token_logout, and
 *     where the link failed or the card refused (jm_token_stale is 1 then).
 * A wrong PIN of a pair that was not logged in leaves the other's login alone.
 * The selection of another application ends all logins, too.  A reset or a
 * changed handle that a call notices as it begins ends them in memory, with
 * nothing sent for it.  Freeing a token sends nothing.
 *
 * PINs.  A PIN the user gave is sent in exactly one VERIFY.  To keep a login
 * the PIN is held in locked memory (base/secret.h) and verified again inside
 * later transactions, but only after a retry query shows a full counter (or a
 * reference without a limit, which has no try to lose).  A PIN that failed is
 * remembered there too and never sent again for that reference until another
 * PIN succeeded, the counter is full again, or the card left.
 *
 * Common errors of [card] calls:
 *   JM_GONE      the card left; free the token, open it anew when one is back
 *   JM_BUSY, JM_NO_SERVICE, JM_LINK, JM_FORMAT, JM_CARD, JM_NOMEM
 * A reset by another program drops held PINs and is otherwise handled inside.
 */
#ifndef JM_OBJECTS_TOKEN_H
#define JM_OBJECTS_TOKEN_H

#include "base/conf.h"
#include "card/pin.h"
#include "crypto/x509.h"
#include "objects/guard.h"

struct jm_policy {
	struct jm_guard_policy guard;
	enum jm_consent consent[JM_PAIRS];
	enum jm_login login;
	unsigned idle_ms; /* a held PIN is dropped after this; 0: never */
	int pss;          /* off: as if no card had it */
	int cache;        /* use and keep files of the user's cache folder */
	int trace;        /* each APDU, redacted, to the log at debug level */
	/* As told above.  login and idle_ms are not looked at then, and CONTEXT
	 * is EACH. */
	int host_keeps;
};

/* SHA-1 allowed, PSS on, raw off, authentication key SESSION, signature key
 * EACH, one transaction an operation, idle five minutes, no cache, no trace, no
 * host that keeps. */
extern const struct jm_policy jm_policy_default;

struct jm_token;

/*
 * [card] Identify the card behind link: at most 9 APDUs (5 with short EF ids),
 * 11 (6) where the user's cache knows other cards alone; 4 (2) fewer for a host
 * that keeps, whose counters are looked up when there is a PIN.  A card that
 * the cache knows has its PIN-free certificates loaded then (cache.h).
 * Takes over link on success only.  policy is copied.
 *   JM_NO_CARD  no resident card
 */
jm_err jm_token_open(const struct jm_link *link, const struct jm_policy *policy,
    struct jm_token **out) JM_MUST_USE;

/* Connect to the named reader's card (link_pcsc.h) and jm_token_open it. */
jm_err jm_token_open_reader(const char *reader, const struct jm_policy *policy,
    struct jm_token **out) JM_MUST_USE;

void jm_token_free(struct jm_token **t); /* wipes, closes the link */

/* In the child after fork: frees memory, leaves the parent's card alone. */
void jm_token_abandon(struct jm_token **t);

const struct jm_card_info *jm_token_info(const struct jm_token *t);
const struct jm_profile *jm_token_profile(const struct jm_token *t);
size_t jm_token_atr(const struct jm_token *t, uint8_t out[JM_ATR_MAX]);

/* Is the pair on this card (EF 0008, or what reading has shown since)? */
int jm_token_has(const struct jm_token *t, enum jm_pair pair);

/*
 * [card] Which applications answer: bit 1 << enum jm_app each.  One SELECT for
 * each that the profile names beside the JPKI one, which is there; and where
 * the text entry is, a retry query for its PIN (2 APDUs, 1 with short EF ids),
 * so that jm_token_pin_state is fresh.  Not for a module: programs pay for it.
 */
jm_err jm_token_apps(struct jm_token *t, unsigned *found) JM_MUST_USE;

/* What kind of key the pair's is, by the profile. */
enum jm_key_alg jm_token_key_alg(const struct jm_token *t, enum jm_pair pair);

/* Length of its modulus, or of its curve's field (256: P-256, 384: P-384): of
 * the certificate once that was read, else the profile's. */
unsigned jm_token_key_bits(const struct jm_token *t, enum jm_pair pair);

/* Bytes of its signatures: the modulus, or r and s. */
size_t jm_token_sig_len(const struct jm_token *t, enum jm_pair pair);

/* Can the card make RSASSA-PSS signatures with SHA-256, and may it? */
int jm_token_has_pss(const struct jm_token *t);

/* --- certificates ------------------------------------------------------- */

/* Read already?  NULL: not read, absent or hidden.  Never talks to the card. */
const struct jm_cert *jm_token_cert_loaded(
    const struct jm_token *t, enum jm_cert_id id);

/*
 * Is it known that jm_token_cert would not talk to the card (loaded, known to
 * be absent, or hidden until a login)?
 */
int jm_token_cert_settled(const struct jm_token *t, enum jm_cert_id id);

/*
 * [card, once per insertion] The certificate, read on first use.  The signature
 * certificate is read inside jm_token_login and stays until the card leaves.
 *   JM_NOT_FOUND  absent: no such pair, blank or filler-only file
 *   JM_NEED_PIN   the signature certificate before a login
 *   JM_FORMAT     what is there is no certificate (absent from then on)
 */
jm_err jm_token_cert(struct jm_token *t, enum jm_cert_id id,
    const struct jm_cert **out) JM_MUST_USE;

/*
 * [card, once per insertion] Read several in one transaction, so that the
 * application is selected once; ids has bit 1 << id for each.  Those that turn
 * out absent or hidden are no error: ask jm_token_cert_loaded afterwards.
 */
jm_err jm_token_read_certs(struct jm_token *t, unsigned ids) JM_MUST_USE;

/*
 * A pair's certificate that its holder registered here, for one that the card
 * hides: copied in place of one before; NULL takes it back.  It is not shown as
 * read (jm_token_cert...), but says what jm_token_key_bits and jm_token_sig_len
 * are; and before each signature of the pair the first block of the
 * card's own is read in the same transaction and has to be the same
 * (JM_OTHER_KEY), and the signature has to fit the registered key.  One that
 * does not is JM_BAD_SIG, as ever, and no fault of the cache.
 * Not while a [card] call runs.  The result of jm_token_cert_registered (NULL:
 * none) is valid until the next jm_token_register_cert.
 *   JM_ARG        id is not a pair's own certificate
 *   JM_NOT_FOUND  no such pair on this card
 *   JM_FORMAT     another kind of key than the pair's, or too short to compare
 *   JM_NOMEM; what was registered before stays
 */
jm_err jm_token_register_cert(struct jm_token *t, enum jm_cert_id id,
    const struct jm_cert *cert) JM_MUST_USE;
const struct jm_cert *jm_token_cert_registered(
    const struct jm_token *t, enum jm_cert_id id);

/* [card] Read a protected certificate with a PIN that the user gave, without a
 * login that stays; otherwise as jm_token_login. */
jm_err jm_token_cert_with_pin(struct jm_token *t, enum jm_cert_id id,
    const void *pin, size_t pin_len, int *tries,
    const struct jm_cert **out) JM_MUST_USE;

/* --- PINs ----------------------------------------------------------------- */

/* How old a counter may be that is told, or that a decision about a PIN rests
 * on. */
#define JM_COUNTER_AGE_MS 2000

/* [card, unless known for less than max_age_ms]  JM_NOT_FOUND: no such PIN, or
 * no application that it would be of. */
jm_err jm_token_pin_state(struct jm_token *t, enum jm_pin_id id,
    unsigned max_age_ms, struct jm_pin_state *out) JM_MUST_USE;

/* The same from memory: 1 if it is known for less than max_age_ms. */
int jm_token_pin_known(const struct jm_token *t, enum jm_pin_id id,
    unsigned max_age_ms, struct jm_pin_state *out);

/* Can this be the PIN?  From memory.
 *   JM_PIN_LEN, JM_PIN_FORM, JM_NOT_FOUND (no such pair or application) */
jm_err jm_token_pin_fits(const struct jm_token *t, enum jm_pin_id id,
    const void *pin, size_t pin_len, int is_new) JM_MUST_USE;

/*
 * [card] One VERIFY of a PIN the user gave, and with keep the login: the PIN is
 * held for later signatures.  Reads the pair's certificate in the same
 * transaction where that needs the PIN and was not read yet (a card that fails
 * at that does not undo the login); not with host_keeps, where a login of a
 * pair whose counter is known to be full is SELECT, SELECT EF, VERIFY. *tries:
 * left afterwards, -1 unknown. JM_PIN_LEN, JM_PIN_FORM  cannot be right;
 * nothing was sent JM_PIN_REPEATED          failed before; no VERIFY was sent
 *   JM_PIN_WRONG, JM_PIN_BLOCKED
 *   JM_NOT_FOUND             the pair is not on this card
 * Any failure drops a login the pair had; so does success without keep.
 */
jm_err jm_token_login(struct jm_token *t, enum jm_pair pair, const void *pin,
    size_t pin_len, int keep, int *tries) JM_MUST_USE;

/*
 * [card] One VERIFY of a PIN the user gave, and nothing else: no login.  Errors
 * of jm_token_login; a failure on the card's side ends a login of the pair
 * whose PIN it is.
 */
jm_err jm_token_check_pin(struct jm_token *t, enum jm_pin_id id,
    const void *pin, size_t pin_len, int *tries) JM_MUST_USE;

/*
 * What of the PIN can be typed at the reader (PC/SC part 10): bits
 * JM_PINPAD_... of link.h, 0 where it cannot verify.  Only a PIN of digits: no
 * reader has letters.
 */
unsigned jm_token_pinpad(const struct jm_token *t, enum jm_pin_id id);

/*
 * [card] jm_token_login with the PIN typed at the reader, which takes as long
 * as its user.  With keep the transaction is kept, whatever the policy says:
 * the PIN is not known here.  One VERIFY for one entry; a blocked PIN is not
 * asked for.  Also
 *   JM_TIMEOUT, JM_CANCELLED, JM_PIN_LEN  no try was spent
 *   JM_UNSUPPORTED                        no keys for this PIN
 */
jm_err jm_token_login_at_reader(
    struct jm_token *t, enum jm_pair pair, int keep, int *tries) JM_MUST_USE;

/* [card] jm_token_check_pin likewise. */
jm_err jm_token_check_pin_at_reader(
    struct jm_token *t, enum jm_pin_id id, int *tries) JM_MUST_USE;

/*
 * [card] jm_token_change_pin with both PINs typed at the reader: the old one,
 * then the new one twice.  A login goes on where its transaction is kept; with
 * a PIN that is held it ends, since the new one is not known here.  Also
 *   JM_MISMATCH     the two entries differ; nothing is changed
 *   JM_UNSUPPORTED  the reader can do no more than verify
 */
jm_err jm_token_change_pin_at_reader(
    struct jm_token *t, enum jm_pin_id id, int *tries) JM_MUST_USE;

/* End the login, wipe its PIN.  Fine when there is none.  jm_token_settle next,
 * if it is stale. */
void jm_token_logout(struct jm_token *t, enum jm_pair pair);

/* Is there a login?  Looks at the idle time first. */
int jm_token_logged_in(struct jm_token *t, enum jm_pair pair);

/* Is a transaction kept for a login that ended, with the pair still verified on
 * the card; or, with host_keeps, may a PIN be verified there that no login
 * stands for?  Every [card] call ends it first; jm_token_settle does no more
 * than that. */
int jm_token_stale(const struct jm_token *t);
void jm_token_settle(struct jm_token *t); /* [card] */

/*
 * [card] End all logins and drop every status, whoever verified it: the
 * log-out, whether or not anything is known to be verified.
 *   JM_CARD  the card refuses: what was verified stays so (on a link that takes
 *            its power away it does not, if this token verified it)
 */
jm_err jm_token_drop_status(struct jm_token *t) JM_MUST_USE;

/*
 * [card] JM_CONSENT_CONTEXT: consent to the one signature of the operation that
 * by names (not 0), by one VERIFY of a PIN the user gave.  The login itself is
 * consent to the first signature, whoever makes it.
 * Errors of jm_token_login, and JM_NEED_PIN without a login.  JM_PIN_WRONG uses
 * up all consents and leaves the login; a PIN that was not sent changes
 * nothing; JM_PIN_BLOCKED and any other failure on the card's side end the
 * login.
 */
jm_err jm_token_consent(struct jm_token *t, enum jm_pair pair, unsigned long by,
    const void *pin, size_t pin_len, int *tries) JM_MUST_USE;

/* The operation ended without its signature: its consent goes. */
void jm_token_no_consent(
    struct jm_token *t, enum jm_pair pair, unsigned long by);

/*
 * t, which nobody else has yet, shows the card that before showed until its
 * connection went: PINs that failed there are not sent here either, unless
 * their counter is full again; and what may be verified there still is ended
 * by the next [card] call (host_keeps).
 */
void jm_token_remember(struct jm_token *t, const struct jm_token *before);

/*
 * [card] Change a PIN: both forms are checked before anything is sent; one
 * VERIFY of old.  A login of the PIN's pair goes on with the new PIN.
 * JM_UNSUPPORTED: a number that is printed on the card.
 * *fresh_bad: 1 when JM_PIN_LEN or JM_PIN_FORM speak of the new PIN.
 */
jm_err jm_token_change_pin(struct jm_token *t, enum jm_pin_id id,
    const void *old_pin, size_t old_len, const void *new_pin, size_t new_len,
    int *fresh_bad, int *tries) JM_MUST_USE;

/* --- signatures ----------------------------------------------------------- */

enum jm_sign_mech {
	JM_SIGN_PKCS1,      /* in: a DigestInfo (guard.h decides) */
	JM_SIGN_PSS_SHA256, /* in: 32-byte SHA-256 value; salt 32 */
	JM_SIGN_ECDSA       /* in: a hash value (guard.h decides); sig: raw */
};

/*
 * [card] One signature with the held PIN: SELECT, retry query, VERIFY, sign,
 * log-out (7 APDUs, 5 with short EF ids); where the login kept its transaction
 * sign alone (and once SELECT EF, where the card wants it), and with host_keeps
 * SELECT, SELECT EF, sign (3 APDUs, 2).  Checked against
 * the certificate's key where that was read.  Ends the login if the pair's
 * consent is EACH, or if anything on the card's side failed; with CONTEXT uses
 * up the consent of by (jm_token_consent; 0: none but the login's own).
 * sig: cap bytes; JM_SPACE before anything is sent when they are too few.
 *   JM_REFUSED      the guard: nothing sent, login untouched
 *   JM_ARG          input length, likewise
 *   JM_NEED_PIN     no login (idle time, reset, used up), or no consent:
 *                   nothing sent, login untouched; or the card does not know of
 *                   the login any more (host_keeps: another program logged out)
 *   JM_OTHER_KEY    the card's certificate is not the registered one: no
 *                   signature was made
 *   JM_PIN_CHANGED  the counter was not full: the held PIN is dropped unsent;
 *                   or it was sent to a full counter and refused
 *   JM_PIN_BLOCKED
 *   JM_UNSUPPORTED  the card has no such mode, or another kind of key; login
 *                   untouched
 *   JM_BAD_SIG      nothing is handed out; the cache forgets the card, and
 * where the certificate came from there the token is JM_GONE from then on
 */
jm_err jm_token_sign(struct jm_token *t, enum jm_pair pair,
    enum jm_sign_mech mech, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len) JM_MUST_USE;
jm_err jm_token_sign_by(struct jm_token *t, enum jm_pair pair, unsigned long by,
    enum jm_sign_mech mech, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len) JM_MUST_USE;

/* What jm_token_sign_by would refuse at once, from memory: JM_REFUSED, JM_ARG,
 * JM_UNSUPPORTED, JM_NEED_PIN, JM_NOT_FOUND. */
jm_err jm_token_may_sign(const struct jm_token *t, enum jm_pair pair,
    unsigned long by, enum jm_sign_mech mech, const uint8_t *in,
    size_t in_len) JM_MUST_USE;

/* [card] The same with a PIN the user gives for this signature alone: VERIFY
 * and signature in one transaction, PIN rules of jm_token_login, nothing held.
 */
jm_err jm_token_sign_with_pin(struct jm_token *t, enum jm_pair pair,
    enum jm_sign_mech mech, const uint8_t *in, size_t in_len, const void *pin,
    size_t pin_len, uint8_t *sig, size_t cap, size_t *sig_len,
    int *tries) JM_MUST_USE;

/* --- random numbers ------------------------------------------------------- */

/*
 * [card] Bytes of the card's generator, 256 a command.  All zero on failure.
 *   JM_UNSUPPORTED  the card gives none
 */
jm_err jm_token_random(
    struct jm_token *t, uint8_t *out, size_t len) JM_MUST_USE;

#endif
