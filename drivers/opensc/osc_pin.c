/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wipe.h"
#include "drivers/opensc/module.h"
#include "drivers/opensc/osc.h"

int
osc_pin_cmd(sc_card_t *card, struct sc_pin_cmd_data *data, int *tries_left)
{
	(void)card;
	(void)data;
	(void)tries_left;
	return SC_ERROR_NOT_SUPPORTED;
}
