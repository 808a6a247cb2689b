/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The commands.  word: what followed the command's own words, in the number
 * that its row in command.c allows.  Each returns an exit code of out.h and has
 * said why when that is not EX_OK.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "tools/jumin/opts.h"

typedef int cli_command(const struct cli_args *a, const char *const *word);

/* Is it part of the program on this platform?  If not it may be called with
 * word NULL, and says that.  commands_posix.c, commands_win.c */
int cli_is_built(cli_command *run);

/* Find the command that was given and run it; --help and --version too. */
int cli_run(const struct cli_args *a);

int cli_status(const struct cli_args *a, const char *const *word);
int cli_cert_show(const struct cli_args *a, const char *const *word);
int cli_cert_export(const struct cli_args *a, const char *const *word);
int cli_sign(const struct cli_args *a, const char *const *word);
int cli_pin_check(const struct cli_args *a, const char *const *word);
int cli_pin_change(const struct cli_args *a, const char *const *word);
int cli_attr(const struct cli_args *a, const char *const *word);
int cli_ssh(const struct cli_args *a, const char *const *word);
int cli_nym_register(const struct cli_args *a, const char *const *word);
int cli_nym_id(const struct cli_args *a, const char *const *word);
int cli_nym_assert(const struct cli_args *a, const char *const *word);
int cli_nym_list(const struct cli_args *a, const char *const *word);
int cli_nym_reset(const struct cli_args *a, const char *const *word);
int cli_nym_forget(const struct cli_args *a, const char *const *word);
int cli_nym_receipts(const struct cli_args *a, const char *const *word);
int cli_nym_verify(const struct cli_args *a, const char *const *word);
int cli_nym_export(const struct cli_args *a, const char *const *word);
int cli_nym_import(const struct cli_args *a, const char *const *word);
int cli_nym_recover(const struct cli_args *a, const char *const *word);
int cli_nym_prepare(const struct cli_args *a, const char *const *word);
int cli_nym_finish(const struct cli_args *a, const char *const *word);
int cli_cache_clear(const struct cli_args *a, const char *const *word);

#endif
