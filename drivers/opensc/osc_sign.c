/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wipe.h"
#include "drivers/opensc/module.h"
#include "drivers/opensc/osc.h"

int
osc_set_security_env(
    sc_card_t *card, const struct sc_security_env *env, int se_num)
{
	(void)card;
	(void)env;
	(void)se_num;
	return SC_ERROR_NOT_SUPPORTED;
}
int
osc_compute_signature(
    sc_card_t *card, const u8 *data, size_t data_len, u8 *out, size_t out_len)
{
	(void)card;
	(void)data;
	(void)data_len;
	(void)out;
	(void)out_len;
	return SC_ERROR_NOT_SUPPORTED;
}
