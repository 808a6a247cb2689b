/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * juminmd-setup: what the minidriver cannot ask for.  Windows wants a
 * container's public key before a PIN is given, and the card tells the
 * signature certificate only after one: so its holder registers it here, once.
 *
 * A program of its own connection to the card; the driver is not asked.
 * Exit codes are those of jumin(1).
 */
#ifndef JM_DRIVERS_MINIDRIVER_SETUP_H
#define JM_DRIVERS_MINIDRIVER_SETUP_H

#include "objects/token.h"

enum {
	SETUP_OK = 0,
	SETUP_FAIL = 1,
	SETUP_USAGE = 2,
	SETUP_NO_CARD = 3,
	SETUP_PIN = 4
};

struct setup_args {
	const char *command; /* of setup.c's table */
	const char *reader;  /* NULL: any */
	int all;
	int pin_fd; /* -1: the terminal */
	int last_try;
	int help, version;
};

/* The whole program but its process.  argv is UTF-8. */
int setup_run(int argc, char **argv);

/* --- setup_args.c --------------------------------------------------------- */

/* SETUP_OK, or SETUP_USAGE after a message.  out borrows from argv. */
int setup_args_parse(int argc, char **argv, struct setup_args *out);

/* --- setup_card.c --------------------------------------------------------- */

/*
 * The card that is meant: in the reader that was named (whole, or a part of its
 * name that fits no other), else the only resident card there is.
 * SETUP_USAGE, SETUP_NO_CARD or SETUP_FAIL after a message; *out is NULL then.
 */
int setup_open(const char *reader, struct jm_token **out);

/* --- setup_pin.c ---------------------------------------------------------- */

/*
 * The signature certificate, read with the PIN of a person or of --pin-fd: at
 * most one try, never the last one by accident.  *out is the token's.
 * Another exit code after a message.
 */
int setup_read_cert(
    const struct setup_args *a, struct jm_token *t, const struct jm_cert **out);

/* --- setup_say.c ---------------------------------------------------------- */

/* Says what went wrong and what to do about it (hint may be NULL); returns
 * code.  Standard error, as setup_note. */
int setup_fail(int code, const char *hint, const char *fmt, ...)
    JM_PRINTF(3, 4);
int setup_fail_err(jm_err e, const char *what); /* what may be NULL */
void setup_note(const char *fmt, ...) JM_PRINTF(1, 2);

/* Text from outside as a terminal may show it: control characters are '?'. */
const char *setup_plain(const char *text, char *out, size_t cap);

/* SETUP_FAIL with a message when standard output could not be written. */
int setup_end(int code);

#endif
