/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files behind nym.h share. */
#ifndef NYM_NYM_IMPL_H
#define NYM_NYM_IMPL_H

#include "crypto/x509_chain.h"
#include "nym/assertion.h"
#include "nym/att.h"
#include "nym/nym.h"

struct nym_trust {
	struct jm_roots *roots[2]; /* of kind 1, of kind 2 */
};

/* A failure that is nobody's but ours, or the given reason. */
nym_reason nym_reason_of(jm_err e, nym_reason otherwise);

/* Steps 5 of section 6.3: the attestation, into r. */
nym_reason nym_verify_att(const nym_policy *p, const struct nym_assertion *a,
    const uint8_t sh[NYM_SH_LEN], nym_result *r);

#endif
