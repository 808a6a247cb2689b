/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/data.h"

#include "base/wipe.h"

void
jm_data_wipe(struct jm_data_set *set)
{
	for (size_t i = 0; i < NELEM(set->item); i++) {
		if (set->item[i].p != NULL)
			jm_free_secret(set->item[i].p, set->item[i].len);
		set->item[i] = (struct jm_data_item){ NULL, 0 };
	}
}
