/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one place that decides which bytes a program may have signed, with PKCS#1
 * v1.5 or as a hash value with ECDSA.  jm_token_sign asks it for every input,
 * so no front end gets past it; the key itself (card/key.h) is out of their
 * reach.
 *
 * PKCS#1 v1.5, admitted: exactly the DigestInfo forms of SHA-256, 384 and 512,
 * and of SHA-1 unless that is switched off.  Always refused: anything that
 * contains the content bytes of the reserved OID of the identifier scheme
 * (nym1.md 4.2, 4.3), at any offset; and the DigestInfo of SHA-512 that is T of
 * a vault or a scope registered with a card of the fallback profile
 * (holder/index.h).  Other data passes only with raw on.
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

/*
 * ECDSA takes nothing but a hash value, whose bytes tell nothing of what was
 * hashed: its length decides.  Admitted: 32, 48 and 64 bytes, and the 20 of
 * SHA-1 unless that is switched off; 1 to 64 with raw on, but 20 only as
 * before. A signature of an elliptic-curve key is no key material of the
 * identifier scheme, for it is another one each time.
 */
jm_err jm_guard_hash(
    const struct jm_guard_policy *policy, size_t len) JM_MUST_USE;

/*
 * What we hash for a program: no message may begin as those do that the
 * identifier scheme hashes (00, a length, "NYM1/"), for T of the fallback
 * profile is the hash value of one.  To be asked with the first bytes, as many
 * as there are up to JM_GUARD_MESSAGE, before the signature.  JM_REFUSED.
 */
#define JM_GUARD_MESSAGE 7
jm_err jm_guard_message(const uint8_t *first, size_t len) JM_MUST_USE;

/* The same gathered from parts: jm_guard_head_add with each. */
struct jm_guard_head {
	uint8_t first[JM_GUARD_MESSAGE];
	size_t len;
};
void jm_guard_head_add(struct jm_guard_head *h, const void *part, size_t len);

/* JM_OK, or JM_REFUSED; so says the other one. */
jm_err jm_guard(const struct jm_guard_policy *policy, const uint8_t *in,
    size_t len) JM_MUST_USE;

#endif
