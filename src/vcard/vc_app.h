/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One application at work: its files, its PINs, its security status.
 *
 * The firewall: a command that belongs to an application is given this handle
 * and nothing else.  What can be reached from it is the application's own
 * (contents, status, channel, trust, staged writes, its table if it was loaded)
 * or read-only and the card's (parameters, life cycle, log).  There is no
 * pointer from here to the card or to another application; store alone leads
 * out, to one function that says "write what I changed", whose argument is the
 * store's own business and used by no command.
 */
#ifndef JM_VCARD_VC_APP_H
#define JM_VCARD_VC_APP_H

#include "base/err.h"
#include "base/wbuf.h"
#include "crypto/soft_key.h"
#include "vcard/vc_channel.h"
#include "vcard/vc_cmd.h"
#include "vcard/vc_life.h"
#include "vcard/vc_log.h"
#include "vcard/vc_package.h"
#include "vcard/vc_params.h"
#include "vcard/vc_profile.h"

struct vc_file {
	const struct vc_file_def *def;
	uint8_t *data; /* an EF's DER, a key's PKCS#8; NULL for a PIN */
	size_t len;
	struct jm_soft_key *key;
	uint8_t pin[VC_PIN_MAX];
	size_t pin_len;
	unsigned tries; /* left */
};

/* Why the image is written; also the name of the moments kill-at can mean. */
enum vc_phase { VC_PHASE_PAY, VC_PHASE_RESTORE, VC_PHASE_CHANGE };

/*
 * Makes what the application changed survive a loss of power at once, together
 * with the event's entry in the log (NULL: none).  On failure (JM_IO, JM_NOMEM,
 * JM_SPACE, JM_CRYPTO) old or new contents survive, nothing between, and the
 * entry is taken back; the application puts its own changes back.
 */
struct vc_store {
	jm_err (*commit)(
	    void *arg, enum vc_phase why, const struct vc_event *event);
	void *arg;
};

/* New contents of a file, not yet in effect; data NULL: none. */
struct vc_staged {
	uint8_t *data; /* as in struct vc_file */
	size_t len;
	struct jm_soft_key *key;
};

/*
 * An operator's authorisation on its way and in force (vc_authorise.c).  What
 * it gives is one bit of VC_OPERATIONS in vc_app.rights, good for one operation
 * on target.
 */
struct vc_authority {
	uint8_t challenge[16];
	int challenged;      /* the challenge was given and not yet used */
	struct jm_cvc cvc;   /* the operator's, accepted; raw_len 0: none */
	struct vc_event say; /* who, where, when, what for, target */
	int begun;           /* an operation that takes several commands has */
};

struct vc_app {
	const struct vc_app_def *def;
	const struct vc_params *par;
	const struct vc_store *store;
	const struct vc_log *log;
	const enum vc_life *life;
	struct vc_package *own; /* the table of a loaded one; NULL: def is a
				   profile's */
	struct vc_trust trust;
	struct vc_file file[VC_FILES_MAX]; /* def->file_count of them */

	/* Gone when another application is selected. */
	int cur;           /* index of the current EF, -1: none */
	uint32_t verified; /* bit i: the PIN file[i] */
	uint32_t rights;   /* enum vc_right, held now */
	struct vc_channel *channel;
	struct vc_authority authority;
	struct vc_staged staged[VC_FILES_MAX]; /* beside file[] */
};

/* vc_app.c.  What of the card an application may look at. */
struct vc_view {
	const struct vc_params *par;
	const struct vc_store *store;
	const struct vc_log *log;
	const enum vc_life *life;
};
void vc_app_init(
    struct vc_app *a, const struct vc_app_def *def, const struct vc_view *view);
void vc_app_clear(struct vc_app *a); /* frees and wipes all, own included */

/* No current EF; drop: also no PIN verified, no channel, no right. */
void vc_app_leave(struct vc_app *a, int drop);

/* The channel is over: rights, authorisation, staged writes and the PINs that
 * were verified in it with it. */
void vc_app_end_channel(struct vc_app *a);

/* The operation's right is used up, or the authorisation dropped; staged writes
 * are thrown away. */
void vc_app_spend(struct vc_app *a);

/*
 * Gives the right of an operation, one bit, as say tells it; an earlier one and
 * what was staged under it are gone.
 */
void vc_app_grant(struct vc_app *a, const struct vc_event *say);

/* 1: the card has this application (parameters may take it away). */
int vc_app_there(const struct vc_app *a);

/* Index of a file that the card shows (an absent pair may hide it), or -1. */
int vc_app_find(const struct vc_app *a, unsigned id);

/* Index by the reference of P2: 80 the current EF, 80+n the one with this
 * short id.  Returns 9000 with *i, or the status word to answer. */
unsigned vc_app_ref(
    const struct vc_app *a, unsigned p2, enum vc_kind kind, int *i);

/* 1 when the condition holds now, whatever an operator's target is. */
int vc_cond_met(const struct vc_app *a, const struct vc_cond *cond);

/* 1 when file i may be read or used now: its condition holds, and if only by an
 * operator's authorisation, then that is for this object. */
int vc_may(const struct vc_app *a, size_t i);

