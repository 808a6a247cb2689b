/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A resident card in software: power, reset, one command in, one reply out.
 *
 * The card is an image file.  Whatever a real card keeps without power (PIN
 * values and their counters) is written to it, synced and renamed into place
 * before the reply is given, and a VERIFY pays its try before the comparison:
 * ending the process at any moment never gives a try back.
 *
 * What the card does follows doc/vcard.md and its sources; every fact that is not
 * publicly known is a named parameter (vc_params.h).  The parser of commands is
 * its own (vc_parse.c): nothing of src/apdu or src/card is used here.
 *
 * One thread at a time per card.
 */
#ifndef JM_VCARD_VCARD_H
#define JM_VCARD_VCARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VC_CMD_MAX   (4 + 3 + 65535 + 3) /* bytes of a command, extended */
#define VC_REPLY_MAX (65536 + 2)         /* bytes of a reply with its SW */
#define VC_ATR_MAX   33

struct vc_card;

/*
 * Called once for each command after its reply is known and stored, before it is
 * handed out: for --trace, --latency and the tests' counters.  line is the
 * redacted form (no PIN, no certificate contents, no signature).
 */
typedef void (*vc_observer)(void *arg, const uint8_t *cmd, size_t cmd_len,
    const uint8_t *rsp, size_t rsp_len, const char *line);

/* Opens an image made by vc_create.  JM_IO, JM_FORMAT (says which line through
 * jm_log at error level), JM_NOMEM.  The image is locked against a second
 * process for as long as it is open: JM_BUSY. */
jm_err vc_open(const char *image, struct vc_card **out) JM_MUST_USE;
void vc_close(struct vc_card **card);

/* One of the names of vc_quirk_names, "name" or "name=value".  JM_ARG. */
jm_err vc_set_quirk(struct vc_card *card, const char *quirk) JM_MUST_USE;
/* Overrides a parameter of the image for this run: "name=value".  JM_ARG. */
jm_err vc_set_param(struct vc_card *card, const char *param) JM_MUST_USE;
void vc_set_observer(struct vc_card *card, vc_observer f, void *arg);

void vc_power(struct vc_card *card, int on); /* off drops every status */
void vc_reset(struct vc_card *card);         /* drops it unless the parameter
                                                reset-keeps-status is on */
/* Bytes of the answer to reset written to out. */
size_t vc_atr(const struct vc_card *card, uint8_t out[VC_ATR_MAX]);

/*
 * One command.  *rsp_len: in room, out bytes; at least two (SW1 SW2) on JM_OK.
 * A malformed command is answered by a status word, as a card does.
 *   JM_GONE  a quirk took the card away, or it has no power: no reply
 *   JM_IO    the image could not be written: no reply, nothing changed
 */
jm_err vc_transmit(struct vc_card *card, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t *rsp_len) JM_MUST_USE;

/* Milliseconds that a real card and its link would have taken for the exchange,
 * by the numbers of the named model; JM_ARG for another name. */
enum vc_latency { VC_LATENCY_NONE, VC_LATENCY_CONTACT, VC_LATENCY_CONTACTLESS };
unsigned vc_latency_us(enum vc_latency model, const uint8_t *cmd,
    size_t cmd_len, size_t rsp_len);

#endif
