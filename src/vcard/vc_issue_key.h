/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys that a new card is given instead of making its own: for tests that have
 * to know what it signs. */
#ifndef JM_VCARD_VC_ISSUE_KEY_H
#define JM_VCARD_VC_ISSUE_KEY_H

#include "crypto/soft_key.h"
#include "vcard/vc_issue.h"
#include "vcard/vc_profile.h"

/*
 * RSA with 2048 bits from a PEM file: PKCS#8, or the older "RSA PRIVATE KEY".
 *   JM_ARG  it is none (told through jm_log);  JM_IO, JM_NOMEM, JM_CRYPTO
 */
jm_err vc_issue_key(const char *path, struct jm_soft_key **out) JM_MUST_USE;

/* Can the card have what how names?  Also as vc_issue_key. */
jm_err vc_issue_keys_check(
    const struct vc_profile *profile, const struct vc_issue *how) JM_MUST_USE;

#endif
