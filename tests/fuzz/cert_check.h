/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What has to hold for every certificate that jm_cert_parse accepts. */
#ifndef JM_TESTS_FUZZ_CERT_CHECK_H
#define JM_TESTS_FUZZ_CERT_CHECK_H

#include "crypto/x509.h"

void cert_check(const struct jm_cert *c);

#endif
