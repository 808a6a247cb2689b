/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one function that decides which bytes a program may have signed with
 * PKCS#1 v1.5.  jm_token_sign calls it for every input, so no front end gets
 * past it; the key itself (card/key.h) is out of their reach.
 *
 * Admitted: exactly the DigestInfo forms of SHA-256, 384 and 512, and of SHA-1
 * unless that is switched off.  Always refused: anything that contains the
 * content bytes of the reserved OID of the identifier scheme (nym1.md 4.2,
 * 4.3), at any offset.  Other data passes only with raw on.
 */
#ifndef JM_OBJECTS_GUARD_H
#define JM_OBJECTS_GUARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct jm_guard_policy {
	int allow_sha1; /* DigestInfo of SHA-1 */
	int allow_raw;  /* data that is no DigestInfo, 1..245 bytes */
};

/* JM_OK, or JM_REFUSED. */
jm_err jm_guard(const struct jm_guard_policy *policy, const uint8_t *in,
    size_t len) JM_MUST_USE;

#endif
