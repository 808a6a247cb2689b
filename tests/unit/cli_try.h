/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole commands of the tool, in process; the program is linked with its
 * jm_now_ms and jm_sleep_ms wrapped, so that none waits. */
#ifndef JM_TESTS_UNIT_CLI_TRY_H
#define JM_TESTS_UNIT_CLI_TRY_H

#define CLI_TRY_TEXT  16384
#define CLI_TRY_WORDS 12

/* Standard output and standard error of the last command. */
extern char cli_out[CLI_TRY_TEXT], cli_err[CLI_TRY_TEXT];

/* The command's exit status.  words: "jumin", its words, NULL.  pins: lines on
 * the descriptor that it is told to read PINs from; "": none. */
int cli_try(const char *const *words, const char *pins);

/* Fails the test unless text is somewhere in where. */
void cli_says(const char *where, const char *text);

#endif
