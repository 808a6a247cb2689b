/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The blocks "card_driver jumin" of opensc.conf (opensc-jumin.5). */
#ifndef OSC_OPTIONS_H
#define OSC_OPTIONS_H

#include "drivers/opensc/osc.h"

/* From all blocks that the host's configuration has for this program; conf
 * tells what holds where they say nothing. */
void osc_options_load(
    sc_context_t *ctx, const struct jm_conf *conf, struct osc_options *out);

#endif
