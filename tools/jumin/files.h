/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files in and out.  A result appears under its name whole or not at all, and
 * nothing that exists is replaced without --force.
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "crypto/digest.h"
#include "tools/jumin/opts.h"

#define CLI_FILE_MAX (512u << 20) /* bytes of a file that is kept in memory */

/* The whole of path ("-": standard input), malloc'd.  EX_FAIL after a message,
 * also past CLI_FILE_MAX. */
int cli_file_load(const char *path, uint8_t **data, size_t *len);

#define CLI_HASHES_MAX 4

/* The hash values of path, of any size, read once: n (up to CLI_HASHES_MAX),
 * out has room for each.  EX_FAIL after a message, also for what no program may
 * have signed (jm_guard_message). */
int cli_file_hash(const char *path, const enum jm_hash *h, size_t n,
    uint8_t (*out)[JM_DIGEST_MAX]);

enum cli_kind {
	CLI_TEXT,   /* may go to a terminal */
	CLI_BINARY, /* to a terminal only by -o - */
};

/*
 * Will cli_file_write work, as far as can be known before there is a result?
 * Called before the card and the PIN are bothered.  EX_FAIL, EX_USAGE (binary
 * to a terminal) after a message.
 */
int cli_file_check(const struct cli_args *a, enum cli_kind kind);

/*
 * Write to -o FILE (standard output without it or for "-").  A regular file is
 * made beside its place and renamed; one that fails leaves nothing.  own: 1 for
 * what only its owner should read.  EX_FAIL after a message.
 */
int cli_file_write(
    const struct cli_args *a, const void *data, size_t len, int own);

/* Is there anything of that name, be it a link that leads nowhere? */
int cli_path_taken(const char *path);

/* A descriptor that appends to a file, made for this user alone; -1 with
 * errno. */
int cli_open_append(const char *path);

#endif
