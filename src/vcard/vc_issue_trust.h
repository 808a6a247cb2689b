/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Issuing under an authority. */
#ifndef JM_VCARD_VC_ISSUE_TRUST_H
#define JM_VCARD_VC_ISSUE_TRUST_H

#include "vcard/vc_authority.h"
#include "vcard/vc_issue.h"

/*
 * What of the request can be judged before anything is made: loads the
 * authority (*pki NULL: there is none) and tells the state the card begins in.
 * JM_ARG (told through jm_log): a state that no new card has; a manufactured
 * card or an operator's without an authority.  Those of vc_pki_load.
 */
jm_err vc_issue_check(const struct vc_profile *profile,
    const struct vc_issue *how, struct vc_pki **pki,
    enum vc_life *life) JM_MUST_USE;

/* 1: a card of this profile is an operator's. */
int vc_issue_is_operator(const struct vc_profile *profile);

/* The state, the trust (pki NULL: none) and, on an operator's card, all its
 * contents.  Those of vc_operator_make. */
jm_err vc_issue_trust(struct vc_card *card, const struct vc_issue *how,
    const struct vc_pki *pki, enum vc_life life) JM_MUST_USE;

#endif