/* 0: an application of a card that no authority made, which knows none of the
 * commands that write. */
int vc_app_writable(const struct vc_app *a);

/* What lets the object be written now: nothing; a PIN or the role of the other
 * side, so at once; an operator's authorisation for it, so staged. */
enum vc_grant { VC_REFUSED, VC_AT_ONCE, VC_STAGED };
enum vc_grant vc_update_grant(const struct vc_app *a, size_t i);

/* vc_trust.c: puts the parts together; root is a point.  JM_FORMAT, JM_BAD_SIG,
 * JM_UNSUPPORTED: they are none, or do not belong together; JM_NOMEM,
 * JM_CRYPTO.  roles is left to the caller. */
jm_err vc_trust_make(const uint8_t *key, size_t key_len, const uint8_t *cvc,
    size_t cvc_len, const uint8_t *root, size_t root_len,
    struct vc_trust *out) JM_MUST_USE;
/* The same judgement of what is there.  Key and certificate have to be. */
jm_err vc_trust_check(const struct vc_trust *t) JM_MUST_USE;

/* 1: the image has contents for it (of the kind that vc_in_image tells). */
int vc_file_present(const struct vc_file *f);

/* vc_record.c: 1 when the bytes are records, two bytes of length before each.
 */
int vc_records_ok(const uint8_t *p, size_t len);

/* vc_file.c.  Which transparent EF READ or UPDATE BINARY means and from where:
 * P1 and P2 hold a short id and an offset, or an offset of 15 bits into the
 * current one; it becomes current.  9000 or the status word to answer. */
unsigned vc_binary_target(
    struct vc_app *a, const struct vc_cmd *c, size_t *off);

/* 1: the pair that the file belongs to is on this card (or it has none). */
int vc_pair_there(const struct vc_app *a, const struct vc_file_def *def);

/* vc_file.c: the bytes an EF shows, filler included. */
size_t vc_file_size(const struct vc_app *a, const struct vc_file *f);
void vc_file_read(const struct vc_app *a, const struct vc_file *f, size_t off,
    size_t n, struct jm_wbuf *out);

/* vc_update.c.  What a write to file i begins with: contents that wait for
 * ACTIVATE, or those in effect. */
struct vc_staged vc_update_base(
    const struct vc_app *a, size_t i, enum vc_grant grant);

/* New contents for file i, on the heap and taken over: stored at once or
 * waiting for ACTIVATE, as grant says.  JM_IO and others of commit. */
jm_err vc_update_put(struct vc_app *a, size_t i, enum vc_grant grant,
    struct vc_staged *contents) JM_MUST_USE;

/* vc_staged.c: does anything wait for ACTIVATE; and may it take effect?  A
 * certificate has to be one and its key's, a new key needs its certificate, a
 * resident record code its check digit.  *sw: 9000 or 6A80; JM_NOMEM,
 * JM_CRYPTO. */
int vc_staged_any(const struct vc_app *a);
jm_err vc_staged_check(struct vc_app *a, unsigned *sw) JM_MUST_USE;

/* 0: the application takes PINs through a channel alone, and there is none. */
int vc_pin_taken(const struct vc_app *a);

/* Tries of a PIN's full counter; 0: it has always been blocked. */
unsigned vc_pin_full(const struct vc_app *a, const struct vc_file_def *def);

/* How a PIN value of this form has to look; 0 when it does not.  check says
 * how much is looked at. */
int vc_pin_form_ok(const struct vc_file_def *def, const uint8_t *pin,
    size_t len, enum vc_change_check check);

/*
 * Commands of an application.  out takes the reply's data, *sw its status word.
 * Anything but JM_OK (JM_IO, JM_NOMEM, JM_CRYPTO) means that the card gives no
 * reply.
 */
typedef jm_err vc_app_command(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw);

vc_app_command vc_select_ef;               /* 00 A4 02, vc_file.c */
vc_app_command vc_read_binary;             /* 00 B0 */
vc_app_command vc_verify;                  /* 00 20, vc_pin.c */
vc_app_command vc_change;                  /* 00 24, vc_reset.c */
vc_app_command vc_sign;                    /* 80 2A, vc_key.c */
vc_app_command vc_internal_auth;           /* 00 88 */
vc_app_command vc_terminal_key;            /* 80 A2 */
vc_app_command vc_session_key;             /* 80 AE */
vc_app_command vc_indicator;               /* 80 FC */
vc_app_command vc_authenticate;            /* 00 86, vc_authenticate.c */
vc_app_command vc_read_record;             /* 00 B2, vc_record.c */
vc_app_command vc_update_record;           /* 00 DC */
vc_app_command vc_update_binary;           /* 00 D6, vc_update.c */
vc_app_command vc_activate;                /* 80 96 */
vc_app_command vc_change_key;              /* 80 32, vc_reset.c */
vc_app_command vc_reset_counter;           /* 00 2C */
vc_app_command vc_generate;                /* 00 47, vc_generate.c */
vc_app_command vc_authorisation_challenge; /* 80 90, vc_authorise.c */
vc_app_command vc_authorise;               /* 80 92 */
vc_app_command vc_operator_sign;           /* 80 94, vc_operator.c */

#endif
