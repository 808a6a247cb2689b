/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A resident card in software: power, reset, one command in, one reply out.
 *
 * The card is an image file.  Whatever a real card keeps without power (PIN
 * values and their counters) is written to it, synced and renamed into place
 * before the reply is given, and a VERIFY pays its try before the comparison:
 * ending the process at any moment never gives a try back.
 *
 * What the card does follows doc/vcard.md and its sources; every fact that is
 * not publicly known is a named parameter (vc_params.h).  The parser of
 * commands is its own (vc_parse.c): nothing of src/apdu or src/card is used
 * here.
 *
 * One thread at a time per card.
 */
#ifndef JM_VCARD_VCARD_H
#define JM_VCARD_VCARD_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/err.h"

#define VC_CMD_MAX   (4 + 3 + 65535 + 3) /* bytes of a command, extended */
#define VC_REPLY_MAX (65536 + 2)         /* bytes of a reply with its SW */
#define VC_ATR_MAX   33

struct vc_card;

/*
 * Called once for each command after its reply is known and stored, before it
 * is handed out: for --trace, --latency and the tests' counters.  line is the
 * redacted form (no PIN, no certificate contents, no signature).
 */
typedef void (*vc_observer)(void *arg, const uint8_t *cmd, size_t cmd_len,
    const uint8_t *rsp, size_t rsp_len, const char *line);

/* Opens an image made by vc_create.  JM_IO, JM_FORMAT (says which line through
 * jm_log at error level), JM_NOMEM.  The image is locked against a second
 * process for as long as it is open: JM_BUSY. */
jm_err vc_open(const char *image, struct vc_card **out) JM_MUST_USE;
/* The same for looking at it alone: no lock, whoever has it open goes on.  Such
 * a card must not be given commands that write (JM_IO). */
jm_err vc_open_readonly(const char *image, struct vc_card **out) JM_MUST_USE;
void vc_close(struct vc_card **card);

/* One of the names of vc_quirk_name, "name" or "name=value".  JM_ARG. */
jm_err vc_set_quirk(struct vc_card *card, const char *quirk) JM_MUST_USE;
const char *vc_quirk_name(size_t i);  /* NULL past the end */
const char *vc_quirk_value(size_t i); /* its value's form, "" for none */
/* Overrides a parameter of the image for this run: "name=value".  JM_ARG. */
jm_err vc_set_param(struct vc_card *card, const char *param) JM_MUST_USE;
void vc_set_observer(struct vc_card *card, vc_observer f, void *arg);

/* Called at the moment that the quirk kill-at names; a program ends itself
 * there as a loss of power would. */
typedef void (*vc_killer)(void *arg);
void vc_set_killer(struct vc_card *card, vc_killer f, void *arg);

void vc_power(struct vc_card *card, int on); /* off drops every status */
void vc_reset(struct vc_card *card);         /* the same unless the parameter
						reset-keeps-status is on: then
						channels alone */
int vc_is_dead(const struct vc_card *card);  /* a quirk took it for good */
/* Bytes of the answer to reset written to out. */
size_t vc_atr(const struct vc_card *card, uint8_t out[VC_ATR_MAX]);

/*
 * One command.  *rsp_len: in room, out bytes; at least two (SW1 SW2) on JM_OK.
 * A malformed command is answered by a status word, as a card does.
 *   JM_GONE  a quirk took the card away, or it has no power: no reply
 *   JM_LINK  a quirk made it mute: no reply
 *   JM_SPACE the reply is longer than the room, and lost
 *   JM_IO    the image could not be written: no reply.  What the disk has then
 *            is the state before or after the command; a try that was being
 *            paid for stays paid in this process
 *   JM_NOMEM, JM_CRYPTO: no reply
 */
jm_err vc_transmit(struct vc_card *card, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t *rsp_len) JM_MUST_USE;

/*
 * Microseconds that a real card and its link would have taken for the exchange,
 * by the numbers of the model (doc/vcard.md, "Latency"); a contact card's link
 * rate is that of its ATR.
 */
enum vc_latency { VC_LATENCY_NONE, VC_LATENCY_CONTACT, VC_LATENCY_CONTACTLESS };
unsigned vc_latency_us(const struct vc_card *card, enum vc_latency model,
    const uint8_t *cmd, size_t cmd_len, size_t rsp_len);

/* What a person may be told of a card: no PIN, nothing of the holder beyond the
 * subjects of the certificates. */
#define VC_INFO_APPS 16
#define VC_INFO_PINS 32
struct vc_app_info {
	const char *name; /* "text" */
	uint8_t aid[16];
	size_t aid_len;
	int loaded; /* put there after the card was issued */
};
struct vc_pin_info {
	const char *app; /* name of its application */
	const char *name;
	unsigned ref, tries, tries_max; /* tries_max 0: without limit */
};
struct vc_cert_info {
	const char *name;
	unsigned ref;
	int valid; /* 0: not a certificate, subject is empty */
	char subject[256];
	time_t not_after;
	size_t len; /* bytes of DER */
};
struct vc_info {
	const char *profile;
	const char *life; /* its word: "issued" */
	char label[33], serial[17];
	int auth_pair, sign_pair;
	struct vc_app_info app[VC_INFO_APPS];
	size_t app_count;
	struct vc_pin_info pin[VC_INFO_PINS];
	size_t pin_count;
	struct vc_cert_info cert[8];
	size_t cert_count;
};
jm_err vc_info(const struct vc_card *card, struct vc_info *out) JM_MUST_USE;

/* What was done to the card at a counter (vc_log.h); borrowed.  An image whose
 * chain is broken does not open. */
struct vc_log;
const struct vc_log *vc_card_log(const struct vc_card *card);

#endif
