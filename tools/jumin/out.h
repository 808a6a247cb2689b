/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the program says and how it ends.  Data goes to standard output and
 * nothing else does; errors, hints and notes go to standard error with the
 * program's name, lower case, no full stop.
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdio.h>
#include <time.h>

#include "base/err.h"

/* Exit codes; EXIT STATUS of jumin.1 says what each means. */
enum {
	EX_OK = 0,
	EX_FAIL = 1,
	EX_USAGE = 2,
	EX_NO_CARD = 3,
	EX_PIN = 4,
	EX_UNPROVED = 5
};

/* Say what went wrong, then what to do about it (hint may be NULL).  Returns
 * code, so that a command can end with it. */
int cli_fail(int code, const char *hint, const char *fmt, ...) JM_PRINTF(3, 4);

/* The same for an error of the core: its sentence, a hint that fits it, and the
 * exit code it stands for.  what (may be NULL) is put before the sentence. */
int cli_fail_err(jm_err e, const char *what);

/* The exit code an error of the core stands for. */
int cli_exit_code(jm_err e);

/* Something the user should know; not a failure. */
void cli_note(const char *fmt, ...) JM_PRINTF(1, 2);
void cli_warn(const char *fmt, ...) JM_PRINTF(1, 2);

/* A sentence put together, of any length, malloc'd; NULL without memory (the
 * caller then says less). */
char *cli_text(const char *fmt, ...) JM_PRINTF(1, 2);

/* A text that is put together piece by piece. */
struct cli_buf {
	char *text; /* malloc'd; NULL: nothing yet */
	size_t len;
	int bad; /* there was no memory: the text is of no use */
};

void cli_buf_add(struct cli_buf *b, const char *fmt, ...) JM_PRINTF(2, 3);

/* The whole text, the caller's to free; NULL without memory.  b is empty. */
char *cli_buf_take(struct cli_buf *b);

/* One line "label: value" on standard output, indented by indent blanks, the
 * values below each other (width columns for the label). */
void cli_field(int indent, int width, const char *label, const char *fmt, ...)
    JM_PRINTF(4, 5);

/*
 * Text from outside (a reader's name, a file's) as a terminal may show it:
 * control characters are '?', byte by byte.  Cut to cap, terminated.
 */
const char *cli_plain(const char *text, char *out, size_t cap);

#define CLI_TIME_MAX 64
/* For people: local time with the zone (cli_zone of platform.h).  For programs:
 * ISO 8601 in UTC. */
const char *cli_time_text(time_t t, char out[CLI_TIME_MAX]);
const char *cli_time_iso(time_t t, char out[CLI_TIME_MAX]);

/* At the very end: EX_FAIL with a message when standard output could not be
 * written (disk full, closed), else code. */
int cli_end(int code);

#endif
