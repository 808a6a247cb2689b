/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/opensc/osc.h"

static int
reference(enum jm_app app, uint16_t ef)
{
	return (int)app << 8 | (ef & 0xff);
}

int
osc_pin_reference(const struct osc_card *o, enum jm_pin_id id)
{
	const struct jm_prof_pin *p = &jm_token_profile(o->token)->pin[id];

	return reference(jm_pin_app(id), p->ef);
}

int
osc_pin_of_reference(const struct osc_card *o, int ref)
{
	const struct jm_profile *p = jm_token_profile(o->token);

	for (int id = 0; id < JM_PINS; id++)
		if (p->pin[id].present &&
		    osc_pin_reference(o, (enum jm_pin_id)id) == ref)
			return id;
	return -1;
}

int
osc_key_reference(const struct osc_card *o, enum jm_pair pair)
{
	return reference(JM_APP_JPKI, jm_token_profile(o->token)->key[pair].ef);
}

int
osc_pair_of_reference(const struct osc_card *o, int ref)
{
	for (int p = 0; p < JM_PAIRS; p++)
		if (osc_shows(o, (enum jm_pair)p) &&
		    osc_key_reference(o, (enum jm_pair)p) == ref)
			return p;
	return -1;
}
