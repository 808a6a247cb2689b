/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The key of a kiosk's operator (nym1.md, section 4.3, binding site): 32 bytes
 * in a file, or a secret key in a PKCS#11 token that does the HMAC itself.  The
 * key and what comes of it are never written to disk.
 */
#ifndef CLI_SITE_KEY_H
#define CLI_SITE_KEY_H

#include "nym/derive.h"
#include "tools/jumin/opts.h"

/* L of the scope by --site-key, into locked memory.  Exit codes; a message was
 * given. */
int cli_site_l(
    const struct cli_args *a, const char *scope, uint8_t l[NYM_L_LEN]);

#define CLI_SITE_KEY_LEN 32

/* The part for a file (site_key_posix.c, site_key_win.c): EX_FAIL after a
 * message, also where others than its owner can have read it. */
int cli_site_read(const char *path, uint8_t key[CLI_SITE_KEY_LEN]);

/* The part for "pkcs11:..." (site_key_p11.c; on Windows there is none):
 * HMAC-SHA-256 of msg. */
int cli_site_hmac(const struct cli_args *a, const char *where,
    const uint8_t *msg, size_t len, uint8_t out[NYM_L_LEN]);

#endif
