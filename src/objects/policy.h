/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the configuration to what tokens follow. */
#ifndef JM_OBJECTS_POLICY_H
#define JM_OBJECTS_POLICY_H

#include "base/conf.h"
#include "objects/token.h"

/* consent is that of the signature key: the authentication key's stays
 * JM_CONSENT_SESSION. */
void jm_policy_from_conf(const struct jm_conf *conf, struct jm_policy *out);

#endif
