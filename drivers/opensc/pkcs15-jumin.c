/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/opensc/osc.h"

int
osc_emulate(struct sc_pkcs15_card *p15card)
{
	(void)p15card;
	return SC_ERROR_WRONG_CARD;
}
