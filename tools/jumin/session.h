/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From --reader and --trace to an open token. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdio.h>

#include "objects/token.h"
#include "tools/jumin/opts.h"
#include "transport/readers.h"

struct cli_readers {
	struct jm_reader list[JM_READERS_MAX];
	size_t n;
	size_t ignored; /* that the configuration leaves out */
	jm_err why;     /* JM_NO_SERVICE: pcscd is not there; else JM_OK */
	struct jm_policy policy; /* for their cards, as configured */
};

/* The configuration (a fault is a warning) and the present readers but those
 * to ignore.  EX_OK (also for none), or EX_FAIL after a message. */
int cli_list_readers(struct cli_readers *r);

/*
 * The reader that --reader names: its number, its whole name, or a part of the
 * name that fits no other.  EX_OK, or EX_USAGE or EX_NO_CARD after a message.
 */
int cli_find_reader(
    const struct cli_readers *r, const char *wanted, size_t *out);

/* The file of --trace, or NULL without the option.  EX_FAIL after a message. */
int cli_trace_open(const struct cli_args *a, FILE **out);
void cli_trace_close(FILE **f);

/* Open the card of one of them; trace may be NULL.  Errors of
 * jm_token_open_reader. */
jm_err cli_open_token(const struct cli_readers *all, const struct jm_reader *r,
    FILE *trace, struct jm_token **out) JM_MUST_USE;

/* EX_NO_CARD after saying that there is no reader, or none that is not to be
 * ignored; another code where pcscd is missing. */
int cli_fail_no_readers(const struct cli_readers *r);

/* EX_NO_CARD after saying that a card does not answer, and why that may be. */
int cli_fail_mute(void);

struct cli_session {
	struct jm_token *token;
	FILE *trace;
};

/*
 * Open the card that is meant: that of --reader, else the only resident card.
 * Several: EX_USAGE, naming the readers.  None: EX_NO_CARD, saying what is
 * missing (pcscd, a reader, a card, a card of this kind).
 * cli_session_close is fine after a failure too.
 */
int cli_session_open(const struct cli_args *a, struct cli_session *s);
/* The same without the user's cache, whatever the configuration says. */
int cli_session_open_uncached(const struct cli_args *a, struct cli_session *s);
void cli_session_close(struct cli_session *s);

/* EX_OK, or EX_FAIL after a message: the card has no such pair (a child's). */
int cli_need_pair(const struct cli_session *s, enum jm_pair pair);

/* The same of a PIN; that of the text-entry application, as far as the card's
 * generation may have it. */
int cli_need_pin(const struct cli_session *s, enum jm_pin_id id);

/* EX_FAIL after saying what of the text-entry application is not there: it, or
 * its PIN.  Asks the card which. */
int cli_fail_no_text(struct jm_token *t);

/* The name of a pair for people, translated: "JPKI Signature"; and of what a
 * PIN is for. */
const char *cli_pair_title(enum jm_pair pair);
const char *cli_pin_title(enum jm_pin_id id);

/* "auth" or "sign".  EX_OK, or EX_USAGE after a message. */
int cli_pair_word(const char *word, enum jm_pair *out);
/* "auth", "sign" or "text" likewise. */
int cli_pin_word(const char *word, enum jm_pin_id *out);

#endif
