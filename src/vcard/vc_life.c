/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_life.h"

#include <string.h>

static const char *const names[] = {
	[VC_MANUFACTURED] = "manufactured",
	[VC_PERSONALISED] = "personalised",
	[VC_ISSUED] = "issued",
	[VC_SUSPENDED] = "suspended",
	[VC_RETURNED] = "returned",
	[VC_TERMINATED] = "terminated",
};

const char *
vc_life_name(enum vc_life life)
{
	return (size_t)life < NELEM(names) ? names[life] : "unknown";
}

jm_err
vc_life_find(const char *name, enum vc_life *out)
{
	*out = VC_ISSUED;
	for (size_t i = 0; i < NELEM(names); i++)
		if (strcmp(names[i], name) == 0) {
			*out = (enum vc_life)i;
			return JM_OK;
		}
	return JM_NOT_FOUND;
}
