/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/opensc/options.h"

#include <stdlib.h>

void
osc_options_load(
    sc_context_t *ctx, const struct jm_conf *conf, struct osc_options *out)
{
	scconf_block **found;

	out->data_objects = 1;
	out->free_data_objects = 0;
	out->ca_certificates = conf->ca_certificates;
	out->pss = conf->pss;
	/* The program's own block comes first in the host's list, and wins. */
	for (int i = 2; i >= 0; i--) {
		if (ctx->conf_blocks[i] == NULL)
			continue;
		found = scconf_find_blocks(
		    ctx->conf, ctx->conf_blocks[i], "card_driver", "jumin");
		if (found == NULL)
			continue;
		if (found[0] != NULL) {
			out->data_objects = scconf_get_bool(
			    found[0], "data_objects", out->data_objects);
			out->free_data_objects = scconf_get_bool(found[0],
			    "free_data_objects", out->free_data_objects);
			out->ca_certificates = scconf_get_bool(
			    found[0], "ca_certificates", out->ca_certificates);
			out->pss = scconf_get_bool(found[0], "pss", out->pss);
		}
		free(found);
	}
}
