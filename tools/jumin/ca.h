/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key of a CA, from a file that its user trusts. */
#ifndef CLI_CA_H
#define CLI_CA_H

#include "crypto/pubkey.h"

/* The RSA key of a public key or certificate, PEM or DER.  EX_FAIL after a
 * message. */
int cli_ca_load(const char *path, struct jm_rsa_pub *out);

#endif
