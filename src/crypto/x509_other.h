/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For x509_verify.c: signatures that are not PKCS #1 v1.5 of RSA. */
#ifndef JM_CRYPTO_X509_OTHER_H
#define JM_CRYPTO_X509_OTHER_H

#include "crypto/x509.h"

/* By the library's own X.509, whatever it knows.  JM_BAD_SIG, JM_CRYPTO. */
jm_err jm_cert_verify_other(
    const struct jm_cert *cert, const struct jm_cert *ca) JM_MUST_USE;

#endif
