/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/policy.h"

#include <limits.h>

void
jm_policy_from_conf(const struct jm_conf *conf, struct jm_policy *out)
{
	*out = jm_policy_default;
	out->guard.allow_sha1 = conf->sha1;
	out->pss = conf->pss;
	out->guard.allow_raw = conf->raw;
	out->consent[JM_PAIR_SIGN] = conf->consent;
	out->login = conf->login;
	out->idle_ms =
	    conf->idle_s <= UINT_MAX / 1000 ? conf->idle_s * 1000 : UINT_MAX;
	out->cache = conf->cache;
	out->trace = conf->log == JM_LOG_DEBUG;
}
