/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a person types, or a program hands over, one line at a time.  Lines may
 * be secret: the caller wipes them (cli_line_wipe) whatever was returned.
 */
#ifndef TERM_PROMPT_H
#define TERM_PROMPT_H

#include <stddef.h>

#include "base/err.h"

#define CLI_LINE_MAX 64 /* bytes; no PIN is longer than 16 */

struct cli_line {
	char text[CLI_LINE_MAX]; /* not terminated, without the newline */
	size_t len;
};

void cli_line_wipe(struct cli_line *line);

/*
 * Ask on the controlling terminal.  With echo 0 nothing that is typed shows.
 * The terminal is as before when this returns, and also when a signal ends or
 * stops the process meanwhile: it is restored first, and what was typed is
 * wiped; after a stop the question is asked again.  On Windows the terminal is
 * the console, whatever standard input is, and the text is UTF-8 both ways.
 *   JM_IO         there is no terminal
 *   JM_NOT_FOUND  end of input (Ctrl-D; Windows: Ctrl-Z)
 *   JM_CANCELLED  Windows: Ctrl-C, which then ends most processes
 *   JM_SPACE      longer than CLI_LINE_MAX; the rest of the line is dropped
 */
jm_err cli_prompt(
    const char *question, int echo, struct cli_line *out) JM_MUST_USE;

/* 1: cli_prompt finds a terminal. */
int cli_can_prompt(void);

/*
 * The next line of a descriptor, read byte by byte so that nothing behind it is
 * taken.  LF or CR LF ends it, or the end of input after at least one byte.
 *   JM_IO (not readable), JM_NOT_FOUND (nothing left), JM_SPACE
 */
jm_err cli_read_line(int fd, struct cli_line *out) JM_MUST_USE;

#endif
