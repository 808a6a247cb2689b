/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One application at work: its files, its PINs, its security status.
 *
 * The firewall: a command that belongs to an application is given this handle
 * and nothing else.  It leads to the application's own files and status, to the
 * card's parameters (read only) and to "write what I changed"; there is no way
 * from it to the card or to another application.
 */
#ifndef JM_VCARD_VC_APP_H
#define JM_VCARD_VC_APP_H

#include "base/err.h"
#include "base/wbuf.h"
#include "crypto/soft_key.h"
#include "vcard/vc_cmd.h"
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

/* Makes what the application changed survive a loss of power at once.  On
 * failure (JM_IO, JM_NOMEM) old or new contents survive, nothing between. */
struct vc_store {
	jm_err (*commit)(void *arg, enum vc_phase why);
	void *arg;
};

struct vc_app {
	const struct vc_app_def *def;
	const struct vc_params *par;
	const struct vc_store *store;
	struct vc_file file[VC_FILES_MAX]; /* def->file_count of them */
	int cur;           /* index of the current EF, -1: none */
	uint32_t verified; /* bit i: the PIN file[i] */
	uint32_t rights;   /* enum vc_right, held now */
};

void vc_app_init(struct vc_app *a, const struct vc_app_def *def,
    const struct vc_params *par, const struct vc_store *store);
void vc_app_clear(struct vc_app *a); /* frees and wipes the contents */

/* No current EF; drop: also no PIN verified. */
void vc_app_leave(struct vc_app *a, int drop);

/* Index of a file that the card shows (an absent pair may hide it), or -1. */
int vc_app_find(const struct vc_app *a, unsigned id);

/* Index by the reference of P2: 80 the current EF, 80+n the one with this
 * short id.  Returns 9000 with *i, or the status word to answer. */
unsigned vc_app_ref(
    const struct vc_app *a, unsigned p2, enum vc_kind kind, int *i);

/* 1 when the condition holds now. */
int vc_cond_met(const struct vc_app *a, const struct vc_cond *cond);

/* vc_file.c: the bytes an EF shows, filler included. */
size_t vc_file_size(const struct vc_app *a, const struct vc_file *f);
void vc_file_read(const struct vc_app *a, const struct vc_file *f, size_t off,
    size_t n, struct jm_wbuf *out);

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

vc_app_command vc_select_ef;     /* 00 A4 02, vc_file.c */
vc_app_command vc_read_binary;   /* 00 B0 */
vc_app_command vc_verify;        /* 00 20, vc_pin.c */
vc_app_command vc_change;        /* 00 24 */
vc_app_command vc_sign;          /* 80 2A, vc_key.c */
vc_app_command vc_internal_auth; /* 00 88 */
vc_app_command vc_terminal_key;  /* 80 A2 */
vc_app_command vc_session_key;   /* 80 AE */
vc_app_command vc_indicator;     /* 80 FC */

#endif
