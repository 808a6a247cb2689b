/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands, and how all of them speak and end. */
#ifndef VCARD_CMD_H
#define VCARD_CMD_H

#include "base/err.h"
#include "vcard/vcard.h"

/* EXIT STATUS of jumin-vcard.1. */
enum { EX_OK = 0, EX_FAIL = 1, EX_USAGE = 2 };

/* argv[0] is the command's word.  Each returns an exit code. */
int vcmd_create(int argc, char **argv);
int vcmd_run(int argc, char **argv);
int vcmd_info(int argc, char **argv);
int vcmd_log(int argc, char **argv);
int vcmd_authority(int argc, char **argv);
int vcmd_counter(int argc, char **argv);

/* Say what went wrong on standard error.  Returns code. */
int vcmd_fail(int code, const char *fmt, ...) JM_PRINTF(2, 3);
/* The same for an error of the card; what is put before its sentence. */
int vcmd_fail_err(jm_err e, const char *what);
/* The same of another file or folder. */
int vcmd_fail_file(jm_err e, const char *what);
void vcmd_note(const char *fmt, ...) JM_PRINTF(1, 2);

/* A JSON string (RFC 8259, 7); text is UTF-8 without control characters. */
void vcmd_json_string(const char *text);

/* "help" for --param and --quirk: the names and values, on standard output. */
int vcmd_list_params(void);
int vcmd_list_quirks(void);

#endif
