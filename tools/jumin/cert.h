/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates as the commands need them. */
#ifndef CLI_CERT_H
#define CLI_CERT_H

#include "tools/jumin/session.h"

/* "auth", "sign", "auth-ca", "sign-ca".  EX_OK, or EX_USAGE after a message. */
int cli_cert_word(const char *word, enum jm_cert_id *out);

/* Its name for people, translated: "JPKI Signature CA". */
const char *cli_cert_title(enum jm_cert_id id);

/*
 * Have a certificate, with its PIN if the card wants that: asked once, one
 * VERIFY.  *out lives as long as the session.  An exit code after a message.
 */
int cli_cert_get(const struct cli_args *a, struct cli_session *s,
    enum jm_cert_id id, const struct jm_cert **out);

/* Say what a failure to read certificate id means. */
int cli_cert_failed(enum jm_cert_id id, jm_err e);

/* The PEM text of DER bytes under a label, malloc'd.  JM_NOMEM, JM_CRYPTO. */
jm_err cli_pem(const char *label, const uint8_t *der, size_t len, char **out,
    size_t *out_len) JM_MUST_USE;

/* Warn on standard error of a certificate that is not valid at this time. */
void cli_cert_warn_time(const struct jm_cert *c);

#endif
