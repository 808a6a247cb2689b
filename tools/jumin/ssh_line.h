/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A public key as ssh writes it (RFC 4253, 6.6; RFC 5656, 3.1). */
#ifndef CLI_SSH_LINE_H
#define CLI_SSH_LINE_H

#include "crypto/b64.h"
#include "crypto/ec.h"
#include "crypto/pubkey.h"

#define CLI_SSH_BLOB_MAX (4 + 7 + 4 + 9 + 4 + 1 + JM_RSA_BYTES_MAX)

struct cli_ssh_line {
	const char *type;
	char key[JM_B64_LEN(CLI_SSH_BLOB_MAX) + 1];
	char fingerprint[7 + JM_B64_LEN(32) + 1];
};

/* Of the two the one that has a length.  JM_UNSUPPORTED: none has. */
jm_err cli_ssh_line_make(const struct jm_rsa_pub *rsa,
    const struct jm_ec_pub *ec, struct cli_ssh_line *out) JM_MUST_USE;

/* jumin ssh --scope (cmd_ssh_scope.c). */
struct cli_args;
int cli_ssh_scope(const struct cli_args *a);

#endif
